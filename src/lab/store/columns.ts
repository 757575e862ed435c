import type { SqlRow } from './driver';

/** The schema's STRICT tables guarantee the types; these say so to the compiler and catch a wrong column name. */
export function number(row: SqlRow, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new TypeError(`column ${column} is no number`);
  return value;
}

export function numberOrNull(row: SqlRow, column: string): number | null {
  return row[column] === null ? null : number(row, column);
}

export function text(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`column ${column} is no text`);
  return value;
}

export function textOrNull(row: SqlRow, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

/** What this program itself wrote as JSON; what comes from outside (import) went through a schema before. */
export function json(row: SqlRow, column: string): unknown {
  return JSON.parse(text(row, column));
}
