import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SqlDatabase, SqlDriver } from '../../../src/lab/store/driver';
import { inTransaction } from '../../../src/lab/store/transactions';

/** What every SQLite driver must do. Assertions of node:assert, so that a plain program can run it as well. */
export interface ContractCase {
  readonly name: string;
  readonly run: (driver: SqlDriver, folder: string) => void;
}

function withDatabase(driver: SqlDriver, path: string, work: (database: SqlDatabase) => void): void {
  const database = driver.open(path);
  try {
    work(database);
  } finally {
    database.close();
  }
}

function failureOf(driver: SqlDriver, work: () => void): string | null {
  try {
    work();
  } catch (error) {
    return driver.failureOf(error);
  }
  return 'nothing failed';
}

export const driverContract: readonly ContractCase[] = [
  {
    name: 'names the SQLite version, new enough for STRICT tables and RETURNING',
    run: (driver: SqlDriver): void => {
      const [major, minor] = driver.version().split('.').map(Number);
      assert.equal(major, 3);
      assert.ok(minor !== undefined && minor >= 37, driver.version());
    },
  },
  {
    name: 'gives back every kind of value as it was stored',
    run: (driver: SqlDriver): void => {
      withDatabase(driver, ':memory:', (database) => {
        database.exec('CREATE TABLE t (i INTEGER, r REAL, s TEXT, n TEXT) STRICT');
        const values = [Number.MAX_SAFE_INTEGER, -0.5, 'é\n😀', null] as const;
        assert.equal(database.prepare('INSERT INTO t VALUES (?, ?, ?, ?)').run(...values), 1);
        const row = database.prepare('SELECT * FROM t').get();
        assert.deepEqual([row?.['i'], row?.['r'], row?.['s'], row?.['n']], values);
      });
    },
  },
  {
    name: 'answers undefined for no row and an empty list for no rows',
    run: (driver: SqlDriver): void => {
      withDatabase(driver, ':memory:', (database) => {
        const none = database.prepare('SELECT 1 AS one WHERE 0');
        assert.equal(none.get(), undefined);
        assert.equal(none.all().length, 0);
      });
    },
  },
  {
    name: 'counts changed rows, and prepares one text once',
    run: (driver: SqlDriver): void => {
      withDatabase(driver, ':memory:', (database) => {
        database.exec('CREATE TABLE t (i INTEGER); INSERT INTO t VALUES (1), (2), (3)');
        const remove = database.prepare('DELETE FROM t WHERE i > ?');
        assert.equal(remove.run(1), 2);
        assert.equal(remove.run(1), 0);
        assert.equal(database.prepare('DELETE FROM t WHERE i > ?'), remove);
      });
    },
  },
  {
    name: 'rolls a failed transaction back and commits the next',
    run: (driver: SqlDriver, folder: string): void => {
      const path = join(folder, 'rollback.db');
      withDatabase(driver, path, (database) => {
        database.exec('CREATE TABLE t (i INTEGER)');
        assert.throws(
          () =>
            inTransaction(database, 'IMMEDIATE', () => {
              database.prepare('INSERT INTO t VALUES (1)').run();
              throw new Error('halfway');
            }),
          /halfway/,
        );
        inTransaction(database, 'IMMEDIATE', () => database.prepare('INSERT INTO t VALUES (2)').run());
      });
      withDatabase(driver, path, (database) => {
        const rows = database.prepare('SELECT i FROM t').all();
        assert.equal(rows.length, 1);
        assert.equal(rows[0]?.['i'], 2);
      });
    },
  },
  {
    name: 'tells a broken constraint',
    run: (driver: SqlDriver): void => {
      withDatabase(driver, ':memory:', (database) => {
        database.exec('CREATE TABLE t (i INTEGER UNIQUE); INSERT INTO t VALUES (1)');
        assert.equal(
          failureOf(driver, () => database.prepare('INSERT INTO t VALUES (1)').run()),
          'constraint',
        );
      });
    },
  },
  {
    name: 'tells a file that is no database, and one in a folder that does not exist',
    run: (driver: SqlDriver, folder: string): void => {
      const path = join(folder, 'text.db');
      writeFileSync(path, 'This is no database. '.repeat(100));
      const read = (): void => {
        withDatabase(driver, path, (database) => database.prepare('SELECT * FROM sqlite_schema').all());
      };
      assert.equal(failureOf(driver, read), 'corrupt');
      const missing = (): void => {
        withDatabase(driver, join(folder, 'missing', 'x.db'), () => undefined);
      };
      assert.equal(failureOf(driver, missing), 'cannot-open');
    },
  },
  {
    name: 'tells a database that another connection is writing',
    run: (driver: SqlDriver, folder: string): void => {
      const path = join(folder, 'busy.db');
      withDatabase(driver, path, (first) => {
        first.exec('CREATE TABLE t (i INTEGER); BEGIN IMMEDIATE');
        withDatabase(driver, path, (second) => {
          second.exec('PRAGMA busy_timeout = 20');
          assert.equal(
            failureOf(driver, () => second.exec('BEGIN IMMEDIATE')),
            'busy',
          );
        });
        first.exec('ROLLBACK');
      });
    },
  },
  {
    name: 'tells a full database, and keeps what was there',
    run: (driver: SqlDriver, folder: string): void => {
      const path = join(folder, 'full.db');
      withDatabase(driver, path, (database) => {
        database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (s TEXT)');
        database.exec("INSERT INTO t VALUES ('first'); PRAGMA max_page_count = 4");
        const fill = (): void => {
          inTransaction(database, 'IMMEDIATE', () =>
            database.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(100_000)),
          );
        };
        assert.equal(failureOf(driver, fill), 'full');
        assert.equal(database.prepare('SELECT count(*) AS n FROM t').get()?.['n'], 1);
        inTransaction(database, 'IMMEDIATE', () => database.prepare("INSERT INTO t VALUES ('small')").run());
      });
    },
  },
  {
    name: 'leaves errors of others alone',
    run: (driver: SqlDriver): void => {
      assert.equal(driver.failureOf(new Error('disk I/O error')), null);
      assert.equal(driver.failureOf('SQLITE_BUSY'), null);
    },
  },
];
