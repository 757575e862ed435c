import {
  bindNakReasons,
  contextResults,
  defaultFragment,
  faultStatuses,
  minimumFragment,
  pduFlags,
  wholePdu,
} from './constants';
import { fragmentStub } from './fragmentation';
import { decideContext, negotiateFragment, rejectForLimit } from './negotiation';
import { decodePdu, encodePdu, type Pdu } from './pdu';
import { type ContextResult } from './pdu-bind-ack';
import { responseFixedLength } from './pdu-call';
import { headerLength } from './pdu-header';
import { PduSplitter } from './pdu-splitter';
import { defaultReassemblyLimits, Reassembly, type ReassemblyLimits } from './reassembly';
import { isWireRefusal, WireRefusal } from './refusal';
import { labKmsInterface, type SyntaxId } from './syntax';

type BindPdu = Extract<Pdu, { kind: 'bind' | 'alter-context' }>;
type RequestPdu = Extract<Pdu, { kind: 'request' }>;

/** A call that has come whole. */
export interface IncomingCall {
  readonly callId: number;
  readonly contextId: number;
  readonly operation: number;
  readonly stub: Buffer;
  readonly littleEndian: boolean;
}

/** What the owner of the connection has to do, in order. */
export type ServerAction =
  | { readonly kind: 'send'; readonly bytes: Buffer }
  | { readonly kind: 'call'; readonly call: IncomingCall }
  /** Send what is queued and end the connection; `refusal` says why. */
  | { readonly kind: 'close'; readonly refusal: WireRefusal };

/** What differs between servers and connections. */
export interface ServerAssociationOptions {
  /** Port as text, told in bind_ack. */
  readonly secondaryAddress: string;
  /** Number of the association group that a client gets when it asks for a new one; not 0. */
  readonly associationGroup: number;
  readonly limits?: ReassemblyLimits;
  readonly offered?: SyntaxId;
  /** True where the server has no room: the bind is answered with "local limit exceeded". */
  readonly isFull?: boolean;
}

/** Presentation contexts that one connection may hold. */
const maximumContexts = 32;

/**
 * The server's end of one connection as a state machine: bytes in, actions out. It never throws: whatever a peer
 * sends ends in an answer, a fault, a bind_nak or a close. It keeps no more than the limits allow.
 */
export class ServerAssociation {
  readonly #options: ServerAssociationOptions;
  readonly #offered: SyntaxId;
  readonly #splitter = new PduSplitter(defaultFragment);
  readonly #reassembly: Reassembly<Omit<IncomingCall, 'stub'>>;
  /** Numbers of the contexts that were accepted; most connections have one. */
  readonly #contexts: number[] = [];
  #transmitFragment = minimumFragment;
  #isBound = false;
  #isClosed = false;

  constructor(options: ServerAssociationOptions) {
    this.#options = options;
    this.#offered = options.offered ?? labKmsInterface;
    this.#reassembly = new Reassembly(options.limits ?? defaultReassemblyLimits);
  }

  /** True once a bind has been answered, whatever it asked for. */
  get isBound(): boolean {
    return this.#isBound;
  }

  /** True while a PDU or a call has begun and not ended: a peer that stays so is slow or hostile. */
  get isPartial(): boolean {
    return this.#splitter.isPartial || this.#reassembly.size > 0;
  }

  /** Takes what the socket brought. After a `close` everything is ignored. */
  receive(chunk: Buffer): readonly ServerAction[] {
    const actions: ServerAction[] = [];
    if (this.#isClosed) return actions;
    try {
      for (const bytes of this.#splitter.push(chunk)) {
        this.#take(decodePdu(bytes), actions);
      }
    } catch (error) {
      if (!isWireRefusal(error)) throw error;
      if (error.code === 'version' && !this.#isBound)
        actions.push(send(bindNak(bindNakReasons.protocolVersionNotSupported, 0)));
      this.#isClosed = true;
      actions.push({ kind: 'close', refusal: error });
    }
    return actions;
  }

  /** Bytes of the answer to a call, in as many fragments as the peer's size asks for. */
  respond(call: Pick<IncomingCall, 'callId' | 'contextId'>, stub: Buffer): Buffer {
    const room = this.#transmitFragment - headerLength - responseFixedLength;
    // A busy host spends its time here: every answer but a strange one fits.
    if (stub.length <= room) return responsePdu(call, stub, { flags: wholePdu, hint: stub.length });
    const fragments = fragmentStub(stub, room).map((fragment) =>
      responsePdu(call, fragment.stub, { flags: fragment.flags, hint: stub.length }),
    );
    return Buffer.concat(fragments);
  }

  /** Bytes of a fault: the call was not executed. */
  fault(call: Pick<IncomingCall, 'callId' | 'contextId'>, status: number): Buffer {
    return encodePdu({
      kind: 'fault',
      callId: call.callId,
      flags: wholePdu | pduFlags.didNotExecute,
      littleEndian: true,
      contextId: call.contextId,
      status,
    });
  }

  /** Bytes that ask the client to end the connection when it is idle (C706 12.6.4.11). */
  shutdown(): Buffer {
    return encodePdu({ kind: 'shutdown', callId: 0, flags: wholePdu, littleEndian: true });
  }

  #take(pdu: Pdu, actions: ServerAction[]): void {
    switch (pdu.kind) {
      case 'bind':
      case 'alter-context': {
        this.#negotiate(pdu, actions);
        return;
      }
      case 'request': {
        this.#request(pdu, actions);
        return;
      }
      case 'orphaned': {
        this.#reassembly.drop(pdu.callId);
        return;
      }
      case 'cancel':
        return;
      default:
        throw new WireRefusal('sequence', `a ${pdu.kind} PDU from a client`);
    }
  }

  #negotiate(pdu: BindPdu, actions: ServerAction[]): void {
    if ((pdu.kind === 'alter-context') !== this.#isBound) {
      if (pdu.kind === 'bind') actions.push(send(bindNak(bindNakReasons.notSpecified, pdu.callId)));
      throw new WireRefusal(
        'sequence',
        `${pdu.kind} on a connection that is ${this.#isBound ? '' : 'not '}bound`,
      );
    }
    if (pdu.authenticated) {
      actions.push(send(bindNak(bindNakReasons.authenticationTypeNotRecognized, pdu.callId)));
      throw new WireRefusal('value', 'a client that wants to authenticate');
    }
    if (this.#options.isFull === true) {
      actions.push(send(bindNak(bindNakReasons.localLimitExceeded, pdu.callId)));
      throw new WireRefusal('limit', 'more connections than the server takes');
    }
    if (!this.#isBound) this.#transmitFragment = negotiateFragment(pdu.maxReceiveFragment);
    this.#isBound = true;
    actions.push(send(this.#acknowledge(pdu)));
  }

  #acknowledge(pdu: BindPdu): Buffer {
    const isBind = pdu.kind === 'bind';
    return encodePdu({
      kind: isBind ? 'bind-ack' : 'alter-context-response',
      callId: pdu.callId,
      flags: wholePdu,
      littleEndian: true,
      maxTransmitFragment: this.#transmitFragment,
      maxReceiveFragment: negotiateFragment(pdu.maxTransmitFragment),
      associationGroup: pdu.associationGroup === 0 ? this.#options.associationGroup : pdu.associationGroup,
      secondaryAddress: isBind ? this.#options.secondaryAddress : '',
      results: pdu.contexts.map((context) => this.#decide(context)),
    });
  }

  #decide(context: BindPdu['contexts'][number]): ContextResult {
    const isNew = !this.#contexts.includes(context.contextId);
    const decision = decideContext(context, this.#offered);
    if (decision.result !== contextResults.acceptance) return decision;
    if (isNew && this.#contexts.length >= maximumContexts) return rejectForLimit();
    if (isNew) this.#contexts.push(context.contextId);
    return decision;
  }

  #request(pdu: RequestPdu, actions: ServerAction[]): void {
    const { callId, contextId, operation, littleEndian } = pdu;
    if (!this.#isBound) {
      actions.push(send(this.fault(pdu, faultStatuses.protocolError)));
      throw new WireRefusal('sequence', 'a request before a bind');
    }
    if (pdu.authenticated) {
      actions.push(send(this.fault(pdu, faultStatuses.accessDenied)));
      throw new WireRefusal('value', 'an authenticated request on an anonymous connection');
    }
    const isWhole = (pdu.flags & wholePdu) === wholePdu && !this.#reassembly.has(callId);
    const call = isWhole
      ? { callId, contextId, operation, littleEndian, stub: pdu.stub }
      : this.#assemble(pdu, { callId, contextId, operation, littleEndian }, actions);
    if (call === null) return;
    if (this.#contexts.includes(call.contextId)) actions.push({ kind: 'call', call });
    else actions.push(send(this.fault(call, faultStatuses.unknownInterface)));
  }

  #assemble(pdu: RequestPdu, head: Omit<IncomingCall, 'stub'>, actions: ServerAction[]): IncomingCall | null {
    const isFirst = (pdu.flags & pduFlags.firstFragment) !== 0;
    const isLast = (pdu.flags & pduFlags.lastFragment) !== 0;
    try {
      if (!isFirst) {
        const whole = this.#reassembly.add(pdu.callId, pdu.stub, isLast);
        return whole === null ? null : { ...whole.head, stub: whole.stub };
      }
      this.#reassembly.begin(pdu.callId, head, pdu.stub);
      return null;
    } catch (error) {
      if (!isWireRefusal(error)) throw error;
      const status = error.code === 'limit' ? faultStatuses.remoteNoMemory : faultStatuses.protocolError;
      actions.push(send(this.fault(pdu, status)));
      throw error;
    }
  }
}

function responsePdu(
  { callId, contextId }: Pick<IncomingCall, 'callId' | 'contextId'>,
  stub: Buffer,
  { flags, hint }: { readonly flags: number; readonly hint: number },
): Buffer {
  return encodePdu({
    kind: 'response',
    callId,
    flags,
    littleEndian: true,
    allocationHint: hint,
    contextId,
    stub,
  });
}

function send(bytes: Buffer): ServerAction {
  return { kind: 'send', bytes };
}

function bindNak(reason: number, callId: number): Buffer {
  return encodePdu({
    kind: 'bind-nak',
    callId,
    flags: wholePdu,
    littleEndian: true,
    reason,
    versions: [{ major: 5, minor: 0 }],
  });
}
