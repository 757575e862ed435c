import type { Kysely, Selectable, Transaction } from 'kysely';
import type { CollectedProduct, ProxyRequest } from '../inventory/proxy-requests';
import { FleetStoreError } from './fleet-store-error';
import { namesAtOnce } from './limits';
import type { FleetTables, ProxyTable } from './schema';

type ProxyRow = Selectable<ProxyTable>;

/** Rows that one statement writes: SQLite takes 32,766 parameters. */
const rowsAtOnce = 2000;

/** Notes products under the ids that stand for them. @throws FleetStoreError for a machine that is not known */
export async function noteProducts(
  database: Kysely<FleetTables>,
  products: readonly CollectedProduct[],
): Promise<readonly ProxyRequest[]> {
  return database.transaction().execute(async (transaction) => {
    const noted: ProxyRequest[] = [];
    for (const some of inParts(products, rowsAtOnce)) noted.push(...(await noteSome(transaction, some)));
    return noted;
  });
}

async function noteSome(
  transaction: Transaction<FleetTables>,
  products: readonly CollectedProduct[],
): Promise<readonly ProxyRequest[]> {
  const ids = await machineIds(
    transaction,
    products.map(({ machine }) => machine),
  );
  const known = await transaction
    .selectFrom('proxy')
    .selectAll()
    .where('installation_id', 'in', [...new Set(products.map(({ installationId }) => installationId))])
    .orderBy('collected_at')
    .orderBy('id')
    .execute();
  const newRows: ProxyRow[] = [];
  const noted = products.map((product) => {
    const machineId = ids.get(product.machine.toLowerCase());
    if (machineId === undefined)
      throw new FleetStoreError(`The inventory has no machine ${product.machine}.`);
    const same = known.filter((row) => isSame(row, product));
    const own = same.find((row) => row.machine_id === machineId);
    const row = own ?? newRow(product, machineId);
    if (own === undefined) newRows.push(row);
    const activated = same.find((each) => each.applied_at !== null && each.confirmation_id !== null);
    return {
      ...requestOf(row, product.machine),
      confirmationId: activated?.confirmation_id ?? null,
    };
  });
  if (newRows.length > 0) await transaction.insertInto('proxy').values(newRows).execute();
  return noted;
}

/** An installation ID says which hardware and which key it is of; product and key are compared all the same. */
function isSame(row: ProxyRow, product: CollectedProduct): boolean {
  return (
    row.installation_id === product.installationId &&
    row.activation_id === product.activationId &&
    row.partial_key === product.partialKey
  );
}

function newRow(product: CollectedProduct, machineId: number): ProxyRow {
  return {
    id: product.id,
    machine_id: machineId,
    activation_id: product.activationId,
    installation_id: product.installationId,
    partial_key: product.partialKey,
    collected_at: product.at,
    confirmation_id: null,
    applied_at: null,
  };
}

function requestOf(row: ProxyRow, machine: string): ProxyRequest {
  return {
    id: row.id,
    machine,
    activationId: row.activation_id,
    installationId: row.installation_id,
    partialKey: row.partial_key,
    confirmationId: row.confirmation_id,
    appliedAt: row.applied_at,
  };
}

/** Ids of machines by name or by another name of theirs, in lower case. */
async function machineIds(
  transaction: Transaction<FleetTables>,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const keys = [...new Set(names.map((name) => name.toLowerCase()))];
  const aliases = await transaction.selectFrom('alias').selectAll().where('name_key', 'in', keys).execute();
  const machines = await transaction
    .selectFrom('machine')
    .select(['name_key', 'id'])
    .where('name_key', 'in', keys)
    .execute();
  return new Map([
    ...aliases.map(({ name_key, machine_id }) => [name_key, machine_id] as const),
    ...machines.map(({ name_key, id }) => [name_key, id] as const),
  ]);
}

/** The requests that are known of these ids, or of these installation IDs. */
export async function findRequests(
  database: Kysely<FleetTables>,
  by: 'id' | 'installation_id',
  ids: readonly string[],
): Promise<readonly ProxyRequest[]> {
  const found: ProxyRequest[] = [];
  for (const some of inParts(ids, namesAtOnce)) {
    const rows = await database
      .selectFrom('proxy')
      .innerJoin('machine', 'machine.id', 'proxy.machine_id')
      .selectAll('proxy')
      .select('machine.name as machine')
      .where(`proxy.${by}`, 'in', some)
      .orderBy('proxy.id')
      .execute();
    found.push(...rows.map((row) => requestOf(row, row.machine)));
  }
  return found;
}

/** Keeps confirmation IDs. One that has activated its product stays. */
export async function keepConfirmations(
  database: Kysely<FleetTables>,
  confirmations: readonly { readonly id: string; readonly confirmationId: string }[],
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    for (const { id, confirmationId } of confirmations) {
      await transaction
        .updateTable('proxy')
        .set({ confirmation_id: confirmationId })
        .where('id', '=', id)
        .where('applied_at', 'is', null)
        .execute();
    }
  });
}

/** That the products of these ids were seen activated; the first time counts. */
export async function noteApplied(
  database: Kysely<FleetTables>,
  ids: readonly string[],
  at: number,
): Promise<void> {
  for (const some of inParts(ids, namesAtOnce)) {
    await database
      .updateTable('proxy')
      .set({ applied_at: at })
      .where('id', 'in', some)
      .where('applied_at', 'is', null)
      .execute();
  }
}

function* inParts<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}
