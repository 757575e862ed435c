import type { Inventory } from '../../../src/fleet/inventory/inventory';
import type { NamedWay } from '../../../src/fleet/inventory/way';
import { day, engines, product, reading, start } from './inventories';

describe.each(engines)('looking after an inventory in $name', (engine) => {
  const test = engine.isHere ? it : it.skip;
  let inventory: Inventory;
  beforeAll(async () => {
    if (engine.isHere) await engine.start();
  }, 120_000);
  beforeEach(async () => {
    if (engine.isHere) inventory = await engine.place()();
  });
  afterEach(async () => {
    if (engine.isHere) await inventory.close();
  });
  afterAll(() => engine.stop());

  test('tags are set, changed and taken away', async () => {
    await inventory.record([reading('PC-001'), reading('PC-002')]);
    await inventory.tag(['pc-001', 'PC-002'], { site: 'berlin', owner: 'it' });
    await inventory.tag(['PC-001'], { site: 'bonn', owner: null });
    expect((await inventory.machines()).map(({ tags }) => tags)).toEqual([
      { site: 'bonn' },
      { owner: 'it', site: 'berlin' },
    ]);
  });

  test('a machine that is forgotten leaves nothing', async () => {
    await inventory.record([reading('PC-001'), reading('PC-002')]);
    expect(await inventory.forget(['PC-001', 'NOBODY'])).toBe(1);
    expect(await inventory.names()).toEqual(['PC-002']);
    expect((await inventory.history({ most: 100 })).every(({ machine }) => machine === 'PC-002')).toBe(true);
  });

  test('a merge joins histories, products and tags; what is read under the other name is kept with it', async () => {
    const office = product({ activationId: '2', name: 'Office' });
    await inventory.record([reading('PC-001', { at: start + day, cmid: 'c' })]);
    await inventory.record([
      reading('pc-001.corp', { cmid: 'c', products: [product({ status: 5 }), office] }),
    ]);
    await inventory.tag(['pc-001.corp'], { site: 'bonn' });
    await inventory.merge('PC-001', ['PC-001.corp']);
    const [machine] = await inventory.machines();
    expect(machine).toMatchObject({ name: 'PC-001', firstSeen: start, tags: { site: 'bonn' } });
    expect(machine?.products.map(({ name }) => name).sort()).toEqual(['Office', product().name]);
    await inventory.record([reading('PC-001.CORP', { at: start + 2 * day, cmid: 'c' })]);
    expect((await inventory.machines()).map(({ name, lastSeen }) => [name, lastSeen])).toEqual([
      ['PC-001', start + 2 * day],
    ]);
    await inventory.split('PC-001', 'pc-001.corp', start + 3 * day);
    await inventory.record([reading('pc-001.corp', { at: start + 3 * day, cmid: 'c' })]);
    expect((await inventory.machines()).map(({ name, lastSeen }) => [name, lastSeen])).toEqual([
      ['PC-001', start + 2 * day],
      ['pc-001.corp', start + 3 * day],
    ]);
    await expect(inventory.merge('PC-001', ['NOBODY'])).rejects.toThrow('has no machine NOBODY');
    await expect(inventory.split('PC-001', 'NOBODY', start)).rejects.toThrow('no other name');
  });

  test('what was known at a time is what was told by then', async () => {
    await inventory.record([reading('PC-001')]);
    await inventory.record([
      reading('PC-001', { at: start + 5 * day, products: [product({ status: 5, expires: null })] }),
    ]);
    const status = async (at: number): Promise<unknown> =>
      (await inventory.valuesAsOf(at, ['pc-001'])).find(({ field }) => field === 'status')?.value;
    expect(await status(start - 1)).toBeUndefined();
    expect(await status(start + 4 * day)).toBe('1');
    expect(await status(start + 6 * day)).toBe('5');
  });

  test('names are added once, and are never reached until somebody reads them', async () => {
    await inventory.record([reading('PC-001')]);
    const bare = (...names: readonly string[]): readonly NamedWay[] =>
      names.map((name) => ({ name, way: null }));
    expect(await inventory.add(bare('pc-001', 'PC-002', 'pc-002', 'PC-003'), start)).toBe(2);
    expect(await inventory.count(start)).toMatchObject({ machines: 3, notReached: 2, licensed: 1 });
    expect(await inventory.trend(5)).toHaveLength(1);
    const way = { via: 'winrm', address: '192.0.2.7', user: null, port: 5999 } as const;
    const again = ['PC-001', 'PC-002', 'PC-004'].map((name) => ({ name, way }));
    expect(await inventory.add(again, start)).toBe(1);
    // What was read keeps the way that it was read by; a name alone takes one.
    expect((await inventory.targets()).map(({ name, way: kept }) => [name, kept])).toEqual([
      ['PC-001', null],
      ['pc-002', way],
      ['PC-003', null],
      ['PC-004', way],
    ]);
  });
});
