import type { Inventory } from '../../../src/fleet/inventory/inventory';
import type { CollectedProduct } from '../../../src/fleet/inventory/proxy-requests';
import { day, engines, product, reading, start } from './inventories';

describe.each(engines)('an inventory in $name', (engine) => {
  const test = engine.isHere ? it : it.skip;
  const opened: Inventory[] = [];
  const open = async (place = engine.place()): Promise<Inventory> => {
    const inventory = await place();
    opened.push(inventory);
    return inventory;
  };
  beforeAll(async () => {
    if (engine.isHere) await engine.start();
  }, 120_000);
  afterEach(async () => {
    for (const inventory of opened.splice(0)) await inventory.close();
  });
  afterAll(() => engine.stop());

  test('keeps what a machine says, for the next who opens it', async () => {
    const place = engine.place();
    const first = await place();
    await first.record([reading('PC-001', { uuid: 'u-1' })]);
    await first.close();
    const [machine] = await (await open(place)).machines({ names: ['pc-001'] });
    expect(machine).toMatchObject({
      name: 'PC-001',
      uuid: 'u-1',
      status: 1,
      expires: start + 180 * day,
      firstSeen: start,
      lastSeen: start,
      failure: null,
      products: [
        { name: 'Windows(R), Enterprise edition', partialKey: '2YT43', kmsHost: 'kms01.corp.example' },
      ],
    });
  });

  test('a piece of work is held by one at a time, whoever opened it', async () => {
    const place = engine.place();
    const [one, other] = [await open(place), await open(place)];
    const held = await one.holdAlone('some-work');
    expect(held?.isLost()).toBe(false);
    expect(await other.holdAlone('some-work')).toBeNull();
    expect(await one.holdAlone('some-work')).toBeNull();
    const more = await other.holdAlone('other-work');
    expect(more).not.toBeNull();
    await held?.release();
    await more?.release();
    const again = await other.holdAlone('some-work');
    expect(again).not.toBeNull();
    await again?.release();
  });

  describe('proxy activation', () => {
    const collected = (
      id: string,
      machine: string,
      more: Partial<CollectedProduct> = {},
    ): CollectedProduct => ({
      id,
      machine,
      activationId: 'a-1',
      installationId: '111',
      partialKey: '2YT43',
      at: start,
      ...more,
    });

    test('a product keeps its id, and another key or installation ID has another one', async () => {
      const inventory = await open();
      await inventory.record([reading('PC-001'), reading('PC-002')]);
      const [first] = await inventory.proxy.note([collected('one', 'pc-001')]);
      expect(first).toMatchObject({ id: 'one', confirmationId: null, appliedAt: null });
      const again = await inventory.proxy.note([
        collected('two', 'PC-001', { at: start + day }),
        collected('three', 'PC-001', { installationId: '222' }),
        collected('four', 'PC-001', { partialKey: 'XXXXX' }),
        collected('five', 'PC-002'),
      ]);
      expect(again.map(({ id }) => id)).toEqual(['one', 'three', 'four', 'five']);
      await expect(inventory.proxy.note([collected('six', 'PC-009')])).rejects.toThrow('no machine PC-009');
      expect(await inventory.proxy.find(['six', 'nobody'])).toEqual([]);
    });

    test('a confirmation ID is offered again once it has activated, on whichever machine, and stays', async () => {
      const place = engine.place();
      const inventory = await open(place);
      await inventory.record([reading('PC-001'), reading('PC-002')]);
      await inventory.proxy.note([collected('one', 'PC-001')]);
      await inventory.proxy.keep([{ id: 'one', confirmationId: '999' }]);
      expect((await inventory.proxy.note([collected('x', 'PC-001')]))[0]?.confirmationId).toBeNull();
      await inventory.proxy.applied(['one', 'nobody'], start + day);
      await inventory.proxy.applied(['one'], start + 2 * day);
      await inventory.proxy.keep([{ id: 'one', confirmationId: 'another' }]);
      const other = await open(place);
      expect(await other.proxy.find(['one'])).toEqual([
        {
          id: 'one',
          machine: 'PC-001',
          activationId: 'a-1',
          installationId: '111',
          partialKey: '2YT43',
          confirmationId: '999',
          appliedAt: start + day,
        },
      ]);
      const noted = await other.proxy.note([
        collected('x', 'PC-001'),
        collected('renamed', 'PC-002'),
        collected('moved', 'PC-002', { installationId: '222' }),
      ]);
      expect(noted.map(({ confirmationId }) => confirmationId)).toEqual(['999', '999', null]);
    });

    test('goes along where machines are merged, and goes where they are forgotten', async () => {
      const inventory = await open();
      await inventory.record([reading('PC-001'), reading('PC-002')]);
      await inventory.proxy.note([collected('one', 'PC-001'), collected('two', 'PC-002')]);
      await inventory.merge('PC-001', ['PC-002']);
      const found = await inventory.proxy.find(['one', 'two']);
      expect(found.map(({ machine }) => machine)).toEqual(['PC-001', 'PC-001']);
      expect((await inventory.proxy.note([collected('three', 'PC-002')]))[0]?.id).toMatch(/^(one|two)$/);
      await inventory.forget(['PC-001']);
      expect(await inventory.proxy.find(['one', 'two'])).toEqual([]);
    });

    test('thousands at once', async () => {
      const inventory = await open();
      const names = Array.from({ length: 2100 }, (_, at) => `PC-${at}`);
      await inventory.add(
        names.map((name) => ({ name, way: null })),
        start,
      );
      const all = names.map((name, at) => collected(`id-${at}`, name, { installationId: String(at) }));
      expect((await inventory.proxy.note(all)).map(({ id }) => id)).toEqual(all.map(({ id }) => id));
      expect(await inventory.proxy.find(all.map(({ id }) => id))).toHaveLength(all.length);
    });
  });

  test('keeps only what has changed', async () => {
    const inventory = await open();
    await inventory.record([reading('PC-001')]);
    const before = await inventory.history({ most: 1000 });
    for (let at = 1; at <= 5; at += 1) {
      // The end is told anew at each reading, and differs by the seconds of two clocks.
      const again = product({ expires: start + 180 * day + at * 7 });
      await inventory.record([reading('PC-001', { at: start + at * day, products: [again] })]);
    }
    expect(await inventory.history({ most: 1000 })).toEqual(before);
    const gone = product({ status: 5, reason: '0xC004F056', expires: null });
    await inventory.record([reading('PC-001', { at: start + 9 * day, products: [gone] })]);
    const changed = await inventory.history({ since: start + day, most: 1000 });
    expect(changed.map(({ field, value }) => [field, value])).toEqual([
      ['status', '5'],
      ['reason', '0xC004F056'],
      ['expires', null],
    ]);
  });

  test('a machine that does not answer keeps what was known, with the failure, until it answers', async () => {
    const inventory = await open();
    const failure = {
      outcome: 'failed',
      step: 'TCP',
      hresult: '0x800706BA',
      message: 'nobody listens',
    } as const;
    await inventory.record([reading('PC-001'), { ...failure, name: 'PC-002', at: start }]);
    await inventory.record([{ ...failure, name: 'pc-001', at: start + day }]);
    const [first, second] = await inventory.machines();
    expect(first).toMatchObject({ lastSeen: start, status: 1, failure: { at: start + day, step: 'TCP' } });
    expect(second).toMatchObject({ name: 'PC-002', lastSeen: null, status: null, products: [] });
    expect(await inventory.count(start + day)).toMatchObject({ machines: 2, licensed: 0, notReached: 2 });
    await inventory.record([reading('PC-001', { at: start + 2 * day })]);
    expect((await inventory.machines({ names: ['PC-001'] }))[0]?.failure).toBeNull();
    expect(await inventory.count(start + 2 * day)).toMatchObject({
      licensed: 1,
      notReached: 1,
      expiring90: 0,
    });
    const told = await inventory.history({ names: ['PC-001'], since: start + 1, most: 10 });
    expect(told.map(({ field, value }) => [field, value])).toEqual([
      ['failure', null],
      ['failure', 'nobody listens'],
    ]);
  });

  test('a product that is gone is shown no more, and is there again when it comes back', async () => {
    const inventory = await open();
    const office = product({ activationId: '2', name: 'Office', status: 5, expires: null });
    await inventory.record([reading('PC-001', { products: [product(), office] })]);
    expect((await inventory.machines())[0]).toMatchObject({ status: 5 });
    await inventory.record([reading('PC-001', { at: start + day })]);
    expect((await inventory.machines())[0]).toMatchObject({
      status: 1,
      products: [{ name: product().name }],
    });
    await inventory.record([reading('PC-001', { at: start + 2 * day, products: [product(), office] })]);
    expect((await inventory.machines())[0]?.products).toHaveLength(2);
    const present = await inventory.history({ most: 100 });
    expect(present.filter(({ field }) => field === 'present').map(({ value }) => value)).toEqual(['1', '0']);
  });

  test('a reading that is older than what is known is left out', async () => {
    const inventory = await open();
    await inventory.record([reading('PC-001', { at: start + day })]);
    await inventory.record([reading('PC-001', { at: start, products: [product({ status: 5 })] })]);
    expect((await inventory.machines())[0]).toMatchObject({ status: 1, lastSeen: start + day });
  });

  test('a machine with another name is found by its UUID, and its history goes on', async () => {
    const inventory = await open();
    await inventory.record([reading('OLD', { uuid: 'u-1' })]);
    await inventory.record([reading('NEW', { uuid: 'u-1', at: start + day })]);
    expect(await inventory.names()).toEqual(['NEW']);
    expect((await inventory.machines())[0]?.firstSeen).toBe(start);
  });

  test('two machines with one UUID stay two', async () => {
    const inventory = await open();
    for (const at of [start, start + 60, start + 30 * day]) {
      await inventory.record([reading('A', { uuid: 'u-1', at }), reading('B', { uuid: 'u-1', at })]);
    }
    expect(await inventory.names()).toEqual(['A', 'B']);
  });

  test('another machine under an old name leaves the old one its history', async () => {
    const inventory = await open();
    await inventory.record([reading('PC-001', { uuid: 'u-1', cmid: 'c-1' })]);
    await inventory.record([reading('PC-001', { uuid: 'u-2', cmid: 'c-2', at: start + day })]);
    expect((await inventory.machines()).map(({ name, uuid }) => [name, uuid])).toEqual([
      ['PC-001', 'u-2'],
      ['PC-001~1', 'u-1'],
    ]);
  });

  test('several who write at once lose nothing', async () => {
    const place = engine.place();
    const writers = await Promise.all(Array.from({ length: 4 }, () => open(place)));
    await Promise.all(
      writers.flatMap((writer, at) =>
        Array.from({ length: 10 }, (_none, batch) =>
          writer.record([
            reading(`OWN-${at}-${batch}`, { cmid: `${at}-${batch}` }),
            reading('SHARED', { at: start + at * 100 + batch }),
            reading(`SHARED-${batch}`, { cmid: `shared-${batch}` }),
          ]),
        ),
      ),
    );
    expect(await writers[0]!.names()).toHaveLength(40 + 1 + 10);
  });

  test('a batch is kept as a whole or not at all', async () => {
    const inventory = await open();
    const broken = reading('BAD', { products: [product({ status: null as unknown as number })] });
    await expect(inventory.record([reading('GOOD'), broken])).rejects.toThrow();
    expect(await inventory.names()).toEqual([]);
  });

  test('nothing is longer than one condition can be', async () => {
    const inventory = await open();
    const names = Array.from({ length: 6000 }, (_none, at) => `PC-${at}`);
    await inventory.record(names.slice(0, 50).map((name) => reading(name)));
    expect(await inventory.machines({ names })).toHaveLength(50);
    expect((await inventory.history({ names, most: 10 })).length).toBe(10);
  }, 60_000);
});
