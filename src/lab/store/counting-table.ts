import type { CacheChange, CounterIncrement, CountingCacheReader } from '../../kms/engine/host-records';
import type { CountingCacheRows } from '../../kms/engine/counting-cache';
import type { MachineId } from '../estate/store-port';
import { number, text } from './columns';
import type { SqlDatabase } from './driver';

/** The counting caches of KMS hosts. A row's place rises with each `remember`, so the order of places is the age. */
export function countingTable(database: SqlDatabase): {
  readonly reader: (host: MachineId) => CountingCacheReader;
  readonly rows: (host: MachineId) => CountingCacheRows;
  readonly apply: (host: MachineId, changes: readonly CacheChange[]) => void;
  readonly count: (host: MachineId, increments: readonly CounterIncrement[]) => void;
} {
  return {
    reader: (host) => readerOf(database, host),
    rows: (host) => rowsOf(database, host),
    apply: (host, changes) => {
      for (const change of changes) applyChange(database, host, change);
    },
    count: (host, increments) => {
      addUp(database, host, increments);
    },
  };
}

function readerOf(database: SqlDatabase, host: MachineId): CountingCacheReader {
  return {
    greatestThreshold: (count) => {
      const row = database
        .prepare('SELECT greatest_threshold FROM kms_count WHERE host = ? AND count = ?')
        .get(host, count);
      return row === undefined ? 0 : number(row, 'greatest_threshold');
    },
    lastRequestAt: (count, clientMachineId) => {
      const row = database
        .prepare('SELECT last_request_at FROM kms_cache WHERE host = ? AND count = ? AND cmid = ?')
        .get(host, count, clientMachineId);
      return row === undefined ? undefined : number(row, 'last_request_at');
    },
    clientsOldestFirst: (count) =>
      database
        .prepare('SELECT cmid, last_request_at FROM kms_cache WHERE host = ? AND count = ? ORDER BY place')
        .all(host, count)
        .map((row) => [text(row, 'cmid'), number(row, 'last_request_at')] as const),
  };
}

function rowsOf(database: SqlDatabase, host: MachineId): CountingCacheRows {
  return {
    counts: database
      .prepare('SELECT count, greatest_threshold FROM kms_count WHERE host = ? ORDER BY count')
      .all(host)
      .map((row) => ({ count: text(row, 'count'), greatestThreshold: number(row, 'greatest_threshold') })),
    clients: database
      .prepare('SELECT count, cmid, last_request_at FROM kms_cache WHERE host = ? ORDER BY place')
      .all(host)
      .map((row) => ({
        count: text(row, 'count'),
        clientMachineId: text(row, 'cmid'),
        lastRequestAt: number(row, 'last_request_at'),
      })),
  };
}

function applyChange(database: SqlDatabase, host: MachineId, change: CacheChange): void {
  switch (change.kind) {
    case 'remember':
      database
        .prepare('INSERT OR REPLACE INTO kms_cache (host, count, cmid, last_request_at) VALUES (?, ?, ?, ?)')
        .run(host, change.count, change.clientMachineId, change.lastRequestAt);
      return;
    case 'forget':
      database
        .prepare('DELETE FROM kms_cache WHERE host = ? AND count = ? AND cmid = ?')
        .run(host, change.count, change.clientMachineId);
      return;
    case 'raise-threshold':
      database
        .prepare('INSERT OR REPLACE INTO kms_count (host, count, greatest_threshold) VALUES (?, ?, ?)')
        .run(host, change.count, change.greatestThreshold);
      return;
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
