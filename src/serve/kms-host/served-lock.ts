import { existsSync } from 'node:fs';
import { type SqlDatabase, type SqlDriver } from '../../lab/store/driver';
import { storeErrorOf } from '../../lab/store/store-error';
import { readServedFacts, type ServedFacts, servedFiles } from './served-files';

/** A machine's serving, held by this process until it is released or the process ends, however it ends. */
export interface ServedLock {
  release(): void;
}

/** How long a new daemon waits for one that is going, in ms. */
const takeOverMs = 3000;

/**
 * Takes the lock of a machine: an exclusive lock of the operating system on an SQLite file, which goes with the
 * process. Null where another process holds it.
 */
export function takeServedLock(driver: SqlDriver, path: string): ServedLock | null {
  let database: SqlDatabase | null = null;
  try {
    database = driver.open(path);
    database.exec(`PRAGMA busy_timeout = ${takeOverMs}`);
    database.exec('BEGIN EXCLUSIVE');
    const held = database;
    return { release: () => held.close() };
  } catch (error) {
    database?.close();
    if (driver.failureOf(error) === 'busy') return null;
    throw lockError(driver, path, error);
  }
}

/** True while a process holds the lock. Looking takes a shared lock for a moment, so lookers never see each other. */
export function isLockHeld(driver: SqlDriver, path: string): boolean {
  if (!existsSync(path)) return false;
  let database: SqlDatabase | null = null;
  try {
    database = driver.open(path);
    database.exec('PRAGMA busy_timeout = 0');
    database.prepare('SELECT count(*) AS n FROM sqlite_schema').get();
    return false;
  } catch (error) {
    if (driver.failureOf(error) === 'busy') return true;
    throw lockError(driver, path, error);
  } finally {
    database?.close();
  }
}

function lockError(driver: SqlDriver, path: string, error: unknown): unknown {
  const failure = driver.failureOf(error);
  return failure === null ? error : storeErrorOf(failure, path, error, 'read');
}

/** Where a machine is served now; null while no process serves it or it listens nowhere yet. */
export function servedAt(driver: SqlDriver, home: string, machine: string): ServedFacts | null {
  const files = servedFiles(home, machine);
  return isLockHeld(driver, files.lock) ? readServedFacts(files) : null;
}
