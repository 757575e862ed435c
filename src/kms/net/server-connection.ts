import { type Socket } from 'node:net';
import { type ActivationAnswer, type ActivationRequest } from '../engine/messages';
import { faultStatuses } from '../wire/constants';
import { isWireRefusal } from '../wire/refusal';
import { type IncomingCall, type ServerAction, type ServerAssociation } from '../wire/server-association';
import { activateOperation, decodeRequestStub, encodeAnswerStub } from '../wire/stubs';
import { type CallBatcher, type WaitingCall } from './call-batcher';
import { type ServerLimits } from './limits';
import { type Log } from './log';

/** What a connection needs of its server. */
export interface ConnectionHost {
  readonly limits: ServerLimits;
  readonly batcher: CallBatcher;
  readonly log: Log;
  readonly counters: ConnectionCounters;
  /** Called once, when the socket is gone. */
  readonly gone: (connection: ServerConnection) => void;
}

/** What all connections of a server have done. */
export interface ConnectionCounters {
  /** Calls that came. */
  calls: number;
  /** Calls that got an answer of the handler. */
  answered: number;
  /** Calls and connections that got a fault, a bind_nak or a close for what they sent. */
  refused: number;
  /** Calls that the handler could not answer. */
  failed: number;
}

/** A call of a connection while the handler has it. */
class OutstandingCall implements WaitingCall {
  readonly request: ActivationRequest;
  readonly #connection: ServerConnection;
  readonly #call: IncomingCall;

  constructor(request: ActivationRequest, connection: ServerConnection, call: IncomingCall) {
    this.request = request;
    this.#connection = connection;
    this.#call = call;
  }

  answered(answer: ActivationAnswer): void {
    this.#connection.answer(this.#call, answer);
  }

  failed(): void {
    this.#connection.fail(this.#call);
  }
}

/** One connection: sockets on one side, the association and the batcher on the other. */
export class ServerConnection {
  readonly #socket: Socket;
  readonly #association: ServerAssociation;
  readonly #host: ConnectionHost;
  #outstanding = 0;
  #isEnding = false;
  #isPeerDone = false;
  readonly #acceptedAt = Date.now();
  /** When the peer last sent something whole, or answers were last taken. */
  #quietSince: number;
  /** When something unfinished began; null while nothing is. */
  #slowSince: number | null;
  /** When the peer was last seen to take answers while others waited for it; null while none wait. */
  #stuckSince: number | null = null;
  #taken = 0;

  constructor(socket: Socket, association: ServerAssociation, host: ConnectionHost) {
    this.#socket = socket;
    this.#association = association;
    this.#host = host;
    this.#quietSince = Date.now();
    this.#slowSince = this.#quietSince;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('end', () => this.#peerDone());
    socket.on('error', (error) => host.log('debug', 'connection-error', { message: error.message }));
    socket.on('close', () => host.gone(this));
  }

  /** Milliseconds of quiet of a connection that could go without harm; null for one that is at work. */
  idleFor(now: number): number | null {
    return this.#outstanding > 0 || this.#isEnding || this.#slowSince !== null
      ? null
      : now - this.#quietSince;
  }

  /** Milliseconds since a connection came that has not bound yet; null for one that has, or is ending. */
  unboundFor(now: number): number | null {
    return this.#association.isBound || this.#isEnding || this.#socket.destroyed
      ? null
      : now - this.#acceptedAt;
  }

  /** Ends a connection that has been quiet, slow or stuck for too long. */
  enforceTimeouts(now: number): void {
    const { idleMs, slowMs, stuckMs } = this.#host.limits;
    this.#seeProgress(now);
    if (this.#stuckSince !== null && now - this.#stuckSince > stuckMs) this.#drop('peer-takes-no-answers');
    else if (this.#slowSince !== null && now - this.#slowSince > slowMs) this.#drop('peer-too-slow');
    else if ((this.idleFor(now) ?? 0) > idleMs) this.finish();
  }

  /** Lets what is in flight be answered, asks the client to go (shutdown PDU) and ends the connection. */
  finish(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    if (this.#outstanding === 0) this.#end();
  }

  /** Makes room: asks the client to go and ends the connection without waiting for its end. */
  evict(): void {
    if (this.#socket.writableLength > 0) this.#socket.destroy();
    this.finish();
    this.#socket.destroySoon();
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    if (this.#isEnding) return;
    for (const action of this.#association.receive(chunk)) this.#act(action);
    const now = Date.now();
    this.#quietSince = now;
    if (!this.#association.isBound || this.#association.isPartial) this.#slowSince ??= now;
    else this.#slowSince = null;
    this.#applyBackPressure();
  }

  #act(action: ServerAction): void {
    switch (action.kind) {
      case 'send':
        this.#send(action.bytes);
        break;
      case 'call':
        this.#call(action.call);
        break;
      case 'close':
        this.#host.counters.refused += 1;
        this.#host.log('debug', 'connection-refused', {
          code: action.refusal.code,
          message: action.refusal.message,
        });
        this.finish();
    }
  }

  #call(call: IncomingCall): void {
    const { counters, batcher } = this.#host;
    counters.calls += 1;
    if (call.operation !== activateOperation) {
      this.#fault(call, faultStatuses.operationRangeError);
      return;
    }
    let request;
    try {
      request = decodeRequestStub(call.stub, call.littleEndian);
    } catch (error) {
      if (!isWireRefusal(error)) throw error;
      this.#host.log('debug', 'arguments-refused', { code: error.code, message: error.message });
      this.#fault(call, faultStatuses.badStubData);
      return;
    }
    this.#outstanding += 1;
    batcher.add(new OutstandingCall(request, this, call));
  }

  /** Sends what the handler answered to a call. */
  answer(call: IncomingCall, answer: ActivationAnswer): void {
    let stub;
    try {
      stub = encodeAnswerStub(answer);
    } catch (error) {
      if (!isWireRefusal(error)) throw error;
      this.#host.log('error', 'answer-not-encodable', { code: error.code, message: error.message });
      this.fail(call);
      return;
    }
    this.#host.counters.answered += 1;
    this.#send(this.#association.respond(call, stub));
    this.#settle();
  }

  /** Tells the peer that the handler could not answer a call. */
  fail(call: IncomingCall): void {
    this.#host.counters.failed += 1;
    this.#send(this.#association.fault(call, faultStatuses.unspecified));
    this.#settle();
  }

  #fault(call: IncomingCall, status: number): void {
    this.#host.counters.refused += 1;
    this.#send(this.#association.fault(call, status));
  }

  #settle(): void {
    this.#outstanding -= 1;
    this.#quietSince = Date.now();
    if (this.#outstanding > 0 || !(this.#isEnding || this.#isPeerDone)) this.#applyBackPressure();
    else if (this.#isPeerDone) this.#close();
    else this.#end();
  }

  #send(bytes: Buffer): void {
    if (!this.#socket.writable) return;
    if (this.#socket.write(bytes) || this.#socket.listenerCount('drain') > 0) return;
    this.#socket.once('drain', () => this.#applyBackPressure());
  }

  /** Looks whether the peer takes its answers: what the socket tells by itself begins at 16 KiB that wait. */
  #seeProgress(now: number): void {
    const unsent = this.#socket.writableLength;
    const taken = unsent === 0 ? 0 : this.#socket.bytesWritten - unsent;
    if (unsent === 0) this.#stuckSince = null;
    else if (this.#stuckSince === null || taken !== this.#taken) this.#stuckSince = now;
    this.#taken = taken;
    if (this.#socket.isPaused()) this.#applyBackPressure();
  }

  #applyBackPressure(): void {
    const { callsInFlight, unsentBytes } = this.#host.limits;
    const isFull = this.#outstanding >= callsInFlight || this.#socket.writableLength >= unsentBytes;
    if (isFull && !this.#socket.isPaused()) this.#socket.pause();
    else if (!isFull && this.#socket.isPaused()) this.#socket.resume();
  }

  /** The peer sends no more; what it asked is still answered. */
  #peerDone(): void {
    this.#isPeerDone = true;
    if (this.#outstanding === 0) this.#close();
  }

  /** Both sides are done: what the kernel has taken still leaves, and a shutdown of its own would say nothing more. */
  #close(): void {
    if (this.#socket.writableLength === 0) this.#socket.destroy();
    else this.#socket.destroySoon();
  }

  #end(): void {
    if (!this.#socket.writable) return;
    if (this.#association.isBound && !this.#isPeerDone) this.#socket.write(this.#association.shutdown());
    this.#socket.end();
    // Whatever still comes is not read into memory; the peer's end closes the socket.
    this.#socket.resume();
    this.#slowSince ??= Date.now();
  }

  #drop(reason: string): void {
    this.#host.log('debug', 'connection-dropped', { reason });
    this.#socket.destroy();
  }
}
