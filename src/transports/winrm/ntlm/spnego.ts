import { Buffer } from 'node:buffer';

/* SPNEGO (RFC 4178) around NTLM, as far as a server needs it: which mechanism is meant, and its token in and out. */

const spnegoOid = Buffer.from('06062b0601050502', 'hex');
const ntlmOid = Buffer.from('060a2b06010401823702020a', 'hex');

interface Tlv {
  readonly tag: number;
  readonly value: Buffer;
  readonly whole: Buffer;
}

/** Items of DER one behind the other; null for what is none or is cut short. */
function readAll(bytes: Buffer): readonly Tlv[] | null {
  const items: Tlv[] = [];
  for (let at = 0; at < bytes.length;) {
    const item = readOne(bytes.subarray(at));
    if (item === null) return null;
    items.push(item);
    at += item.whole.length;
  }
  return items;
}

function readOne(bytes: Buffer): Tlv | null {
  const first = bytes[1];
  if (first === undefined) return null;
  const more = first < 0x80 ? 0 : first & 0x7f;
  if (more > 3 || first === 0x80 || bytes.length < 2 + more) return null;
  const length = more === 0 ? first : bytes.readUIntBE(2, more);
  const start = 2 + more;
  if (start + length > bytes.length) return null;
  return {
    tag: bytes[0] ?? 0,
    value: bytes.subarray(start, start + length),
    whole: bytes.subarray(0, start + length),
  };
}

function write(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  if (value.length < 0x80) return Buffer.concat([Buffer.from([tag, value.length]), value]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  const significant = length.subarray(length.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([tag, 0x80 | significant.length]), significant, value]);
}

/** What a client's token holds. */
export interface SpnegoToken {
  /** The list of mechanisms in DER, which both ends sign at the end; null in a token that has none. */
  readonly mechanisms: Buffer | null;
  /** NTLM's own message; null where there is none, or one of another mechanism. */
  readonly ntlm: Buffer | null;
  /** Whether the client signed the list. */
  readonly isSigned: boolean;
}

const signature = Buffer.from('NTLMSSP\0', 'latin1');

/** Reads NegTokenInit or NegTokenResp; null for anything else, or where NTLM is not offered. */
export function readSpnego(token: Buffer): SpnegoToken | null {
  const outer = readOne(token);
  if (outer === null) return null;
  if (outer.tag === 0xa1) return readFields(outer.value, false);
  if (outer.tag !== 0x60 || !outer.value.subarray(0, spnegoOid.length).equals(spnegoOid)) return null;
  const init = readOne(outer.value.subarray(spnegoOid.length));
  return init?.tag === 0xa0 ? readFields(init.value, true) : null;
}

function readFields(bytes: Buffer, isInit: boolean): SpnegoToken | null {
  const sequence = readOne(bytes);
  const fields = sequence === null ? null : readAll(sequence.value);
  if (fields === null) return null;
  const mechanisms = isInit ? inside(fields, 0xa0) : null;
  if (isInit && !offersNtlm(mechanisms)) return null;
  return {
    mechanisms: mechanisms === null ? null : Buffer.from(mechanisms.whole),
    ntlm: ntlmIn(inside(fields, 0xa2)),
    isSigned: fields.some(({ tag }) => tag === 0xa3),
  };
}

function inside(fields: readonly Tlv[], tag: number): Tlv | null {
  const field = fields.find((one) => one.tag === tag);
  return field === undefined ? null : readOne(field.value);
}

function offersNtlm(mechanisms: Tlv | null): boolean {
  const list = mechanisms === null ? null : readAll(mechanisms.value);
  return list?.some(({ whole }) => whole.equals(ntlmOid)) === true;
}

function ntlmIn(token: Tlv | null): Buffer | null {
  return token?.value.subarray(0, signature.length).equals(signature) === true ? token.value : null;
}

/** The server's answer on the way: NTLM is meant, and its challenge where there is one yet. */
export function spnegoContinues(challenge: Buffer | null): Buffer {
  const fields = [write(0xa0, Buffer.from([0x0a, 1, 1])), write(0xa1, ntlmOid)];
  if (challenge !== null) fields.push(write(0xa2, write(0x04, challenge)));
  return write(0xa1, write(0x30, ...fields));
}

/** The server's last answer: accepted, with its signature of the list of mechanisms where the client signed it. */
export function spnegoAccepts(mic: Buffer | null): Buffer {
  const fields = [write(0xa0, Buffer.from([0x0a, 1, 0]))];
  if (mic !== null) fields.push(write(0xa3, write(0x04, mic)));
  return write(0xa1, write(0x30, ...fields));
}
