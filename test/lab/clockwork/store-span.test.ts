import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hresult } from '../../../src/licensing/hresult';
import { catalogue } from '../../../src/licensing/catalogue/catalogue';
import { advance } from '../../../src/lab/clockwork/advance';
import { isSetAside, nextDue } from '../../../src/lab/clockwork/due';
import { type OutsideNetwork } from '../../../src/lab/clockwork/outside-network';
import { perform } from '../../../src/lab/clockwork/perform';
import { type SpanSource } from '../../../src/lab/clockwork/span';
import { storeSpans } from '../../../src/lab/clockwork/store-span';
import { defaultSettings } from '../../../src/lab/estate/settings';
import { type EstateStore } from '../../../src/lab/estate/store-port';
import { activate } from '../../../src/lab/model/activate';
import { type License, type MachineState } from '../../../src/lab/model/state';
import { openStore } from '../../../src/lab/store/open-store';
import { day, hour, start2026, TestEstate } from './fixtures';

let folder: string;
let store: EstateStore;
let source: SpanSource;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slmgr-clockwork-'));
  store = openStore(folder);
  source = storeSpans({ store, catalogue: catalogue(), realNow: () => 0 });
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Puts the machines of an estate in memory into the store, with its zone; the clock stands at its time. */
function keep(estate: TestEstate): void {
  store.write((writer) => {
    writer.putEstate({
      kind: 'lab',
      domain: 'lab.example',
      seed: 7,
      draws: 0,
      createdAt: start2026,
      settings: defaultSettings,
    });
    writer.putClock({ mode: 'held', at: estate.now });
    for (const machine of estate.memory.machines()) writer.addMachine(machine, nextDue(machine));
    for (const record of estate.memory.dnsRecords()) writer.putDnsRecord(record);
  });
}

function estateOf(clients: number): TestEstate {
  const estate = new TestEstate();
  estate.addHost();
  estate.addMany('PC', clients);
  return estate;
}

function machine(name: string): MachineState {
  const stored = store.read((reader) => reader.machine(name));
  if (stored === null) throw new Error(`no ${name}`);
  return stored.state;
}

/** A state that no step moves on: unlicensed until a time that is over, which nothing follows. */
function makeStuck(name: string): void {
  store.write((writer) => {
    const found = writer.machine(name);
    if (found === null) throw new Error(`no ${name}`);
    const license = { status: 'unlicensed', until: start2026, reason: 0 } as unknown as License;
    const products = found.state.products.map((product) => ({ ...product, license }));
    writer.putMachine(found.id, { ...found.state, products }, start2026);
  });
}

function licensedClients(): number {
  return store.read(
    (reader) =>
      reader
        .machines()
        .filter(
          ({ state }) => state.name.startsWith('PC') && state.products[0]?.license.status === 'licensed',
        ).length,
  );
}

const all = { after: 0, since: null, limit: 100_000 };

describe('an estate in the store', () => {
  test('K1.8 plays to the same end as one in memory', async () => {
    const estate = estateOf(30);
    keep(estate);
    estate.advance(20 * day);
    const { at, interrupted } = await advance({ source, to: start2026 + 20 * day, network: null });
    expect({ at, interrupted }).toEqual({ at: start2026 + 20 * day, interrupted: false });
    for (const { name } of estate.memory.machines()) {
      expect(machine(name).products).toEqual(estate.machine(name).products);
      const stored = store.read((reader) => {
        const found = reader.machine(name);
        return found === null ? [] : reader.events(found.id, all).map(({ entry }) => entry);
      });
      // What was logged while the machines were made ready is in memory only.
      expect(estate.memory.events(name).slice(-stored.length || Infinity)).toEqual(stored);
    }
    const rows = store.read((reader) => {
      const host = reader.machine('KMS01');
      return host === null ? [] : reader.requests(host.id, all).map(({ row }) => row);
    });
    expect(rows).toEqual(estate.memory.requests('KMS01'));
    expect(store.read((reader) => reader.clock())).toEqual({ mode: 'held', at: start2026 + 20 * day });
  });

  test('many machines are played in batches, in the order of time and name', async () => {
    keep(estateOf(1100));
    const { played } = await advance({ source, to: start2026 + 2 * hour, network: null });
    expect(played).toBe(1100);
    const names = store.read((reader) => {
      const host = reader.machine('KMS01');
      return host === null ? [] : reader.requests(host.id, all).map(({ row }) => row.machineName);
    });
    expect(names).toEqual([...names].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
    expect(licensedClients()).toBe(1100 - 24);
    expect(machine('KMS01').products.find(({ kmsHost }) => kmsHost !== null)?.kmsHost?.requests.total).toBe(
      1100,
    );
  });

  test('an interruption leaves a time that fits, and going on comes to the same end', async () => {
    keep(estateOf(700));
    const signal = { aborted: false };
    const first = await advance({
      source,
      to: start2026 + 4 * hour,
      network: null,
      signal,
      onProgress: () => {
        signal.aborted = true;
      },
    });
    expect(first).toMatchObject({ at: start2026 + 2 * hour, played: 500, interrupted: true });
    expect(store.read((reader) => reader.clock())).toEqual({ mode: 'held', at: start2026 + 2 * hour });
    const second = await advance({ source, to: start2026 + 4 * hour, network: null });
    expect(second).toMatchObject({ at: start2026 + 4 * hour, interrupted: false });
    expect(licensedClients()).toBe(700);
  });

  test('a machine that stays due is set aside and named; all others go on', async () => {
    const estate = estateOf(30);
    keep(estate);
    makeStuck('PC-007');
    const { setAside } = await advance({ source, to: start2026 + 4 * hour, network: null });
    expect(setAside).toEqual(['PC-007']);
    expect(licensedClients()).toBe(30 - 1);
    expect(store.read((reader) => reader.clock())).toEqual({ mode: 'held', at: start2026 + 4 * hour });
    const later = await advance({ source, to: start2026 + day, network: null });
    expect(later.setAside).toEqual([]);
    const stuck = store.read((reader) => reader.machine('PC-007'));
    expect(stuck !== null && isSetAside(stuck)).toBe(true);
  });

  test('a machine that was set aside goes on once something else has changed it', async () => {
    keep(estateOf(30));
    makeStuck('PC-007');
    await advance({ source, to: start2026 + hour, network: null });
    store.write((writer) => {
      const found = writer.machine('PC-007');
      if (found === null) throw new Error('gone');
      const state = { ...found.state, products: estateOf(1).machine('PC-001').products };
      writer.putMachine(found.id, state, nextDue(state));
    });
    await advance({ source, to: start2026 + 4 * hour, network: null });
    expect(licensedClients()).toBe(30);
  });

  test('by a length: what others move the clock by meanwhile is not taken from it', async () => {
    keep(estateOf(3));
    let moved = false;
    const others = (): void => {
      if (moved) return;
      moved = true;
      store.write((writer) => writer.putClock({ mode: 'held', at: start2026 + 3 * hour }));
    };
    await advance({ source, to: { by: 5 * hour }, network: served(25, [], others) });
    // 2 hours until the first request, then one more by the other process.
    expect(store.read((reader) => reader.clock())).toEqual({ mode: 'held', at: start2026 + 6 * hour });
  });

  test('what throws in a span leaves nothing behind', () => {
    keep(estateOf(1));
    expect(() =>
      source.span((span) => {
        span.setTime(start2026 + day);
        throw new Error('power cut');
      }),
    ).toThrow('power cut');
    expect(store.read((reader) => reader.clock())).toEqual({ mode: 'held', at: start2026 });
  });
});

/** A network on which KMS01 is served by somebody who answers this count. */
function served(count: number, asked: string[], meanwhile: () => void = () => undefined): OutsideNetwork {
  return {
    usesRealDns: false,
    isServed: (name) => name === 'KMS01',
    resolve: () => Promise.reject(new Error('not asked')),
    contact: (asking, { host }) => {
      asked.push(`${asking.name} ${host.name}:${String(host.port)}`);
      meanwhile();
      return Promise.resolve({
        kind: 'contact',
        result: {
          ok: true,
          ipAddress: '127.0.0.1',
          sameMachine: false,
          answer: {
            kind: 'count',
            count,
            activationIntervalMinutes: 60,
            renewalIntervalMinutes: 1440,
            hostExtendedPid: 'pid',
            hostTime: start2026,
          },
        },
      });
    },
    publish: () => Promise.resolve([{ domain: 'lab.example', hresult: hresult(0x80072339) }]),
  };
}

describe('with served hosts', () => {
  test('due requests go through the socket, and the host in process counts nothing', async () => {
    keep(estateOf(3));
    const asked: string[] = [];
    await advance({ source, to: start2026 + 2 * hour, network: served(25, asked) });
    expect(asked).toEqual(['PC-001', 'PC-002', 'PC-003'].map((name) => `${name} kms01.lab.example:1688`));
    expect(licensedClients()).toBe(3);
    expect(machine('PC-001').products[0]?.kmsClient).toMatchObject({
      renewalInterval: 1440,
      discovered: { name: 'kms01.lab.example', port: 1688, address: '127.0.0.1' },
    });
    expect(store.read((reader) => reader.requests(reader.machine('KMS01')?.id ?? (0 as never), all))).toEqual(
      [],
    );
  });

  test('K10.6 a failed publication of a served host is event 12293', async () => {
    keep(estateOf(0));
    await advance({ source, to: start2026 + day, network: served(1, []) });
    const events = store.read((reader) => reader.events(reader.machine('KMS01')?.id ?? (0 as never), all));
    expect(events.map(({ entry }) => [entry.id, entry.fields])).toEqual([
      [12293, ['0x80072339', 'lab.example']],
    ]);
  });

  test('/ato in process and over the socket', async () => {
    keep(estateOf(2));
    const id = machine('PC-001').products[0]?.activationId ?? '';
    const act = (name: string, network: OutsideNetwork | null): ReturnType<typeof perform> =>
      perform({ source, network, now: start2026 }, name, (state, context) =>
        activate(state, id, 'by-hand', context),
      );
    expect((await act('PC-001', null))?.result).toEqual({ ok: false, hresult: 0xc004f038 });
    expect((await act('pc-002', served(25, [])))?.result.ok).toBe(true);
    expect(await act('NOBODY', null)).toBeNull();
    expect(licensedClients()).toBe(1);
  });

  test('numbers drawn while the network is asked differ from machine to machine', async () => {
    keep(estateOf(3));
    const drawn: number[] = [];
    for (const name of ['PC-001', 'PC-002', 'PC-003']) {
      await perform({ source, network: served(25, []), now: start2026 }, name, (state, context) =>
        (function* draw() {
          const { activationId } = state.products[0] ?? { activationId: '' };
          const outcome = yield* activate(state, activationId, 'by-hand', context);
          drawn.push(context.random());
          return outcome;
        })(),
      );
    }
    expect(new Set(drawn).size).toBe(3);
  });

  test('a machine that others change while it waits is asked to act anew', async () => {
    keep(estateOf(1));
    const asked: string[] = [];
    const change = (): void => {
      if (asked.length > 1) return;
      store.write((writer) => {
        const found = writer.machine('PC-001');
        if (found !== null) writer.putMachine(found.id, { ...found.state, lcid: 1031 }, found.nextDue);
      });
    };
    await advance({ source, to: start2026 + 2 * hour, network: served(25, asked, change) });
    expect(asked).toHaveLength(2);
    expect(machine('PC-001')).toMatchObject({ lcid: 1031, products: [{ license: { status: 'licensed' } }] });
  });
});
