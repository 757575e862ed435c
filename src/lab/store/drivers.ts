import { betterSqlite3Driver } from './better-sqlite3';
import type { SqlDriver } from './driver';
import { nodeSqliteDriver } from './node-sqlite';
import { StoreError } from './store-error';

/**
 * The SQLite of this process: Node's own where it has one, better-sqlite3 otherwise.
 * @throws StoreError `no-driver`, with what to do, where there is neither.
 */
export function sqliteDriver(): SqlDriver {
  const driver = nodeSqliteDriver() ?? betterSqlite3Driver();
  if (driver !== null) return driver;
  throw new StoreError(
    'no-driver',
    `Node ${process.versions.node} has no SQLite of its own, and the optional package better-sqlite3 is not ` +
      'installed or could not be built. Run slmgr with Node 22.13 or later, or install better-sqlite3 beside it ' +
      '("npm install better-sqlite3@12"; it needs its prebuilt download, or Python and a C++ compiler).',
  );
}

/** Every driver that works in this process, the preferred one first. */
export function availableDrivers(): readonly SqlDriver[] {
  return [nodeSqliteDriver(), betterSqlite3Driver()].filter((driver) => driver !== null);
}
