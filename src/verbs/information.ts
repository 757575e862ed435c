import { addonOf, factProperties, isWindows, productFactsOf, serviceFactsOf } from '../licensing/facts';
import type { InstanceFilter } from '../licensing/provider';
import { textOf } from '../licensing/values';
import type { VerbContext, VerbResults } from './context';
import { needsWarning, readProducts, readService, severalLicensesWarning, type Product } from './machine';

/** /dli: licence information of Windows and of every add-on with a key, of one product, or of all. */
export async function* displayInformation(context: VerbContext, args: readonly string[]): VerbResults {
  yield* display(context, args[0] ?? '', false);
}

/** /dlv: the same in detail. */
export async function* displayDetailedInformation(
  context: VerbContext,
  args: readonly string[],
): VerbResults {
  yield* display(context, args[0] ?? '', true);
}

async function* display({ provider }: VerbContext, which: string, detailed: boolean): VerbResults {
  const filter = which.toLowerCase() === 'all' ? everything : filterFor(which);
  const service = serviceFactsOf(await readService(provider, factProperties.service));
  yield { kind: 'service', service, detailed };
  const now = await provider.now();
  let found = false;
  const products = await readProducts(provider, filter, factProperties.product);
  for (const product of filter.kind === 'has-product-key' ? products.filter(isShownUnasked) : products) {
    if (needsWarning(product, which)) yield severalLicensesWarning(product);
    yield {
      kind: 'license-information',
      detailed,
      named: filter.kind === 'id',
      product: productFactsOf(product, now),
      service,
    };
    found = true;
  }
  if (!found) yield { kind: 'product-key-not-found' };
  if (service.subscription !== null) yield { kind: 'subscription', subscription: service.subscription };
}

/** /xpr: until when Windows with its add-ons, or the product named, is activated. */
export async function* displayExpiration({ provider }: VerbContext, args: readonly string[]): VerbResults {
  const [activationId = ''] = args;
  const service = serviceFactsOf(await readService(provider, factProperties.service));
  yield { kind: 'service', service, detailed: false };
  const now = await provider.now();
  let found = false;
  for (const product of await readProducts(provider, filterFor(activationId), factProperties.product)) {
    if (textOf(product.PartialProductKey) === '') continue;
    if (activationId === '' && !isWindows(product)) continue;
    if (needsWarning(product, activationId)) yield severalLicensesWarning(product);
    yield { kind: 'expiration', product: productFactsOf(product, now) };
    found = true;
  }
  if (!found) yield { kind: 'product-key-not-found' };
}

const everything: InstanceFilter = { kind: 'all' };

function filterFor(id: string): InstanceFilter {
  return id === '' ? { kind: 'has-product-key' } : { kind: 'id', id };
}

/** What /dli and /dlv show where nothing is named: Windows, and add-ons of whatever product. */
function isShownUnasked(product: Product): boolean {
  return isWindows(product) || addonOf(product) === true;
}
