import fc from 'fast-check';
import { exportCsv, importCsv } from '../../../src/cli/fleet/machines-csv';
import {
  machineLine,
  readMachineLine,
  type ExportedMachine,
} from '../../../src/fleet/inventory/machine-lines';
import type { Inventory } from '../../../src/fleet/inventory/inventory';
import { day, engines, product, reading, start, type Engine } from './inventories';

// Databases are made on a busy machine.
jest.setTimeout(180_000);

const whole = async (inventory: Inventory): Promise<readonly ExportedMachine[]> => {
  const ways = new Map((await inventory.targets()).map(({ name, way }) => [name, way]));
  return (await inventory.machines()).map((machine) => ({
    ...machine,
    id: 0,
    way: ways.get(machine.name) ?? null,
  }));
};

const way = { via: 'ssh', address: '192.0.2.1', user: 'CORP\\admin', port: 2222 } as const;

async function filled(inventory: Inventory): Promise<void> {
  await inventory.record([
    reading('PC-001', { uuid: '11111111-2222-3333-4444-555555555555', way }),
    reading('PC-002', {
      at: start + day,
      kmsSet: 'kms01:1700',
      rearms: null,
      products: [
        product({ status: 5, reason: '0xC004F056', expires: null }),
        product({ activationId: 'b', addon: true } as never),
      ],
    }),
    {
      outcome: 'failed',
      name: 'PC-003',
      at: start,
      step: 'TCP',
      hresult: '0x800706BA',
      message: 'a "quoted"\nline',
    },
    { outcome: 'failed', name: 'pc-002', at: start + 2 * day, step: null, hresult: null, message: 'away' },
  ]);
  await inventory.add([{ name: 'Ünseen-1', way: null }], start + 3);
  await inventory.tag(['PC-001', 'PC-003'], { site: '=1+1', owner: "'quoted" });
}

const [source] = engines as readonly [Engine, ...(readonly Engine[])];

describe.each(engines)('machines carried to an inventory in $name', (engine) => {
  const test = engine.isHere ? it : it.skip;
  const opened: Inventory[] = [];
  const open = async (where = engine): Promise<Inventory> => {
    const inventory = await where.place()();
    opened.push(inventory);
    return inventory;
  };
  beforeAll(async () => {
    if (engine.isHere) await engine.start();
  }, 120_000);
  afterEach(async () => {
    for (const inventory of opened.splice(0)) await inventory.close();
  });
  afterAll(() => {
    engine.stop();
  });

  test('as lines of JSON: all that was known is there, and a second time changes nothing', async () => {
    const [first, second] = [await open(source), await open()];
    await filled(first);
    const machines = await whole(first);
    const lines = machines.map(machineLine);
    const read = lines.map(readMachineLine) as readonly ExportedMachine[];
    await second.import(read, start + 9 * day);
    expect(await whole(second)).toEqual(machines);
    const history = await second.history({ most: 1000 });
    await second.import(read, start + 10 * day);
    expect(await whole(second)).toEqual(machines);
    expect(await second.history({ most: 1000 })).toEqual(history);
  });

  test('what is known of a later time stays', async () => {
    const [first, second] = [await open(source), await open()];
    await filled(first);
    await second.record([reading('pc-001', { at: start + 5 * day, products: [product({ status: 5 })] })]);
    await second.import(await whole(first), start + 9 * day);
    const [machine] = await second.machines({ names: ['PC-001'] });
    expect(machine).toMatchObject({ status: 5, firstSeen: start, lastSeen: start + 5 * day });
    expect((await second.targets())[0]?.way).toEqual(way);
  });

  test('as a table: names, ways and tags; what machines say is not believed', async () => {
    const [first, second] = [await open(source), await open()];
    await filled(first);
    const machines = await whole(first);
    const read = importCsv(exportCsv(machines, start), 100);
    if (typeof read === 'string') throw new Error(read);
    await second.import(read, start);
    const told = (all: readonly ExportedMachine[]): unknown =>
      all.map(({ name, tags, way: how }) => [name, tags, how]);
    const taken = await whole(second);
    expect(told(taken)).toEqual(told(machines));
    expect(taken.every(({ status, lastSeen }) => status === null && lastSeen === null)).toBe(true);
  });

  test('all of it or nothing', async () => {
    const inventory = await open();
    const good = { name: 'PC-001', way: null, tags: {} };
    // PostgreSQL and SQLite both refuse a name that is none.
    const bad = { name: null as unknown as string, way: null, tags: {} };
    await expect(inventory.import([good, bad], start)).rejects.toThrow();
    expect(await inventory.names()).toEqual([]);
  });
});

const cell = fc.oneof(
  fc.constantFrom('=1+1', '+1', '-1', '@x', "'a", "'=a", '＝1', '"', ',', ';', 'a"b', "''", '-'),
  fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((text) => /^[^\r\n\0\t]+$/u.test(text)),
);

test('a table never holds a formula, and gives back what was written', () => {
  fc.assert(
    fc.property(fc.uniqueArray(cell, { maxLength: 5 }), (values) => {
      const tags = Object.fromEntries(values.map((value, at) => [`k${at}`, value]));
      const text = exportCsv([{ ...bare, tags }], start);
      for (const part of text
        .slice(1)
        .split('\r\n')
        .flatMap((line) => line.split(',')))
        expect(part).not.toMatch(/^"?[=+\-@＝＋－＠]/);
      const read = importCsv(text, 10);
      expect(read).toEqual([{ name: 'PC-001', way: null, tags }]);
    }),
    { numRuns: Number(process.env['SLMGR_TEST_RUNS'] ?? 100) },
  );
});

const bare: ExportedMachine = {
  name: 'PC-001',
  uuid: null,
  cmid: null,
  kind: null,
  system: null,
  build: null,
  edition: null,
  kmsSet: null,
  rearms: null,
  status: null,
  expires: null,
  firstSeen: start,
  lastSeen: null,
  lastTried: start,
  failure: null,
  way: null,
  tags: {},
  products: [],
};

test.each([
  ['{', 'is no JSON'],
  ['{}', 'schema'],
  [machineLine({ ...bare, name: 'a b' }), 'name'],
  [machineLine({ ...bare, name: '' }), 'name'],
  [machineLine({ ...bare, way: { ...way, address: '-oProxyCommand=x' } }), 'way.address'],
  [machineLine({ ...bare, products: [product({ partialKey: 'AAAAA-BBBBB' })] }), 'products.0.partialKey'],
  [machineLine({ ...bare, lastSeen: 1e300 }), 'lastSeen'],
])('a line that is none of a machine is told of: %p', (line, place) => {
  expect(readMachineLine(line)).toEqual(expect.stringContaining(place));
});

test.each([
  ['', 'no column "name"'],
  ['site\r\nx', 'no column "name"'],
  ['name\r\na b', 'line 2: "a b" is no name'],
  ['name\r\n""\r\n', 'line 2: "" is no name'],
  ['name,via,port\r\na,ssh,0', 'a: port'],
  ['name,via,address\r\na,telnet,b', 'a: via'],
  ['name,via,address\r\na,ssh,-oX', 'a: address'],
  ['name,tag.A B\r\na,x', 'a: tag.'],
  ['name\r\na\r\nb\r\nc', 'more than 2 machines'],
  ['name\r\n"a', 'Quote'],
])('a table that is none is told of: %p', (text, message) => {
  expect(importCsv(text, 2)).toEqual(expect.stringContaining(message));
});
