/**
 * The few things that the store asks of an SQLite library. Two adapters implement it: Node's own `node:sqlite` and
 * the optional package better-sqlite3; one contract test runs both.
 */

/** A value that goes into or comes out of a column. Integers stay within the safe range of a number. */
export type SqlValue = string | number | bigint | null | Uint8Array;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** A prepared statement, parameters by position. */
export interface SqlStatement {
  /** Runs a statement that answers no rows; the number of rows that it changed. */
  run(...parameters: readonly SqlValue[]): number;
  /** The first row, or undefined. */
  get(...parameters: readonly SqlValue[]): SqlRow | undefined;
  all(...parameters: readonly SqlValue[]): readonly SqlRow[];
}

/** An open database: one connection, synchronous. Statements are prepared once for each text. */
export interface SqlDatabase {
  /** Runs one or more statements without parameters. */
  exec(sql: string): void;
  /** The prepared statement of this text, from the connection's own cache. */
  prepare(sql: string): SqlStatement;
  close(): void;
}

/** What went wrong, as far as a caller can act upon it. */
export type SqlFailure =
  'busy' | 'corrupt' | 'full' | 'read-only' | 'cannot-open' | 'constraint' | 'input-output' | 'other';

export interface SqlDriver {
  readonly name: 'node:sqlite' | 'better-sqlite3';
  /** Version of the SQLite library, "3.46.0". */
  version(): string;
  /** Opens or creates a database file, `:memory:` for one in memory. */
  open(path: string): SqlDatabase;
  /** The kind of an error that this driver threw; null for an error of anything else. */
  failureOf(error: unknown): SqlFailure | null;
}

const failures: Readonly<Record<number, SqlFailure>> = {
  5: 'busy',
  6: 'busy',
  8: 'read-only',
  10: 'input-output',
  11: 'corrupt',
  13: 'full',
  14: 'cannot-open',
  19: 'constraint',
  26: 'corrupt',
};

/** The failure behind an SQLite result code (primary or extended): https://sqlite.org/rescode.html. */
export function failureOfResultCode(code: number): SqlFailure {
  return failures[code & 0xff] ?? 'other';
}
