import { WireRefusal } from './refusal';

/** Bytes of a UUID on the wire. */
export const uuidLength = 16;

/** The UUID of zeros, which stands for "none". */
export const nilUuid = '00000000-0000-0000-0000-000000000000';

const dash = 0x2d;
/** Where the two digits of each byte stand in the text, bytes as big-endian integers bring them. */
const digitsAt = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const dashesAt = [8, 13, 18, 23];
/** The byte of a little-endian UUID that comes in place of each: its three integers are turned around. */
const turned = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
const straight = turned.map((_, index) => index);
const textLength = 36;

const hexDigits = Buffer.from('0123456789abcdef', 'latin1');
/** Value of each lower-case hexadecimal digit by its character code, 0xff for any other. */
const digitValues = Buffer.alloc(256, 0xff);
for (const [value, code] of hexDigits.entries()) digitValues[code] = value;

/** Texts are put together here: a call never waits within. */
const scratch = Buffer.alloc(textLength, dash);

/**
 * Writes a UUID in the layout of C706 appendix A: three integers in the byte order of the data representation, then
 * eight bytes as they are. Throws a {@link WireRefusal} (`value`) where the text is no lower-case UUID.
 */
export function writeUuid(text: string, target: Buffer, offset: number, littleEndian: boolean): void {
  if (text.length !== textLength || dashesAt.some((at) => text.charCodeAt(at) !== dash)) refuse();
  const order = littleEndian ? turned : straight;
  for (let index = 0; index < uuidLength; index += 1) {
    const at = digitsAt[index] ?? 0;
    const high = digitValues[text.charCodeAt(at)] ?? 0xff;
    const low = digitValues[text.charCodeAt(at + 1)] ?? 0xff;
    if ((high | low) > 0xf) refuse();
    target[offset + (order[index] ?? 0)] = (high << 4) | low;
  }
}

/** Reads a UUID as lower-case text. The caller has made sure that 16 bytes are there. */
export function readUuid(source: Buffer, offset: number, littleEndian: boolean): string {
  const order = littleEndian ? turned : straight;
  for (let index = 0; index < uuidLength; index += 1) {
    const byte = source[offset + (order[index] ?? 0)] ?? 0;
    const at = digitsAt[index] ?? 0;
    scratch[at] = hexDigits[byte >> 4] ?? 0;
    scratch[at + 1] = hexDigits[byte & 0xf] ?? 0;
  }
  return scratch.toString('latin1');
}

function refuse(): never {
  throw new WireRefusal('value', 'not a UUID in lower-case text form');
}
