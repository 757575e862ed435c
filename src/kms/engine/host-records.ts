import { type Hresult } from '../../licensing/hresult';
import { type LicenseStatusCode } from './messages';

/**
 * What a KMS host remembers. Two tables: the counting cache (small: at most 50 rows for each count) and the log of
 * requests, which is also event 12290 (bounded by the store). Each row belongs to one host, whose name the store
 * adds as a key column.
 */

/**
 * Which count a request adds to: all Windows clients and servers share one (K1.4), each Office generation has its
 * own (K1.5): 'windows', 'office-2010', 'office-2016' …
 */
export type CountName = string;

/** A row of the counting cache. Key: host, count, clientMachineId. */
export interface CachedClient {
  readonly count: CountName;
  readonly clientMachineId: string;
  /** Host time of the client's last counted request (K2.1). */
  readonly lastRequestAt: number;
}

/** A row beside the cache, one for each count of a host. Key: host, count. */
export interface CountState {
  readonly count: CountName;
  /** Greatest threshold asked for so far; the cache holds twice as many entries (K2.4). Never shrinks. */
  readonly greatestThreshold: number;
}

/** A row of the request log: the fields of event 12290 (K10.3), in its order after the time. */
export interface RequestLogRow {
  /** Host time at which the request was processed. */
  readonly at: number;
  /** What the host's log shows; it may differ from what the client got (K12.8). */
  readonly hresult: Hresult;
  readonly requiredClientCount: number;
  readonly machineName: string;
  readonly clientMachineId: string;
  readonly clientTime: number;
  readonly isVirtualMachine: boolean;
  readonly licenseStatus: LicenseStatusCode;
  readonly minutesRemaining: number;
  readonly activationId: string;
}

/**
 * Changes of the cache, to be applied in order. `remember` removes the client's row where there is one and adds it
 * as the newest (K2.2); `forget` removes a row; `raise-threshold` sets {@link CountState.greatestThreshold}.
 */
export type CacheChange =
  | ({ readonly kind: 'remember' } & CachedClient)
  | {
      readonly kind: 'forget';
      readonly count: CountName;
      readonly clientMachineId: string;
      /** Not renewed for 30 days (K2.3), or older than the newest that the cache holds (K2.5). */
      readonly reason: 'expired' | 'pushed-out';
    }
  | ({ readonly kind: 'raise-threshold' } & CountState);

/**
 * The cache as the engine reads it. An implementation over rows keeps the order of `remember` (SQLite: INSERT OR
 * REPLACE gives the row a new rowid; read ORDER BY rowid).
 */
export interface CountingCacheReader {
  /** 0 before the first counted request. */
  greatestThreshold(count: CountName): number;
  /** Host time of the client's last counted request; undefined where the cache does not hold it. */
  lastRequestAt(count: CountName, clientMachineId: string): number | undefined;
  /** Every row of the count, the longest unheard-of first: at most 50. */
  clientsOldestFirst(count: CountName): Iterable<readonly [clientMachineId: string, lastRequestAt: number]>;
}

/** Cumulative counters of a host product (K13.2), by the client's state at the time of its request (K13.5). */
export type RequestCounterName =
  | 'total'
  | 'failed'
  | 'unlicensed'
  | 'licensed'
  | 'oobGrace'
  | 'ootGrace'
  | 'nonGenuineGrace'
  | 'notification';

/** One request's addition to the counters of the host product with this activation ID: each name by one. */
export interface CounterIncrement {
  readonly hostActivationId: string;
  readonly counters: readonly RequestCounterName[];
}
