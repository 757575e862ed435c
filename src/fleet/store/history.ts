import type { Kysely } from 'kysely';
import { fieldName } from '../inventory/changes';
import type { HistoryQuery } from '../inventory/inventory';
import type { HistoryEntry } from '../inventory/machine';
import { namesAtOnce } from './limits';
import type { FleetTables } from './schema';

/** Changes, the newest first. */
export async function readHistory(
  database: Kysely<FleetTables>,
  { names, since, most }: HistoryQuery,
): Promise<readonly HistoryEntry[]> {
  if (names?.length === 0) return [];
  const keys = names?.map((name) => name.toLowerCase()) ?? [];
  const isFew = names !== undefined && keys.length <= namesAtOnce;
  const wanted = names === undefined || isFew ? null : new Set(keys);
  const rows = await database
    .selectFrom('change')
    .innerJoin('machine', 'machine.id', 'change.machine_id')
    .leftJoin('product', 'product.id', 'change.product_id')
    .select([
      'change.at',
      'change.field',
      'change.value',
      'machine.name as machine',
      'machine.name_key',
      'product.name as product',
    ])
    .$if(isFew, (query) => query.where('machine.name_key', 'in', keys))
    .$if(since !== undefined, (query) => query.where('change.at', '>=', since ?? 0))
    .orderBy('change.at', 'desc')
    .orderBy('machine.name_key')
    .orderBy('change.product_id')
    .orderBy('change.field')
    .$if(wanted === null, (query) => query.limit(most))
    .execute();
  return rows
    .filter(({ name_key }) => wanted?.has(name_key) ?? true)
    .slice(0, most)
    .flatMap(entryOf);
}

/** What each field held at a time, machine by machine. */
export async function valuesAsOf(
  database: Kysely<FleetTables>,
  at: number,
  names: readonly string[] | undefined,
): Promise<readonly HistoryEntry[]> {
  const wanted = names === undefined ? null : new Set(names.map((name) => name.toLowerCase()));
  const rows = await database
    .selectFrom('change')
    .innerJoin(
      database
        .selectFrom('change as earlier')
        .select(['machine_id', 'product_id', 'field'])
        .select((last) => last.fn.max('at').as('last_at'))
        .where('at', '<=', at)
        .groupBy(['machine_id', 'product_id', 'field'])
        .as('last'),
      (join) =>
        join
          .onRef('last.machine_id', '=', 'change.machine_id')
          .onRef('last.product_id', '=', 'change.product_id')
          .onRef('last.field', '=', 'change.field')
          .onRef('last.last_at', '=', 'change.at'),
    )
    .innerJoin('machine', 'machine.id', 'change.machine_id')
    .leftJoin('product', 'product.id', 'change.product_id')
    .select([
      'change.at',
      'change.field',
      'change.value',
      'machine.name as machine',
      'machine.name_key',
      'product.name as product',
    ])
    .orderBy('machine.name_key')
    .orderBy('change.product_id')
    .orderBy('change.field')
    .execute();
  return rows.filter(({ name_key }) => wanted?.has(name_key) ?? true).flatMap(entryOf);
}

function entryOf(row: {
  readonly at: number;
  readonly field: number;
  readonly value: string | number | bigint | null;
  readonly machine: string;
  readonly product: string | null;
}): readonly HistoryEntry[] {
  const { at, machine, product, value } = row;
  const field = fieldName(row.field);
  return field === null
    ? []
    : [{ at, machine, product, field, value: value === null ? null : String(value) }];
}
