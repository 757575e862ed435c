import type {
  AccountRecord,
  ClockRecord,
  DnsRecord,
  DnsRecordType,
  EstateRecord,
  MintedKeyRecord,
} from '../estate/store-port';
import { defaultSettings } from '../estate/settings';
import type { ForestObject } from '../model/outside';
import { json, number, numberOrNull, parsed as parsedJson, text, textOrNull } from './columns';
import type { SqlDatabase } from './driver';

/** The two single rows: the estate and its clock. */
export function estateTable(database: SqlDatabase): {
  readonly get: () => EstateRecord | null;
  readonly put: (estate: EstateRecord) => void;
  readonly clock: () => ClockRecord;
  readonly putClock: (clock: ClockRecord) => void;
} {
  let parsed: { readonly text: string; readonly settings: EstateRecord['settings'] } | null = null;
  const settingsOf = (stored: string): EstateRecord['settings'] => {
    // A busy host asks for them with every batch.
    if (parsed?.text !== stored) {
      const settings = parsedJson(stored, 'settings') as Partial<EstateRecord['settings']>;
      parsed = { text: stored, settings: { ...defaultSettings, ...settings } };
    }
    return parsed.settings;
  };
  return {
    get: () => {
      const row = database
        .prepare('SELECT kind, domain, seed, draws, created_at, settings FROM estate')
        .get();
      if (row === undefined) return null;
      return {
        kind: text(row, 'kind') as EstateRecord['kind'],
        domain: textOrNull(row, 'domain'),
        seed: number(row, 'seed'),
        draws: number(row, 'draws'),
        createdAt: number(row, 'created_at'),
        settings: settingsOf(text(row, 'settings')),
      };
    },
    put: (estate) => {
      database
        .prepare(
          'INSERT OR REPLACE INTO estate (only, kind, domain, seed, draws, created_at, settings) ' +
            'VALUES (1, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          estate.kind,
          estate.domain,
          estate.seed,
          estate.draws,
          estate.createdAt,
          JSON.stringify(estate.settings),
        );
    },
    clock: () => {
      const row = database.prepare('SELECT held_at, ahead_by FROM clock').get();
      if (row === undefined) return { mode: 'running', aheadByMs: 0 };
      const at = numberOrNull(row, 'held_at');
      return at === null ? { mode: 'running', aheadByMs: number(row, 'ahead_by') } : { mode: 'held', at };
    },
    putClock: (clock) => {
      database
        .prepare('INSERT OR REPLACE INTO clock (only, held_at, ahead_by) VALUES (1, ?, ?)')
        .run(clock.mode === 'held' ? clock.at : null, clock.mode === 'held' ? 0 : clock.aheadByMs);
    },
  };
}

/** The estate's own DNS zone. */
export function dnsTable(database: SqlDatabase): {
  readonly all: () => readonly DnsRecord[];
  readonly put: (record: DnsRecord) => void;
  readonly remove: (which: Pick<DnsRecord, 'name' | 'type'> & { readonly data: string | null }) => number;
} {
  return {
    all: () =>
      database
        .prepare('SELECT name, type, ttl, data FROM dns_record ORDER BY id')
        .all()
        .map((row) => ({
          name: text(row, 'name'),
          type: text(row, 'type') as DnsRecordType,
          ttl: number(row, 'ttl'),
          data: text(row, 'data'),
        })),
    put: (record) => {
      database
        .prepare(
          'INSERT INTO dns_record (name, type, ttl, data) VALUES (?, ?, ?, ?) ' +
            'ON CONFLICT (name, type, data) DO UPDATE SET ttl = excluded.ttl',
        )
        .run(record.name, record.type, record.ttl, record.data);
    },
    remove: ({ name, type, data }) =>
      data === null
        ? database.prepare('DELETE FROM dns_record WHERE name = ? AND type = ?').run(name, type)
        : database
            .prepare('DELETE FROM dns_record WHERE name = ? AND type = ? AND data = ?')
            .run(name, type, data),
  };
}

/** The activation objects of each Active Directory forest, by the forest's domain. */
export function directoryTable(database: SqlDatabase): {
  readonly ofDomain: (domain: string) => readonly ForestObject[];
  readonly domains: () => readonly string[];
  readonly put: (domain: string, object: ForestObject) => void;
  readonly remove: (domain: string, distinguishedName: string) => boolean;
} {
  return {
    ofDomain: (domain) =>
      database
        .prepare('SELECT detail FROM directory_object WHERE domain = ? ORDER BY dn')
        .all(domain)
        .map((row) => json(row, 'detail') as ForestObject),
    domains: () =>
      database
        .prepare('SELECT DISTINCT domain FROM directory_object ORDER BY domain')
        .all()
        .map((row) => text(row, 'domain')),
    put: (domain, object) => {
      database
        .prepare('INSERT OR REPLACE INTO directory_object (domain, dn, detail) VALUES (?, ?, ?)')
        .run(domain, object.distinguishedName, JSON.stringify(object));
    },
    remove: (domain, distinguishedName) =>
      database
        .prepare('DELETE FROM directory_object WHERE domain = ? AND dn = ?')
        .run(domain, distinguishedName) > 0,
  };
}

/** The keys that the lab minted, with their uses. */
export function keyTable(database: SqlDatabase): {
  readonly get: (key: string) => MintedKeyRecord | null;
  readonly all: () => readonly MintedKeyRecord[];
  readonly put: (key: MintedKeyRecord) => void;
} {
  return {
    get: (key) => {
      const row = database.prepare('SELECT detail FROM minted_key WHERE text = ?').get(key);
      return row === undefined ? null : (json(row, 'detail') as MintedKeyRecord);
    },
    all: () =>
      database
        .prepare('SELECT detail FROM minted_key ORDER BY text')
        .all()
        .map((row) => json(row, 'detail') as MintedKeyRecord),
    put: (key) => {
      database
        .prepare('INSERT OR REPLACE INTO minted_key (text, detail) VALUES (?, ?)')
        .run(key.text, JSON.stringify(key));
    },
  };
}

/** Accounts of served machines; an empty machine column means every machine. */
export function accountTable(database: SqlDatabase): {
  readonly all: () => readonly AccountRecord[];
  readonly put: (account: AccountRecord) => void;
  readonly remove: (user: string, machine: string | null) => boolean;
} {
  return {
    all: () =>
      database
        .prepare('SELECT user, machine, role, password_hash FROM account ORDER BY user, machine')
        .all()
        .map((row) => ({
          user: text(row, 'user'),
          machine: text(row, 'machine') === '' ? null : text(row, 'machine'),
          role: text(row, 'role') as AccountRecord['role'],
          passwordHash: text(row, 'password_hash'),
        })),
    put: (account) => {
      database
        .prepare('INSERT OR REPLACE INTO account (user, machine, role, password_hash) VALUES (?, ?, ?, ?)')
        .run(account.user, account.machine ?? '', account.role, account.passwordHash);
    },
    remove: (user, machine) =>
      database.prepare('DELETE FROM account WHERE user = ? AND machine = ?').run(user, machine ?? '') > 0,
  };
}
