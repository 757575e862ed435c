import { closeSync, fdatasync, openSync } from 'node:fs';
import { systemReason } from '../../transports/local/system-reason';
import type { EstateWriter } from '../estate/store-port';
import type { SqlDatabase, SqlDriver } from './driver';
import { sqliteDriver } from './drivers';
import { openDatabase } from './open-store';
import { sqliteStore } from './sqlite-store';
import { StoreError, storeErrorOf } from './store-error';

/** A store whose commits reach the disk while the event loop goes on. */
export interface GroupCommitStore {
  /**
   * One transaction. Resolves when it is on disk; rejects where it was not made (StoreError, or what `work` threw)
   * or could not be flushed: nothing may be told of it then.
   */
  readonly write: <T>(work: (writer: EstateWriter) => T) => Promise<T>;
  /** Waits for what is being flushed. */
  readonly close: () => Promise<void>;
}

/**
 * Opens the store below `directory` for group commit, on a connection of its own. A commit writes the WAL without
 * waiting (`synchronous=NORMAL`: SQLite itself flushes before a checkpoint and where the WAL begins anew); the flush
 * that FULL would wait for follows in the thread pool. What one flush covers is durable as with FULL.
 *
 * Flushes may overlap. Each under way has a descriptor of its own, since the system tells a descriptor once of a write that
 * failed: with one for all, a flush beside the failing one would seem to succeed.
 *
 * After a flush that failed nobody knows what of the log is on disk, and what follows in it would be lost with it: the next
 * write first moves the whole log into the database and begins it anew, and is refused where that fails.
 * @throws StoreError as openStore
 */
export function openGroupCommit(directory: string, driver: SqlDriver = sqliteDriver()): GroupCommitStore {
  const { database, path } = openDatabase(directory, driver);
  database.exec('PRAGMA synchronous = NORMAL');
  const store = sqliteStore(driver, database, path);
  const idle = [openWal(database, path)];
  const underWay = new Set<Promise<void>>();
  let isLogCertain = true;
  const flushed = async (): Promise<void> => {
    const wal = idle.pop() ?? openLog(path);
    try {
      await flush(wal, path);
    } catch (error) {
      isLogCertain = false;
      throw error;
    } finally {
      idle.push(wal);
    }
  };
  return {
    write: async (work) => {
      if (!isLogCertain) {
        beginLogAnew(database, driver, path);
        isLogCertain = true;
      }
      const result = store.write(work);
      const flushing = flushed();
      underWay.add(flushing);
      try {
        await flushing;
      } finally {
        underWay.delete(flushing);
      }
      return result;
    },
    close: async () => {
      await Promise.allSettled(underWay);
      for (const wal of idle) closeSync(wal);
      store.close();
    },
  };
}

/** https://sqlite.org/pragma.html#pragma_wal_checkpoint, which flushes the log, then the database, and empties the log. */
function beginLogAnew(database: SqlDatabase, driver: SqlDriver, path: string): void {
  try {
    const row = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    if (row?.['busy'] === 0) return;
  } catch (error) {
    throw storeErrorOf(driver.failureOf(error) ?? 'other', path, error);
  }
  throw storeErrorOf('busy', path, null);
}

/** The WAL is there once something has been read, and stays as long as a connection is open. */
function openWal(database: SqlDatabase, path: string): number {
  try {
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return openLog(path);
  } catch (error) {
    database.close();
    throw error;
  }
}

function openLog(path: string): number {
  try {
    return openSync(`${path}-wal`, 'r+');
  } catch (error) {
    throw new StoreError(
      'cannot-open',
      `The store's log ${path}-wal cannot be opened: ${systemReason(error)}.`,
      { cause: error },
    );
  }
}

function flush(wal: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(wal, (error) => {
      if (error === null) resolve();
      else
        reject(
          storeErrorOf(
            error.code === 'ENOSPC' || error.code === 'EDQUOT' ? 'full' : 'input-output',
            path,
            error,
          ),
        );
    });
  });
}
