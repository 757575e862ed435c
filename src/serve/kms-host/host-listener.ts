import { type AnswerBatch } from '../../kms/net/call-batcher';
import { endpointText } from '../../kms/net/endpoint';
import { type Log } from '../../kms/net/log';
import { type ServerLimits } from '../../kms/net/limits';
import { type ListeningAddress, RpcServer, type ServerStatus } from '../../kms/net/rpc-server';
import { ServeRefusal } from './serve-refusal';
import { messageOf, systemErrorCode } from '../../kms/net/system-error';

export interface HostListenerOptions {
  readonly handle: AnswerBatch;
  readonly log: Log;
  readonly limits: Partial<ServerLimits>;
  /** How long what is in flight may take when a socket is given up, in ms. */
  readonly graceMs: number;
}

const nothing: ServerStatus = { connections: 0, accepted: 0, calls: 0, answered: 0, refused: 0, failed: 0 };

/** The listening socket of a host, which moves when the port changes; its counters go on. */
export class HostListener {
  readonly #options: HostListenerOptions;
  readonly #leaving = new Set<Promise<void>>();
  #server: RpcServer | null = null;
  #before: ServerStatus = nothing;

  constructor(options: HostListenerOptions) {
    this.#options = options;
  }

  /** Where it listens; null while it does not. */
  get address(): ListeningAddress | null {
    return this.#server?.address ?? null;
  }

  get status(): ServerStatus {
    const now = this.#server?.status ?? nothing;
    return {
      connections: now.connections,
      accepted: this.#before.accepted + now.accepted,
      calls: this.#before.calls + now.calls,
      answered: this.#before.answered + now.answered,
      refused: this.#before.refused + now.refused,
      failed: this.#before.failed + now.failed,
    };
  }

  /**
   * Listens at an address, in place of where it listened before; the old socket finishes what is in flight.
   * @throws ServeRefusal where the address cannot be had; it then listens nowhere
   */
  async moveTo(where: ListeningAddress): Promise<ListeningAddress> {
    const { handle, log, limits } = this.#options;
    const isSame = this.address?.port === where.port && this.address.address === where.address;
    if (isSame) await this.leave();
    const next = new RpcServer({ handle, log, limits });
    try {
      const bound = await next.listen(where);
      const old = this.leave();
      this.#server = next;
      // Not awaited: a client that does not let go is no reason to be late.
      void old;
      return bound;
    } catch (error) {
      await this.leave();
      throw listenRefusal(where, error);
    }
  }

  /** Stops listening and finishes what is in flight, within the time given. */
  async leave(graceMs = this.#options.graceMs): Promise<void> {
    const old = this.#server;
    this.#server = null;
    if (old === null) return;
    const { accepted, calls, answered, refused, failed } = this.#before;
    const stopped = old.stop(graceMs).then(() => {
      this.#leaving.delete(stopped);
    });
    this.#leaving.add(stopped);
    const status = old.status;
    this.#before = {
      connections: 0,
      accepted: accepted + status.accepted,
      calls: calls + status.calls,
      answered: answered + status.answered,
      refused: refused + status.refused,
      failed: failed + status.failed,
    };
    await stopped;
  }

  /** Resolves when every socket that was given up is done. */
  async settled(): Promise<void> {
    await Promise.all(this.#leaving);
  }
}

const listenFailures: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the address and port are taken, by another served machine or another program',
  EACCES: 'this user may not listen on that port',
  EADDRNOTAVAIL: 'this computer does not have that address',
  ENOTFOUND: 'that is no address of this computer',
  EAFNOSUPPORT: 'this computer does not speak that kind of address',
};

function listenRefusal({ address, port }: ListeningAddress, error: unknown): ServeRefusal {
  const code = systemErrorCode(error);
  const why = listenFailures[code] ?? messageOf(error);
  return new ServeRefusal(
    `cannot listen on ${endpointText({ host: address, port })}: ${why}. Choose another port (/sprt and a restart) ` +
      'or another address (--listen).',
    { cause: error },
  );
}
