import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { ServerAssociation } from '../wire/server-association';
import { type AnswerBatch, CallBatcher } from './call-batcher';
import { defaultServerLimits, refusedConnections, type ServerLimits } from './limits';
import { type Log, silentLog } from './log';
import { type ConnectionCounters, type ConnectionHost, ServerConnection } from './server-connection';

export interface RpcServerOptions {
  readonly handle: AnswerBatch;
  readonly limits?: Partial<ServerLimits>;
  readonly log?: Log;
}

/** Where a server listens. */
export interface ListeningAddress {
  readonly address: string;
  readonly port: number;
}

/** What a server tells of itself. */
export interface ServerStatus extends Readonly<ConnectionCounters> {
  /** Connections that are open. */
  readonly connections: number;
  /** Connections that were ever taken. */
  readonly accepted: number;
}

const sweepMs = 500;
/** A connection that was used within this time is not idle enough to make room for another. */
const evictableAfterMs = 1000;
const backlog = 4096;

/**
 * A TCP server of the emulator's RPC interface. Nothing that one peer does keeps the others from being served; calls
 * go to the handler in batches and their answers leave when it has recorded them.
 */
export class RpcServer {
  readonly #server: Server;
  readonly #limits: ServerLimits;
  readonly #log: Log;
  readonly #host: ConnectionHost;
  readonly #connections = new Set<ServerConnection>();
  readonly #counters: ConnectionCounters = { calls: 0, answered: 0, refused: 0, failed: 0 };
  /** Told in every bind_ack; asking each socket for it would cost a system call. */
  #secondaryAddress = '';
  #accepted = 0;
  #sweeper: NodeJS.Timeout | null = null;
  #whenEmpty: (() => void) | null = null;

  constructor(options: RpcServerOptions) {
    this.#limits = { ...defaultServerLimits, ...options.limits };
    this.#log = options.log ?? silentLog;
    this.#host = {
      limits: this.#limits,
      log: this.#log,
      batcher: new CallBatcher(options.handle),
      counters: this.#counters,
      gone: (connection) => this.#gone(connection),
    };
    // Half-open: a peer that has sent its last call still gets the answer. No keep-alive of TCP: the idle timeout
    // finds dead peers, without four system calls for each connection.
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  get status(): ServerStatus {
    return { ...this.#counters, connections: this.#connections.size, accepted: this.#accepted };
  }

  /** Begins to listen; port 0 takes a free one. Rejects with the system's error (`EADDRINUSE` …). */
  async listen(where: ListeningAddress): Promise<ListeningAddress> {
    const { address, port } = where;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      // exclusive: two machines on one address and port are a refusal, never a share.
      this.#server.listen({ host: address, port, backlog, exclusive: true }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    this.#server.on('error', (error) => this.#log('error', 'listening-failed', { message: error.message }));
    this.#sweeper = setInterval(() => this.#sweep(), sweepMs);
    this.#sweeper.unref();
    this.#secondaryAddress = String(this.address.port);
    return this.address;
  }

  /** Where it listens; throws before {@link listen}. */
  get address(): ListeningAddress {
    const { address, port } = this.#server.address() as AddressInfo;
    return { address, port };
  }

  /**
   * Takes no more connections, answers what is in flight and ends the connections; what is not done after `graceMs`
   * is cut off. Resolves when nothing is left.
   */
  async stop(graceMs = 5000): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    // A call that has arrived is in flight, though nobody has read it yet.
    await arrivals();
    for (const connection of this.#connections) connection.finish();
    const empty = new Promise<void>((resolve) => {
      if (this.#connections.size === 0) resolve();
      else this.#whenEmpty = resolve;
    });
    const cut = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
    }, graceMs);
    await empty;
    clearTimeout(cut);
    await closed;
    if (this.#sweeper !== null) clearInterval(this.#sweeper);
  }

  #accept(socket: Socket): void {
    this.#accepted += 1;
    const isFull = this.#connections.size >= this.#limits.connections && !this.#makeRoom();
    if (isFull && this.#connections.size >= this.#limits.connections + refusedConnections) {
      socket.destroy();
      return;
    }
    const association = new ServerAssociation({
      secondaryAddress: this.#secondaryAddress,
      associationGroup: (this.#accepted % 0xffffffff) + 1,
      limits: this.#limits.reassembly,
      isFull,
    });
    if (isFull) this.#log('warn', 'connection-limit', { connections: this.#connections.size });
    this.#connections.add(new ServerConnection(socket, association, this.#host));
  }

  #gone(connection: ServerConnection): void {
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#whenEmpty?.();
  }

  /**
   * Makes room for a new connection; false where every connection is at work. Where many have not bound, the oldest of
   * them goes: a client binds at once. Where they are few they are clients that have just come, and an idle one goes.
   */
  #makeRoom(): boolean {
    const now = Date.now();
    const unbound = longest(this.#connections, (each) => each.unboundFor(now));
    const idle = longest(this.#connections, (each) => each.idleFor(now));
    const isIdle = idle !== null && idle.ms > evictableAfterMs;
    if (unbound !== null && (!isIdle || unbound.count > this.#limits.connections / 4)) {
      unbound.connection.destroy();
      return true;
    }
    if (isIdle) idle.connection.evict();
    return isIdle;
  }

  #sweep(): void {
    const now = Date.now();
    for (const connection of this.#connections) connection.enforceTimeouts(now);
  }
}

interface Longest {
  readonly connection: ServerConnection;
  readonly ms: number;
  /** How many connections have such a length of time. */
  readonly count: number;
}

/** The connection of which a length of time is longest; null where none has one. */
function longest(
  connections: Iterable<ServerConnection>,
  lengthOf: (connection: ServerConnection) => number | null,
): Longest | null {
  let found: { readonly connection: ServerConnection; readonly ms: number } | null = null;
  let count = 0;
  for (const connection of connections) {
    const ms = lengthOf(connection);
    if (ms === null) continue;
    count += 1;
    if (ms > (found?.ms ?? -1)) found = { connection, ms };
  }
  return found === null ? null : { ...found, count };
}

/** Resolves when every socket was looked at once: what had arrived at them is read by then. */
function arrivals(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
}
