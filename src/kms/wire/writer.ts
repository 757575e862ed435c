import { WireRefusal } from './refusal';
import { uuidLength, writeUuid } from './uuid';

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

  i64(value: number): void {
    const at = this.#advance(8);
    if (this.littleEndian) this.#bytes.writeBigInt64LE(BigInt(value), at);
    else this.#bytes.writeBigInt64BE(BigInt(value), at);
  }

  uuid(text: string): void {
    writeUuid(text, this.#bytes, this.#advance(uuidLength), this.littleEndian);
  }

  bytes(value: Uint8Array): void {
    this.#bytes.set(value, this.#advance(value.length));
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
