import { WireRefusal } from './refusal';
import { readUuid, uuidLength } from './uuid';

/**
 * Reads numbers, UUIDs and bytes from a part of a buffer, in the byte order that the sender declared. Every read is
 * bounded by the part's end: what is not there is refused with a {@link WireRefusal} (`truncated`) and no byte
 * outside the part is ever looked at. Alignment counts from the part's beginning.
 */
export class WireReader {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;
  readonly littleEndian: boolean;
  #offset: number;

  constructor(bytes: Buffer, littleEndian: boolean, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = Math.min(end, bytes.length);
    this.#offset = start;
    this.littleEndian = littleEndian;
  }

  /** Bytes that have not been read. */
  get remaining(): number {
    return this.#end - this.#offset;
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#take(1));
  }

  u16(): number {
    const at = this.#take(2);
    return this.littleEndian ? this.#bytes.readUInt16LE(at) : this.#bytes.readUInt16BE(at);
  }

  u32(): number {
    const at = this.#take(4);
    return this.littleEndian ? this.#bytes.readUInt32LE(at) : this.#bytes.readUInt32BE(at);
  }

  i32(): number {
    return this.u32() | 0;
  }

  /** A signed 64-bit integer that a number can hold exactly; a larger one is refused (`value`). */
  i64(): number {
    const at = this.#take(8);
    const [high, low] = this.littleEndian
      ? [this.#bytes.readInt32LE(at + 4), this.#bytes.readUInt32LE(at)]
      : [this.#bytes.readInt32BE(at), this.#bytes.readUInt32BE(at + 4)];
    // Rounded only where it is out of range, and then to what is out of range, too.
    const number = high * 2 ** 32 + low;
    if (!Number.isSafeInteger(number)) throw new WireRefusal('value', 'a 64-bit number is out of range');
    return number;
  }

  uuid(): string {
    return readUuid(this.#bytes, this.#take(uuidLength), this.littleEndian);
  }

  /** The next bytes, not copied. */
  bytes(length: number): Buffer {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  skip(length: number): void {
    this.#take(length);
  }

  /** Moves to the next multiple of 2, 4 or 8 from the beginning of the part. */
  align(multiple: 2 | 4 | 8): void {
    const over = (this.#offset - this.#start) % multiple;
    if (over !== 0) this.#take(multiple - over);
  }

  #take(length: number): number {
    const at = this.#offset;
    if (length > this.#end - at) {
      throw new WireRefusal('truncated', `${length} bytes expected, ${this.#end - at} left`);
    }
    this.#offset = at + length;
    return at;
  }
}
