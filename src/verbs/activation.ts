import { channelOf } from '../licensing/channel';
import { numberOf, textOf } from '../licensing/values';
import type { VerbContext, VerbResults } from './context';
import {
  callProduct,
  isLast,
  isMeant,
  needsWarning,
  readAgain,
  readProducts,
  readService,
  refreshLicenseStatus,
  severalLicensesWarning,
  type Product,
} from './machine';
import type { VerbResult } from './results';

const tokenOnly = 3;
const licensed = 1;

/** Properties that tell how an activation ended. */
export const outcomeProperties = ['LicenseStatus', 'LicenseStatusReason'] as const;

/** /ato: activates Windows, or the product named. */
export async function* activate({ provider }: VerbContext, args: readonly string[]): VerbResults {
  const activationId = args[0] ?? '';
  const service = await readService(provider);
  let found = false;
  const select = [...outcomeProperties, 'VLActivationTypeEnabled'] as const;
  for (const product of await readProducts(provider, { kind: 'has-product-key' }, select)) {
    if (!isMeant(product, activationId)) continue;
    if (needsWarning(product, activationId)) yield severalLicensesWarning(product);
    if (numberOf(product.VLActivationTypeEnabled) === tokenOnly) {
      yield { kind: 'token-activation-only' };
      return;
    }
    yield activating(product);
    let ended = product;
    if (activationCountsNothing(product)) {
      await callProduct(provider, product, 'Activate');
      await refreshLicenseStatus(provider, service);
      ended = await readAgain(provider, product, outcomeProperties);
    }
    yield activationEnded(ended, 'service');
    found = true;
    if (isLast(product, activationId)) return;
  }
  if (!found) yield { kind: 'product-not-found' };
}

/** /atp: activates Windows, or the product named, with the confirmation ID of the telephone. */
export async function* activateByPhone({ provider }: VerbContext, args: readonly string[]): VerbResults {
  const [confirmationId = ''] = args;
  const activationId = args[1] ?? '';
  const service = await readService(provider);
  let found = false;
  const select = [...outcomeProperties, 'OfflineInstallationId'] as const;
  for (const product of await readProducts(provider, { kind: 'has-product-key' }, select)) {
    if (!isMeant(product, activationId)) continue;
    if (needsWarning(product, activationId)) yield severalLicensesWarning(product);
    await callProduct(provider, product, 'DepositOfflineConfirmationId', {
      InstallationId: textOf(product.OfflineInstallationId),
      ConfirmationId: confirmationId,
    });
    await refreshLicenseStatus(provider, service);
    yield activationEnded(await readAgain(provider, product, outcomeProperties), 'confirmation-id');
    found = true;
    if (isLast(product, activationId)) return;
  }
  if (!found) yield { kind: 'product-not-found' };
}

/** /dti: shows the installation ID for activation by telephone. */
export async function* displayInstallationId(
  { provider }: VerbContext,
  args: readonly string[],
): VerbResults {
  const activationId = args[0] ?? '';
  let found = false;
  for (const product of await readProducts(provider, { kind: 'has-product-key' }, [
    'OfflineInstallationId',
  ])) {
    if (!isMeant(product, activationId)) continue;
    if (needsWarning(product, activationId)) yield severalLicensesWarning(product);
    yield { kind: 'installation-id', installationId: textOf(product.OfflineInstallationId), of: 'product' };
    found = true;
    if (isLast(product, activationId)) return;
  }
  if (!found) yield { kind: 'product-not-found' };
}

/** The line that is shown before the service is asked. */
export function activating(product: Product): VerbResult {
  return { kind: 'activating', name: textOf(product.Name), activationId: textOf(product.ID) };
}

/** How an activation ended, from the product's state after it. */
export function activationEnded(product: Product, by: 'service' | 'confirmation-id' | 'token'): VerbResult {
  return {
    kind: 'activation-ended',
    activationId: textOf(product.ID),
    licenseStatus: numberOf(product.LicenseStatus) ?? 0,
    licenseStatusReason: (numberOf(product.LicenseStatusReason) ?? 0) >>> 0,
    by,
  };
}

/** A MAK is not used up twice: a licensed MAK product is not activated again. */
function activationCountsNothing(product: Product): boolean {
  return channelOf(textOf(product.Description)) !== 'mak' || numberOf(product.LicenseStatus) !== licensed;
}
