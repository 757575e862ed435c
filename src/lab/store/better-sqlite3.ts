import { createRequire } from 'node:module';
import type BetterSqlite3 from 'better-sqlite3';
import { type SqlDatabase, type SqlDriver, type SqlFailure, type SqlRow, type SqlStatement } from './driver';

type Library = typeof BetterSqlite3;

/** Opens a database file, or `:memory:`. */
type Open = (path: string) => BetterSqlite3.Database;

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
  const open = load();
  if (open === null) return null;
  return {
    name: 'better-sqlite3',
    version: () => versionOf(open),
    open: (path) => wrap(open(path)),
    failureOf,
  };
}

/**
 * Loaded at run time, by name: a bundle must work where the optional package is absent. The addon is loaded here and
 * handed over, which spares every start the library's own search for it, and shows at once whether it was built.
 */
function load(): Open | null {
  const load = createRequire(__filename);
  try {
    const library = load('better-sqlite3') as Library;
    const addon = load('better-sqlite3/build/Release/better_sqlite3.node') as unknown;
    const options = { nativeBinding: addon } as BetterSqlite3.Options & { readonly nativeBinding: never };
    return (path) => new library(path, options);
  } catch {
    return null;
  }
}

function versionOf(open: Open): string {
  const database = open(':memory:');
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
