import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import type { SqlDatabase } from './driver';
import { StoreError } from './store-error';
import { inTransaction } from './transactions';

/** "slmg" in ASCII: marks a database file as ours (PRAGMA application_id). */
export const applicationId = 0x73_6c_6d_67;

/**
 * The schema, forward only: entry N takes a store from version N to N + 1. A released entry is never changed.
 * Names of machines, zones and accounts compare without case.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE estate (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    kind TEXT NOT NULL CHECK (kind IN ('implicit', 'lab')),
    domain TEXT,
    seed INTEGER NOT NULL,
    draws INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    settings TEXT NOT NULL
  ) STRICT;
  CREATE TABLE clock (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    held_at INTEGER,
    ahead_by INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE machine (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL COLLATE NOCASE UNIQUE,
    next_due INTEGER,
    state TEXT NOT NULL
  ) STRICT;
  CREATE INDEX machine_by_due ON machine (next_due, name) WHERE next_due IS NOT NULL;
  CREATE TABLE event (
    machine INTEGER NOT NULL REFERENCES machine (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    entry TEXT NOT NULL,
    PRIMARY KEY (machine, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE kms_request (
    host INTEGER NOT NULL REFERENCES machine (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    hresult INTEGER NOT NULL,
    required_count INTEGER NOT NULL,
    machine_name TEXT NOT NULL,
    cmid TEXT NOT NULL,
    client_time INTEGER NOT NULL,
    is_virtual INTEGER NOT NULL,
    license_status INTEGER NOT NULL,
    minutes_remaining INTEGER NOT NULL,
    activation_id TEXT NOT NULL,
    PRIMARY KEY (host, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE kms_count (
    host INTEGER NOT NULL REFERENCES machine (id) ON DELETE CASCADE,
    count TEXT NOT NULL,
    greatest_threshold INTEGER NOT NULL,
    clients TEXT NOT NULL,
    PRIMARY KEY (host, count)
  ) STRICT;
  CREATE TABLE kms_counter (
    host INTEGER NOT NULL REFERENCES machine (id) ON DELETE CASCADE,
    activation_id TEXT NOT NULL,
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (host, activation_id, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE dns_record (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL COLLATE NOCASE,
    type TEXT NOT NULL,
    data TEXT NOT NULL COLLATE NOCASE,
    ttl INTEGER NOT NULL,
    UNIQUE (name, type, data)
  ) STRICT;
  CREATE TABLE directory_object (
    domain TEXT NOT NULL COLLATE NOCASE,
    dn TEXT NOT NULL COLLATE NOCASE,
    detail TEXT NOT NULL,
    PRIMARY KEY (domain, dn)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE minted_key (
    text TEXT PRIMARY KEY,
    detail TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE account (
    user TEXT NOT NULL COLLATE NOCASE,
    machine TEXT NOT NULL COLLATE NOCASE,
    role TEXT NOT NULL CHECK (role IN ('administrator', 'standard')),
    password_hash TEXT NOT NULL,
    PRIMARY KEY (user, machine)
  ) STRICT, WITHOUT ROWID;
  `,
];

/**
 * Takes a store to the newest schema, each step in a transaction of its own, however many processes try at once. A store
 * that holds something is copied before (`estate.db.schema-N.bak`, for its owner alone).
 * @throws StoreError `newer-store` where a later slmgr made it, `not-a-store` where it is another program's.
 */
export function migrate(database: SqlDatabase, path: string, steps: readonly string[] = migrations): void {
  const begun = schemaVersion(database);
  if (begun === steps.length) return;
  refuseForeign(database, { version: begun, path, newest: steps.length });
  if (begun > 0) backUp(database, `${path}.schema-${begun}.bak`);
  for (let version = begun; version < steps.length;)
    version = inTransaction(database, 'IMMEDIATE', () => {
      const now = schemaVersion(database);
      refuseForeign(database, { version: now, path, newest: steps.length });
      const step = steps[now];
      if (step === undefined) return now;
      database.exec(step);
      database.exec(`PRAGMA application_id = ${applicationId}`);
      database.exec(`PRAGMA user_version = ${now + 1}`);
      return now + 1;
    });
}

/** SQLite writes into an empty file that is there, so that its mode is set before its contents. */
function backUp(database: SqlDatabase, backup: string): void {
  const draft = `${backup}.${process.pid}`;
  try {
    rmSync(draft, { force: true });
    closeSync(openSync(draft, 'wx', 0o600));
    database.prepare('VACUUM INTO ?').run(draft);
    const file = openSync(draft, 'r+');
    fsyncSync(file);
    closeSync(file);
    renameSync(draft, backup);
  } finally {
    rmSync(draft, { force: true });
  }
}

function schemaVersion(database: SqlDatabase): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}

function refuseForeign(
  database: SqlDatabase,
  facts: { readonly version: number; readonly path: string; readonly newest: number },
): void {
  const { version, path, newest } = facts;
  if (version > newest) {
    throw new StoreError(
      'newer-store',
      `The store ${path} was written by a newer slmgr (schema ${version}; this one knows ${newest}). ` +
        'Use that version, or choose another folder with SLMGR_HOME. Nothing was changed.',
    );
  }
  const mark = Number(database.prepare('PRAGMA application_id').get()?.['application_id'] ?? 0);
  const tables = Number(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'] ?? 0);
  if (mark === applicationId || (mark === 0 && version === 0 && tables === 0)) return;
  throw new StoreError(
    'not-a-store',
    `${path} is a database of another program. Choose another folder with SLMGR_HOME. Nothing was changed.`,
  );
}
