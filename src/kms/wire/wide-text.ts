import { type WireReader } from './reader';
import { WireRefusal } from './refusal';
import { type WireWriter } from './writer';

/** A control character: no name holds one, and a log or a terminal must not get one from a peer. */
// eslint-disable-next-line no-control-regex -- control characters are what this pattern is about
const control = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * Writes text as `wchar_t name[units]`: UTF-16 in the byte order of the data representation, ended by a NUL and
 * filled with zeros. Refuses (`value`) text of `units` or more UTF-16 units and text with control characters.
 */
export function writeWideText(text: string, units: number, writer: WireWriter): void {
  if (text.length >= units) throw new WireRefusal('value', `text of more than ${units - 1} characters`);
  refuseControls(text);
  writer.align(2);
  writer.utf16(text, units);
}

/** Reads `wchar_t name[units]` up to its NUL. Refuses (`value`) what {@link writeWideText} would not write. */
export function readWideText(units: number, reader: WireReader): string {
  reader.align(2);
  const raw = reader.bytes(units * 2);
  const bytes = reader.littleEndian ? raw : Buffer.from(raw).swap16();
  const end = terminator(bytes);
  if (end < 0) throw new WireRefusal('value', 'text without its terminating NUL');
  const text = bytes.toString('utf16le', 0, end);
  refuseControls(text);
  return text;
}

function terminator(bytes: Buffer): number {
  for (let at = 0; at < bytes.length; at += 2) {
    if (bytes[at] === 0 && bytes[at + 1] === 0) return at;
  }
  return -1;
}

function refuseControls(text: string): void {
  if (control.test(text)) throw new WireRefusal('value', 'text with control characters');
}
