import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteInventory } from '../../../src/cli/fleet/open-sqlite';
import type { Inventory } from '../../../src/fleet/inventory/inventory';
import type { MachineWay } from '../../../src/fleet/inventory/way';
import { sqliteDriver } from '../../../src/lab/store/drivers';
import { InProcess, type Ran } from '../../storm/in-process';
import { product, reading } from '../store/inventories';

let program: InProcess;

/** A user of their own for each group of tests: they run in any order. */
function anew(): void {
  program = new InProcess(null);
  mkdirSync(join(program.folder, 'data'), { recursive: true });
}

async function inInventory(work: (inventory: Inventory) => Promise<unknown>): Promise<void> {
  const inventory = await openSqliteInventory(join(program.folder, 'data'), sqliteDriver());
  await work(inventory);
  await inventory.close();
}

const way = (more: Partial<MachineWay> = {}): MachineWay => ({
  via: 'ssh',
  address: 'gone.invalid',
  user: null,
  port: null,
  ...more,
});
const bad = [product({ status: 5 })];

interface Target {
  readonly name: string;
  readonly via: string;
  readonly source: string;
}

async function targets(...words: readonly string[]): Promise<readonly string[]> {
  const document = JSON.parse(await program.ok('targets', ...words, '--json')) as {
    readonly data: { readonly targets: readonly Target[] };
  };
  return document.data.targets.map(({ name, via, source }) => `${name} ${via} ${source}`);
}

const refused = async (...words: readonly string[]): Promise<string> => {
  const { status, out, err } = await program.run(words);
  expect([status, out]).toEqual([1, '']);
  return err;
};

describe('before there is an inventory', () => {
  beforeAll(anew);
  afterAll(() => program.remove());

  test('--where says so, and nothing is made', async () => {
    expect(await refused('targets', '--where', 'days < 30')).toContain('there is none yet');
    expect(await refused('/dli', '--where', 'days < 30')).toContain('there is none yet');
    expect(await refused('targets', 'WEB01')).toContain('WEB01 is not known here.');
  });
});

describe('the inventory as a source of targets', () => {
  beforeAll(async () => {
    anew();
    await inInventory(async (inventory) => {
      await inventory.record([
        reading('WEB01', { way: way({ address: '127.0.0.1', user: 'CORP\\admin', port: 2201 }) }),
        reading('WEB02', { way: way({ via: 'winrm', address: '192.0.2.7', port: 15985 }), products: bad }),
        reading('DB01', { way: way({ via: 'file', address: null }), products: bad }),
        reading('OLD01', { products: bad }),
        reading('LAB09', { way: way({ via: 'lab', address: null }), products: bad }),
        { outcome: 'failed', name: 'NEW01', at: 1, step: 'tcp', hresult: null, message: 'away', way: way() },
      ]);
      await inventory.add([{ name: 'CAND01', way: null }], 1);
      await inventory.tag(['WEB01', 'WEB02'], { site: 'berlin' });
    });
  });
  afterAll(() => program.remove());

  test('gives @all and what patterns are held against, where there is neither file nor laboratory', async () => {
    expect(await targets('WEB*')).toEqual(['WEB01 ssh inventory', 'WEB02 winrm inventory']);
    expect(await targets('web02,new01,cand01')).toEqual([
      'WEB02 winrm inventory',
      'NEW01 ssh inventory',
      'CAND01 ssh inventory',
    ]);
    expect(await targets('@all!DB*,NEW*!OLD01!LAB09')).toHaveLength(4);
  });

  test('--where means machines by what is known of them; words and other choices narrow it', async () => {
    expect(await targets('--where', 'tag.site = berlin')).toHaveLength(2);
    expect(await targets('--where', 'tag.site = berlin and status = notification')).toEqual([
      'WEB02 winrm inventory',
    ]);
    expect(await targets('WEB01,NEW01', '--where', 'tag.site = berlin')).toEqual(['WEB01 ssh inventory']);
    expect(await targets('--where', 'tag.site = berlin', '--exclude', 'WEB02')).toEqual([
      'WEB01 ssh inventory',
    ]);
    expect(await refused('targets', '--where', 'days > 99999')).toContain('No machine is left.');
    expect(await refused('targets', '--where', 'dais < 1')).toContain('--where: ');
    expect(await refused('WEB*', '/dli', '--where', 'name ~')).toContain('--where: ');
  });

  test('is gone by the way that it keeps: user, address and port', async () => {
    const { out } = await program.run(['NEW01,CAND01', '/dli', '--timeout', '5s', '--json']);
    const { data } = JSON.parse(out) as {
      readonly data: {
        readonly results: readonly { readonly machine: string; readonly messages: readonly string[] }[];
      };
    };
    const said = data.results.find(({ machine }) => machine === 'NEW01');
    expect(said?.messages.join()).toContain('gone.invalid');
  });

  test.each([
    ['DB01', 'as only a targets file says'],
    ['OLD01', 'before slmgr kept the way'],
    ['LAB09', 'is a machine of the laboratory'],
  ])('%s is not looked for by its name alone', async (name, message) => {
    expect(await refused('targets', `${name},WEB01`)).toContain(message);
    expect(await refused('/dli', '--where', `name = ${name}`)).toContain(message);
    // A file that has the name says the way.
    const file = join(program.folder, 'hosts.yaml');
    writeFileSync(file, `targets:\n  ${name}: {host: 192.0.2.9, transport: winrm}\n`);
    expect(await targets(`${name},WEB01`, '--targets', file)).toEqual([
      `${name} winrm ${file}`,
      'WEB01 ssh inventory',
    ]);
  });

  test('an inventory that cannot be read is told of where it may be the reason', async () => {
    const env = { SLMGR_FLEET_STORE: 'postgres://nobody@127.0.0.1:1/none' };
    const all = (words: readonly string[]): Promise<Ran> => program.run(words, '', env);
    expect((await all(['targets', 'WEB01'])).err).toContain('The inventory may know more: ');
    expect((await all(['targets', '--where', 'days < 3'])).err).toContain('127.0.0.1:1');
    expect((await all(['targets', 'ssh://WEB01,ssh://WEB02'])).status).toBe(0);
  });
});

describe('a machine of the laboratory and one of the inventory with the same name', () => {
  beforeAll(async () => {
    anew();
    await program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z', '--seed', '1');
    await program.ok('lab', 'add', 'WEB', '--count', '2', '--product', 'Windows 11 Enterprise');
    await inInventory((inventory) =>
      inventory.record([
        reading('WEB-001', { way: way({ address: '192.0.2.1' }), products: bad }),
        reading('WEB-002', { way: way({ via: 'lab', address: null }), products: bad }),
        reading('WEB01', { way: way() }),
      ]),
    );
  });
  afterAll(() => program.remove());

  test('the laboratory is meant, and that is said', async () => {
    const { status, out, err } = await program.run(['targets', 'WEB-*']);
    expect([status, out.includes('ssh')]).toEqual([0, false]);
    expect(err).toBe(
      'slmgr: WEB-001 of the laboratory is meant, not what the inventory knows by that name (--where or --targets would name it).\n',
    );
  });

  test('--where means that of the inventory', async () => {
    expect(await targets('--where', 'name ~ "WEB-*"')).toEqual(['WEB-001 ssh inventory', 'WEB-002 lab lab']);
    expect(await targets('WEB-*', '--where', 'status = notification')).toEqual(['WEB-002 lab lab']);
  });

  test('names of the inventory are known beside those of the laboratory; --transport leaves it out', async () => {
    expect(await targets('WEB-002,WEB01')).toEqual(['WEB-002 lab lab', 'WEB01 ssh inventory']);
    expect(await refused('targets', 'WEB-[001-002]', '--transport', 'ssh')).toContain(
      'WEB-002 of the inventory is a machine of the laboratory',
    );
  });
});
