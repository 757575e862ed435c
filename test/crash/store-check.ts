import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sqliteDriver } from '../../src/lab/store/drivers';
import { openStore, storeFileName } from '../../src/lab/store/open-store';

const machineName = 'KMS01';

export interface Found {
  readonly integrity: unknown;
  /** Numbers that each tag's events carry, in the order of the log. */
  readonly eventsByTag: ReadonlyMap<string, readonly number[]>;
  readonly requests: number;
  readonly total: number;
}

/** What a store holds after its writers were killed: SQLite's own check, and the rows of the workers. */
export function inspect(folder: string): Found {
  const path = join(folder, storeFileName);
  // Killed before it made a store: opening the file would make an empty one.
  if (!existsSync(path)) return { integrity: 'ok', eventsByTag: new Map(), requests: 0, total: 0 };
  const database = sqliteDriver().open(path);
  const integrity = database.prepare('PRAGMA integrity_check').get()?.['integrity_check'];
  database.close();
  const store = openStore(folder);
  try {
    return store.read((reader) => {
      const machine = reader.machine(machineName);
      if (machine === null) return { integrity, eventsByTag: new Map(), requests: 0, total: 0 };
      const all = { after: 0, since: null, limit: Number.MAX_SAFE_INTEGER };
      const eventsByTag = new Map<string, number[]>();
      for (const { entry } of reader.events(machine.id, all)) {
        const tag = entry.fields[0] ?? '';
        eventsByTag.set(tag, [...(eventsByTag.get(tag) ?? []), Number(entry.fields[1])]);
      }
      return {
        integrity,
        eventsByTag,
        requests: reader.requests(machine.id, all).length,
        total: machine.state.products[0]?.kmsHost?.requests.total ?? -1,
      };
    });
  } finally {
    store.close();
  }
}
