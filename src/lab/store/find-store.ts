import { accessSync, constants, lstatSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { errorCode, errorMessage } from '../../transports/error-facts';
import { StoreError } from './store-error';

/** Name of the database file in the data directory. */
export const storeFileName = 'estate.db';

/** How long a store that another process is making may be empty, in ms, and how often to look. */
const makingMs = 2000;
const pauseMs = 20;

/**
 * Whether a store is below `directory`; nothing is made and nothing in it is read. What cannot be looked at counts as a
 * store that is there: whoever asks must not take it for none.
 * @throws StoreError where something stands in the store's place, or the store may not be read
 */
export function storeIsThere(directory: string): boolean {
  const path = join(directory, storeFileName);
  const facts = factsOf(path, directory);
  if (facts === null) return false;
  if (facts.isDirectory()) {
    throw new StoreError(
      'not-a-store',
      `The store ${path} cannot be read: it is a folder. Move it away, or choose another data folder with SLMGR_HOME.`,
    );
  }
  mayRead(path, facts);
  if (isEmpty(path)) {
    throw new StoreError(
      'corrupt',
      `The store ${path} is empty: it was cut, or its making never ended. Restore it from a copy; or delete it, and read ` +
        'what "slmgr lab export" wrote with "slmgr lab import", or begin anew with "slmgr lab init".',
    );
  }
  return true;
}

function factsOf(path: string, directory: string): Stats | null {
  try {
    return lstatSync(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return null;
    // A file stands somewhere in the way: in the place of the data folder itself it may once have been one.
    if (code === 'ENOTDIR' && !isThere(directory)) return null;
    throw cannotOpen(path, error);
  }
}

function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function mayRead(path: string, { uid }: Stats): void {
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw cannotOpen(path, error, 'the link in its place leads nowhere');
    const self = process.getuid?.();
    throw cannotOpen(path, error, self === uid || self === undefined ? null : `it belongs to user ${uid}`);
  }
}

function cannotOpen(path: string, cause: unknown, why: string | null = null): StoreError {
  const detail = [why, errorMessage(cause)].filter(Boolean).join(': ');
  return new StoreError(
    'cannot-open',
    `The store ${path} cannot be read (${detail}). Mend its permissions or owner, or choose another data folder with ` +
      'SLMGR_HOME.',
    { cause },
  );
}

/** A store that another process is making right now is empty for a moment; one that was left so is old. */
function isEmpty(path: string): boolean {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; ; waited += pauseMs) {
    const facts = statSync(path, { throwIfNoEntry: false });
    if (facts?.size !== 0) return false;
    if (waited >= makingMs || Date.now() - facts.mtimeMs > makingMs) return true;
    Atomics.wait(pause, 0, 0, pauseMs);
  }
}
