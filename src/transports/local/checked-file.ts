import { statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../error-facts';
import { decodeExactText, decodeText, fileLimits, readFileUpTo, readPlainFileUpTo } from './bounded-file';

/** A file that holds a secret. */
export interface SecretFile {
  /** Empty where it is exposed: it is not read then. */
  readonly text: string;
  /** What is wrong with its permissions, as a sentence; null where only its owner can read it. */
  readonly exposed: string | null;
}

function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT';
}

/** Text of a file of no more bytes than the limit, or null where there is none. */
export async function readTextFile(path: string, limit: number): Promise<string | null> {
  return unlessMissing(() => decodeText(readFileUpTo(path, limit)));
}

/** Rejects, and never throws, so that callers have one way in which it fails. */
async function unlessMissing<T>(read: () => T): Promise<T | null> {
  try {
    return await Promise.resolve(read());
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/**
 * A file that holds a secret. `exposed` says what is wrong where its group or others may read it, or where it belongs
 * to somebody else (not root); it is not read then. Windows keeps permissions elsewhere, so nothing is said there.
 */
export async function readSecretFile(path: string): Promise<SecretFile | null> {
  return unlessMissing(() => {
    let exposed: string | null = null;
    const bytes = readFileUpTo(path, fileLimits.secret, (facts) => {
      exposed = exposure(facts, path);
      return exposed === null;
    });
    return { text: decodeExactText(bytes), exposed };
  });
}

function exposure({ mode, uid }: Stats, path: string): string | null {
  const foreign = foreignOwner(uid);
  if (foreign !== null || process.getuid === undefined) return foreign;
  if ((mode & 0o077) === 0) return null;
  return `others can read it (mode ${(mode & 0o777).toString(8)}); run: chmod 600 ${path}`;
}

function foreignOwner(uid: number): string | null {
  const self = process.getuid?.();
  return self === undefined || uid === self || uid === 0
    ? null
    : `it belongs to another user (uid ${String(uid)})`;
}

/** A file with what its permissions let others change. */
export interface TrustedFile {
  readonly text: string;
  /** Why what it says may be another's, as a sentence; null where only its owner, or root, can write it. */
  readonly writable: string | null;
}

/**
 * A file whose commands may be run where nobody else can write it, or null where there is none. One that nobody named
 * on the line is `plain`: it is never a pipe that is waited for.
 */
export async function readTrustedFile(
  path: string,
  limit: number,
  { plain = false }: { readonly plain?: boolean } = {},
): Promise<TrustedFile | null> {
  return unlessMissing(() => {
    let writable: string | null = null;
    const read = plain ? readPlainFileUpTo : readFileUpTo;
    const bytes = read(path, limit, (facts) => {
      writable = writers(facts, path);
      return true;
    });
    return { text: decodeText(bytes), writable };
  });
}

const groupOrOthersWrite = 0o022;
const othersWrite = 0o002;
const sticky = 0o1000;

function writers(facts: Stats, path: string): string | null {
  const foreign = foreignOwner(facts.uid);
  if (foreign !== null || process.getuid === undefined) return foreign;
  if ((facts.mode & groupOrOthersWrite) !== 0) {
    return `others can write it (mode ${(facts.mode & 0o777).toString(8)}); run: chmod go-w ${path}`;
  }
  if (!facts.isFile()) return null;
  const folder = dirname(path);
  const { mode } = statSync(folder);
  if ((mode & othersWrite) === 0 || (mode & sticky) !== 0) return null;
  return `others can put another file in its place; run: chmod o-w ${folder}`;
}
