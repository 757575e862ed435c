import { type ActivationAnswer, type ActivationRequest } from '../engine/messages';
import { activationAnswerStub } from './activation-answer';
import { activationRequestStub } from './activation-request';
import { type Codec } from './codec';
import { WireReader } from './reader';
import { WireWriter } from './writer';

/** Number of the one operation of the interface: one request of a KMS client, one answer of the host. */
export const activateOperation = 0;

/** Bytes of the arguments of a call. Throws a {@link WireRefusal} (`value`) for a request that cannot be told. */
export function encodeRequestStub(request: ActivationRequest, littleEndian = true): Buffer {
  return encodeStub(activationRequestStub, request, littleEndian);
}

/** The request of a call; throws a {@link WireRefusal} for bytes that are none. */
export function decodeRequestStub(stub: Buffer, littleEndian = true): ActivationRequest {
  return activationRequestStub.decode(new WireReader(stub, littleEndian), 0);
}

/** Bytes of the results of a call. */
export function encodeAnswerStub(answer: ActivationAnswer, littleEndian = true): Buffer {
  return encodeStub(activationAnswerStub, answer, littleEndian);
}

/** The answer of a call; throws a {@link WireRefusal} for bytes that are none. */
export function decodeAnswerStub(stub: Buffer, littleEndian = true): ActivationAnswer {
  return activationAnswerStub.decode(new WireReader(stub, littleEndian), 0);
}

function encodeStub<T>(codec: Codec<T>, value: T, littleEndian: boolean): Buffer {
  const bytes = Buffer.allocUnsafe(codec.length(value));
  codec.encode(value, new WireWriter(bytes, littleEndian));
  return bytes;
}
