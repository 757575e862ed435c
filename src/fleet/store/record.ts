import type { Selectable, Transaction } from 'kysely';
import {
  fieldCodes,
  machineChanges,
  productChanges,
  steadyEnd,
  worstStatus,
  type FieldChange,
} from '../inventory/changes';
import { identify } from '../inventory/identity';
import type {
  MachineFailure,
  MachineReading,
  Observation,
  ProductObservation,
} from '../inventory/observation';
import { wayColumns } from './targets';
import { findKnown, setAside, type KnownMachines, type MachineRow } from './known-machines';
import type { Engine } from './engine';
import type { ChangeTable, FleetTables, ProductTable } from './schema';

type ProductRow = Selectable<ProductTable>;

/** Most rows that one statement writes: SQLite takes 32,766 parameters. */
const rowsAtOnce = 1000;

/** What a batch writes at its end. */
interface Writes {
  readonly changes: ChangeTable[];
  readonly products: {
    readonly row: Omit<ProductRow, 'id'>;
    readonly changes: readonly FieldChange[];
    at: number;
  }[];
}

/** Writes what came of looking at machines, within a transaction. */
export async function recordAll(
  database: Transaction<FleetTables>,
  observations: readonly Observation[],
  engine: Engine,
): Promise<void> {
  const known = await findKnown(database, observations, engine);
  const writes: Writes = { changes: [], products: [] };
  for (const observation of observations) {
    if (observation.outcome === 'failed') await recordFailure(database, observation, known, writes);
    else await recordReading(database, observation, known, writes);
  }
  await writeProducts(database, writes);
  await writeChanges(database, writes.changes, engine);
}

async function recordFailure(
  database: Transaction<FleetTables>,
  { name, at, step, hresult, message, way }: MachineFailure,
  known: KnownMachines,
  writes: Writes,
): Promise<void> {
  const before = known.byName(name);
  const failed = {
    failed_at: at,
    failed_step: step,
    failed_hresult: hresult,
    failed_text: message,
    last_tried: at,
  };
  if (before === null) {
    const row = await insertMachine(database, { ...unseen(name, at), ...failed, ...wayColumns(way) });
    known.add(row);
    writes.changes.push(ofMachine(row.id, at, { field: 'name', value: name }));
    writes.changes.push(ofMachine(row.id, at, { field: 'failure', value: message }));
    return;
  }
  if (at < before.last_tried) return;
  const tried = before.last_seen === null ? wayColumns(way) : {};
  await updateMachine(database, { ...before, ...failed, ...tried }, known);
  if (before.failed_text !== message) {
    writes.changes.push(ofMachine(before.id, at, { field: 'failure', value: message }));
  }
}

async function recordReading(
  database: Transaction<FleetTables>,
  reading: MachineReading,
  known: KnownMachines,
  writes: Writes,
): Promise<void> {
  const { name, at } = reading;
  const named = known.byName(name);
  const match = identify(reading, named, known.withUuid(reading.uuid, named));
  if (match.kind !== 'same' && match.displaced !== null) await setAside(database, match.displaced, known);
  const before = match.kind === 'new' ? null : known.byId(match.id);
  if (before?.last_seen != null && at < before.last_seen) return;
  const machine = merged(reading, before, known.isAlias(name));
  const row = before === null ? await insertMachine(database, machine) : { ...machine, id: before.id };
  if (before === null) known.add(row);
  const products = known.productsOf(row.id);
  const ends = takeProducts({ reading, machineId: row.id, known: products }, writes);
  const status = worstStatus(reading.products.map((product) => product.status));
  await updateMachine(database, { ...row, status, expires: earliest(ends) }, known);
  for (const change of machineChanges(before, row)) writes.changes.push(ofMachine(row.id, at, change));
  if (before !== null && answersAgain(before, at)) {
    writes.changes.push(ofMachine(row.id, at, { field: 'failure', value: null }));
  }
}

function merged(
  reading: MachineReading,
  before: MachineRow | null,
  isAlias: boolean,
): Omit<MachineRow, 'id'> {
  const { name, at, kind, cmid, kmsSet, rearms, way } = reading;
  const base = before ?? unseen(name, at);
  const shown = isAlias ? base.name : name;
  return {
    ...base,
    name: shown,
    name_key: shown.toLowerCase(),
    // What this way does not tell stays as another one told it.
    uuid: reading.uuid ?? base.uuid,
    system: reading.system ?? base.system,
    edition: reading.edition ?? base.edition,
    build: reading.build ?? base.build,
    cmid: cmid ?? base.cmid,
    kind,
    kms_set: kmsSet,
    rearms,
    last_seen: at,
    last_tried: Math.max(at, base.last_tried),
    ...(failedSince(base, at) ? {} : noFailure),
    ...wayColumns(way),
  };
}

const noFailure = { failed_at: null, failed_step: null, failed_hresult: null, failed_text: null };

function answersAgain(before: Pick<MachineRow, 'failed_at' | 'failed_text'>, at: number): boolean {
  return before.failed_text !== null && !failedSince(before, at);
}

/** Whether it failed after it answered: observations may come late. */
function failedSince({ failed_at }: Pick<MachineRow, 'failed_at'>, at: number): boolean {
  return failed_at !== null && failed_at > at;
}

function unseen(name: string, at: number): Omit<MachineRow, 'id'> {
  return {
    name,
    name_key: name.toLowerCase(),
    uuid: null,
    cmid: null,
    kind: null,
    system: null,
    build: null,
    edition: null,
    kms_set: null,
    rearms: null,
    status: null,
    expires: null,
    first_seen: at,
    last_seen: null,
    last_tried: at,
    failed_at: null,
    failed_step: null,
    failed_hresult: null,
    failed_text: null,
    via: null,
    address: null,
    login: null,
    port: null,
  };
}

/** Notes what became of a machine's products; the ends of those that are there. */
function takeProducts(
  {
    reading,
    machineId,
    known,
  }: {
    readonly reading: MachineReading;
    readonly machineId: number;
    readonly known: ReadonlyMap<string, ProductRow>;
  },
  writes: Writes,
): readonly (number | null)[] {
  const { at } = reading;
  const there = new Map(reading.products.map((product) => [product.activationId, product]));
  const ends: (number | null)[] = [];
  for (const product of there.values()) {
    const before = known.get(product.activationId) ?? null;
    const row = productRow(product, { before, machineId, at });
    ends.push(row.expires);
    const changes = [...productChanges(before, row)];
    if (before !== null && before.gone_at !== null) changes.push({ field: 'present', value: 1 });
    if (before === null || changes.length > 0) writes.products.push({ row, changes, at });
  }
  for (const before of known.values()) {
    if (before.gone_at !== null || there.has(before.activation_id)) continue;
    const row = { ...productColumns(before), gone_at: at };
    writes.products.push({ row, changes: [{ field: 'present', value: 0 }], at });
  }
  return ends;
}

/** A row without its id. */
function productColumns(product: ProductRow): Omit<ProductRow, 'id'> {
  const columns: Partial<ProductRow> = { ...product };
  delete columns.id;
  return columns as Omit<ProductRow, 'id'>;
}

function productRow(
  product: ProductObservation,
  {
    before,
    machineId,
    at,
  }: { readonly before: ProductRow | null; readonly machineId: number; readonly at: number },
): Omit<ProductRow, 'id'> {
  return {
    machine_id: machineId,
    activation_id: product.activationId,
    application_id: product.applicationId,
    name: product.name,
    channel: product.channel,
    partial_key: product.partialKey,
    status: product.status,
    reason: product.reason,
    expires: steadyEnd(before?.expires ?? null, product.expires),
    addon: Number(product.isAddon),
    kms_host: product.kmsHost,
    rearms: product.rearms,
    host_count: product.hostCount,
    first_seen: before?.first_seen ?? at,
    gone_at: null,
  };
}

function earliest(ends: readonly (number | null)[]): number | null {
  const known = ends.filter((end) => end !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function ofMachine(id: number, at: number, { field, value }: FieldChange): ChangeTable {
  return { machine_id: id, product_id: 0, field: fieldCodes[field], at, value };
}

async function insertMachine(
  database: Transaction<FleetTables>,
  row: Omit<MachineRow, 'id'>,
): Promise<MachineRow> {
  const { id } = await database.insertInto('machine').values(row).returning('id').executeTakeFirstOrThrow();
  return { ...row, id };
}

async function updateMachine(
  database: Transaction<FleetTables>,
  { id, ...row }: MachineRow,
  known: KnownMachines,
): Promise<void> {
  await database.updateTable('machine').set(row).where('id', '=', id).execute();
  known.replace({ id, ...row });
}

async function writeProducts(database: Transaction<FleetTables>, writes: Writes): Promise<void> {
  // The last word about a product counts; all changes are kept.
  const rows = [
    ...new Map(writes.products.map(({ row }) => [`${row.machine_id} ${row.activation_id}`, row])).values(),
  ];
  const ids = new Map<string, number>();
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    const written = await database
      .insertInto('product')
      .values(rows.slice(at, at + rowsAtOnce))
      .onConflict((conflict) =>
        conflict.columns(['machine_id', 'activation_id']).doUpdateSet((set) => ({
          application_id: set.ref('excluded.application_id'),
          name: set.ref('excluded.name'),
          channel: set.ref('excluded.channel'),
          partial_key: set.ref('excluded.partial_key'),
          status: set.ref('excluded.status'),
          reason: set.ref('excluded.reason'),
          expires: set.ref('excluded.expires'),
          addon: set.ref('excluded.addon'),
          kms_host: set.ref('excluded.kms_host'),
          rearms: set.ref('excluded.rearms'),
          host_count: set.ref('excluded.host_count'),
          gone_at: set.ref('excluded.gone_at'),
        })),
      )
      .returning(['id', 'machine_id', 'activation_id'])
      .execute();
    for (const { id, machine_id, activation_id } of written) ids.set(`${machine_id} ${activation_id}`, id);
  }
  for (const { row, changes, at } of writes.products) {
    const productId = ids.get(`${row.machine_id} ${row.activation_id}`);
    if (productId === undefined) continue;
    for (const { field, value } of changes) {
      writes.changes.push({
        machine_id: row.machine_id,
        product_id: productId,
        field: fieldCodes[field],
        at,
        value,
      });
    }
  }
}

/** Numbers as whole ones in SQLite, whose drivers would make eight bytes of a JavaScript number; text on a server. */
function storedValue(value: ChangeTable['value'], engine: Engine): ChangeTable['value'] {
  if (typeof value !== 'number') return value;
  return engine === 'sqlite' ? BigInt(value) : String(value);
}

async function writeChanges(
  database: Transaction<FleetTables>,
  changes: readonly ChangeTable[],
  engine: Engine,
): Promise<void> {
  // Within one second the last value counts.
  const rows = [
    ...new Map(
      changes.map((change) => [
        `${change.machine_id} ${change.product_id} ${change.field} ${change.at}`,
        { ...change, value: storedValue(change.value, engine) },
      ]),
    ).values(),
  ];
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    await database
      .insertInto('change')
      .values(rows.slice(at, at + rowsAtOnce))
      .onConflict((conflict) =>
        conflict
          .columns(['machine_id', 'product_id', 'field', 'at'])
          .doUpdateSet((set) => ({ value: set.ref('excluded.value') })),
      )
      .execute();
  }
}
