import type { Kysely, Transaction } from 'kysely';
import type { NamedWay } from '../inventory/way';
import { FleetStoreError } from './fleet-store-error';
import { namesAtOnce } from './limits';
import type { FleetTables } from './schema';
import { wayColumns } from './targets';

const noWay = { via: null, address: null, login: null, port: null };
/** A row has so many columns, each a parameter. */
const rowsAtOnce = Math.floor(namesAtOnce / 2);

/** Machines that are known from now on; how many were new. */
export async function addMachines(
  database: Kysely<FleetTables>,
  machines: readonly NamedWay[],
  now: number,
): Promise<number> {
  const byKey = new Map(machines.map((each) => [each.name.toLowerCase(), each]));
  const rows = [...byKey].map(([name_key, { name, way }]) => ({
    name,
    name_key,
    first_seen: now,
    last_tried: now,
    ...(way === null ? noWay : wayColumns(way)),
  }));
  return database.transaction().execute(async (transaction) => {
    const known = new Set(
      (await transaction.selectFrom('alias').select('name_key').execute()).map((row) => row.name_key),
    );
    const unknown = rows.filter(({ name_key }) => !known.has(name_key));
    await giveWays(transaction, byKey);
    let added = 0;
    for (let at = 0; at < unknown.length; at += rowsAtOnce) {
      const written = await transaction
        .insertInto('machine')
        .values(unknown.slice(at, at + rowsAtOnce))
        .onConflict((conflict) => conflict.column('name_key').doNothing())
        .returning('id')
        .execute();
      added += written.length;
    }
    return added;
  });
}

/** Keeps the way to machines that were known by their names alone. */
async function giveWays(
  transaction: Transaction<FleetTables>,
  byKey: ReadonlyMap<string, NamedWay>,
): Promise<void> {
  const bare = await transaction
    .selectFrom('machine')
    .select(['id', 'name_key'])
    .where('via', 'is', null)
    .where('last_seen', 'is', null)
    .execute();
  for (const { id, name_key } of bare) {
    const way = byKey.get(name_key)?.way ?? null;
    if (way === null) continue;
    await transaction.updateTable('machine').set(wayColumns(way)).where('id', '=', id).execute();
  }
}

/** Sets tags of machines; null takes one away. */
export async function tagMachines(
  database: Kysely<FleetTables>,
  names: readonly string[],
  tags: Readonly<Record<string, string | null>>,
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    for (const ids of await idsOf(transaction, names)) {
      for (const [key, value] of Object.entries(tags)) {
        if (value === null) {
          await transaction.deleteFrom('tag').where('key', '=', key).where('machine_id', 'in', ids).execute();
          continue;
        }
        await transaction
          .insertInto('tag')
          .values(ids.map((machine_id) => ({ machine_id, key, value })))
          .onConflict((conflict) =>
            conflict
              .columns(['machine_id', 'key'])
              .doUpdateSet((set) => ({ value: set.ref('excluded.value') })),
          )
          .execute();
      }
    }
  });
}

/** Forgets machines with all that hangs on them. */
export async function forgetMachines(
  database: Kysely<FleetTables>,
  names: readonly string[],
): Promise<number> {
  return database.transaction().execute(async (transaction) => {
    let forgotten = 0;
    for (const ids of await idsOf(transaction, names)) {
      await transaction.deleteFrom('machine').where('id', 'in', ids).execute();
      forgotten += ids.length;
    }
    return forgotten;
  });
}

/** Makes one machine of several. */
export async function mergeMachines(
  database: Kysely<FleetTables>,
  into: string,
  others: readonly string[],
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const [target] = (await idsOf(transaction, [into])).flat();
    if (target === undefined) throw new FleetStoreError(`The inventory has no machine ${into}.`);
    for (const other of others) {
      const [id] = (await idsOf(transaction, [other])).flat();
      if (id === undefined) throw new FleetStoreError(`The inventory has no machine ${other}.`);
      if (id === target) throw new FleetStoreError(`${other} and ${into} are one machine already.`);
      await mergeOne(transaction, id, target);
      await transaction
        .insertInto('alias')
        .values({ name_key: other.toLowerCase(), machine_id: target })
        .execute();
    }
  });
}

async function mergeOne(transaction: Transaction<FleetTables>, id: number, target: number): Promise<void> {
  const own = await transaction.selectFrom('product').selectAll().where('machine_id', '=', target).execute();
  const moved = await transaction.selectFrom('product').selectAll().where('machine_id', '=', id).execute();
  const newId = new Map<number, number>([[0, 0]]);
  for (const product of moved) {
    const same = own.find((each) => each.activation_id === product.activation_id);
    newId.set(product.id, same?.id ?? product.id);
    if (same === undefined) {
      await transaction
        .updateTable('product')
        .set({ machine_id: target })
        .where('id', '=', product.id)
        .execute();
    }
  }
  const changes = await transaction.selectFrom('change').selectAll().where('machine_id', '=', id).execute();
  for (const change of changes) {
    const product_id = newId.get(change.product_id) ?? change.product_id;
    await transaction
      .insertInto('change')
      .values({ ...change, machine_id: target, product_id })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  const tags = await transaction.selectFrom('tag').selectAll().where('machine_id', '=', id).execute();
  for (const tag of tags) {
    await transaction
      .insertInto('tag')
      .values({ ...tag, machine_id: target })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  await transaction.updateTable('alias').set({ machine_id: target }).where('machine_id', '=', id).execute();
  await transaction.updateTable('proxy').set({ machine_id: target }).where('machine_id', '=', id).execute();
  const first = await transaction
    .selectFrom('machine')
    .select('first_seen')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  await transaction
    .updateTable('machine')
    .set({ first_seen: first.first_seen })
    .where('id', '=', target)
    .where('first_seen', '>', first.first_seen)
    .execute();
  await transaction.deleteFrom('machine').where('id', '=', id).execute();
}

/** Makes another name of a machine a machine of its own. */
export async function splitMachine(
  database: Kysely<FleetTables>,
  name: string,
  other: string,
  now: number,
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const [id] = (await idsOf(transaction, [name])).flat();
    if (id === undefined) throw new FleetStoreError(`The inventory has no machine ${name}.`);
    const name_key = other.toLowerCase();
    const taken = await transaction
      .deleteFrom('alias')
      .where('name_key', '=', name_key)
      .where('machine_id', '=', id)
      .returning('name_key')
      .execute();
    if (taken.length === 0) throw new FleetStoreError(`${other} is no other name of ${name}.`);
    await transaction
      .insertInto('machine')
      .values({ name: other, name_key, first_seen: now, last_tried: now })
      .execute();
  });
}

/** Ids of machines by name, some at a time; names that nobody has are left out. */
async function idsOf(
  transaction: Transaction<FleetTables>,
  names: readonly string[],
): Promise<readonly (readonly number[])[]> {
  const all: number[][] = [];
  for (let at = 0; at < names.length; at += namesAtOnce) {
    const keys = names.slice(at, at + namesAtOnce).map((name) => name.toLowerCase());
    const rows = await transaction.selectFrom('machine').select('id').where('name_key', 'in', keys).execute();
    if (rows.length > 0) all.push(rows.map(({ id }) => id));
  }
  return all;
}
