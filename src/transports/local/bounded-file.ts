import { closeSync, openSync, readSync } from 'node:fs';

export { decodeText } from '../decode-text';

const chunkBytes = 64 * 1024;

/**
 * The bytes of a file, a pipe or a device, read no further than a limit: what never ends (`/dev/zero`) is refused and
 * not waited for.
 * @throws Error of the system, or one with Node's code ERR_FS_FILE_TOO_LARGE
 */
export function readFileUpTo(path: string, limit: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const read = readSync(file, chunk);
      if (read === 0) return Buffer.concat(chunks, size);
      chunks.push(chunk.subarray(0, read));
      size += read;
      if (size > limit) throw tooLarge(limit);
    }
  } finally {
    closeSync(file);
  }
}

function tooLarge(limit: number): Error {
  return Object.assign(new Error(`it has more than ${limit} bytes`), { code: 'ERR_FS_FILE_TOO_LARGE' });
}
