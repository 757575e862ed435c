import { closeSync, fdatasync, openSync } from 'node:fs';
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
 * @throws StoreError as openStore
 */
export function openGroupCommit(directory: string, driver: SqlDriver = sqliteDriver()): GroupCommitStore {
  const { database, path } = openDatabase(directory, driver);
  database.exec('PRAGMA synchronous = NORMAL');
  const store = sqliteStore(driver, database, path);
  const wal = openWal(database, path);
  let underWay: Promise<void> = Promise.resolve();
  return {
    write: async (work) => {
      const result = store.write(work);
      underWay = flush(wal, path);
      await underWay;
      return result;
    },
    close: async () => {
      await underWay.catch(() => undefined);
      closeSync(wal);
      store.close();
    },
  };
}

/** The WAL is there once something has been read, and stays as long as a connection is open. */
function openWal(database: SqlDatabase, path: string): number {
  try {
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return openSync(`${path}-wal`, 'r+');
  } catch (error) {
    database.close();
    throw new StoreError('cannot-open', `The store's log ${path}-wal cannot be opened.`, { cause: error });
  }
}

function flush(wal: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(wal, (error) => {
      if (error === null) resolve();
      else reject(storeErrorOf(error.code === 'ENOSPC' ? 'full' : 'input-output', path, error));
    });
  });
}
