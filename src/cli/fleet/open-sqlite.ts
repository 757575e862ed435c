import { closeSync, copyFileSync, existsSync, fsyncSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Kysely } from 'kysely';
import type { SqlDatabase, SqlDriver, SqlFailure } from '../../lab/store/driver';
import { makeDataFolder } from '../../lab/store/open-store';
import { keepToOwner } from '../../lab/store/ownership';
import type { Inventory } from '../../fleet/inventory/inventory';
import { holdInFolder } from '../runs/hold-in-folder';
import { FleetStoreError } from '../../fleet/store/fleet-store-error';
import { migrateFleet } from '../../fleet/store/migrate';
import type { FleetTables } from '../../fleet/store/schema';
import { fleetFileName } from './fleet-file';
import { sqlInventory } from '../../fleet/store/sql-inventory';
import { sqliteDialect, type Patient } from '../../fleet/store/sqlite-dialect';

/** How long a writer waits for others, how long each time within SQLite (which holds up this process), and between. */
const busyMs = 30_000;
const busyWithinMs = 20;
const pauseMs = 15;

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
 * Opens the inventory in a folder, and makes both where there are none. Commits are on disk when they return. `tell` is
 * told of rights that were too wide and are taken back.
 * @throws FleetStoreError, StoreError with the file, the reason and what to do
 */
export async function openSqliteInventory(
  folder: string,
  driver: SqlDriver,
  tell: (sentence: string) => void = () => undefined,
): Promise<Inventory> {
  const path = join(folder, fleetFileName);
  makeDataFolder(folder);
  keepToOwner(path, tell);
  const explain = (error: unknown): unknown => explained(driver, path, error);
  try {
    const patient = patience(driver);
    const database = await open(path, driver, patient);
    const kysely = new Kysely<FleetTables>({ dialect: sqliteDialect(database, patient) });
    try {
      await migrateFleet(kysely as unknown as Kysely<unknown>, {
        engine: 'sqlite',
        name: path,
        before: () => {
          backUp(database, path);
        },
      });
      return sqlInventory(kysely, {
        place: path,
        explain,
        engine: 'sqlite',
        holdAlone: (work) => Promise.resolve(holdInFolder(folder, work, driver)),
      });
    } catch (error) {
      await kysely.destroy();
      throw error;
    }
  } catch (error) {
    throw explain(error);
  }
}

function patience(driver: SqlDriver): Patient {
  return async (work) => {
    for (const end = Date.now() + busyMs; ;) {
      try {
        return work();
      } catch (error) {
        if (driver.failureOf(error) !== 'busy' || Date.now() > end) throw error;
      }
      await setTimeout(pauseMs);
    }
  };
}

/** Pages that a list of many machines comes back to: SQLite's own 2 MiB are too few. */
const cacheKib = 16_384;

async function open(path: string, driver: SqlDriver, patient: Patient): Promise<SqlDatabase> {
  // Names of machines and of KMS hosts are nobody else's business.
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  const database = driver.open(path);
  database.exec(`PRAGMA busy_timeout = ${busyWithinMs}`);
  await patient(() => {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    database.exec(`PRAGMA cache_size = -${cacheKib}`);
  });
  return database;
}

/** What is there before the schema changes, beside it: FILE.before-migration. */
function backUp(database: SqlDatabase, path: string): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const copy = `${path}.before-migration`;
  copyFileSync(path, copy);
  const file = openSync(copy, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function explained(driver: SqlDriver, path: string, error: unknown): unknown {
  if (error instanceof FleetStoreError) return error;
  const failure = driver.failureOf(error);
  const { code } = error as NodeJS.ErrnoException;
  if (failure === null && !(error instanceof Error && typeof code === 'string')) return error;
  const reason = failure === null ? (error as Error).message : reasons[failure];
  return new FleetStoreError(`The inventory ${path} cannot be used: ${reason}.`, { cause: error });
}
