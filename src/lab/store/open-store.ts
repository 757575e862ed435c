import { closeSync, existsSync, linkSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EstateStore } from '../estate/store-port';
import type { SqlDatabase, SqlDriver } from './driver';
import { sqliteDriver } from './drivers';
import { storeFileName, storeIsThere } from './find-store';
import { migrate } from './migrations';
import { sqliteStore } from './sqlite-store';
import { errorCode } from '../../transports/error-facts';
import { systemReason } from '../../transports/local/system-reason';
import { keepToOwner } from './ownership';
import { StoreError, storeErrorOf } from './store-error';

export { storeFileName };

/** How long a writer waits for others before it gives up, in ms. */
const busyTimeoutMs = 30_000;

/**
 * Opens the store below `directory`, making both where they do not exist. Commits are on disk when they return
 * (WAL with synchronous FULL); writers wait up to 30 s for each other. Rights that are too wide are taken back, and `tell` is told.
 * @throws StoreError with a message for the user: no SQLite, a newer or foreign or damaged file, one of another user, a folder
 *   that cannot be written, a full disk.
 */
export function openStore(
  directory: string,
  driver: SqlDriver = sqliteDriver(),
  tell?: (sentence: string) => void,
): EstateStore {
  const { database, path } = openDatabase(directory, driver, tell);
  return sqliteStore(driver, database, path);
}

/** The migrated database below `directory` with its path, as {@link openStore} opens it. */
export function openDatabase(
  directory: string,
  driver: SqlDriver,
  tell?: (sentence: string) => void,
): { readonly database: SqlDatabase; readonly path: string } {
  const path = join(directory, storeFileName);
  const isThere = storeIsThere(directory);
  makeDataFolder(directory);
  keepToOwner(path, tell);
  let database: SqlDatabase | null = null;
  try {
    if (!isThere) makeWhole(path, driver);
    database = driver.open(path);
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    prepareFile(database, path);
    database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    return { database, path };
  } catch (error) {
    database?.close();
    const failure = driver.failureOf(error);
    throw failure === null ? openingError(error, path) : storeErrorOf(failure, path, error, 'read');
  }
}

/** What is no failure of the driver is one of the system: the backup before a migration. */
function openingError(error: unknown, path: string): unknown {
  if (typeof error !== 'object' || error === null || !('syscall' in error)) return error;
  const message = `The store ${path} cannot be opened: ${systemReason(error)}.`;
  return new StoreError('cannot-open', message, { cause: error });
}

/** A foreign or newer file is refused before anything in it changes, its journal mode included. */
function prepareFile(database: SqlDatabase, path: string): void {
  const mode = database.prepare('PRAGMA journal_mode').get()?.['journal_mode'];
  migrate(database, path);
  if (mode !== 'wal') database.exec('PRAGMA journal_mode = WAL');
}

/**
 * Makes a data folder, for its owner alone, where there is none.
 * @throws StoreError that names it
 */
export function makeDataFolder(directory: string): void {
  try {
    makeFolders(directory);
  } catch (error) {
    throw new StoreError(
      'cannot-open',
      `The data folder ${directory} cannot be made: ${systemReason(error)}. SLMGR_HOME chooses another one.`,
      { cause: error },
    );
  }
}

/** One folder after the other: Node's own `recursive` never ends where the system denies that a folder is there (/proc). */
function makeFolders(directory: string): void {
  if (isFolder(directory)) return;
  const above = dirname(directory);
  if (above !== directory) makeFolders(above);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    // Another process was first.
    if (!isFolder(directory)) throw error;
  }
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/**
 * Makes a store beside its place and puts it there when it is whole, so that a process that is killed meanwhile leaves no
 * store behind that is none. The file holds the hashes of accounts' passwords: others may not read it.
 */
function makeWhole(path: string, driver: SqlDriver): void {
  const draft = `${path}.new-${process.pid}`;
  removeDraft(draft);
  try {
    closeSync(openSync(draft, 'wx', 0o600));
    const database = driver.open(draft);
    try {
      migrate(database, path);
    } finally {
      database.close();
    }
    putInPlace(draft, path);
  } finally {
    removeDraft(draft);
  }
}

/** A link and no move: where another process was first, its store stays. */
function putInPlace(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    if (existsSync(path)) return;
    // A file system without links: nobody was there a moment ago.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(errorCode(error))) throw error;
    renameSync(draft, path);
  }
}

function removeDraft(draft: string): void {
  for (const end of ['', '-journal', '-wal', '-shm']) rmSync(`${draft}${end}`, { force: true });
}
