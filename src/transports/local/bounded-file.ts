import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

export { decodeExactText, decodeText } from '../decode-text';

const chunkBytes = 64 * 1024;

/** The greatest sizes of files that a user names, in bytes: far more than any of them has in earnest. */
export const fileLimits = {
  secret: 64 * 1024,
  certificates: 8 * 1024 * 1024,
  licence: 4 * 1024 * 1024,
  targets: 32 * 1024 * 1024,
  ssh: 16 * 1024 * 1024,
} as const;

/**
 * The bytes of a file, a pipe or a device, read no further than a limit: what never ends (`/dev/zero`) is refused and
 * not waited for. `look` sees the facts of what was opened before anything is read from it; where it says false, nothing is.
 * @throws Error of the system, or one with Node's code ERR_FS_FILE_TOO_LARGE
 */
export function readFileUpTo(path: string, limit: number, look?: (facts: Stats) => boolean): Buffer {
  return readOpened(openSync(path, 'r'), limit, look);
}

/** Windows has no such flag, and no such pipes. */
const withoutWaiting: number = (constants as { readonly O_NONBLOCK?: number }).O_NONBLOCK ?? 0;

/** What the process has open already: a pipe there has its writer (`--known-hosts <(ssh-keyscan HOST)`). */
const isOpenAlready = /^\/(?:proc|dev\/fd)\/|^\/dev\/stdin$/;

/**
 * {@link readFileUpTo} of what has to be a file, since nobody named it on the line: a named pipe is refused, whose writer
 * might never come, and nothing is taken out of it.
 */
export function readPlainFileUpTo(path: string, limit: number, look?: (facts: Stats) => boolean): Buffer {
  if (isOpenAlready.test(path)) return readFileUpTo(path, limit, look);
  return readOpened(openSync(path, constants.O_RDONLY | withoutWaiting), limit, (facts) => {
    if (facts.isFIFO()) throw new Error('it is a pipe, and a file is meant');
    return look?.(facts) ?? true;
  });
}

function readOpened(file: number, limit: number, look?: (facts: Stats) => boolean): Buffer {
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
