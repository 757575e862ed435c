import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';

export { decodeExactText, decodeText } from '../decode-text';

const chunkBytes = 64 * 1024;

/** The greatest sizes of files that a user names, in bytes: far more than any of them has in earnest. */
export const fileLimits = {
  secret: 64 * 1024,
  certificates: 8 * 1024 * 1024,
  licence: 4 * 1024 * 1024,
  targets: 8 * 1024 * 1024,
  ssh: 16 * 1024 * 1024,
} as const;

/**
 * The bytes of a file, a pipe or a device, read no further than a limit: what never ends (`/dev/zero`) is refused and
 * not waited for. `look` sees the facts of what was opened before anything is read from it; where it says false, nothing is.
 * @throws Error of the system, or one with Node's code ERR_FS_FILE_TOO_LARGE
 */
export function readFileUpTo(path: string, limit: number, look?: (facts: Stats) => boolean): Buffer {
  const file = openSync(path, 'r');
  try {
    if (look?.(fstatSync(file)) === false) return Buffer.alloc(0);
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
