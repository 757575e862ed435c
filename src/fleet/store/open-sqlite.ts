import { copyFileSync, existsSync, closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import type { SqlDatabase, SqlDriver, SqlFailure } from '../../lab/store/driver';
import { FleetStoreError } from './fleet-store-error';
import { migrateFleet } from './migrate';
import type { FleetTables } from './schema';
import { sqliteDialect } from './sqlite-dialect';

/** Name of the inventory's file in the data folder. */
export const fleetFileName = 'fleet.db';

const busyTimeoutMs = 30_000;

const reasons: Readonly<Record<SqlFailure, string>> = {
  busy: 'another process has kept it locked for too long; end that process and try again',
  corrupt: 'it is damaged; put a backup in its place, or move it away and scan anew',
  full: 'the disk is full; make room and try again',
  'read-only': 'it may not be written; look at its owner and mode',
  'cannot-open': 'it cannot be opened; look at its owner and mode, and that it is a file',
  constraint: 'what is in it contradicts itself',
  'input-output': 'the disk does not read or write it as it should',
  other: 'SQLite refuses it',
};

/**
 * Opens the inventory in a folder that exists, and makes it where there is none. Commits are on disk when they return.
 * @throws FleetStoreError with the file, the reason and what to do
 */
export async function openSqliteFleet(folder: string, driver: SqlDriver): Promise<Kysely<FleetTables>> {
  const path = join(folder, fleetFileName);
  return explaining(driver, path, async () => {
    const database = open(path, driver);
    const kysely = new Kysely<FleetTables>({ dialect: sqliteDialect(database) });
    try {
      await migrateFleet(kysely as unknown as Kysely<unknown>, {
        engine: 'sqlite',
        name: path,
        before: () => {
          backUp(database, path);
        },
      });
      return kysely;
    } catch (error) {
      await kysely.destroy();
      throw error;
    }
  });
}

function open(path: string, driver: SqlDriver): SqlDatabase {
  // Names of machines and of KMS hosts are nobody else's business.
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  const database = driver.open(path);
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  return database;
}

function backUp(database: SqlDatabase, path: string): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  copyFileSync(path, `${path}.before-migration`);
}

async function explaining<T>(driver: SqlDriver, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const failure = driver.failureOf(error);
    if (failure !== null) {
      throw new FleetStoreError(`The inventory ${path} cannot be used: ${reasons[failure]}.`, {
        cause: error,
      });
    }
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code === 'string' && error instanceof Error && !(error instanceof FleetStoreError)) {
      throw new FleetStoreError(`The inventory ${path} cannot be used: ${error.message}.`, { cause: error });
    }
    throw error;
  }
}
