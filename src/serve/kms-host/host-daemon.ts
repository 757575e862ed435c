import { isServiceRunning } from '../../lab/model/machine';
import { type Server } from 'node:net';
import { type EstateStore } from '../../lab/estate/store-port';
import { eventEntry } from '../../lab/model/events';
import { loadHostSettings } from '../../lab/model/settings';
import { type MachineState } from '../../lab/model/state';
import { type SqlDriver } from '../../lab/store/driver';
import { type GroupCommitStore } from '../../lab/store/group-commit';
import { type Catalogue } from '../../licensing/catalogue/types';
import { type AnswerBatch } from '../../kms/net/call-batcher';
import { type ServerLimits } from '../../kms/net/limits';
import { type Log } from '../../kms/net/log';
import { type ListeningAddress } from '../../kms/net/rpc-server';
import { hostAnswerBatch } from './answer-batch';
import { type ControlStatus, serveControl } from './control-channel';
import { closeControlPath, openControlPath } from './control-path';
import { HostListener } from './host-listener';
import { type Served, takeOver } from './host-lock';
import { HostPublishing } from './host-publishing';
import { type Picture, takePicture } from './picture';
import { type PriorityPort } from './priority';
import { SlidingRate } from './rate';
import { reachedAt } from './reached-at';
import { removeServedFacts, writeServedFacts } from './served-files';
import { ServeRefusal } from './serve-refusal';
import { messageOf } from '../../kms/net/system-error';

export interface HostDaemonOptions {
  /** The data directory. */
  readonly home: string;
  readonly machine: string;
  /** Address to listen on; the port is the machine's own (/sprt). */
  readonly listen: string;
  /** Addresses to publish instead of the one listened on. */
  readonly advertise: readonly string[];
  readonly limits?: Partial<ServerLimits>;
  /** How long what is in flight may take at a stop, in ms. */
  readonly graceMs?: number;
}

export interface HostDaemonPorts {
  readonly store: EstateStore;
  /** Where answers are recorded. */
  readonly batches: GroupCommitStore;
  readonly driver: SqlDriver;
  readonly catalogue: Catalogue;
  /** The real time, epoch ms. */
  readonly realNow: () => number;
  readonly log: Log;
  readonly priority: PriorityPort;
  /** Called whenever the host can be reached at an address. */
  readonly announce: (machine: string, where: ListeningAddress) => void;
}

/** How a daemon ended: as asked; because only a new process gets its priority back; its machine was removed. */
export type DaemonEnd = 'stopped' | 'respawn' | 'machine-removed';

const followMs = 250;
const defaultGraceMs = 5000;
const listenAgainMs = 5000;
const rateWindowMs = 10_000;
const sameFailureMs = 10_000;

/** The KMS host service of one machine, served by this process until it is told to stop. */
export class HostDaemon {
  readonly #options: HostDaemonOptions;
  readonly #ports: HostDaemonPorts;
  readonly #served: Served;
  readonly #listener: HostListener;
  readonly #publishing: HostPublishing;
  readonly #rate = new SlidingRate(rateWindowMs);
  readonly #startedAt: number;
  /** Settles once, when nothing of the daemon is left. */
  readonly whenOver: Promise<DaemonEnd>;
  #settle: (how: DaemonEnd) => void = () => undefined;
  #control: Server | null = null;
  #timer: NodeJS.Timeout | null = null;
  #following: Promise<void> | null = null;
  #lastEvent: number;
  #listenAgainAt = 0;
  #lastFailure = { message: '', at: 0 };
  #perSecond = 0;
  #toldPort: number | null = null;
  #ending: Promise<void> | null = null;

  private constructor(options: HostDaemonOptions, ports: HostDaemonPorts, served: Served, lastEvent: number) {
    this.#options = options;
    this.#ports = ports;
    this.#served = served;
    this.#lastEvent = lastEvent;
    this.#startedAt = ports.realNow();
    this.#publishing = new HostPublishing(ports.store, ports.log);
    const { batches, catalogue, realNow, log } = ports;
    this.#listener = new HostListener({
      handle: this.#watched(hostAnswerBatch({ batches, catalogue, realNow, machine: this.machine })),
      log,
      limits: options.limits ?? {},
      graceMs: options.graceMs ?? defaultGraceMs,
    });
    this.whenOver = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /**
   * Takes the machine's lock, listens, and publishes.
   * @throws ServeRefusal where the machine is not there, stopped or served already, or the address cannot be had
   */
  static async start(options: HostDaemonOptions, ports: HostDaemonPorts): Promise<HostDaemon> {
    const picture = takePicture(ports.store, options.machine, { after: 0, realNow: ports.realNow() });
    const served = takeOver(options, ports.driver, picture);
    const daemon = new HostDaemon(options, ports, served, picture.lastEvent);
    try {
      await daemon.#open({ ...picture, restarted: true });
      return daemon;
    } catch (error) {
      await daemon.stop();
      throw error;
    }
  }

  /** The machine's name as the estate writes it. */
  get machine(): string {
    return this.#served.host.state.name;
  }

  get status(): ControlStatus {
    const { connections, accepted, calls, answered, refused, failed } = this.#listener.status;
    const now = this.#ports.realNow();
    return {
      machine: this.machine,
      pid: process.pid,
      address: this.#listener.address?.address ?? null,
      port: this.#listener.address?.port ?? null,
      startedAt: this.#startedAt,
      uptimeSeconds: Math.round((now - this.#startedAt) / 1000),
      priority: this.#ports.priority.current(),
      connections,
      accepted,
      calls,
      answered,
      refused,
      failed,
      perSecond: this.#perSecond,
      published: [...this.#publishing.domains],
    };
  }

  /** Finishes what is in flight, within `graceMs`, and lets go of everything. */
  stop(how: DaemonEnd = 'stopped', graceMs = this.#options.graceMs ?? defaultGraceMs): Promise<void> {
    this.#ending ??= this.#close(how, graceMs);
    return this.#ending;
  }

  async #open(picture: Picture): Promise<void> {
    await this.#listen(picture);
    this.#control = await serveControl(openControlPath(this.#served.files.control), () => this.status);
    this.#publish(picture);
    this.#timer = setInterval(() => {
      this.#following ??= this.#follow().finally(() => {
        this.#following = null;
      });
    }, followMs);
  }

  async #close(how: DaemonEnd, graceMs: number): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    if (how === 'stopped') await this.#following;
    const { files, lock } = this.#served;
    removeServedFacts(files);
    await this.#listener.leave(graceMs);
    await this.#listener.settled();
    this.#control?.close();
    closeControlPath(files.control);
    lock.release();
    this.#ports.log('info', 'stopped', { how });
    this.#settle(how);
  }

  /** Looks at the estate: the machine may have been stopped, started, restarted, activated or removed. */
  async #follow(): Promise<void> {
    this.#perSecond = this.#rate.sample(performance.now(), this.#listener.status.answered);
    try {
      const picture = takePicture(this.#ports.store, this.machine, {
        after: this.#lastEvent,
        realNow: this.#ports.realNow(),
      });
      await this.#take(picture);
      this.#lastEvent = picture.lastEvent;
    } catch (error) {
      const event = error instanceof ServeRefusal ? 'addresses-not-listed' : 'estate-not-readable';
      this.#failed(event, error);
    }
  }

  async #take(picture: Picture): Promise<void> {
    if (this.#ending !== null) return;
    const { host } = picture;
    if (host?.id !== this.#served.host.id) {
      this.#ports.log('warn', 'machine-removed');
      void this.stop('machine-removed');
    } else if (!isServiceRunning(host.state)) {
      await this.#rest();
    } else {
      if (picture.restarted) this.#ports.log('info', 'service-restarted');
      if (picture.restarted && !this.#ports.priority.apply(host.state.loadedHost.lowPriority)) {
        this.#ports.log('info', 'respawn', { reason: 'this process cannot raise its priority' });
        void this.stop('respawn');
        return;
      }
      await this.#listenAgain(picture);
      this.#tellOfPort(host.state);
      this.#publish(picture);
    }
  }

  /** A stopped machine answers nothing; the lock stays, so that nobody else serves it meanwhile. */
  async #rest(): Promise<void> {
    if (this.#listener.address === null) return;
    removeServedFacts(this.#served.files);
    await this.#listener.leave();
    this.#ports.log('info', 'machine-stopped');
  }

  async #listenAgain(picture: Picture): Promise<void> {
    const now = this.#ports.realNow();
    const isThere = this.#listener.address?.port === picture.host?.state.loadedHost.listeningPort;
    if (isThere || (!picture.restarted && now < this.#listenAgainAt)) return;
    this.#listenAgainAt = now + listenAgainMs;
    try {
      await this.#listen(picture);
    } catch (error) {
      this.#failed('listening-failed', error);
    }
  }

  /** A port that was set takes effect at the service's next start; says so once for each. */
  #tellOfPort(state: MachineState): void {
    const { listeningPort } = loadHostSettings(state.registry);
    if (listeningPort === this.#toldPort) return;
    this.#toldPort = listeningPort;
    const { listeningPort: port } = state.loadedHost;
    if (listeningPort === port) return;
    const cure = `slmgr lab restart ${state.name}`;
    this.#ports.log('warn', 'restart-needed', { setting: 'port', set: listeningPort, listening: port, cure });
  }

  async #listen({ host, estateNow }: Picture): Promise<void> {
    const { state, id } = host ?? this.#served.host;
    this.#ports.priority.apply(state.loadedHost.lowPriority);
    const { files } = this.#served;
    try {
      removeServedFacts(files);
      const where = { address: this.#options.listen, port: state.loadedHost.listeningPort };
      const bound = await this.#listener.moveTo(where);
      writeServedFacts(files, {
        machine: this.machine,
        pid: process.pid,
        ...bound,
        reachedAt: [...this.#addresses()],
        startedAt: this.#startedAt,
      });
      this.#ports.log('info', 'listening', { ...bound });
      this.#ports.announce(this.machine, bound);
    } catch (error) {
      const entry = eventEntry(state, 12291, ['0x80072740'], estateNow);
      this.#ports.store.write((writer) => writer.appendEvents(id, [entry]));
      throw error;
    }
  }

  #publish({ host, settings, estateNow, restarted }: Picture): void {
    const port = this.#listener.address?.port;
    if (host === null || port === undefined) return;
    const realNow = this.#ports.realNow();
    const addresses = this.#addresses();
    this.#publishing.follow({ host, settings, addresses, port, estateNow, realNow, restarted });
  }

  #addresses(): readonly string[] {
    return reachedAt(this.#options.listen, this.#options.advertise);
  }

  /** A batch that cannot be recorded: its calls get a fault, the log says why, the service goes on. */
  #watched(handle: AnswerBatch): AnswerBatch {
    return async (requests) => {
      try {
        return await handle(requests);
      } catch (error) {
        this.#failed('requests-not-recorded', error, requests.length);
        throw error;
      }
    };
  }

  /** Logs a failure, the same one only now and then. */
  #failed(event: string, error: unknown, requests = 0): void {
    const message = messageOf(error);
    const now = this.#ports.realNow();
    if (message === this.#lastFailure.message && now - this.#lastFailure.at < sameFailureMs) return;
    this.#lastFailure = { message, at: now };
    this.#ports.log('error', event, requests === 0 ? { message } : { message, requests });
  }
}
