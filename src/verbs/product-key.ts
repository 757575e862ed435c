import { channelOf } from '../licensing/channel';
import { hresult } from '../licensing/hresult';
import { LicensingError, type LicensingProvider } from '../licensing/provider';
import { textOf } from '../licensing/values';
import { kmsVersionValue, platformKey, platformKey32 } from '../licensing/windows';
import type { VerbContext, VerbResults } from './context';
import {
  callProduct,
  callService,
  isMeant,
  needsWarning,
  readProducts,
  readService,
  refreshLicenseStatus,
  severalLicensesWarning,
  type Product,
} from './machine';

const notFound = 2;
const accessDenied = 5;

/** /ipk: installs a product key and notes the KMS host's version in the registry, or clears it. */
export async function* installProductKey({ provider }: VerbContext, args: readonly string[]): VerbResults {
  const [productKey = ''] = args;
  const service = await readService(provider);
  await callService(provider, service, 'InstallProductKey', { ProductKey: productKey });
  await refreshLicenseStatus(provider, service);
  let host = false;
  for (const product of await readProducts(provider, { kind: 'has-product-key' })) {
    if (needsWarning(product, '')) yield severalLicensesWarning(product);
    host = isHost(product);
    if (host) break;
  }
  if (host) await noteHostVersion(provider, textOf(service.Version));
  else await clearHostVersion(provider, [0, notFound, accessDenied]);
  yield { kind: 'product-key-installed', productKey };
}

/** /upk: uninstalls the key of Windows, or of the product named. */
export async function* uninstallProductKey({ provider }: VerbContext, args: readonly string[]): VerbResults {
  const activationId = args[0] ?? '';
  const service = await readService(provider);
  let uninstalled = false;
  let host = false;
  for (const product of await readProducts(provider, { kind: 'has-product-key' })) {
    // Once another product proves to be a KMS host, Windows' script looks no further after the first key.
    if (host && uninstalled) break;
    if (!isMeant(product, activationId)) {
      host ||= isHost(product);
      continue;
    }
    if (needsWarning(product, activationId)) yield severalLicensesWarning(product);
    await callProduct(provider, product, 'UninstallProductKey');
    await refreshLicenseStatus(provider, service);
    uninstalled = true;
    yield { kind: 'product-key-uninstalled', activationId: textOf(product.ID) };
  }
  if (host) await noteHostVersion(provider, textOf(service.Version));
  else await clearHostVersion(provider, [0, notFound]);
  if (!uninstalled) yield { kind: 'product-key-not-found' };
}

/** /cpky: removes the key from the registry, where other programs could read it. */
export async function* clearProductKey({ provider }: VerbContext): VerbResults {
  const service = await readService(provider);
  await callService(provider, service, 'ClearProductKeyFromRegistry');
  yield { kind: 'product-key-cleared' };
}

function isHost(product: Product): boolean {
  return channelOf(textOf(product.Description)) === 'kms-host';
}

async function noteHostVersion(provider: LicensingProvider, version: string): Promise<void> {
  const { registry } = provider;
  demand(await registry.setString(platformKey, kmsVersionValue, version), [0]);
  if ((await registry.checkAccess(platformKey32)) === notFound) return;
  demand(await registry.setString(platformKey32, kmsVersionValue, version), [0]);
}

async function clearHostVersion(provider: LicensingProvider, good: readonly number[]): Promise<void> {
  const { registry } = provider;
  demand(await registry.deleteValue(platformKey, kmsVersionValue), good);
  demand(await registry.deleteValue(platformKey32, kmsVersionValue), good);
}

function demand(code: number, good: readonly number[]): void {
  if (!good.includes(code)) {
    throw new LicensingError(hresult(code), `The registry answered ${code}.`);
  }
}
