import { type Socket } from 'node:net';

/** How many connections a listener holds, and for how long without a sign-in. */
export interface GateLimits {
  /** Connections at once; the oldest that has not signed in makes room for a new one. */
  readonly connections: number;
  /** Of these, how many may be without a sign-in. */
  readonly unsigned: number;
  /** Connections of one account. */
  readonly perAccount: number;
  /** How long a connection may be without a sign-in, in ms (LoginGraceTime of OpenSSH). */
  readonly graceMs: number;
  /** After how many ms without a word from a peer it is asked whether it is there. */
  readonly aliveMs: number;
}

export const defaultGateLimits: GateLimits = {
  connections: 512,
  unsigned: 100,
  perAccount: 64,
  graceMs: 120_000,
  aliveMs: 15_000,
};

interface Entry {
  readonly socket: Socket;
  readonly key: string;
  readonly late: NodeJS.Timeout;
  account: string | null;
}

/**
 * The connections of one listener. Whoever has signed in is never in the way of a flood of connections that have not:
 * those go first, the oldest before the others.
 */
export class ConnectionGate {
  readonly #limits: GateLimits;
  readonly #unsigned = new Map<string, Entry>();
  readonly #signed = new Map<string, Entry>();

  constructor(limits: Partial<GateLimits> = {}) {
    this.#limits = { ...defaultGateLimits, ...limits };
  }

  /** Connections that are open. */
  get size(): number {
    return this.#unsigned.size + this.#signed.size;
  }

  get aliveMs(): number {
    return this.#limits.aliveMs;
  }

  /** Takes a new connection; false, and the connection is over, where all others have signed in. */
  enter(socket: Socket): boolean {
    const { connections, unsigned, graceMs } = this.#limits;
    if (this.#unsigned.size >= unsigned || this.size >= connections) this.#evictOldest();
    if (this.size >= connections) {
      socket.destroy();
      return false;
    }
    socket.setKeepAlive(true, this.aliveMs);
    const key = keyOf(socket);
    const late = setTimeout(() => socket.destroy(), graceMs);
    late.unref();
    const entry: Entry = { socket, key, late, account: null };
    this.#unsigned.set(key, entry);
    socket.once('close', () => this.#leave(entry));
    return true;
  }

  /** Notes who has signed in; false where that account has as many connections as it may have. */
  signedIn(socket: Socket, account: string): boolean {
    const key = keyOf(socket);
    const entry = this.#unsigned.get(key) ?? this.#signed.get(key);
    // What has ended meanwhile, or never entered, is not counted.
    if (entry === undefined || entry.account === account) return true;
    if (this.#connectionsOf(account) >= this.#limits.perAccount) return false;
    clearTimeout(entry.late);
    entry.account = account;
    this.#unsigned.delete(key);
    this.#signed.set(key, entry);
    return true;
  }

  #connectionsOf(account: string): number {
    return [...this.#signed.values()].filter((each) => each.account === account).length;
  }

  #evictOldest(): void {
    const [oldest] = this.#unsigned.values();
    if (oldest === undefined) return;
    this.#leave(oldest);
    oldest.socket.destroy();
  }

  #leave(entry: Entry): void {
    clearTimeout(entry.late);
    if (this.#unsigned.get(entry.key) === entry) this.#unsigned.delete(entry.key);
    if (this.#signed.get(entry.key) === entry) this.#signed.delete(entry.key);
  }
}

/** Both ends of a connection: the same for its socket and for the TLS over it, which are two objects. */
function keyOf({ remoteAddress, remotePort, localPort }: Socket): string {
  return `${remoteAddress ?? ''}|${String(remotePort)}|${String(localPort)}`;
}
