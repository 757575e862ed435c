import { DnsFormatError } from './format-error';

/** Reads big-endian fields in order and refuses to read past its end. */
export class ByteReader {
  readonly #bytes: Buffer;
  readonly #end: number;
  #offset: number;

  /** Reads from `offset` up to, not including, `end`. */
  constructor(bytes: Buffer, offset = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#offset = offset;
    this.#end = end;
  }

  /** Where the next read starts, from the start of the whole message. */
  get offset(): number {
    return this.#offset;
  }

  /** Octets left. */
  get remaining(): number {
    return this.#end - this.#offset;
  }

  /** The whole message, for names that point back into it. */
  get message(): Buffer {
    return this.#bytes;
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#advance(1));
  }

  u16(): number {
    return this.#bytes.readUInt16BE(this.#advance(2));
  }

  u32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4));
  }

  u48(): number {
    return this.#bytes.readUIntBE(this.#advance(6), 6);
  }

  /** A copy of the next `length` octets. */
  take(length: number): Buffer {
    const start = this.#advance(length);
    return Buffer.from(this.#bytes.subarray(start, start + length));
  }

  skip(length: number): void {
    this.#advance(length);
  }

  #advance(length: number): number {
    if (length > this.remaining) {
      throw new DnsFormatError(`the message ends ${length - this.remaining} octets too early`);
    }
    const start = this.#offset;
    this.#offset += length;
    return start;
  }
}

/** 16 bits, big-endian. Throws {@link DnsFormatError} for a number that does not fit, as all three do. */
export function u16(value: number): Buffer {
  return unsigned(value, 2);
}

/** 32 bits, big-endian. */
export function u32(value: number): Buffer {
  return unsigned(value, 4);
}

/** 48 bits, big-endian. */
export function u48(value: number): Buffer {
  return unsigned(value, 6);
}

function unsigned(value: number, octets: number): Buffer {
  if (!Number.isInteger(value) || value < 0 || value >= 256 ** octets) {
    throw new DnsFormatError(`${value} does not fit into ${octets} octets`);
  }
  const bytes = Buffer.alloc(octets);
  bytes.writeUIntBE(value, 0, octets);
  return bytes;
}
