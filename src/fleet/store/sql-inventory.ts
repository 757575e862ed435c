import { sql, type Kysely, type Selectable } from 'kysely';
import { fieldName } from '../inventory/changes';
import type { HistoryQuery, Inventory, TrendPoint } from '../inventory/inventory';
import type { HistoryEntry, InventoryMachine, InventoryProduct } from '../inventory/machine';
import type { Observation } from '../inventory/observation';
import type { Engine } from './engine';
import { recordAll } from './record';
import type { FleetTables, MachineTable, ProductTable } from './schema';

/** What an inventory needs beside its tables. */
export interface InventoryFacts {
  readonly place: string;
  readonly engine: Engine;
  /** An error of the database in words for people; any other error as it is. */
  readonly explain: (error: unknown) => unknown;
}

/** Names in one condition: SQLite takes 32,766 parameters in a statement. */
const namesAtOnce = 5000;
const attempts = 8;
const day = 86_400;

/** The inventory over its tables, the same for both engines. */
export function sqlInventory(database: Kysely<FleetTables>, facts: InventoryFacts): Inventory {
  const explaining = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw facts.explain(error);
    }
  };
  return {
    place: facts.place,
    record: (observations) => explaining(() => record(database, observations, facts.engine)),
    names: () =>
      explaining(async () => {
        const rows = await database.selectFrom('machine').select('name').orderBy('name_key').execute();
        return rows.map(({ name }) => name);
      }),
    machines: (names) => explaining(() => readMachines(database, names)),
    history: (query) => explaining(() => readHistory(database, query)),
    count: (now) => explaining(() => count(database, now)),
    close: () => explaining(() => database.destroy()),
  };
}

/** Others may write the same machines at the same moment: whoever comes second on a server begins anew. */
async function record(
  database: Kysely<FleetTables>,
  observations: readonly Observation[],
  engine: Engine,
): Promise<void> {
  if (observations.length === 0) return;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await database.transaction().execute((transaction) => recordAll(transaction, observations, engine));
      return;
    } catch (error) {
      if (attempt === attempts || !isCollision(error)) throw error;
    }
  }
}

/** unique_violation, serialization_failure, deadlock_detected. */
function isCollision(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return code === '23505' || code === '40001' || code === '40P01';
}

async function readMachines(
  database: Kysely<FleetTables>,
  names: readonly string[] | undefined,
): Promise<readonly InventoryMachine[]> {
  const keys = names?.map((name) => name.toLowerCase());
  if (keys?.length === 0) return [];
  const isFew = keys !== undefined && keys.length <= namesAtOnce;
  const wanted = keys === undefined || isFew ? null : new Set(keys);
  const chosen = database
    .selectFrom('machine')
    .$if(isFew, (query) => query.where('name_key', 'in', keys ?? []));
  const rows = (await chosen.selectAll().orderBy('name_key').execute()).filter(
    ({ name_key }) => wanted?.has(name_key) ?? true,
  );
  const few = isFew ? chosen.select('id') : null;
  const products = grouped(
    await database
      .selectFrom('product')
      .selectAll()
      .where('gone_at', 'is', null)
      .$if(few !== null, (query) => query.where('machine_id', 'in', few ?? []))
      .orderBy('id')
      .execute(),
  );
  const tags = grouped(
    await database
      .selectFrom('tag')
      .selectAll()
      .$if(few !== null, (query) => query.where('machine_id', 'in', few ?? []))
      .orderBy('key')
      .execute(),
  );
  return rows.map((row) =>
    machineOf(
      row,
      products.get(row.id) ?? [],
      Object.fromEntries((tags.get(row.id) ?? []).map(({ key, value }) => [key, value])),
    ),
  );
}

function grouped<Row extends { readonly machine_id: number }>(rows: readonly Row[]): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.machine_id);
    if (group === undefined) groups.set(row.machine_id, [row]);
    else group.push(row);
  }
  return groups;
}

function machineOf(
  row: Selectable<MachineTable>,
  products: readonly Selectable<ProductTable>[],
  tags: InventoryMachine['tags'],
): InventoryMachine {
  return {
    id: row.id,
    name: row.name,
    uuid: row.uuid,
    cmid: row.cmid,
    kind: row.kind,
    system: row.system,
    build: row.build,
    edition: row.edition,
    kmsSet: row.kms_set,
    rearms: row.rearms,
    status: row.status,
    expires: row.expires,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    lastTried: row.last_tried,
    failure:
      row.failed_at === null
        ? null
        : {
            at: row.failed_at,
            step: row.failed_step,
            hresult: row.failed_hresult,
            message: row.failed_text ?? '',
          },
    tags,
    products: products.map(productOf),
  };
}

function productOf(row: Selectable<ProductTable>): InventoryProduct {
  return {
    activationId: row.activation_id,
    applicationId: row.application_id,
    name: row.name,
    channel: row.channel,
    partialKey: row.partial_key,
    status: row.status,
    reason: row.reason,
    expires: row.expires,
    isAddon: row.addon === 1,
    kmsHost: row.kms_host,
    rearms: row.rearms,
    hostCount: row.host_count,
  };
}

async function readHistory(
  database: Kysely<FleetTables>,
  { names, since, until, most }: HistoryQuery,
): Promise<readonly HistoryEntry[]> {
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
    .$if(until !== undefined, (query) => query.where('change.at', '<=', until ?? 0))
    .orderBy('change.at', 'desc')
    .orderBy('machine.name_key')
    .orderBy('change.product_id')
    .orderBy('change.field')
    .$if(wanted === null, (query) => query.limit(most))
    .execute();
  return rows
    .filter(({ name_key }) => wanted?.has(name_key) ?? true)
    .slice(0, most)
    .flatMap(({ at, field: code, value, machine, product }) => {
      const field = fieldName(code);
      return field === null
        ? []
        : [{ at, machine, product, field, value: value === null ? null : String(value) }];
    });
}

async function count(database: Kysely<FleetTables>, now: number): Promise<TrendPoint> {
  const within = (days: number) =>
    sql<number>`coalesce(sum(case when expires > ${now} and expires <= ${now + days * day} then 1 else 0 end), 0)`;
  const counted = await database
    .selectFrom('machine')
    .select((count) => [
      count.fn.countAll<number>().as('machines'),
      sql<number>`coalesce(sum(case when status = 1 and failed_at is null and (expires is null or expires > ${now}) then 1 else 0 end), 0)`.as(
        'licensed',
      ),
      sql<number>`coalesce(sum(case when last_seen is null or failed_at is not null then 1 else 0 end), 0)`.as(
        'not_reached',
      ),
      within(30).as('expiring30'),
      within(90).as('expiring90'),
    ])
    .executeTakeFirstOrThrow();
  await database
    .insertInto('trend')
    .values({ at: now, ...counted })
    .onConflict((conflict) => conflict.column('at').doUpdateSet(counted))
    .execute();
  const { machines, licensed, not_reached: notReached, expiring30, expiring90 } = counted;
  return { at: now, machines, licensed, notReached, expiring30, expiring90 };
}
