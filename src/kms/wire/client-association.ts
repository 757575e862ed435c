import {
  bindNakReasons,
  contextReasons,
  contextResults,
  defaultFragment,
  minimumFragment,
  pduFlags,
  wholePdu,
} from './constants';
import { fragmentStub } from './fragmentation';
import { decodePdu, encodePdu, type Pdu } from './pdu';
import { requestFixedLength } from './pdu-call';
import { headerLength } from './pdu-header';
import { PduSplitter } from './pdu-splitter';
import { defaultReassemblyLimits, Reassembly } from './reassembly';
import { WireRefusal } from './refusal';
import { labKmsInterface, ndrSyntax, type SyntaxId } from './syntax';

/** What came from the server, in order. */
export type ClientEvent =
  | { readonly kind: 'bound' }
  /** The server speaks DCE/RPC and refuses this interface or this client; `reason` in words. */
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'response';
      readonly callId: number;
      readonly stub: Buffer;
      readonly littleEndian: boolean;
    }
  | { readonly kind: 'fault'; readonly callId: number; readonly status: number }
  /** The server asks to end the connection. */
  | { readonly kind: 'shutdown' };

/** The one presentation context of a client's connection. */
const contextId = 0;

/** The client's end of one connection: what to send, and what the bytes of the server mean. */
export class ClientAssociation {
  readonly #splitter = new PduSplitter(defaultFragment);
  readonly #reassembly = new Reassembly<null>(defaultReassemblyLimits);
  #transmitFragment = minimumFragment;
  #isBound = false;

  /** Bytes that bind the interface as call 1. */
  bind(wanted: SyntaxId = labKmsInterface): Buffer {
    return encodePdu({
      kind: 'bind',
      callId: 1,
      flags: wholePdu,
      littleEndian: true,
      maxTransmitFragment: defaultFragment,
      maxReceiveFragment: defaultFragment,
      associationGroup: 0,
      contexts: [{ contextId, abstractSyntax: wanted, transferSyntaxes: [ndrSyntax] }],
    });
  }

  /** Bytes of a call. The number of the call comes back with its answer. */
  request(callId: number, operation: number, stub: Buffer): Buffer {
    const room = this.#transmitFragment - headerLength - requestFixedLength;
    const fragments = fragmentStub(stub, room).map((fragment) =>
      encodePdu({
        kind: 'request',
        callId,
        flags: fragment.flags,
        littleEndian: true,
        allocationHint: stub.length,
        contextId,
        operation,
        object: null,
        stub: fragment.stub,
      }),
    );
    const [only] = fragments;
    return fragments.length === 1 && only !== undefined ? only : Buffer.concat(fragments);
  }

  /** Takes what the socket brought. Throws a {@link WireRefusal} for a server that does not speak the protocol. */
  receive(chunk: Buffer): readonly ClientEvent[] {
    const events: ClientEvent[] = [];
    for (const bytes of this.#splitter.push(chunk)) {
      const event = this.#take(decodePdu(bytes));
      if (event !== null) events.push(event);
    }
    return events;
  }

  #take(pdu: Pdu): ClientEvent | null {
    switch (pdu.kind) {
      case 'bind-ack':
        return this.#bound(pdu);
      case 'bind-nak':
        return { kind: 'refused', reason: describeBindNak(pdu.reason) };
      case 'response':
        return this.#response(pdu);
      case 'fault':
        this.#reassembly.drop(pdu.callId);
        return { kind: 'fault', callId: pdu.callId, status: pdu.status };
      case 'shutdown':
        return { kind: 'shutdown' };
      default:
        throw new WireRefusal('sequence', `a ${pdu.kind} PDU from a server`);
    }
  }

  #bound(pdu: Extract<Pdu, { kind: 'bind-ack' | 'alter-context-response' }>): ClientEvent {
    if (this.#isBound) throw new WireRefusal('sequence', 'a second answer to one bind');
    const [result] = pdu.results;
    if (result === undefined || pdu.results.length !== 1) {
      throw new WireRefusal('value', 'an answer to a bind with another number of results');
    }
    if (result.result !== contextResults.acceptance) {
      return { kind: 'refused', reason: describeContextReason(result.reason) };
    }
    this.#isBound = true;
    this.#transmitFragment = Math.min(Math.max(pdu.maxReceiveFragment, minimumFragment), defaultFragment);
    return { kind: 'bound' };
  }

  #response(pdu: Extract<Pdu, { kind: 'response' }>): ClientEvent | null {
    const { callId, littleEndian } = pdu;
    const isFirst = (pdu.flags & pduFlags.firstFragment) !== 0;
    const isLast = (pdu.flags & pduFlags.lastFragment) !== 0;
    if (isFirst && isLast) return { kind: 'response', callId, stub: pdu.stub, littleEndian };
    if (isFirst) {
      this.#reassembly.begin(callId, null, pdu.stub);
      return null;
    }
    const whole = this.#reassembly.add(callId, pdu.stub, isLast);
    return whole === null ? null : { kind: 'response', callId, stub: whole.stub, littleEndian };
  }
}

const contextReasonTexts: ReadonlyMap<number, string> = new Map([
  [contextReasons.notSpecified, 'the server gave no reason'],
  [contextReasons.abstractSyntaxNotSupported, 'the server does not offer this interface'],
  [contextReasons.transferSyntaxesNotSupported, 'the server does not speak NDR 2.0'],
  [contextReasons.localLimitExceeded, 'a limit of the server is reached'],
]);

const bindNakTexts: ReadonlyMap<number, string> = new Map([
  [bindNakReasons.temporaryCongestion, 'the server is congested'],
  [bindNakReasons.localLimitExceeded, 'a limit of the server is reached'],
  [bindNakReasons.protocolVersionNotSupported, 'the server speaks another protocol version'],
  [bindNakReasons.authenticationTypeNotRecognized, 'the server wants another kind of authentication'],
]);

function describeContextReason(reason: number): string {
  return contextReasonTexts.get(reason) ?? `the server refused with reason ${reason}`;
}

function describeBindNak(reason: number): string {
  return bindNakTexts.get(reason) ?? describeContextReason(contextReasons.notSpecified);
}
