import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CacheChange } from '../../../src/kms/engine/host-records';
import type { EstateStore, HostBatch, LogQuery, MachineId } from '../../../src/lab/estate/store-port';
import { availableDrivers, sqliteDriver } from '../../../src/lab/store/drivers';
import { openStore, storeFileName } from '../../../src/lab/store/open-store';
import { eventEntry, estateRecord, hostActivationId, machineState, requestRow } from './fixtures';

const everything: LogQuery = { after: 0, since: null, limit: 1000 };

function batch(changes: Partial<HostBatch>): HostBatch {
  return { requests: [], cache: [], counters: [], ...changes };
}

describe.each(availableDrivers().map((driver) => ({ name: driver.name, driver })))('$name', ({ driver }) => {
  let folder = '';
  let store: EstateStore;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slmgr-store-'));
    store = openStore(folder, driver);
  });
  afterEach(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function reopened(): EstateStore {
    store.close();
    store = openStore(folder, driver);
    return store;
  }

  function addMachine(name: string): MachineId {
    return store.write((writer) => writer.addMachine(machineState(name), null));
  }

  test('a new store is empty and follows the real clock', () => {
    store.read((reader) => {
      expect(reader.estate()).toBeNull();
      expect(reader.clock()).toEqual({ mode: 'running', aheadByMs: 0 });
      expect(reader.machines()).toEqual([]);
      expect(reader.earliestDue()).toBeNull();
    });
  });

  test('everything written is there after it is opened again', () => {
    const id = store.write((writer) => {
      writer.putEstate(estateRecord);
      writer.putClock({ mode: 'held', at: 5 });
      writer.putDnsRecord({ name: '_vlmcs._tcp.lab.example', type: 'SRV', ttl: 600, data: '0 0 1688 kms01' });
      writer.putAccount({ user: 'ada', machine: null, role: 'administrator', passwordHash: 'h' });
      writer.putAccount({ user: 'ada', machine: 'PC-001', role: 'standard', passwordHash: 'i' });
      writer.putMintedKey({
        text: 'K',
        kind: 'mak',
        edition: 'e',
        hostGroup: null,
        mintedAt: 1,
        pool: 5,
        uses: { a: 1 },
        isBlocked: false,
      });
      return writer.addMachine(machineState('PC-001'), 42);
    });
    reopened().read((reader) => {
      expect(reader.estate()).toEqual(estateRecord);
      expect(reader.clock()).toEqual({ mode: 'held', at: 5 });
      expect(reader.machine('pc-001')).toEqual({ id, state: machineState('PC-001'), nextDue: 42 });
      expect(reader.earliestDue()).toBe(42);
      expect(reader.dnsRecords()).toHaveLength(1);
      expect(reader.accounts().map((account) => account.machine)).toEqual([null, 'PC-001']);
      expect(reader.mintedKey('K')?.uses).toEqual({ a: 1 });
      expect(reader.mintedKeys()).toHaveLength(1);
    });
  });

  test('a change that throws leaves nothing', () => {
    const work = (): void => {
      store.write((writer) => {
        writer.addMachine(machineState('A'), null);
        throw new Error('halfway');
      });
    };
    expect(work).toThrow('halfway');
    expect(store.read((reader) => reader.machineNames())).toEqual([]);
  });

  test('machines keep the order in which they were added, and names are unique without case', () => {
    for (const name of ['b', 'C', 'a']) addMachine(name);
    expect(store.read((reader) => reader.machineNames())).toEqual(['b', 'C', 'a']);
    expect(() => addMachine('B')).toThrow(/contradicts/);
  });

  test('a removed machine takes its logs with it, and a new one of its name starts anew', () => {
    const id = addMachine('PC');
    store.write((writer) => {
      writer.appendEvents(id, [eventEntry(1)]);
      writer.applyHostBatch(id, batch({ requests: [requestRow(1)] }));
      writer.removeMachine(id);
    });
    const again = addMachine('PC');
    expect(again).not.toBe(id);
    store.read((reader) => {
      expect(reader.events(again, everything)).toEqual([]);
      expect(reader.requests(again, everything)).toEqual([]);
    });
  });

  test('event logs are numbered, filtered by cursor and time, and bounded', () => {
    store.write((writer) => {
      writer.putEstate({ ...estateRecord, settings: { ...estateRecord.settings, eventsKept: 3 } });
    });
    const id = addMachine('PC');
    const other = addMachine('PC2');
    store.write((writer) => {
      writer.appendEvents(
        id,
        [1, 2, 3, 4, 5].map((at) => eventEntry(at)),
      );
      writer.appendEvents(other, [eventEntry(9)]);
    });
    store.read((reader) => {
      const numbers = (query: Partial<LogQuery>): number[] =>
        reader.events(id, { ...everything, ...query }).map((event) => event.number);
      expect(numbers({})).toEqual([3, 4, 5]);
      expect(numbers({ after: 4 })).toEqual([5]);
      expect(numbers({ since: 4 })).toEqual([4, 5]);
      expect(numbers({ limit: 1 })).toEqual([5]);
      expect(reader.events(other, everything)).toEqual([{ number: 1, entry: eventEntry(9) }]);
    });
  });

  test('the request log keeps every field, and is bounded', () => {
    store.write((writer) => {
      writer.putEstate({ ...estateRecord, settings: { ...estateRecord.settings, requestsKept: 2 } });
    });
    const id = addMachine('KMS01');
    store.write((writer) => {
      writer.applyHostBatch(id, batch({ requests: [1, 2, 3].map((at) => requestRow(at)) }));
    });
    expect(store.read((reader) => reader.requests(id, everything))).toEqual([
      { number: 2, row: requestRow(2) },
      { number: 3, row: requestRow(3) },
    ]);
  });

  test('K2.2 the counting cache is read oldest first, and a renewal makes a client the newest', () => {
    const id = addMachine('KMS01');
    const remember = (clientMachineId: string, lastRequestAt: number): CacheChange => ({
      kind: 'remember',
      count: 'windows',
      clientMachineId,
      lastRequestAt,
    });
    store.write((writer) => {
      const cache: CacheChange[] = [
        { kind: 'raise-threshold', count: 'windows', greatestThreshold: 5 },
        remember('a', 1),
        remember('b', 2),
        remember('c', 3),
        remember('a', 4),
        { kind: 'forget', count: 'windows', clientMachineId: 'b', reason: 'expired' },
      ];
      writer.applyHostBatch(id, batch({ cache }));
    });
    reopened().read((reader) => {
      const cache = reader.cache(id);
      expect([...cache.clientsOldestFirst('windows')]).toEqual([
        ['c', 3],
        ['a', 4],
      ]);
      expect(cache.greatestThreshold('windows')).toBe(5);
      expect(cache.greatestThreshold('office-2010')).toBe(0);
      expect(cache.lastRequestAt('windows', 'a')).toBe(4);
      expect(cache.lastRequestAt('windows', 'b')).toBeUndefined();
      expect(reader.cacheRows(id)).toEqual({
        counts: [{ count: 'windows', greatestThreshold: 5 }],
        clients: [
          { count: 'windows', clientMachineId: 'c', lastRequestAt: 3 },
          { count: 'windows', clientMachineId: 'a', lastRequestAt: 4 },
        ],
      });
    });
  });

  test('K13.5 counters add up beside the state and are taken in when the state is written', () => {
    const id = addMachine('KMS01');
    const count = (): void => {
      store.write((writer) => {
        writer.applyHostBatch(
          id,
          batch({
            counters: [
              { hostActivationId, counters: ['total', 'oobGrace'] },
              { hostActivationId, counters: ['total', 'failed'] },
            ],
          }),
        );
      });
    };
    const requests = (): unknown =>
      store.read((reader) => reader.machine('KMS01')?.state.products[0]?.kmsHost?.requests);
    count();
    count();
    expect(requests()).toMatchObject({ total: 4, oobGrace: 2, failed: 2, licensed: 0 });
    store.write((writer) => {
      const machine = writer.machine('KMS01')!;
      writer.putMachine(machine.id, { ...machine.state, elevated: false }, null);
    });
    expect(requests()).toMatchObject({ total: 4, oobGrace: 2, failed: 2, licensed: 0 });
    count();
    expect(requests()).toMatchObject({ total: 6, oobGrace: 3, failed: 3, licensed: 0 });
  });

  test('DNS records are a set by name, type and data; removal is of all or of one', () => {
    const srv = (data: string, ttl = 60): void => {
      store.write((writer) => {
        writer.putDnsRecord({ name: '_vlmcs._tcp.lab.example', type: 'SRV', ttl, data });
      });
    };
    srv('0 0 1688 a');
    srv('0 0 1688 A', 90);
    srv('0 0 1688 b');
    expect(store.read((reader) => reader.dnsRecords().map((record) => record.ttl))).toEqual([90, 60]);
    const which = { name: '_VLMCS._tcp.lab.example', type: 'SRV' } as const;
    expect(store.write((writer) => writer.removeDnsRecords({ ...which, data: '0 0 1688 a' }))).toBe(1);
    expect(store.write((writer) => writer.removeDnsRecords({ ...which, data: null }))).toBe(1);
    expect(store.read((reader) => reader.dnsRecords())).toEqual([]);
  });

  test('clear leaves nothing', () => {
    const id = addMachine('PC');
    store.write((writer) => {
      writer.putEstate(estateRecord);
      writer.appendEvents(id, [eventEntry(1)]);
      writer.clear();
    });
    store.read((reader) => {
      expect(reader.estate()).toBeNull();
      expect(reader.machines()).toEqual([]);
      expect(reader.events(id, everything)).toEqual([]);
    });
  });

  test('a reader sees one picture while another connection writes', () => {
    const second = openStore(folder, driver);
    try {
      store.read((reader) => {
        expect(reader.machineNames()).toEqual([]);
        second.write((writer) => writer.addMachine(machineState('PC'), null));
        expect(reader.machineNames()).toEqual([]);
      });
      expect(store.read((reader) => reader.machineNames())).toEqual(['PC']);
    } finally {
      second.close();
    }
  });
});

describe('refusals', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slmgr-store-'));
  });
  afterEach(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true, force: true });
  });

  function change(sql: string): void {
    const database = sqliteDriver().open(join(folder, storeFileName));
    database.exec(sql);
    database.close();
  }

  test('a store of a newer slmgr is refused and left as it is', () => {
    openStore(folder).close();
    change('PRAGMA user_version = 999');
    expect(() => openStore(folder)).toThrow(/newer slmgr \(schema 999/);
    expect(() => openStore(folder)).toThrow(expect.objectContaining({ kind: 'newer-store' }) as Error);
  });

  test('a database of another program is refused and left as it is', () => {
    change('CREATE TABLE theirs (x); PRAGMA user_version = 0');
    expect(() => openStore(folder)).toThrow(expect.objectContaining({ kind: 'not-a-store' }) as Error);
    const database = sqliteDriver().open(join(folder, storeFileName));
    expect(database.prepare('SELECT name FROM sqlite_schema').all()).toHaveLength(1);
    expect(database.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'delete' });
    database.close();
  });

  test('a damaged file is refused with what to do', () => {
    writeFileSync(join(folder, storeFileName), 'no database at all '.repeat(500));
    expect(() => openStore(folder)).toThrow(/is damaged or no SQLite database.*lab init/s);
  });

  (existsSync('/proc/self') ? test : test.skip)(
    'a folder that the system denies to be there is refused, and not tried for ever',
    () => {
      expect(() => openStore('/proc/slmgr-none/below')).toThrow(/cannot be made.*SLMGR_HOME/s);
    },
  );

  test('folders above are made as well, for their owner alone', () => {
    const deep = join(mkdtempSync(join(tmpdir(), 'slmgr-deep-')), 'a', 'b');
    openStore(deep).close();
    if (process.platform !== 'win32') expect(statSync(join(deep, '..')).mode & 0o777).toBe(0o700);
    rmSync(join(deep, '..', '..'), { recursive: true });
  });

  test('a folder that cannot be made is refused with what to do', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => openStore(join(file, 'below'))).toThrow(/cannot be made.*SLMGR_HOME/s);
  });
});
