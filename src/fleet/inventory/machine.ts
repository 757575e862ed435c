import type { ProductObservation } from './observation';
import type { FieldName } from './changes';

/** A machine of the inventory with its products and tags. Times are seconds since 1970. */
export interface InventoryMachine {
  readonly id: number;
  readonly name: string;
  readonly uuid: string | null;
  readonly cmid: string | null;
  readonly kind: string | null;
  readonly system: string | null;
  readonly build: string | null;
  readonly edition: string | null;
  readonly kmsSet: string | null;
  readonly rearms: number | null;
  /** LicenseStatus of the product that is worst off; null where it never answered. */
  readonly status: number | null;
  readonly expires: number | null;
  readonly firstSeen: number;
  readonly lastSeen: number | null;
  readonly lastTried: number;
  readonly failure: MachineTrouble | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly products: readonly InventoryProduct[];
}

/** Why a machine did not answer last. */
export interface MachineTrouble {
  readonly at: number;
  readonly step: string | null;
  readonly hresult: string | null;
  readonly message: string;
}

/** A product as it was last seen. */
export type InventoryProduct = ProductObservation;

/** A change of the history. */
export interface HistoryEntry {
  readonly at: number;
  readonly machine: string;
  /** Null for a field of the machine itself. */
  readonly product: string | null;
  readonly field: FieldName;
  readonly value: string | null;
}

/** Whether the last attempt to read it succeeded. */
export function isReached(machine: Pick<InventoryMachine, 'lastSeen' | 'failure'>): boolean {
  return machine.lastSeen !== null && machine.failure === null;
}

/** Whether all of its products were licensed when it last answered, and still are by then: `now` in seconds. */
export function isLicensed(machine: Pick<InventoryMachine, 'status' | 'expires'>, now: number): boolean {
  return machine.status === 1 && (machine.expires === null || machine.expires > now);
}

/** Begun days until a time, 0 where it is over; null where nothing runs out. */
export function daysUntil(time: number | null, now: number): number | null {
  return time === null ? null : Math.max(0, Math.ceil((time - now) / 86_400));
}

/** Product names without the maker's marks, as reports group them. */
export function shortProductName(name: string): string {
  return name
    .replace(/\((?:r|tm)\)/gi, '')
    .replace(/\s+/g, ' ')
    .trim();
}
