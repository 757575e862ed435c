import { WireRefusal } from './refusal';

/** Bytes of a UUID on the wire. */
export const uuidLength = 16;

/** The UUID of zeros, which stands for "none". */
export const nilUuid = '00000000-0000-0000-0000-000000000000';

const pattern = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/**
 * Writes a UUID in the layout of C706 appendix A: three integers in the byte order of the data representation, then
 * eight bytes as they are. Throws a {@link WireRefusal} (`value`) where the text is no lower-case UUID.
 */
export function writeUuid(text: string, target: Buffer, offset: number, littleEndian: boolean): void {
  if (!pattern.test(text)) throw new WireRefusal('value', 'not a UUID in lower-case text form');
  target.write(text.slice(0, 8), offset, 'hex');
  target.write(text.slice(9, 13), offset + 4, 'hex');
  target.write(text.slice(14, 18), offset + 6, 'hex');
  target.write(text.slice(19, 23), offset + 8, 'hex');
  target.write(text.slice(24), offset + 10, 'hex');
  if (littleEndian) swapIntegers(target, offset);
}

/** Reads a UUID as lower-case text. The caller has made sure that 16 bytes are there. */
export function readUuid(source: Buffer, offset: number, littleEndian: boolean): string {
  const hex = source.toString('hex', offset, offset + uuidLength);
  const tail = `-${hex.slice(16, 20)}-${hex.slice(20)}`;
  if (!littleEndian) return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}${tail}`;
  const first = hex.slice(6, 8) + hex.slice(4, 6) + hex.slice(2, 4) + hex.slice(0, 2);
  return `${first}-${hex.slice(10, 12)}${hex.slice(8, 10)}-${hex.slice(14, 16)}${hex.slice(12, 14)}${tail}`;
}

function swapIntegers(bytes: Buffer, offset: number): void {
  bytes.subarray(offset, offset + 4).reverse();
  bytes.subarray(offset + 4, offset + 6).reverse();
  bytes.subarray(offset + 6, offset + 8).reverse();
}
