import { badnessOf } from './changes';
import { daysUntil, isLicensed, isReached, type InventoryMachine } from './machine';
import { statusWord } from './status-words';

/** What a cell of a list holds. */
export type ColumnValue = string | number | boolean | null;

/** A column of a list of machines. */
export interface Column {
  readonly name: string;
  readonly head: string;
  readonly value: (machine: InventoryMachine, now: number) => ColumnValue;
  /** What it is sorted by, where that is not the value. */
  readonly order?: (machine: InventoryMachine, now: number) => ColumnValue;
}

const ofProducts =
  (pick: (product: InventoryMachine['products'][number]) => string | null) =>
  ({ products }: InventoryMachine): string | null => {
    const values = [...new Set(products.flatMap((product) => pick(product) ?? []))];
    return values.length === 0 ? null : values.join('; ');
  };

/** A time as lists show it: minutes, in UTC. */
export function minuteText(seconds: number): string;
export function minuteText(seconds: number | null): string | null;
export function minuteText(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
}

const columns: readonly Column[] = [
  { name: 'name', head: 'Machine', value: ({ name }) => name },
  {
    name: 'status',
    head: 'Status',
    value: ({ status }) => statusWord(status),
    order: ({ status }) => badnessOf(status),
  },
  { name: 'days', head: 'Days', value: ({ expires }, now) => daysUntil(expires, now) },
  {
    name: 'expires',
    head: 'Until (UTC)',
    value: ({ expires }) => minuteText(expires),
    order: ({ expires }) => expires,
  },
  { name: 'product', head: 'Product', value: ofProducts(({ name }) => name) },
  { name: 'channel', head: 'Channel', value: ofProducts(({ channel }) => channel) },
  { name: 'key', head: 'Key', value: ofProducts(({ partialKey }) => partialKey) },
  { name: 'kms', head: 'KMS host', value: ofProducts(({ kmsHost }) => kmsHost) },
  { name: 'kms-set', head: 'KMS host set', value: ({ kmsSet }) => kmsSet },
  { name: 'rearms', head: 'Rearms', value: ({ rearms }) => rearms },
  { name: 'system', head: 'System', value: ({ system }) => system },
  { name: 'build', head: 'Build', value: ({ build }) => build },
  { name: 'edition', head: 'Edition', value: ({ edition }) => edition },
  { name: 'kind', head: 'Kind', value: ({ kind }) => kind },
  { name: 'uuid', head: 'UUID', value: ({ uuid }) => uuid },
  { name: 'cmid', head: 'CMID', value: ({ cmid }) => cmid },
  { name: 'licensed', head: 'Licensed', value: (machine, now) => isLicensed(machine, now) },
  { name: 'reached', head: 'Reached', value: (machine) => isReached(machine) },
  { name: 'first', head: 'First seen', value: ({ firstSeen }) => minuteText(firstSeen) },
  { name: 'seen', head: 'Last seen', value: ({ lastSeen }) => minuteText(lastSeen) },
  { name: 'tried', head: 'Last tried', value: ({ lastTried }) => minuteText(lastTried) },
  { name: 'failure', head: 'Failure', value: ({ failure }) => failure?.message ?? null },
  { name: 'step', head: 'Failed step', value: ({ failure }) => failure?.step ?? null },
  { name: 'hresult', head: 'HRESULT', value: ({ failure }) => failure?.hresult ?? null },
];

/** Names of the columns; a tag is tag.KEY. */
export const columnNames: readonly string[] = columns.map(({ name }) => name);

/** What a list shows unless told. */
export const usualColumns: readonly string[] = [
  'name',
  'status',
  'days',
  'product',
  'channel',
  'kms',
  'seen',
];

/** The column of a name (`tag.site` is one too); null where there is none. */
export function findColumn(name: string): Column | null {
  const lower = name.toLowerCase();
  const tag = /^tag\.(.+)$/.exec(lower)?.[1];
  if (tag !== undefined) return { name: lower, head: tag, value: ({ tags }) => tags[tag] ?? null };
  return columns.find((column) => column.name === lower) ?? null;
}

/** One wish of `--sort`: a column, and whether from the end. */
export interface SortKey {
  readonly column: Column;
  readonly isDescending: boolean;
}

/** Machines in the order wished; what has no value comes last. Equal ones stay in the order of their names. */
export function sortMachines(
  machines: readonly InventoryMachine[],
  keys: readonly SortKey[],
  now: number,
): readonly InventoryMachine[] {
  if (keys.length === 0) return machines;
  const keyed = machines.map((machine) => ({
    machine,
    values: keys.map(({ column }) => (column.order ?? column.value)(machine, now)),
  }));
  keyed.sort((left, right) => {
    for (const [at, { isDescending }] of keys.entries()) {
      const by = compare(left.values[at] ?? null, right.values[at] ?? null, isDescending);
      if (by !== 0) return by;
    }
    return 0;
  });
  return keyed.map(({ machine }) => machine);
}

function compare(left: ColumnValue, right: ColumnValue, isDescending: boolean): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  const by =
    typeof left === 'string' && typeof right === 'string'
      ? collator.compare(left, right)
      : Number(left) - Number(right);
  return isDescending ? -by : by;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
