import { hostCounts, type CountStatus } from '../../lab/estate/host-counts';
import { requireMachine } from '../../lab/estate/names';
import { type EstateReader, type EstateStore, type StoredMachine } from '../../lab/estate/store-port';
import { type RequestCounters } from '../../lab/model/state';
import { type SqlDriver } from '../../lab/store/driver';
import { type Catalogue } from '../../licensing/catalogue/types';
import { askControl, type ControlStatus } from './control-channel';
import { readControlPath } from './control-path';
import { servedFiles } from './served-files';
import { isLockHeld } from './served-lock';

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
    counts: hostCounts(reader, host, ports),
    requests: sumOf(host),
  };
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
