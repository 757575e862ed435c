import { createRequire } from 'node:module';
import type BetterSqlite3 from 'better-sqlite3';
import { nativeOpener, type OpenedDatabase } from './better-sqlite3-addon';
import type { SqlDatabase, SqlDriver, SqlFailure, SqlRow } from './driver';
import { statementCache } from './statement-cache';

const failures: readonly (readonly [prefix: string, failure: SqlFailure])[] = [
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_READONLY', 'read-only'],
  ['SQLITE_IOERR', 'input-output'],
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_NOTADB', 'corrupt'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_CANTOPEN', 'cannot-open'],
  ['SQLITE_CONSTRAINT', 'constraint'],
];

type Opener = (path: string) => OpenedDatabase;

/** The adapter for the optional package better-sqlite3, or null where it is not installed or was not built. */
export function betterSqlite3Driver(): SqlDriver | null {
  // By name at run time: a bundle must work where the optional package is absent.
  const require = createRequire(__filename);
  return driverOver(nativeOpener(require) ?? packageOpener(require));
}

/** The same through the package's own JavaScript, whatever its version; for the contract test. */
export function betterSqlite3PackageDriver(): SqlDriver | null {
  return driverOver(packageOpener(createRequire(__filename)));
}

function driverOver(open: Opener | null): SqlDriver | null {
  if (open === null) return null;
  return {
    name: 'better-sqlite3',
    version: () => versionOf(open),
    open: (path) => wrap(open(path)),
    failureOf,
  };
}

function packageOpener(require: NodeJS.Require): Opener | null {
  try {
    const library = require('better-sqlite3') as typeof BetterSqlite3;
    new library(':memory:').close();
    return (path) => new library(path);
  } catch {
    return null;
  }
}

function versionOf(open: Opener): string {
  const database = wrap(open(':memory:'));
  const version = database.prepare('SELECT sqlite_version() AS version').get()?.['version'];
  database.close();
  return typeof version === 'string' ? version : 'unknown';
}

function wrap(database: OpenedDatabase): SqlDatabase {
  const statements = statementCache((sql) => {
    const statement = database.prepare(sql);
    return {
      run: (...parameters) => statement.run(...parameters).changes,
      get: (...parameters) => statement.get(...parameters) as SqlRow | undefined,
      all: (...parameters) => statement.all(...parameters) as SqlRow[],
    };
  });
  return {
    exec: (sql) => {
      database.exec(sql);
    },
    prepare: statements.prepare,
    close: () => {
      statements.clear();
      database.close();
    },
  };
}

/** By shape and not by class: the addon makes its errors with the first copy of the library that was loaded. */
function failureOf(error: unknown): SqlFailure | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === 'string' && code.startsWith('SQLITE_')) {
    return failures.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'other';
  }
  return typeof message === 'string' && message.startsWith('Cannot open database') ? 'cannot-open' : null;
}
