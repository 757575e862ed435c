import { createHash } from 'node:crypto';

/** Longest part of a name that stands in a file's name as it is; file systems take 255 bytes, with the ending. */
const mostBytes = 180;
/** Names that are devices on Windows, with whatever ending. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=$|\.)/i;

/**
 * A machine's name as the name of a file on every system: letters, digits, `-`, `_` and dots stay, every other byte is
 * `%` and two digits, and so are a dot in front and at the end and the first letter of a device of Windows. Two names
 * never get the same one.
 */
export function safeFileName(name: string): string {
  const safe = Array.from(Buffer.from(name, 'utf8'), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9._-]/.test(character) ? character : escaped(byte);
  })
    .join('')
    .replace(/^\.|\.$/g, escaped(0x2e))
    .replace(device, (word) => `${escaped(word.charCodeAt(0))}${word.slice(1)}`);
  if (safe.length <= mostBytes) return safe;
  return `${safe.slice(0, mostBytes)}%${createHash('sha256').update(name.toLowerCase()).digest('hex')}`;
}

function escaped(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
