import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openSqliteInventory } from '../../../src/cli/fleet/open-sqlite';
import { sqliteDriver } from '../../../src/lab/store/drivers';
import { day, product, reading, start } from './inventories';

const hasSqlite = spawnSync('sqlite3', ['-version']).error === undefined;
const note = hasSqlite ? '' : ' (skipped: no sqlite3 here)';
const folder = mkdtempSync(join(tmpdir(), 'slmgr-views-'));
const file = join(folder, 'fleet.db');

beforeAll(async () => {
  const inventory = await openSqliteInventory(folder, sqliteDriver());
  await inventory.record([
    reading('PC-001'),
    reading('PC-002', { products: [product({ status: 5, expires: null })] }),
    { outcome: 'failed', name: 'PC-003', at: start, step: 'tcp', hresult: '0x800706BA', message: 'away' },
  ]);
  await inventory.record([
    reading('PC-001', { at: start + day, products: [product({ status: 5, expires: null })] }),
  ]);
  await inventory.tag(['PC-001'], { site: 'berlin' });
  await inventory.count(start + day);
  await inventory.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Rows as another program sees them. */
function ask(sql: string): readonly unknown[] {
  const { status, stdout, stderr } = spawnSync('sqlite3', ['-readonly', '-json', file, sql], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout === '' ? [] : (JSON.parse(stdout) as unknown[]);
}

describe(`the views, read by the program sqlite3${note}`, () => {
  const test = hasSqlite ? it : it.skip;

  test('machines, products, history, tags and the trend', () => {
    expect(
      ask('select name, status, reached, expires_at, failed_text from fleet_machines order by name'),
    ).toEqual([
      { name: 'PC-001', status: 'Notification', reached: 1, expires_at: null, failed_text: null },
      { name: 'PC-002', status: 'Notification', reached: 1, expires_at: null, failed_text: null },
      { name: 'PC-003', status: null, reached: 0, expires_at: null, failed_text: 'away' },
    ]);
    expect(
      ask("select machine, status, partial_key, kms_host from fleet_products where machine = 'PC-001'"),
    ).toEqual([
      { machine: 'PC-001', status: 'Notification', partial_key: '2YT43', kms_host: 'kms01.corp.example' },
    ]);
    expect(
      ask(
        "select at, field, value from fleet_history where machine = 'PC-001' and field in ('status', 'expires') order by at, field",
      ),
    ).toEqual([
      { at: '2026-01-01T00:00:00Z', field: 'expires', value: '2026-06-30T00:00:00Z' },
      { at: '2026-01-01T00:00:00Z', field: 'status', value: '1' },
      { at: '2026-01-02T00:00:00Z', field: 'expires', value: null },
      { at: '2026-01-02T00:00:00Z', field: 'status', value: '5' },
    ]);
    expect(ask('select * from fleet_tags')).toEqual([{ machine: 'PC-001', key: 'site', value: 'berlin' }]);
    expect(ask('select machines, licensed, not_reached from fleet_trend')).toEqual([
      { machines: 3, licensed: 0, not_reached: 1 },
    ]);
  });

  test('docs/fleet-schema.md names every view with its columns', () => {
    const text = readFileSync(resolve(__dirname, '../../../docs/fleet-schema.md'), 'utf8');
    const views = ask("select name from sqlite_master where type = 'view'") as readonly {
      readonly name: string;
    }[];
    expect(views.length).toBeGreaterThan(4);
    for (const { name } of views) {
      const columns = ask(`select name from pragma_table_info('${name}')`) as readonly {
        readonly name: string;
      }[];
      const section = text.split(`## ${name}\n`)[1]?.split('\n## ')[0] ?? '';
      const told = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, column]) => column);
      expect([name, told]).toEqual([name, columns.map((column) => column.name)]);
    }
  });
});
