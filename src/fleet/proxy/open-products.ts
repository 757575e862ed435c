import type { ProductFacts } from '../../licensing/facts';
import { bareDigits, isInstallationId } from './confirmation-id';

const licensed = 1;

/** Keys that a telephone answers for; KMS clients, evaluations and automatic virtual machines are activated otherwise. */
const byTelephone: ReadonlySet<ProductFacts['channel']> = new Set(['mak', 'kms-host', 'other']);

/** A product that waits for a confirmation ID. */
export interface OpenProduct {
  readonly facts: ProductFacts;
  /** Digits alone. */
  readonly installationId: string;
}

/** The products that have a key, are not licensed, and can be activated by telephone. */
export function openProducts(products: readonly ProductFacts[]): readonly OpenProduct[] {
  return products.flatMap((facts) => {
    if (facts.licenseStatus === licensed || !byTelephone.has(facts.channel)) return [];
    const installationId = bareDigits(facts.installationId);
    return isInstallationId(installationId) ? [{ facts, installationId }] : [];
  });
}
