import { pduFlags } from './constants';
import { authTrailerLength, decodeHeader, encodeHeader, headerLength, type PduHeader } from './pdu-header';
import { type BindBody, bindBody } from './pdu-bind';
import { type BindAckBody, bindAckBody } from './pdu-bind-ack';
import { type BindNakBody, bindNakBody } from './pdu-bind-nak';
import {
  type FaultBody,
  faultBody,
  type RequestBody,
  requestBody,
  type ResponseBody,
  responseBody,
} from './pdu-call';
import { WireReader } from './reader';
import { WireRefusal } from './refusal';
import { WireWriter } from './writer';

/** A PDU that has no body of interest: the header says everything. */
type BareKind = 'auth3' | 'shutdown' | 'cancel' | 'orphaned';

/** One PDU by kind. */
export type PduContent =
  | ({ readonly kind: 'bind' | 'alter-context' } & BindBody)
  | ({ readonly kind: 'bind-ack' | 'alter-context-response' } & BindAckBody)
  | ({ readonly kind: 'bind-nak' } & BindNakBody)
  | ({ readonly kind: 'request' } & RequestBody)
  | ({ readonly kind: 'response' } & ResponseBody)
  | ({ readonly kind: 'fault' } & FaultBody)
  | { readonly kind: BareKind };

/** What the header says beside the kind. */
export interface PduEnvelope {
  readonly callId: number;
  /** Flags of the header; that of the object UUID follows from the content. */
  readonly flags: number;
  /** True where the sender's numbers are little-endian, as this project sends them. */
  readonly littleEndian: boolean;
  /** True where an authentication trailer followed the body; it is skipped. Never written. */
  readonly authenticated: boolean;
}

export type Pdu = PduContent & PduEnvelope;

/** Bytes of the whole PDU with its header. */
export function pduLength(pdu: PduContent): number {
  return headerLength + bodyLength(pdu);
}

/**
 * Writes a whole PDU. Throws a {@link WireRefusal} (`limit`) for one longer than the 65,535 bytes that a fragment
 * can have.
 */
export function encodePdu(pdu: Omit<Pdu, 'authenticated'> & PduContent): Buffer {
  const length = pduLength(pdu);
  if (length > 0xffff) throw new WireRefusal('limit', 'a fragment has at most 65535 bytes');
  const bytes = Buffer.allocUnsafe(length);
  const { kind, littleEndian, callId } = pdu;
  const flags = pdu.kind === 'request' && pdu.object !== null ? pdu.flags | pduFlags.objectUuid : pdu.flags;
  encodeHeader({ kind, flags, littleEndian, callId, fragmentLength: length, authLength: 0 }, bytes);
  encodeBody(pdu, new WireWriter(bytes, littleEndian, headerLength));
  return bytes;
}

/**
 * Reads one PDU from exactly its bytes. Stubs are views of the input, not copies. Throws nothing but a
 * {@link WireRefusal}, whatever the bytes.
 */
export function decodePdu(bytes: Buffer): Pdu {
  const header = decodeHeader(bytes);
  if (header.fragmentLength !== bytes.length) {
    throw new WireRefusal('truncated', `a fragment of ${header.fragmentLength} bytes in ${bytes.length}`);
  }
  const trailer = trailerLength(header, bytes);
  const reader = new WireReader(bytes, header.littleEndian, headerLength, bytes.length - trailer);
  const { callId, flags, littleEndian } = header;
  const envelope = { callId, flags, littleEndian, authenticated: trailer > 0 };
  switch (header.kind) {
    case 'request':
      return requestPdu(reader, envelope);
    case 'bind':
    case 'alter-context':
      return bindPdu(header.kind, reader, envelope);
    default:
      return Object.assign(decodeBody(header, reader), envelope);
  }
}

/** The PDU of every connection, put together like that of every call. */
function bindPdu(
  kind: 'bind' | 'alter-context',
  reader: WireReader,
  { callId, flags, littleEndian, authenticated }: PduEnvelope,
): Pdu {
  const body = bindBody.decode(reader, flags);
  const { maxTransmitFragment, maxReceiveFragment, associationGroup, contexts } = body;
  return {
    kind,
    maxTransmitFragment,
    maxReceiveFragment,
    associationGroup,
    contexts,
    callId,
    flags,
    littleEndian,
    authenticated,
  };
}

/** The PDU of every call, put together without copying objects: a busy host spends its time here. */
function requestPdu(reader: WireReader, { callId, flags, littleEndian, authenticated }: PduEnvelope): Pdu {
  const { allocationHint, contextId, operation, object, stub } = requestBody.decode(reader, flags);
  return {
    kind: 'request',
    allocationHint,
    contextId,
    operation,
    object,
    stub,
    callId,
    flags,
    littleEndian,
    authenticated,
  };
}

/** Authentication value, its fixed part and the padding that its fixed part counts (MS-RPCE 2.2.2.11). */
function trailerLength(header: PduHeader, bytes: Buffer): number {
  if (header.authLength === 0) return 0;
  const fixed = authTrailerLength + header.authLength;
  const padding = bytes.readUInt8(bytes.length - fixed + 2);
  if (headerLength + padding + fixed > bytes.length)
    throw new WireRefusal('truncated', 'padding beyond the fragment');
  return fixed + padding;
}

function bodyLength(pdu: PduContent): number {
  switch (pdu.kind) {
    case 'bind':
    case 'alter-context':
      return bindBody.length(pdu);
    case 'bind-ack':
    case 'alter-context-response':
      return bindAckBody.length(pdu);
    case 'bind-nak':
      return bindNakBody.length(pdu);
    case 'request':
      return requestBody.length(pdu);
    case 'response':
      return responseBody.length(pdu);
    case 'fault':
      return faultBody.length(pdu);
    default:
      return 0;
  }
}

function encodeBody(pdu: PduContent, writer: WireWriter): void {
  switch (pdu.kind) {
    case 'bind':
    case 'alter-context': {
      bindBody.encode(pdu, writer);
      return;
    }
    case 'bind-ack':
    case 'alter-context-response': {
      bindAckBody.encode(pdu, writer);
      return;
    }
    case 'bind-nak': {
      bindNakBody.encode(pdu, writer);
      return;
    }
    case 'request': {
      requestBody.encode(pdu, writer);
      return;
    }
    case 'response': {
      responseBody.encode(pdu, writer);
      return;
    }
    case 'fault': {
      faultBody.encode(pdu, writer);
      return;
    }
    default:
  }
}

function decodeBody(header: PduHeader, reader: WireReader): PduContent {
  const { kind, flags } = header;
  switch (kind) {
    case 'bind':
    case 'alter-context':
      return { kind, ...bindBody.decode(reader, flags) };
    case 'bind-ack':
    case 'alter-context-response':
      return { kind, ...bindAckBody.decode(reader, flags) };
    case 'bind-nak':
      return { kind, ...bindNakBody.decode(reader, flags) };
    case 'request':
      return { kind, ...requestBody.decode(reader, flags) };
    case 'response':
      return { kind, ...responseBody.decode(reader, flags) };
    case 'fault':
      return { kind, ...faultBody.decode(reader, flags) };
    default:
      return { kind };
  }
}
