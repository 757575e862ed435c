import type { ProductFacts } from '../../licensing/facts';
import { windowsApplicationId } from '../../licensing/windows';
import type { LicenseReading } from '../../verbs/check';

/** What a policy can be held against: one machine's state as it was read. */
export interface MachineState {
  /** The machine's own now, epoch milliseconds. */
  readonly now: number;
  /** The product of Windows with a key; null where none has one. */
  readonly windows: ProductFacts | null;
  readonly service: LicenseReading['service'];
  /** The edition's setup key for KMS clients, where one is published; null where the edition cannot be told. */
  readonly setup: SetupKey | null;
}

/** The published key of an edition. */
export interface SetupKey {
  readonly edition: string;
  readonly key: string;
}

/** Windows' own product among those with a key, its add-ons left out. More than one is ambiguous. */
export function windowsProducts(reading: LicenseReading): readonly ProductFacts[] {
  return reading.products.filter(
    ({ applicationId, isAddon }) => applicationId.toLowerCase() === windowsApplicationId && isAddon !== true,
  );
}
