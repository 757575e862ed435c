import { createRequire } from 'node:module';
import type BetterSqlite3 from 'better-sqlite3';
import { type SqlDatabase, type SqlDriver, type SqlFailure, type SqlRow, type SqlStatement } from './driver';

type Library = typeof BetterSqlite3;

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

/** The adapter for the optional package better-sqlite3, or null where it is not installed or was not built. */
export function betterSqlite3Driver(): SqlDriver | null {
  const library = load();
  if (library === null) return null;
  return {
    name: 'better-sqlite3',
    version: () => versionOf(library),
    open: (path) => wrap(new library(path)),
    failureOf,
  };
}

/** Loaded at run time, by name: a bundle must work where the optional package is absent. */
function load(): Library | null {
  try {
    const library = createRequire(__filename)('better-sqlite3') as Library;
    new library(':memory:').close();
    return library;
  } catch {
    return null;
  }
}

function versionOf(library: Library): string {
  const database = new library(':memory:');
  const version: unknown = database.prepare('SELECT sqlite_version()').pluck().get();
  database.close();
  return typeof version === 'string' ? version : 'unknown';
}

function wrap(database: BetterSqlite3.Database): SqlDatabase {
  const prepared = new Map<string, SqlStatement>();
  return {
    exec: (sql) => {
      database.exec(sql);
    },
    prepare: (sql) => {
      const known = prepared.get(sql);
      if (known !== undefined) return known;
      const statement = database.prepare<unknown[], SqlRow>(sql);
      const made: SqlStatement = {
        run: (...parameters) => statement.run(...parameters).changes,
        get: (...parameters) => statement.get(...parameters),
        all: (...parameters) => statement.all(...parameters),
      };
      prepared.set(sql, made);
      return made;
    },
    close: () => {
      prepared.clear();
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
