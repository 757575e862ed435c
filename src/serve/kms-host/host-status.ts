import { cacheCapacity } from '../../kms/engine/counting-cache';
import { currentCount } from '../../kms/engine/host';
import { kmsHostFacts } from '../../lab/clockwork/host-facts';
import { requireMachine } from '../../lab/estate/names';
import { defaultSettings } from '../../lab/estate/settings';
import { type EstateReader, type EstateStore, type StoredMachine } from '../../lab/estate/store-port';
import { estateTime } from '../../lab/estate/time';
import { type RequestCounters } from '../../lab/model/state';
import { type SqlDriver } from '../../lab/store/driver';
import { type Catalogue } from '../../licensing/catalogue/types';
import { askControl, type ControlStatus } from './control-channel';
import { readControlPath } from './control-path';
import { servedFiles } from './served-files';
import { isLockHeld } from './served-lock';

/** One count of a host: 'windows', or an Office generation (K1.4, K1.5). */
export interface CountStatus {
  readonly count: string;
  /** Current count; -1 where nobody asked yet (K2.9). */
  readonly current: number;
  /** Entries in the cache, and how many it holds at most (K2.4). */
  readonly cached: number;
  readonly capacity: number;
}

/** Everything about a KMS host: what its store says, and its process where it is served. */
export interface HostStatus {
  readonly machine: string;
  readonly running: boolean;
  /** Whether a process serves it now. */
  readonly served: boolean;
  /** The process; null while none serves it, or where it did not answer. */
  readonly process: ControlStatus | null;
  readonly listeningPort: number;
  readonly counts: readonly CountStatus[];
  /** Cumulative requests of all its host products (K13.2). */
  readonly requests: RequestCounters;
}

export interface StatusPorts {
  readonly store: EstateStore;
  readonly driver: SqlDriver;
  readonly catalogue: Catalogue;
  readonly home: string;
  readonly realNow: () => number;
}

/**
 * What a KMS host is doing.
 * @throws EstateError `not-found` where there is no such machine
 */
export async function hostStatus(ports: StatusPorts, name: string): Promise<HostStatus> {
  const stored = ports.store.read((reader) => storedStatus(reader, ports, name));
  const files = servedFiles(ports.home, stored.machine);
  const served = isLockHeld(ports.driver, files.lock);
  const control = served ? readControlPath(files.control) : null;
  return { ...stored, served, process: control === null ? null : await askControl(control) };
}

function storedStatus(
  reader: EstateReader,
  ports: StatusPorts,
  name: string,
): Omit<HostStatus, 'served' | 'process'> {
  const host = requireMachine(reader, name);
  const { state } = host;
  return {
    machine: state.name,
    running: state.running,
    listeningPort: state.loadedHost.listeningPort,
    counts: countsOf(reader, ports, host),
    requests: sumOf(host),
  };
}

function countsOf(reader: EstateReader, ports: StatusPorts, host: StoredMachine): readonly CountStatus[] {
  const facts = kmsHostFacts(host.state, ports.catalogue, reader.estate()?.settings ?? defaultSettings);
  const cache = reader.cache(host.id);
  const now = estateTime(reader.clock(), ports.realNow()) + host.state.clockSkewMs;
  return [...new Set(facts.products.map(({ count }) => count))].map((count) => ({
    count,
    current: currentCount(facts, cache, count, now),
    cached: [...cache.clientsOldestFirst(count)].length,
    capacity: cacheCapacity(cache.greatestThreshold(count)),
  }));
}

const counterNames = [
  'total',
  'failed',
  'unlicensed',
  'licensed',
  'oobGrace',
  'ootGrace',
  'nonGenuineGrace',
  'notification',
] as const;

function sumOf({ state }: StoredMachine): RequestCounters {
  const sums = Object.fromEntries(counterNames.map((name) => [name, 0])) as Record<
    keyof RequestCounters,
    number
  >;
  for (const { kmsHost } of state.products) {
    for (const name of counterNames) sums[name] += kmsHost?.requests[name] ?? 0;
  }
  return sums;
}
