import { sql, type Kysely, type Selectable } from 'kysely';
import type { Hold } from '../inventory/hold';
import type { Inventory, MachinesQuery, TrendPoint } from '../inventory/inventory';
import type { InventoryMachine, InventoryProduct } from '../inventory/machine';
import type { Observation } from '../inventory/observation';
import { addMachines, forgetMachines, mergeMachines, splitMachine, tagMachines } from './administer';
import { compileCondition } from './compile-condition';
import { readHistory, valuesAsOf } from './history';
import type { Engine } from './engine';
import { importMachines } from './import-machines';
import { findRun, keepRun, knownRuns, listRuns } from './kept-runs';
import { namesAtOnce } from './limits';
import { findRequests, keepConfirmations, noteApplied, noteProducts } from './proxy-requests';
import { recordAll } from './record';
import { readTargets } from './targets';
import type { FleetTables, MachineTable, ProductTable, TagTable } from './schema';

/** What an inventory needs beside its tables. */
export interface InventoryFacts {
  readonly place: string;
  readonly engine: Engine;
  /** An error of the database in words for people; any other error as it is. */
  readonly explain: (error: unknown) => unknown;
  readonly holdAlone: (name: string) => Promise<Hold | null>;
}

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
    names: (where) =>
      explaining(async () => {
        const rows = await fulfilling(database, where).select('name').orderBy('name_key').execute();
        return rows.map(({ name }) => name);
      }),
    targets: (where) => explaining(() => readTargets(database, where)),
    machines: (query = {}) => explaining(() => readMachines(database, query)),
    history: (query) => explaining(() => readHistory(database, query)),
    valuesAsOf: (at, names) => explaining(() => valuesAsOf(database, at, names)),
    add: (machines, now) => explaining(() => addMachines(database, machines, now)),
    tag: (names, tags) => explaining(() => tagMachines(database, names, tags)),
    forget: (names) => explaining(() => forgetMachines(database, names)),
    merge: (into, others) => explaining(() => mergeMachines(database, into, others)),
    split: (name, other, now) => explaining(() => splitMachine(database, name, other, now)),
    proxy: {
      note: (products) => explaining(() => noteProducts(database, products)),
      find: (ids) => explaining(() => findRequests(database, 'id', ids)),
      findByInstallation: (ids) => explaining(() => findRequests(database, 'installation_id', ids)),
      keep: (confirmations) => explaining(() => keepConfirmations(database, confirmations)),
      applied: (ids, at) => explaining(() => noteApplied(database, ids, at)),
    },
    trend: (most) => explaining(() => readTrend(database, most)),
    count: (now) => explaining(() => count(database, now)),
    keepRun: (run) => explaining(() => keepRun(database, run)),
    knownRuns: (ids) => explaining(() => knownRuns(database, ids)),
    runs: (most) => explaining(() => listRuns(database, most)),
    findRun: (id) => explaining(() => findRun(database, id)),
    import: (machines, now) =>
      explaining(() => importMachines(database, machines, { engine: facts.engine, now })),
    holdAlone: (name) => explaining(() => facts.holdAlone(name)),
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
  { names, where }: MachinesQuery,
): Promise<readonly InventoryMachine[]> {
  const keys = names?.map((name) => name.toLowerCase());
  if (keys?.length === 0) return [];
  const few = keys !== undefined && keys.length <= namesAtOnce ? keys : null;
  const wanted = keys === undefined || few !== null ? null : new Set(keys);
  const chosen = fulfilling(database, where).$if(few !== null, (query) =>
    query.where('name_key', 'in', few ?? []),
  );
  const rows = (await chosen.selectAll().orderBy('name_key').execute()).filter(
    ({ name_key }) => wanted?.has(name_key) ?? true,
  );
  const isAll = few === null && where === undefined;
  return withTheirs(database, rows, isAll ? [null] : chunked(rows.map(({ id }) => id)));
}

const productColumns = [
  ...([
    'id',
    'machine_id',
    'activation_id',
    'application_id',
    'name',
    'channel',
    'partial_key',
    'status',
  ] as const),
  ...(['reason', 'expires', 'addon', 'kms_host', 'rearms', 'host_count'] as const),
] as const satisfies readonly (keyof ProductTable)[];

type ProductRow = Pick<Selectable<ProductTable>, (typeof productColumns)[number]>;

function fulfilling(database: Kysely<FleetTables>, where: MachinesQuery['where']) {
  const all = database.selectFrom('machine');
  return where === undefined ? all : all.where(compileCondition(where.condition, where.now));
}

/** Machines with what belongs to them, by their ids: a condition is worked out once. `null`: all there is. */
async function withTheirs(
  database: Kysely<FleetTables>,
  rows: readonly Selectable<MachineTable>[],
  ids: readonly (readonly number[] | null)[],
): Promise<readonly InventoryMachine[]> {
  const products: ProductRow[] = [];
  const tags: Selectable<TagTable>[] = [];
  for (const some of ids) {
    const ofThem = database
      .selectFrom('product')
      .select(productColumns)
      .where('gone_at', 'is', null)
      .$if(some !== null, (query) => query.where('machine_id', 'in', some ?? []));
    for (const row of await ofThem.execute()) products.push(row);
    const tagged = database
      .selectFrom('tag')
      .selectAll()
      .$if(some !== null, (query) => query.where('machine_id', 'in', some ?? []))
      .orderBy('key');
    for (const row of await tagged.execute()) tags.push(row);
  }
  const productsOf = grouped(products);
  const tagsOf = grouped(tags);
  return rows.map((row) =>
    machineOf(
      row,
      // A database sorts all rows of all machines, which costs more than these few of each.
      (productsOf.get(row.id) ?? []).sort((one, other) => one.id - other.id),
      Object.fromEntries((tagsOf.get(row.id) ?? []).map(({ key, value }) => [key, value])),
    ),
  );
}

function chunked(ids: readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: Math.ceil(ids.length / namesAtOnce) }, (_each, at) =>
    ids.slice(at * namesAtOnce, (at + 1) * namesAtOnce),
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
  products: readonly ProductRow[],
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

function productOf(row: ProductRow): InventoryProduct {
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

async function readTrend(database: Kysely<FleetTables>, most: number): Promise<readonly TrendPoint[]> {
  const rows = await database.selectFrom('trend').selectAll().orderBy('at', 'desc').limit(most).execute();
  return rows.map(({ not_reached: notReached, ...row }) => ({ ...row, notReached })).reverse();
}
