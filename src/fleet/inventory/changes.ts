/** Fields whose changes are kept, by the number that stands for them in the store. A released number is never used anew. */
export const fieldCodes = {
  name: 1,
  uuid: 2,
  client_machine_id: 3,
  system: 4,
  build: 5,
  edition: 6,
  kms_set: 7,
  rearms: 8,
  failure: 9,
  product: 20,
  status: 21,
  reason: 22,
  channel: 23,
  partial_key: 24,
  expires: 25,
  kms_host: 26,
  host_count: 27,
  present: 28,
} as const;
export type FieldName = keyof typeof fieldCodes;

const names = new Map<number, FieldName>(
  (Object.entries(fieldCodes) as [FieldName, number][]).map(([name, code]) => [code, name]),
);

/** The field of a number in the store; a number of a newer slmgr has none. */
export function fieldName(code: number): FieldName | null {
  return names.get(code) ?? null;
}

/** A field that took another value; null where it is empty from then on. */
export interface FieldChange {
  readonly field: FieldName;
  readonly value: string | number | null;
}

/** What of a machine is kept with its history. */
export interface MachineFields {
  readonly name: string;
  readonly uuid: string | null;
  readonly cmid: string | null;
  readonly system: string | null;
  readonly build: string | null;
  readonly edition: string | null;
  readonly kms_set: string | null;
  readonly rearms: number | null;
}

/** What of a product is kept with its history. Times are seconds since 1970. */
export interface ProductFields {
  readonly name: string;
  readonly status: number;
  readonly reason: string | null;
  readonly channel: string | null;
  readonly partial_key: string | null;
  readonly expires: number | null;
  readonly kms_host: string | null;
  readonly rearms: number | null;
  readonly host_count: number | null;
}

/**
 * Clocks are read twice and minutes are whole: an end that moves by less than this many seconds has not moved.
 */
const sameEnd = 3600;

/** The end of a licence as it is kept: the old one where the new one is the same but for the reading of clocks. */
export function steadyEnd(before: number | null, after: number | null): number | null {
  if (before === null || after === null) return after;
  return Math.abs(after - before) < sameEnd ? before : after;
}

/** Changes from one reading to the next; from nothing, each field that has a value is one. */
export function machineChanges(before: MachineFields | null, after: MachineFields): readonly FieldChange[] {
  return changesOf(before, after, machineColumns);
}

/** {@link machineChanges} of a product. */
export function productChanges(before: ProductFields | null, after: ProductFields): readonly FieldChange[] {
  return changesOf(before, after, productColumns);
}

const machineColumns: readonly (readonly [keyof MachineFields, FieldName])[] = [
  ['name', 'name'],
  ['uuid', 'uuid'],
  ['cmid', 'client_machine_id'],
  ['system', 'system'],
  ['build', 'build'],
  ['edition', 'edition'],
  ['kms_set', 'kms_set'],
  ['rearms', 'rearms'],
];

const productColumns: readonly (readonly [keyof ProductFields, FieldName])[] = [
  ['name', 'product'],
  ['status', 'status'],
  ['reason', 'reason'],
  ['channel', 'channel'],
  ['partial_key', 'partial_key'],
  ['expires', 'expires'],
  ['kms_host', 'kms_host'],
  ['rearms', 'rearms'],
  ['host_count', 'host_count'],
];

function changesOf<T extends object>(
  before: T | null,
  after: T,
  columns: readonly (readonly [keyof T, FieldName])[],
): readonly FieldChange[] {
  return columns.flatMap(([column, field]) => {
    const value = after[column] as FieldChange['value'];
    const old = before === null ? null : (before[column] as FieldChange['value']);
    return value === old ? [] : [{ field, value }];
  });
}

/** From good to bad: the machine's status is that of its product that is worst off. */
const byBadness: readonly number[] = [1, 6, 2, 3, 4, -1, 0, 5];

/** The worst of some LicenseStatus codes; 0 (unlicensed) where there is none: a machine without a key. */
export function worstStatus(codes: readonly number[]): number {
  const badness = (code: number): number => {
    const at = byBadness.indexOf(code);
    return at < 0 ? byBadness.indexOf(-1) : at;
  };
  return codes.length === 0
    ? 0
    : codes.reduce((worst, code) => (badness(code) > badness(worst) ? code : worst));
}

/** Statuses from good to bad, for sorting. */
export function badnessOf(code: number | null): number {
  return code === null ? byBadness.length : Math.max(0, byBadness.indexOf(code));
}
