import { type Codec } from './codec';
import { pduFlags } from './constants';
import { uuidLength } from './uuid';

/** Body of request (C706 12.6.4.9). */
export interface RequestBody {
  /** Stub bytes of the whole call, a hint. */
  readonly allocationHint: number;
  readonly contextId: number;
  /** Number of the operation in the interface. */
  readonly operation: number;
  /** Object UUID, null where the call has none. */
  readonly object: string | null;
  readonly stub: Buffer;
}

/** Body of response (C706 12.6.4.10). */
export interface ResponseBody {
  readonly allocationHint: number;
  readonly contextId: number;
  readonly stub: Buffer;
}

/** Body of fault (C706 12.6.4.7). */
export interface FaultBody {
  readonly contextId: number;
  /** See `faultStatuses`. */
  readonly status: number;
}

/** Bytes of a request's body before the stub, without an object UUID. */
export const requestFixedLength = 8;
/** Bytes of a response's body before the stub. */
export const responseFixedLength = 8;

/** Layout: allocation hint, context, operation, object UUID where the flag is set, stub. */
export const requestBody: Codec<RequestBody> = {
  length({ object, stub }) {
    return requestFixedLength + (object === null ? 0 : uuidLength) + stub.length;
  },

  encode(body, writer) {
    writer.u32(body.allocationHint);
    writer.u16(body.contextId);
    writer.u16(body.operation);
    if (body.object !== null) writer.uuid(body.object);
    writer.bytes(body.stub);
  },

  decode(reader, flags) {
    const allocationHint = reader.u32();
    const contextId = reader.u16();
    const operation = reader.u16();
    const object = (flags & pduFlags.objectUuid) === 0 ? null : reader.uuid();
    return { allocationHint, contextId, operation, object, stub: reader.bytes(reader.remaining) };
  },
};

/** Layout: allocation hint, context, cancel count and a reserved byte, stub. */
export const responseBody: Codec<ResponseBody> = {
  length({ stub }) {
    return responseFixedLength + stub.length;
  },

  encode(body, writer) {
    writer.u32(body.allocationHint);
    writer.u16(body.contextId);
    writer.zeros(2);
    writer.bytes(body.stub);
  },

  decode(reader) {
    const allocationHint = reader.u32();
    const contextId = reader.u16();
    reader.skip(2);
    return { allocationHint, contextId, stub: reader.bytes(reader.remaining) };
  },
};

/** Layout: allocation hint, context, cancel count and a reserved byte, status, 4 reserved bytes. */
export const faultBody: Codec<FaultBody> = {
  length() {
    return 16;
  },

  encode({ contextId, status }, writer) {
    writer.u32(16);
    writer.u16(contextId);
    writer.zeros(2);
    writer.u32(status);
    writer.zeros(4);
  },

  decode(reader) {
    reader.skip(4);
    const contextId = reader.u16();
    reader.skip(2);
    return { contextId, status: reader.u32() };
  },
};
