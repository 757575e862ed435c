/** Text as Windows and others write it: UTF-16 with a mark at its beginning, else UTF-8, with a mark or without. */
export function decodeText(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le');
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

/**
 * {@link decodeText} for what must arrive as it was written, such as a password: nothing in it is replaced or left out.
 * @throws Error where the bytes are no such text, or end inside a character; the message holds none of them
 */
export function decodeExactText(bytes: Buffer): string {
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  let text: string;
  try {
    text = new TextDecoder(isWide ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const why = 'it is cut inside a character, or is neither UTF-8 nor UTF-16 with a byte order mark';
    throw new Error(why, { cause });
  }
  if (text.includes('\0')) throw new Error('it holds a NUL character: write it as UTF-8');
  return text;
}
