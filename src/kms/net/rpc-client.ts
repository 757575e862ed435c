import { connect, type Socket } from 'node:net';
import { type ActivationAnswer, type ActivationRequest } from '../engine/messages';
import { ClientAssociation, type ClientEvent } from '../wire/client-association';
import { isWireRefusal } from '../wire/refusal';
import { activateOperation, decodeAnswerStub, encodeRequestStub } from '../wire/stubs';
import { type Endpoint, endpointText } from './endpoint';
import { faultError, RpcError, socketError } from './rpc-error';

/** How long one step may take unless the caller says otherwise. Milliseconds. */
export const defaultStepTimeoutMs = 10_000;

export interface RpcClientOptions {
  /** For each step: connecting, binding, one call. */
  readonly timeoutMs?: number;
}

interface Waiting {
  readonly resolve: (event: ClientEvent) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Number of the bind; calls count on from it. */
const bindCall = 1;

/**
 * A bound connection to a KMS host. Calls may be sent without waiting for each other; their answers find them by
 * number. Every failure is an {@link RpcError}; after one of the connection itself every later call has it too.
 */
export class RpcConnection {
  readonly #socket: Socket;
  readonly #where: string;
  readonly #timeoutMs: number;
  readonly #association = new ClientAssociation();
  readonly #waiting = new Map<number, Waiting>();
  readonly #rested = (): void => this.close();
  #lastCall = bindCall;
  #failure: RpcError | null = null;
  #hasHeard = false;

  private constructor(socket: Socket, where: string, timeoutMs: number) {
    this.#socket = socket;
    this.#where = where;
    this.#timeoutMs = timeoutMs;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) =>
      this.#fail(this.#hasHeard ? socketError(error, where) : this.#endedError()),
    );
    socket.on('close', () => this.#fail(this.#endedError()));
  }

  /** Connects and binds. */
  static async open(endpoint: Endpoint, options: RpcClientOptions = {}): Promise<RpcConnection> {
    const timeoutMs = options.timeoutMs ?? defaultStepTimeoutMs;
    const where = endpointText(endpoint);
    const socket = await connectSocket(endpoint, where, timeoutMs);
    const connection = new RpcConnection(socket, where, timeoutMs);
    try {
      const event = await connection.#exchange(bindCall, connection.#association.bind());
      if (event.kind === 'refused')
        throw new RpcError('refused', `${where} refused the interface: ${event.reason}`);
      if (event.kind === 'fault') throw faultError(event.status);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** IP address of the host, null once the connection is gone. */
  get remoteAddress(): string | null {
    return this.#socket.remoteAddress ?? null;
  }

  /** False once a call can no longer be made: the connection broke, or the host asked for its end. */
  get isUsable(): boolean {
    return this.#failure === null && this.#socket.writable;
  }

  /** Sends a request and waits for its answer. */
  async call(request: ActivationRequest): Promise<ActivationAnswer> {
    this.#lastCall += 1;
    const callId = this.#lastCall;
    const bytes = this.#association.request(callId, activateOperation, encodeRequestStub(request));
    const event = await this.#exchange(callId, bytes);
    if (event.kind === 'fault') throw faultError(event.status);
    if (event.kind !== 'response') throw new RpcError('not-rpc', `${this.#where} answered something else`);
    try {
      return decodeAnswerStub(event.stub, event.littleEndian);
    } catch (error) {
      if (!isWireRefusal(error)) throw error;
      throw new RpcError('not-rpc', `${this.#where} sent an answer that cannot be read: ${error.message}`);
    }
  }

  /** Lets the connection wait for its next call: it keeps no process alive, and ends where none comes in time. */
  rest(milliseconds: number): void {
    this.#socket.setTimeout(milliseconds, this.#rested).unref();
  }

  /** Takes it up again after {@link rest}. */
  wake(): void {
    this.#socket.setTimeout(0, this.#rested).ref();
  }

  /** Ends the connection; calls that wait fail with `lost`. */
  close(): void {
    this.#fail(new RpcError('lost', 'the connection was closed here'));
    this.#socket.end();
    this.#socket.destroySoon();
  }

  #exchange(callId: number, bytes: Buffer): Promise<ClientEvent> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) {
        reject(this.#failure);
        return;
      }
      const timer = setTimeout(() => {
        this.#fail(new RpcError('timeout', `${this.#where} did not answer within ${this.#timeoutMs} ms`));
        this.#socket.destroy();
      }, this.#timeoutMs);
      this.#waiting.set(callId, { resolve, reject, timer });
      this.#socket.write(bytes);
    });
  }

  #receive(chunk: Buffer): void {
    try {
      for (const event of this.#association.receive(chunk)) {
        this.#hasHeard = true;
        this.#take(event);
      }
    } catch (error) {
      if (!isWireRefusal(error)) throw error;
      this.#fail(new RpcError('not-rpc', `${this.#where} does not speak DCE/RPC: ${error.message}`));
      this.#socket.destroy();
    }
  }

  #take(event: ClientEvent): void {
    if (event.kind === 'shutdown') {
      if (this.#waiting.size === 0) this.close();
      return;
    }
    const callId = 'callId' in event ? event.callId : bindCall;
    const waiting = this.#waiting.get(callId);
    if (waiting === undefined) return;
    this.#waiting.delete(callId);
    clearTimeout(waiting.timer);
    waiting.resolve(event);
  }

  /** A peer that ends the connection before it ever said a word may speak anything. */
  #endedError(): RpcError {
    return this.#hasHeard
      ? new RpcError('lost', `${this.#where} ended the connection before its answer`)
      : new RpcError('hung-up', `${this.#where} took the connection and ended it without an answer`);
  }

  #fail(error: RpcError): void {
    this.#failure ??= error;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(this.#failure);
    }
    this.#waiting.clear();
  }
}

function connectSocket({ host, port }: Endpoint, where: string, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const settle = (): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
    };
    const timer = setTimeout(() => {
      settle();
      socket.on('error', () => undefined).destroy();
      reject(new RpcError('timeout', `${where} did not accept the connection within ${timeoutMs} ms`));
    }, timeoutMs);
    socket.once('connect', () => {
      settle();
      resolve(socket);
    });
    socket.once('error', (error) => {
      settle();
      reject(socketError(error, where));
    });
  });
}
