import {
  factProperties,
  isWindows,
  productFactsOf,
  serviceFactsOf,
  type ProductFacts,
  type ServiceFacts,
} from '../licensing/facts';
import type { LicensingProvider } from '../licensing/provider';
import { readProducts, readService } from './machine';

/** What there is to judge of a machine's licences, as of its own now (epoch milliseconds). */
export interface LicenseReading {
  readonly now: number;
  readonly service: ServiceFacts;
  /** Products with a key, Windows first, else in the machine's order. */
  readonly products: readonly ProductFacts[];
}

/** Reads every product with a key, and the service; what /dli reads. */
export async function readLicenses(provider: LicensingProvider): Promise<LicenseReading> {
  const service = serviceFactsOf(await readService(provider, factProperties.service));
  const now = await provider.now();
  const instances = await readProducts(provider, { kind: 'has-product-key' }, factProperties.product);
  const products = instances
    .map((instance) => ({ windows: isWindows(instance), facts: productFactsOf(instance, now) }))
    .sort((left, right) => Number(right.windows) - Number(left.windows))
    .map(({ facts }) => facts);
  return { now, service, products };
}
