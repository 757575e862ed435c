import {
  failureOfResultCode,
  type SqlDatabase,
  type SqlDriver,
  type SqlFailure,
  type SqlStatement,
} from './driver';
import { statementCache } from './statement-cache';

interface StatementSync {
  run(...parameters: readonly unknown[]): { readonly changes: number | bigint };
  get(...parameters: readonly unknown[]): ReturnType<SqlStatement['get']>;
  all(...parameters: readonly unknown[]): ReturnType<SqlStatement['all']>;
}

interface DatabaseSync {
  exec(sql: string): void;
  prepare(sql: string): StatementSync;
  close(): void;
}

interface NodeSqlite {
  readonly DatabaseSync: new (path: string) => DatabaseSync;
}

/**
 * The adapter for Node's own SQLite, or null where the running Node has none (before 22.13). Node 22 says on stderr
 * that the module is experimental; callers expect stderr to be empty, so that one warning is not passed on.
 */
export function nodeSqliteDriver(): SqlDriver | null {
  const loaded = withoutSqliteWarning(() => process.getBuiltinModule('node:sqlite'));
  return hasDatabaseSync(loaded) ? driverOver(loaded) : null;
}

function driverOver(sqlite: NodeSqlite): SqlDriver {
  return {
    name: 'node:sqlite',
    version: () => process.versions['sqlite'] ?? 'unknown',
    open: (path) => wrap(new sqlite.DatabaseSync(path)),
    failureOf,
  };
}

function failureOf(error: unknown): SqlFailure | null {
  if (typeof error !== 'object' || error === null) return null;
  if ('errcode' in error && typeof error.errcode === 'number') return failureOfResultCode(error.errcode);
  // An integer that no number holds: nothing here writes one.
  return 'code' in error && error.code === 'ERR_OUT_OF_RANGE' ? 'corrupt' : null;
}

function wrap(database: DatabaseSync): SqlDatabase {
  const statements = statementCache((sql) => {
    const statement = database.prepare(sql);
    return {
      run: (...parameters) => Number(statement.run(...parameters).changes),
      get: (...parameters) => statement.get(...parameters),
      all: (...parameters) => statement.all(...parameters),
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

function hasDatabaseSync(module: unknown): module is NodeSqlite {
  return typeof module === 'object' && module !== null && 'DatabaseSync' in module;
}

type EmitWarning = (warning: string | Error, ...rest: readonly unknown[]) => void;

function withoutSqliteWarning<T>(load: () => T): T {
  const host = process as unknown as { emitWarning: EmitWarning };
  const original = host.emitWarning;
  host.emitWarning = (warning, ...rest) => {
    const text = typeof warning === 'string' ? warning : warning.message;
    if (!text.startsWith('SQLite is an experimental feature')) original.call(process, warning, ...rest);
  };
  try {
    return load();
  } finally {
    host.emitWarning = original;
  }
}
