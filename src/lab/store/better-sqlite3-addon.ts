import { dirname, join } from 'node:path';

/**
 * The native part of better-sqlite3, without the dozen JavaScript files around it: finding and loading those takes
 * longer than everything else that a short command does. Only of the versions whose native interface is known;
 * everything else goes through the package itself.
 */
const knownVersions = '12.';

interface NativeStatement {
  run(...parameters: readonly unknown[]): { readonly changes: number };
  get(...parameters: readonly unknown[]): unknown;
  all(...parameters: readonly unknown[]): unknown[];
}

interface NativeDatabase {
  exec(sql: string): void;
  prepare(sql: string, owner: object, isPragma: boolean): NativeStatement;
  close(): void;
}

/** Arguments in the package's order: path, path as given, anonymous, read-only, must exist, timeout, log, content. */
type NativeConstructor = new (
  ...facts: [string, string, boolean, boolean, boolean, number, null, null]
) => NativeDatabase;

interface Addon {
  readonly Database: NativeConstructor;
  setErrorConstructor(constructor: unknown): void;
  isInitialized?: boolean;
}

/** A database as the adapter uses it, whichever way it was opened. */
export interface OpenedDatabase {
  exec(sql: string): void;
  prepare(sql: string): NativeStatement;
  close(): void;
}

/** An error of SQLite with its symbolic code, as the package makes it. */
class SqliteError extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.name = 'SqliteError';
    this.code = code;
  }
}

const defaultTimeoutMs = 5000;

/** Opens databases by the native part alone; null where it is not there, not built, or of another version. */
export function nativeOpener(require: NodeJS.Require): ((path: string) => OpenedDatabase) | null {
  const addon = loadAddon(require);
  if (addon === null) return null;
  if (addon.isInitialized !== true) {
    addon.setErrorConstructor(SqliteError);
    addon.isInitialized = true;
  }
  return (path) => {
    const anonymous = path === ':memory:';
    const database = new addon.Database(path, path, anonymous, false, false, defaultTimeoutMs, null, null);
    return {
      exec: (sql) => {
        database.exec(sql);
      },
      prepare: (sql) => database.prepare(sql, database, false),
      close: () => {
        database.close();
      },
    };
  };
}

function loadAddon(require: NodeJS.Require): Addon | null {
  try {
    const description = require.resolve('better-sqlite3/package.json');
    const { version } = require(description) as { readonly version?: unknown };
    if (typeof version !== 'string' || !version.startsWith(knownVersions)) return null;
    const addon: unknown = require(join(dirname(description), 'build', 'Release', 'better_sqlite3.node'));
    return isAddon(addon) ? addon : null;
  } catch {
    return null;
  }
}

function isAddon(value: unknown): value is Addon {
  return (
    typeof value === 'object' &&
    value !== null &&
    'Database' in value &&
    typeof value.Database === 'function' &&
    'setErrorConstructor' in value
  );
}
