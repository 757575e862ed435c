import { type EstateStore } from '../../lab/estate/store-port';
import { type SqlDriver } from '../../lab/store/driver';
import { silentLog } from '../../kms/net/log';
import { messageOf } from '../../kms/net/system-error';
import { HostListener } from './host-listener';
import { takeOver } from './host-lock';
import { metricsRefusal, serveMetrics } from './metrics';
import { takePicture } from './picture';
import { ServeRefusal } from './serve-refusal';

export interface CheckHostsOptions {
  /** The data directory. */
  readonly home: string;
  readonly listen: string;
  /** Loopback port of the first machine's metrics; the others count up from it. */
  readonly metricsPort: number | null;
}

export interface CheckHostsPorts {
  readonly store: EstateStore;
  readonly driver: SqlDriver;
  /** The real time, epoch ms. */
  readonly realNow: () => number;
}

/** What was taken for a look and is given back. */
type GiveBack = () => Promise<void> | void;

/**
 * Looks whether machines can be served together, before a process for any of them is started: each is there, runs and is
 * served by nobody, and its port and that of its metrics can be had. All are held at once, so that two of them that
 * want the same are found, too.
 * @throws ServeRefusal with a line for each of them that cannot be served
 */
export async function checkHosts(
  machines: readonly string[],
  options: CheckHostsOptions,
  ports: CheckHostsPorts,
): Promise<void> {
  const held: GiveBack[] = [];
  const refusals: string[] = [];
  try {
    for (const [index, machine] of machines.entries()) {
      try {
        await holdHost({ machine, index }, { options, ports, held });
      } catch (error) {
        refusals.push(`${machine}: ${messageOf(error)}`);
      }
    }
  } finally {
    for (const giveBack of held) await giveBack();
  }
  if (refusals.length > 0) throw new ServeRefusal(['Nothing is served:', ...refusals].join('\n  '));
}

async function holdHost(
  { machine, index }: { readonly machine: string; readonly index: number },
  {
    options,
    ports,
    held,
  }: {
    readonly options: CheckHostsOptions;
    readonly ports: CheckHostsPorts;
    readonly held: GiveBack[];
  },
): Promise<void> {
  const { home, listen, metricsPort } = options;
  const picture = takePicture(ports.store, machine, { after: 0, realNow: ports.realNow() });
  const { host, lock } = takeOver({ home, machine }, ports.driver, picture);
  held.push(() => {
    lock.release();
  });
  const listener = new HostListener({
    handle: () => Promise.reject(new ServeRefusal('the service is not there yet')),
    log: silentLog,
    limits: {},
    graceMs: 0,
  });
  await listener.moveTo({ address: listen, port: host.state.loadedHost.listeningPort });
  held.push(() => listener.leave());
  if (metricsPort === null) return;
  const port = metricsPort + index;
  try {
    const server = await serveMetrics(port, () => Promise.resolve(''));
    held.push(() => {
      server.close();
    });
  } catch (error) {
    throw metricsRefusal(port, error);
  }
}
