import type {
  CacheChange,
  CounterIncrement,
  CountingCacheReader,
  CountName,
} from '../../kms/engine/host-records';
import { type CountingCacheRows, MemoryCountingCache } from '../../kms/engine/counting-cache';
import type { MachineId } from '../estate/store-port';
import { json, number, text } from './columns';
import type { SqlDatabase } from './driver';

/** CMID and time of the last request, the longest unheard-of first. */
type StoredClients = readonly (readonly [clientMachineId: string, lastRequestAt: number])[];

/**
 * The counting caches of KMS hosts. One row holds a count with its clients, at most 50: a batch of many requests
 * writes one row, where a row for each client would be changed, indexed and removed for each request.
 */
export function countingTable(database: SqlDatabase): {
  readonly reader: (host: MachineId) => CountingCacheReader;
  readonly rows: (host: MachineId) => CountingCacheRows;
  /** `after`: the cache with the changes in it, where the caller has it. */
  readonly apply: (host: MachineId, changes: readonly CacheChange[], after?: CountingCacheReader) => void;
  readonly count: (host: MachineId, increments: readonly CounterIncrement[]) => void;
} {
  return {
    reader: (host) => new MemoryCountingCache(rowsOf(database, host)),
    rows: (host) => rowsOf(database, host),
    apply: (host, changes, after) => {
      if (changes.length === 0) return;
      const cache = after ?? changedCache(database, host, changes);
      putCounts(database, host, { cache, counts: new Set(changes.map(({ count }) => count)) });
    },
    count: (host, increments) => {
      addUp(database, host, increments);
    },
  };
}

function rowsOf(database: SqlDatabase, host: MachineId): CountingCacheRows {
  const rows = database
    .prepare('SELECT count, greatest_threshold, clients FROM kms_count WHERE host = ? ORDER BY count')
    .all(host)
    .map((row) => ({
      count: text(row, 'count'),
      greatestThreshold: number(row, 'greatest_threshold'),
      clients: json(row, 'clients') as StoredClients,
    }));
  return {
    counts: rows.map(({ count, greatestThreshold }) => ({ count, greatestThreshold })),
    clients: rows.flatMap(({ count, clients }) =>
      clients.map(([clientMachineId, lastRequestAt]) => ({ count, clientMachineId, lastRequestAt })),
    ),
  };
}

function changedCache(
  database: SqlDatabase,
  host: MachineId,
  changes: readonly CacheChange[],
): MemoryCountingCache {
  const cache = new MemoryCountingCache(rowsOf(database, host));
  cache.apply(changes);
  return cache;
}

function putCounts(
  database: SqlDatabase,
  host: MachineId,
  { cache, counts }: { readonly cache: CountingCacheReader; readonly counts: ReadonlySet<CountName> },
): void {
  const put = database.prepare(
    'INSERT OR REPLACE INTO kms_count (host, count, greatest_threshold, clients) VALUES (?, ?, ?, ?)',
  );
  for (const count of counts) {
    const clients = [...cache.clientsOldestFirst(count)];
    put.run(host, count, cache.greatestThreshold(count), JSON.stringify(clients));
  }
}

/** One upsert for each counter that moved, however many requests a batch holds. */
function addUp(database: SqlDatabase, host: MachineId, increments: readonly CounterIncrement[]): void {
  const sums = new Map<string, Map<string, number>>();
  for (const { hostActivationId, counters } of increments) {
    const ofProduct = sums.get(hostActivationId) ?? new Map<string, number>();
    sums.set(hostActivationId, ofProduct);
    for (const name of counters) ofProduct.set(name, (ofProduct.get(name) ?? 0) + 1);
  }
  const upsert = database.prepare(
    'INSERT INTO kms_counter (host, activation_id, name, value) VALUES (?, ?, ?, ?) ' +
      'ON CONFLICT (host, activation_id, name) DO UPDATE SET value = value + excluded.value',
  );
  for (const [activationId, ofProduct] of sums) {
    for (const [name, value] of ofProduct) upsert.run(host, activationId, name, value);
  }
}
