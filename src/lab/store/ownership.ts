import { chmodSync, lstatSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { systemReason } from '../../transports/local/system-reason';
import { StoreError } from './store-error';

const writableByOthers = 0o022;
const sticky = 0o1000;
const forOthers = 0o077;

/**
 * Sees to it that the store is this user's alone. Whoever else owns its files decides what it says, and whoever reads them
 * has the hashes of its passwords: files of others and links are refused; rights that are too wide are taken back, and
 * `tell` is told. Windows keeps to its own rights.
 * @throws StoreError `not-trusted` with what is in the way
 */
export function keepToOwner(path: string, tell: (sentence: string) => void = () => undefined): void {
  const user = process.getuid?.();
  if (user === undefined) return;
  const folder = dirname(path);
  try {
    checkFolder(folder, user, tell);
    for (const file of [path, `${path}-wal`, `${path}-shm`]) checkFile(file, user, tell);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError('not-trusted', `The store ${path} cannot be looked at: ${systemReason(error)}.`, {
      cause: error,
    });
  }
}

function checkFolder(folder: string, user: number, tell: (sentence: string) => void): void {
  const { uid, mode } = statSync(folder);
  if (uid === user && (mode & writableByOthers) !== 0 && (mode & sticky) === 0) {
    chmodSync(folder, mode & 0o7777 & ~writableByOthers);
    tell(`Others could write into the data folder ${folder} (mode ${octal(mode)}): they no longer can.`);
    return;
  }
  const isSafe =
    user === 0 || uid === user || (uid === 0 && ((mode & writableByOthers) === 0 || (mode & sticky) !== 0));
  if (isSafe) return;
  throw new StoreError(
    'not-trusted',
    `The data folder ${folder} belongs to another user (number ${uid}), who can put anything into it. ` +
      'Choose another one with SLMGR_HOME.',
  );
}

function checkFile(file: string, user: number, tell: (sentence: string) => void): void {
  const status: Stats | undefined = lstatSync(file, { throwIfNoEntry: false });
  if (status === undefined) return;
  const { uid, mode } = status;
  if (status.isSymbolicLink()) {
    throw new StoreError(
      'not-trusted',
      `${file} is a link, and the store is never opened through one. Put the file itself in its place, or let ` +
        'SLMGR_HOME name the folder in which it lies.',
    );
  }
  if (uid !== user) {
    throw new StoreError(
      'not-trusted',
      `${file} belongs to another user (number ${uid}). Choose another folder with SLMGR_HOME, or let the owner run this.`,
    );
  }
  if (!status.isFile() || (mode & forOthers) === 0) return;
  chmodSync(file, 0o600);
  tell(
    `Others could read ${file} (mode ${octal(mode)}), which holds hashes of passwords: they no longer can.`,
  );
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8);
}
