import { type Server } from 'node:http';
import { openStore } from '../../lab/store/open-store';
import { sqliteDriver } from '../../lab/store/drivers';
import { catalogue } from '../../licensing/catalogue/catalogue';
import { endpointText } from '../net/endpoint';
import { type LogLevel } from '../net/log';
import { hostStatus } from './host-status';
import { type DaemonEnd, HostDaemon } from './host-daemon';
import { jsonLog } from './json-log';
import { metricsText, serveMetrics } from './metrics';
import { processPriority } from './priority';
import { ServeRefusal } from './serve-refusal';
import { messageOf } from '../net/system-error';

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
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly now: () => number;
  /** Resolves when the service is to end: a signal, or the parent process is gone. */
  readonly interrupted: () => Promise<void>;
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
  try {
    const shared = { store, driver, catalogue: catalogue(), realNow: ports.now };
    const daemon = await HostDaemon.start(
      { home: options.home, machine, listen: options.listen, advertise: options.advertise },
      {
        ...shared,
        log: jsonLog(ports.err, { machine, least: options.logLevel }),
        priority: processPriority(),
        announce: (name, { address, port }) => {
          ports.out(`${name} listening on ${endpointText({ host: address, port })}\n`);
        },
      },
    );
    const metrics = await openMetrics(options, daemon, async () =>
      metricsText(await hostStatus({ ...shared, home: options.home }, machine), process.memoryUsage.rss()),
    );
    await Promise.race([daemon.whenOver, ports.interrupted()]);
    await daemon.stop();
    metrics?.close();
    return await daemon.whenOver;
  } finally {
    store.close();
  }
}

async function openMetrics(
  { metricsPort }: ServeOptions,
  daemon: HostDaemon,
  text: () => Promise<string>,
): Promise<Server | null> {
  if (metricsPort === null) return null;
  try {
    return await serveMetrics(metricsPort, text);
  } catch (error) {
    await daemon.stop();
    const why = messageOf(error);
    throw new ServeRefusal(`The metrics cannot be served on 127.0.0.1:${metricsPort}: ${why}.`, {
      cause: error,
    });
  }
}
