import {
  type CacheChange,
  type CachedClient,
  type CountingCacheReader,
  type CountName,
  type CountState,
} from './host-records';

/** An entry lives 30 days from the client's last request (K2.1). */
export const cacheLifetimeMs = 30 * 24 * 60 * 60 * 1000;

/** The count is 0 to 50 (K2.9): no threshold above 25 makes the cache greater. */
const maximumCount = 50;

/** Entries that the cache holds at most: twice the greatest threshold asked for so far, at most 50 (K2.4). */
export function cacheCapacity(greatestThreshold: number): number {
  return Math.min(2 * greatestThreshold, maximumCount);
}

/** A threshold as the cache remembers it: 1 to 25, whatever a request claims. */
export function rememberedThreshold(requiredClientCount: number): number {
  return Math.min(Math.max(requiredClientCount, 1), maximumCount / 2);
}

/** True where an entry's 30 days have gone by at `now` (K2.3). */
export function isExpired(lastRequestAt: number, now: number): boolean {
  return now - lastRequestAt >= cacheLifetimeMs;
}

/** Rows of a host's counting cache as a store keeps them; `clients` the longest unheard-of first in each count. */
export interface CountingCacheRows {
  readonly counts: readonly CountState[];
  readonly clients: readonly CachedClient[];
}

interface Count {
  greatestThreshold: number;
  /** In the order of the last `remember`: a Map keeps the order of insertion. */
  readonly clients: Map<string, number>;
}

/** The counting cache of one host in memory: at most 50 entries for each count. */
export class MemoryCountingCache implements CountingCacheReader {
  readonly #counts = new Map<CountName, Count>();

  constructor(rows: CountingCacheRows = { counts: [], clients: [] }) {
    for (const { count, greatestThreshold } of rows.counts) {
      this.#count(count).greatestThreshold = greatestThreshold;
    }
    for (const { count, clientMachineId, lastRequestAt } of rows.clients) {
      this.#count(count).clients.set(clientMachineId, lastRequestAt);
    }
  }

  greatestThreshold(count: CountName): number {
    return this.#counts.get(count)?.greatestThreshold ?? 0;
  }

  lastRequestAt(count: CountName, clientMachineId: string): number | undefined {
    return this.#counts.get(count)?.clients.get(clientMachineId);
  }

  clientsOldestFirst(count: CountName): Iterable<readonly [clientMachineId: string, lastRequestAt: number]> {
    return this.#counts.get(count)?.clients ?? [];
  }

  /** Applies what an answer brought, in order. */
  apply(changes: readonly CacheChange[]): void {
    for (const change of changes) {
      const count = this.#count(change.count);
      switch (change.kind) {
        case 'remember':
          count.clients.delete(change.clientMachineId);
          count.clients.set(change.clientMachineId, change.lastRequestAt);
          break;
        case 'forget':
          count.clients.delete(change.clientMachineId);
          break;
        case 'raise-threshold':
          count.greatestThreshold = change.greatestThreshold;
          break;
      }
    }
  }

  /** Everything, for a store or an export. */
  rows(): CountingCacheRows {
    const counts: CountState[] = [];
    const clients: CachedClient[] = [];
    for (const [count, { greatestThreshold, clients: entries }] of this.#counts) {
      counts.push({ count, greatestThreshold });
      for (const [clientMachineId, lastRequestAt] of entries)
        clients.push({ count, clientMachineId, lastRequestAt });
    }
    return { counts, clients };
  }

  #count(name: CountName): Count {
    const known = this.#counts.get(name);
    if (known !== undefined) return known;
    const added = { greatestThreshold: 0, clients: new Map<string, number>() };
    this.#counts.set(name, added);
    return added;
  }
}

/** The cache as it will be after changes that are not applied yet: for a second request before the first is recorded. */
export function cacheWithChanges(
  cache: CountingCacheReader,
  changes: readonly CacheChange[],
): CountingCacheReader {
  if (changes.length === 0) return cache;
  const changed = new Set(changes.map(({ count }) => count));
  const copy = new MemoryCountingCache({
    counts: [...changed].map((count) => ({ count, greatestThreshold: cache.greatestThreshold(count) })),
    clients: [...changed].flatMap((count) =>
      Array.from(cache.clientsOldestFirst(count), ([clientMachineId, lastRequestAt]) => ({
        count,
        clientMachineId,
        lastRequestAt,
      })),
    ),
  });
  copy.apply(changes);
  const readerOf = (count: CountName): CountingCacheReader => (changed.has(count) ? copy : cache);
  return {
    greatestThreshold: (count) => readerOf(count).greatestThreshold(count),
    lastRequestAt: (count, clientMachineId) => readerOf(count).lastRequestAt(count, clientMachineId),
    clientsOldestFirst: (count) => readerOf(count).clientsOldestFirst(count),
  };
}
