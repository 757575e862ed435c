import { WireRefusal } from './refusal';
import { uuidLength, writeUuid } from './uuid';

const twoToThe32 = 2 ** 32;

/**
 * Writes into a buffer of the exact length that the codec's length function gave. The padding of an alignment is
 * zero. Writing past the end is refused: it would mean that length and encoder disagree.
 */
export class WireWriter {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly littleEndian: boolean;
  #offset: number;

  constructor(bytes: Buffer, littleEndian = true, start = 0) {
    this.#bytes = bytes;
    this.#start = start;
    this.#offset = start;
    this.littleEndian = littleEndian;
  }

  get offset(): number {
    return this.#offset;
  }

  u8(value: number): void {
    this.#bytes.writeUInt8(value, this.#advance(1));
  }

  u16(value: number): void {
    const at = this.#advance(2);
    if (this.littleEndian) this.#bytes.writeUInt16LE(value, at);
    else this.#bytes.writeUInt16BE(value, at);
  }

  u32(value: number): void {
    const at = this.#advance(4);
    if (this.littleEndian) this.#bytes.writeUInt32LE(value >>> 0, at);
    else this.#bytes.writeUInt32BE(value >>> 0, at);
  }

  i32(value: number): void {
    this.u32(value);
  }

  /** A whole number that a number holds exactly. */
  i64(value: number): void {
    const high = Math.floor(value / twoToThe32);
    const low = value - high * twoToThe32;
    const at = this.#advance(8);
    if (this.littleEndian) {
      this.#bytes.writeUInt32LE(low, at);
      this.#bytes.writeInt32LE(high, at + 4);
    } else {
      this.#bytes.writeInt32BE(high, at);
      this.#bytes.writeUInt32BE(low, at + 4);
    }
  }

  uuid(text: string): void {
    writeUuid(text, this.#bytes, this.#advance(uuidLength), this.littleEndian);
  }

  bytes(value: Uint8Array): void {
    this.#bytes.set(value, this.#advance(value.length));
  }

  /** Text in one byte for each character. */
  latin1(text: string): void {
    this.#bytes.write(text, this.#advance(text.length), 'latin1');
  }

  /** UTF-16 text of at most `units` units, filled up with zeros. */
  utf16(text: string, units: number): void {
    const at = this.#advance(units * 2);
    this.#bytes.write(text, at, 'utf16le');
    this.#bytes.fill(0, at + text.length * 2, at + units * 2);
    if (!this.littleEndian) this.#bytes.subarray(at, at + units * 2).swap16();
  }

  zeros(length: number): void {
    const at = this.#advance(length);
    this.#bytes.fill(0, at, at + length);
  }

  align(multiple: 2 | 4 | 8): void {
    const over = (this.#offset - this.#start) % multiple;
    if (over !== 0) this.zeros(multiple - over);
  }

  #advance(length: number): number {
    const at = this.#offset;
    if (at + length > this.#bytes.length) throw new WireRefusal('limit', 'the encoded length was too small');
    this.#offset = at + length;
    return at;
  }
}

/** Bytes that an alignment adds at an offset. */
export function paddingTo(multiple: 2 | 4 | 8, offset: number): number {
  return (multiple - (offset % multiple)) % multiple;
}
