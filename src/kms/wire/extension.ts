import { type WireReader } from './reader';
import { WireRefusal } from './refusal';
import { type WireWriter } from './writer';

/** Version of the messages that this project writes. */
export const messageVersion = 1;

/** Longest extension that a receiver takes, in bytes. */
export const maximumExtension = 1024;

/** Bytes of the extension of version 1: its size and its conformance, no content. */
export const extensionLength = 8;

/**
 * How a message grows: a later version keeps the fields of version 1 as they are and adds its own to the extension
 * at the end, `[size_is(extensionSize)] byte extension[]`. A receiver skips what it does not know.
 */
export function writeExtension(writer: WireWriter): void {
  writer.align(4);
  writer.u32(0);
  writer.u32(0);
}

/** Skips the extension. Refuses (`value`) two sizes that differ, (`limit`) more than {@link maximumExtension}. */
export function readExtension(reader: WireReader): void {
  reader.align(4);
  const size = reader.u32();
  if (reader.u32() !== size) throw new WireRefusal('value', 'an array whose two sizes differ');
  if (size > maximumExtension)
    throw new WireRefusal('limit', `an extension has at most ${maximumExtension} bytes`);
  reader.skip(size);
}

/** Reads a message's version. Refuses (`value`) 0, which never existed; later versions are read as version 1. */
export function readMessageVersion(reader: WireReader): number {
  const version = reader.u16();
  if (version === 0) throw new WireRefusal('value', 'a message of version 0');
  return version;
}
