import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SqlFailure } from './driver';

export type StoreErrorKind =
  | 'no-driver'
  | 'newer-store'
  | 'not-a-store'
  | 'not-trusted'
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

/** What was done to the store when it failed. */
export type StoreAct = 'read' | 'change';

interface Failed {
  readonly what: string;
  readonly cure: string;
}

const failed: Readonly<Record<SqlFailure, Failed>> = {
  busy: {
    what: 'is in use by another process that did not let go of it in time.',
    cure: 'Try again.',
  },
  corrupt: {
    what: 'is damaged or no SQLite database.',
    cure: 'Move it away and restore it from "slmgr lab export", or begin anew with "slmgr lab init".',
  },
  full: {
    what: 'cannot be used: the disk is full.',
    cure: 'Free some space and repeat it.',
  },
  'read-only': {
    what: 'cannot be used: the file, its folder or the file system is read-only.',
    cure: 'Make it writable, or choose another folder with SLMGR_HOME.',
  },
  'cannot-open': {
    what: 'cannot be opened or made.',
    cure: 'Check that its folder exists and may be written, or choose another one with SLMGR_HOME.',
  },
  constraint: {
    what: 'refused what contradicts the rest of it.',
    cure: 'Export the estate ("slmgr lab export"), and import it into another folder (SLMGR_HOME).',
  },
  'input-output': {
    what: 'cannot be used: the disk or the file system failed.',
    cure: 'Check the disk.',
  },
  other: { what: 'failed.', cure: 'Try again.' },
};

/**
 * The refusal that a person reads for a driver's failure on the database file `path`. Reading needs some room as well (SQLite
 * keeps an index of its log beside the file), so that a full disk shows in many ways: it is looked for.
 */
export function storeErrorOf(
  failure: SqlFailure,
  path: string,
  cause: unknown,
  act: StoreAct = 'change',
): StoreError {
  const found = mayBeFull.has(failure) && isDiskFull(path) ? 'full' : failure;
  const detail = hasMessage(cause) ? ` (${cause.message})` : '';
  const kind = found === 'constraint' ? 'other' : found;
  const { what, cure } = failed[found];
  const outcome = act === 'change' ? ' The change was not made.' : '';
  return new StoreError(kind, `The store ${path} ${what}${outcome} ${cure}${detail}`, { cause });
}

const mayBeFull: ReadonlySet<SqlFailure> = new Set(['full', 'input-output', 'cannot-open']);

function isDiskFull(path: string): boolean {
  try {
    return statfsSync(dirname(path)).bavail === 0;
  } catch {
    return false;
  }
}

function hasMessage(value: unknown): value is { readonly message: string } {
  return (
    typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
  );
}
