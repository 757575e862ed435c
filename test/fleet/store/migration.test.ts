import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, Migrator } from 'kysely';
import { openSqliteInventory } from '../../../src/cli/fleet/open-sqlite';
import { migrationsFor } from '../../../src/fleet/store/migrations';
import { sqliteDialect } from '../../../src/fleet/store/sqlite-dialect';
import { sqliteDriver } from '../../../src/lab/store/drivers';
import { reading } from './inventories';

const folder = mkdtempSync(join(tmpdir(), 'slmgr-migration-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
function place(): { readonly own: string; readonly file: string } {
  count += 1;
  const own = join(folder, String(count));
  mkdirSync(own);
  return { own, file: join(own, 'fleet.db') };
}

/** A store as the version wrote it that knew the first schema alone. */
async function firstSchema(file: string): Promise<void> {
  const database = sqliteDriver().open(file);
  const kysely = new Kysely<unknown>({
    dialect: sqliteDialect(database, (work) => Promise.resolve().then(work)),
  });
  const [first] = Object.entries(migrationsFor('sqlite'));
  const { error } = await new Migrator({
    db: kysely,
    provider: { getMigrations: () => Promise.resolve(Object.fromEntries([first!])) },
    migrationTableName: 'fleet_migration',
    migrationLockTableName: 'fleet_migration_lock',
  }).migrateToLatest();
  if (error !== undefined) throw new Error('no first schema', { cause: error });
  database.exec(
    "INSERT INTO machine (name, name_key, status, first_seen, last_seen, last_tried) VALUES ('PC-001', 'pc-001', 1, 5, 6, 6)",
  );
  await kysely.destroy();
}

function rows(file: string, sql: string): readonly unknown[] {
  const database = sqliteDriver().open(file);
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

const digest = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

describe('an inventory of an older slmgr', () => {
  test('is taken forward, after a copy of what was there', async () => {
    const { own, file } = place();
    await firstSchema(file);
    const inventory = await openSqliteInventory(own, sqliteDriver());
    expect(await inventory.machines()).toMatchObject([{ name: 'PC-001', status: 1, firstSeen: 5 }]);
    expect(await inventory.targets()).toEqual([{ name: 'PC-001', way: null, wasSeen: true, site: null }]);
    const way = { via: 'ssh', address: '192.0.2.1', user: 'admin', port: null } as const;
    await inventory.record([reading('PC-001', { way }), reading('PC-002')]);
    expect((await inventory.targets()).map((target) => target.way)).toEqual([way, null]);
    const product = { activationId: 'a', installationId: '1', partialKey: '2YT43', at: 7 };
    expect(await inventory.proxy.note([{ id: 'one', machine: 'PC-001', ...product }])).toHaveLength(1);
    await inventory.close();
    const copy = `${file}.before-migration`;
    expect(rows(copy, 'SELECT name FROM fleet_migration')).toEqual([{ name: '0001' }]);
    expect(rows(copy, 'SELECT name, status FROM machine')).toEqual([{ name: 'PC-001', status: 1 }]);
    // A second start finds nothing to do, and leaves the copy alone.
    const before = digest(copy);
    await (await openSqliteInventory(own, sqliteDriver())).close();
    expect(digest(copy)).toBe(before);
  });

  test('a new one has no copy', async () => {
    const { own, file } = place();
    await (await openSqliteInventory(own, sqliteDriver())).close();
    expect([existsSync(file), existsSync(`${file}.before-migration`)]).toEqual([true, false]);
  });
});

test('the inventory of a newer slmgr is refused and stays as it is', async () => {
  const { own, file } = place();
  await (await openSqliteInventory(own, sqliteDriver())).close();
  const database = sqliteDriver().open(file);
  database.exec("INSERT INTO fleet_migration (name, timestamp) VALUES ('0099', '2030-01-01T00:00:00Z')");
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  const before = digest(file);
  await expect(openSqliteInventory(own, sqliteDriver())).rejects.toThrow(
    /was written by a newer slmgr \(schema 0099; this one knows \d+\).*Nothing was changed/,
  );
  expect(digest(file)).toBe(before);
});
