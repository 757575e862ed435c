import { createHmac, timingSafeEqual } from 'node:crypto';
import { u16, u32, u48 } from './byte-reader';
import { decodeMessageParts, encodeRecord, type DnsMessage } from './message';
import { canonicalName, encodeName, sameName, type DomainName } from './name';
import { recordClass, recordType, tsigError } from './protocol';
import { type ResourceRecord, type TsigData } from './record';
import { isAlgorithmOf, leastMacLength, type TsigKey } from './tsig-key';

/** Seconds by which two clocks may differ (RFC 8945 section 10 recommends 300). */
export const DEFAULT_FUDGE = 300;

/** A signed request: its octets and the signature that the answer's own signature covers. */
export interface SignedMessage {
  readonly bytes: Buffer;
  readonly mac: Buffer;
}

/** What a signature is made of beside the message. */
export interface SigningOptions {
  readonly key: TsigKey;
  /** Seconds since 1970. */
  readonly time: number;
  readonly fudge?: number;
  /** Signature of the request where the message is its answer. */
  readonly requestMac?: Buffer;
  /** The record's own error and other data, as a server sets them. */
  readonly error?: number;
  readonly otherData?: Buffer;
}

/** Signs a message (RFC 8945 section 4.3): its octets with a TSIG record at the end of the additional section. */
export function signMessage(bytes: Buffer, options: SigningOptions): SignedMessage {
  const { key } = options;
  const unsigned: TsigData = {
    kind: 'tsig',
    algorithm: key.algorithm,
    timeSigned: options.time,
    fudge: options.fudge ?? DEFAULT_FUDGE,
    mac: Buffer.alloc(0),
    originalId: bytes.readUInt16BE(0),
    error: options.error ?? tsigError.NONE,
    otherData: options.otherData ?? Buffer.alloc(0),
  };
  const mac = computeMac(key, bytes, unsigned, options.requestMac).subarray(0, key.macLength);
  return { bytes: appendTsig(bytes, key.name, { ...unsigned, mac }), mac };
}

function appendTsig(bytes: Buffer, keyName: DomainName, data: TsigData): Buffer {
  const record: ResourceRecord = {
    name: keyName,
    type: recordType.TSIG,
    class: recordClass.ANY,
    ttl: 0,
    data,
  };
  const whole = Buffer.concat([bytes, encodeRecord(record)]);
  whole.writeUInt16BE(whole.readUInt16BE(10) + 1, 10);
  return whole;
}

/** The full signature over request signature, message and TSIG variables (RFC 8945 section 4.3). */
function computeMac(key: TsigKey, message: Buffer, data: TsigData, requestMac?: Buffer): Buffer {
  const variables = Buffer.concat([
    encodeName(canonicalName(key.name)),
    u16(recordClass.ANY),
    u32(0),
    encodeName(canonicalName(data.algorithm)),
    u48(data.timeSigned),
    u16(data.fudge),
    u16(data.error),
    u16(data.otherData.length),
    data.otherData,
  ]);
  const prefix =
    requestMac === undefined ? Buffer.alloc(0) : Buffer.concat([u16(requestMac.length), requestMac]);
  return key.withSecret((secret) =>
    createHmac(key.hash, secret).update(prefix).update(message).update(variables).digest(),
  );
}

/** Why a signature was not accepted; the name of the TSIG error where the peer said so itself. */
export type TsigProblem =
  | 'unsigned'
  | 'malformed'
  | 'wrong-key'
  | 'wrong-signature'
  | 'wrong-time'
  | 'peer-bad-signature'
  | 'peer-bad-key'
  | 'peer-bad-time'
  | 'peer-bad-truncation'
  | 'peer-error';

/** What a check found. `timeOfPeer` (seconds since 1970) is what a server with another clock sent. */
export type TsigVerdict =
  | { readonly ok: true; readonly message: DnsMessage; readonly mac: Buffer }
  | {
      readonly ok: false;
      readonly problem: TsigProblem;
      /** True where the peer's own signature vouches for the problem, or where none can exist (an unknown key). */
      readonly final: boolean;
      readonly message: DnsMessage;
      readonly timeOfPeer?: number;
    };

/** What a check compares with. */
export interface VerifyOptions {
  readonly key: TsigKey;
  /** Seconds since 1970. */
  readonly time: number;
  /** Signature of the request where an answer is checked; absent where a request is. */
  readonly requestMac?: Buffer;
}

/**
 * Checks the signature of a message (RFC 8945 section 5). Key and signature come first, then the time, then what the
 * record's own error says; an answer with BADKEY or BADSIG has no signature to check. Throws
 * {@link import('./format-error').DnsFormatError} where the octets are no DNS message.
 */
export function verifyMessage(bytes: Buffer, options: VerifyOptions): TsigVerdict {
  const { message, lastRecordStart } = decodeMessageParts(bytes);
  const refuse = (problem: TsigProblem, final = false): TsigVerdict => ({
    ok: false,
    problem,
    final,
    message,
  });
  const found = findTsig(message);
  if (found === 'malformed') return refuse('malformed');
  if (found === null) return refuse('unsigned');
  const { record, data } = found;
  const unsignedProblem = problemOfUnsigned(data);
  if (unsignedProblem !== null) return refuse(unsignedProblem, true);
  if (!sameName(record.name, options.key.name) || !isAlgorithmOf(options.key, data.algorithm))
    return refuse('wrong-key');
  const stripped = stripTsig(bytes, lastRecordStart, data.originalId);
  if (!macMatches(computeMac(options.key, stripped, data, options.requestMac), data.mac, options.key))
    return refuse('wrong-signature');
  if (data.error === tsigError.BADTIME) return { ...refuse('peer-bad-time', true), ...timeOfPeer(data) };
  if (Math.abs(options.time - data.timeSigned) > data.fudge) return refuse('wrong-time', true);
  if (data.error !== tsigError.NONE)
    return refuse(data.error === tsigError.BADTRUNC ? 'peer-bad-truncation' : 'peer-error', true);
  return { ok: true, message: { ...message, additionals: message.additionals.slice(0, -1) }, mac: data.mac };
}

interface FoundTsig {
  readonly record: ResourceRecord;
  readonly data: TsigData;
}

/** The TSIG record, which must be the last of the additional section and the only one (RFC 8945 section 5.1). */
function findTsig(message: DnsMessage): FoundTsig | 'malformed' | null {
  const all = [...message.answers, ...message.authorities, ...message.additionals];
  const signatures = all.filter((record) => record.type === recordType.TSIG);
  if (signatures.length === 0) return null;
  const record = message.additionals.at(-1);
  if (signatures.length > 1 || record?.data.kind !== 'tsig') return 'malformed';
  return record.class === recordClass.ANY && record.ttl === 0 ? { record, data: record.data } : 'malformed';
}

function problemOfUnsigned(data: TsigData): TsigProblem | null {
  if (data.mac.length > 0) return null;
  if (data.error === tsigError.BADKEY) return 'peer-bad-key';
  if (data.error === tsigError.BADSIG) return 'peer-bad-signature';
  return null;
}

function stripTsig(bytes: Buffer, start: number, originalId: number): Buffer {
  const stripped = Buffer.from(bytes.subarray(0, start));
  stripped.writeUInt16BE(originalId, 0);
  stripped.writeUInt16BE(stripped.readUInt16BE(10) - 1, 10);
  return stripped;
}

function macMatches(expected: Buffer, received: Buffer, key: TsigKey): boolean {
  const least = Math.max(leastMacLength(key.algorithm), key.macLength);
  if (received.length < least || received.length > expected.length) return false;
  return timingSafeEqual(expected.subarray(0, received.length), received);
}

function timeOfPeer(data: TsigData): { readonly timeOfPeer?: number } {
  return data.otherData.length === 6 ? { timeOfPeer: data.otherData.readUIntBE(0, 6) } : {};
}
