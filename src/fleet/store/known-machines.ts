import type { Selectable, Transaction } from 'kysely';
import type { Observation } from '../inventory/observation';
import type { Engine } from './engine';
import type { FleetTables, MachineTable, ProductTable } from './schema';

export type MachineRow = Selectable<MachineTable>;
type ProductRow = Selectable<ProductTable>;

/** The machines that a batch of observations may be about, as they are in the store and as the batch changes them. */
export interface KnownMachines {
  byName(name: string): MachineRow | null;
  /** Whether a machine is known by this name beside its own. */
  isAlias(name: string): boolean;
  byId(id: number): MachineRow | null;
  /** Machines with that UUID but for one. */
  withUuid(uuid: string | null, without: MachineRow | null): readonly MachineRow[];
  /** By activation ID. */
  productsOf(id: number): ReadonlyMap<string, ProductRow>;
  add(row: MachineRow): void;
  replace(row: MachineRow): void;
}

/** Reads them, and on a server keeps others from changing them meanwhile. */
export async function findKnown(
  database: Transaction<FleetTables>,
  observations: readonly Observation[],
  engine: Engine,
): Promise<KnownMachines> {
  const keys = [...new Set(observations.map(({ name }) => name.toLowerCase()))];
  const uuids = [
    ...new Set(
      observations.flatMap((each) => (each.outcome === 'read' && each.uuid !== null ? [each.uuid] : [])),
    ),
  ];
  const aliases = await database.selectFrom('alias').selectAll().where('name_key', 'in', keys).execute();
  let query = database
    .selectFrom('machine')
    .selectAll()
    .where((where) =>
      where.or([
        where('name_key', 'in', keys),
        ...(uuids.length === 0 ? [] : [where('uuid', 'in', uuids)]),
        ...(aliases.length === 0
          ? []
          : [
              where(
                'id',
                'in',
                aliases.map(({ machine_id }) => machine_id),
              ),
            ]),
      ]),
    )
    .orderBy('id');
  if (engine === 'postgres') query = query.forUpdate();
  const rows = await query.execute();
  const products =
    rows.length === 0
      ? []
      : await database
          .selectFrom('product')
          .selectAll()
          .where(
            'machine_id',
            'in',
            rows.map(({ id }) => id),
          )
          .execute();
  return knownMachines(rows, aliases, products);
}

function knownMachines(
  rows: readonly MachineRow[],
  aliases: readonly { readonly name_key: string; readonly machine_id: number }[],
  products: readonly ProductRow[],
): KnownMachines {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const byKey = new Map(rows.map((row) => [row.name_key, row.id]));
  const aliasOf = new Map(aliases.map(({ name_key, machine_id }) => [name_key, machine_id]));
  const productsById = new Map<number, Map<string, ProductRow>>();
  for (const product of products) {
    const own = productsById.get(product.machine_id) ?? new Map<string, ProductRow>();
    productsById.set(product.machine_id, own.set(product.activation_id, product));
  }
  const find = (id: number | undefined): MachineRow | null =>
    id === undefined ? null : (byId.get(id) ?? null);
  return {
    byName: (name) => find(byKey.get(name.toLowerCase()) ?? aliasOf.get(name.toLowerCase())),
    isAlias: (name) => !byKey.has(name.toLowerCase()) && aliasOf.has(name.toLowerCase()),
    byId: (id) => find(id),
    withUuid: (uuid, without) =>
      uuid === null ? [] : [...byId.values()].filter((row) => row.uuid === uuid && row.id !== without?.id),
    productsOf: (id) => productsById.get(id) ?? new Map<string, ProductRow>(),
    add: (row) => {
      byId.set(row.id, row);
      byKey.set(row.name_key, row.id);
    },
    replace: (row) => {
      const before = byId.get(row.id);
      if (before !== undefined && byKey.get(before.name_key) === row.id) byKey.delete(before.name_key);
      byId.set(row.id, row);
      byKey.set(row.name_key, row.id);
    },
  };
}

/** Gives a machine whose name another one has now the name NAME~1, or the next that is free. */
export async function setAside(
  database: Transaction<FleetTables>,
  id: number,
  known: KnownMachines,
): Promise<void> {
  const row = known.byId(id);
  if (row === null) return;
  for (let number = 1; ; number += 1) {
    const name = `${row.name}~${number}`;
    const name_key = name.toLowerCase();
    const taken = await database
      .selectFrom('machine')
      .select('id')
      .where('name_key', '=', name_key)
      .executeTakeFirst();
    if (taken !== undefined) continue;
    await database.updateTable('machine').set({ name, name_key }).where('id', '=', id).execute();
    known.replace({ ...row, name, name_key });
    return;
  }
}
