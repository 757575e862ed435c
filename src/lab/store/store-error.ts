import type { SqlFailure } from './driver';

export type StoreErrorKind =
  | 'no-driver'
  | 'newer-store'
  | 'not-a-store'
  | 'busy'
  | 'corrupt'
  | 'full'
  | 'read-only'
  | 'cannot-open'
  | 'input-output'
  | 'other';

/** A store that cannot be used. The message names the file and what to do; nothing was half written. */
export class StoreError extends Error {
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.kind = kind;
  }
}

const advice: Readonly<Record<SqlFailure, string>> = {
  busy: 'is in use by another process that did not let go of it in time. Try again.',
  corrupt:
    'is damaged or no SQLite database. Nothing was changed. Move it away and restore it from "slmgr lab export", ' +
    'or begin anew with "slmgr lab init".',
  full: 'could not grow: the disk is full. The change was not made. Free some space and repeat it.',
  'read-only': 'cannot be written: the file or its folder is read-only. Nothing was changed.',
  'cannot-open': 'cannot be opened or made: check that its folder exists and may be written.',
  constraint: 'refused the change, because it contradicts what is stored.',
  'input-output':
    'could not be read or written: the disk or the file system failed. The change was not made.',
  other: 'failed.',
};

/** The refusal that a person reads for a driver's failure on the database file `path`. */
export function storeErrorOf(failure: SqlFailure, path: string, cause: unknown): StoreError {
  const detail = hasMessage(cause) ? ` (${cause.message})` : '';
  const kind = failure === 'constraint' ? 'other' : failure;
  return new StoreError(kind, `The store ${path} ${advice[failure]}${detail}`, { cause });
}

function hasMessage(value: unknown): value is { readonly message: string } {
  return (
    typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
  );
}
