import type { SqlRow } from './driver';

/** A row that this program cannot have written: the file is damaged, or somebody else wrote into it. */
export class DamagedRow extends Error {
  constructor(what: string, options?: ErrorOptions) {
    super(what, options);
    this.name = 'DamagedRow';
  }
}

/** The schema's STRICT tables guarantee the types, in a file that is not damaged. */
export function number(row: SqlRow, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new DamagedRow(`column ${column} is no number`);
  return value;
}

export function numberOrNull(row: SqlRow, column: string): number | null {
  return row[column] === null ? null : number(row, column);
}

export function text(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new DamagedRow(`column ${column} is no text`);
  return value;
}

export function textOrNull(row: SqlRow, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

/** What this program itself wrote as JSON; what comes from outside (import) went through a schema before. */
export function json(row: SqlRow, column: string): unknown {
  return parsed(text(row, column), column);
}

/** JSON of a column, an object. */
export function parsed(stored: string, column: string): object {
  let value: unknown;
  try {
    value = JSON.parse(stored);
  } catch (error) {
    throw new DamagedRow(`column ${column} holds no JSON`, { cause: error });
  }
  if (typeof value === 'object' && value !== null) return value;
  throw new DamagedRow(`column ${column} holds no object`);
}
