import { type Server } from 'node:http';
import { type GroupCommitStore, openGroupCommit } from '../../lab/store/group-commit';
import { openStore } from '../../lab/store/open-store';
import { sqliteDriver } from '../../lab/store/drivers';
import { catalogue } from '../../licensing/catalogue/catalogue';
import { boundedLog } from '../../kms/net/bounded-log';
import { type LogLevel } from '../../kms/net/log';
import { type ListeningAddress } from '../../kms/net/rpc-server';
import { checkHosts } from './check-hosts';
import { hostStatus } from './host-status';
import { type DaemonEnd, HostDaemon } from './host-daemon';
import { jsonLog } from './json-log';
import { metricsRefusal, metricsText, serveMetrics } from './metrics';
import { processPriority } from './priority';

/** What `kms serve` was asked for. */
export interface ServeOptions {
  /** The data directory. */
  readonly home: string;
  readonly listen: string;
  readonly advertise: readonly string[];
  /** Loopback port of the metrics; null: none. */
  readonly metricsPort: number | null;
  readonly logLevel: LogLevel;
}

/** What the process around it offers. */
export interface ServePorts {
  /** The host can be reached at an address now. */
  readonly announce: (machine: string, where: ListeningAddress) => void;
  readonly err: (text: string) => void;
  readonly now: () => number;
  /** Resolves when the service is to end. */
  readonly interrupted: Promise<void>;
  /** Resolves when the process that started this one is gone: it ends at once, so that another can take over. */
  readonly orphaned: Promise<void>;
}

/**
 * Serves one machine in this process until it is told to stop.
 * @throws ServeRefusal, StoreError: the message is for the user
 */
export async function serveMachine(
  machine: string,
  options: ServeOptions,
  ports: ServePorts,
): Promise<DaemonEnd> {
  const driver = sqliteDriver();
  const store = openStore(options.home, driver);
  let batches: GroupCommitStore | null = null;
  let metrics: Server | null = null;
  try {
    batches = openGroupCommit(options.home, driver);
    const shared = { store, driver, catalogue: catalogue(), realNow: ports.now };
    // Before the host: what cannot be had is refused before anybody is told of an address.
    metrics = await openMetrics(options, async () =>
      metricsText(await hostStatus({ ...shared, home: options.home }, machine), process.memoryUsage.rss()),
    );
    const daemon = await HostDaemon.start(
      { home: options.home, machine, listen: options.listen, advertise: options.advertise },
      {
        ...shared,
        batches,
        log: boundedLog(jsonLog(ports.err, { machine, least: options.logLevel })),
        priority: processPriority(),
        announce: ports.announce,
      },
    );
    const asked = ports.interrupted.then(() => undefined);
    const graceMs = await Promise.race([
      daemon.whenOver.then(() => undefined),
      asked,
      ports.orphaned.then(() => 0),
    ]);
    await daemon.stop('stopped', graceMs);
    return await daemon.whenOver;
  } finally {
    metrics?.close();
    await batches?.close();
    store.close();
  }
}

/**
 * Looks whether machines can be served together, each by a process of its own.
 * @throws ServeRefusal with a line for each that cannot; StoreError
 */
export async function checkMachines(
  machines: readonly string[],
  options: ServeOptions,
  now: () => number,
): Promise<void> {
  const driver = sqliteDriver();
  const store = openStore(options.home, driver);
  try {
    await checkHosts(machines, options, { store, driver, realNow: now });
  } finally {
    store.close();
  }
}

async function openMetrics(
  { metricsPort }: ServeOptions,
  text: () => Promise<string>,
): Promise<Server | null> {
  if (metricsPort === null) return null;
  try {
    return await serveMetrics(metricsPort, text);
  } catch (error) {
    throw metricsRefusal(metricsPort, error);
  }
}

/** Resolves when this process has lost the process that started it; never without an IPC channel. */
export function parentGone(): Promise<void> {
  return new Promise((resolve) => {
    if (process.channel === undefined) return;
    process.once('disconnect', resolve);
    // Waiting for it is no reason to stay.
    process.channel.unref();
  });
}
