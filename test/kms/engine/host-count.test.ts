import { MemoryCountingCache } from '../../../src/kms/engine/counting-cache';
import { currentCount } from '../../../src/kms/engine/host';
import {
  asOffice2016,
  asServer,
  cmid,
  day,
  facts,
  hour,
  office2021Sku,
  officeApp,
  officeHost,
  remembered,
  start,
  TestHost,
  windowsHost,
} from './fixtures';

describe('the count', () => {
  test('K1.2 a host refuses nobody for a low count: it answers with the count', () => {
    const { answer } = new TestHost().ask({ clientMachineId: cmid(1) });
    expect(answer).toEqual({
      kind: 'count',
      count: 1,
      activationIntervalMinutes: 120,
      renewalIntervalMinutes: 10_080,
      hostExtendedPid: windowsHost().extendedPid,
      hostTime: start,
    });
  });

  test('K1.3 the count includes the machine that asks: 1, 2, a virtual machine 3, a server 4', () => {
    const host = new TestHost();
    const counts = [
      host.count({ clientMachineId: cmid(1) }),
      host.count({ clientMachineId: cmid(2) }),
      host.count({ clientMachineId: cmid(3), isVirtualMachine: true }),
      host.count({ clientMachineId: cmid(4), ...asServer }),
    ];
    expect(counts).toEqual([1, 2, 3, 4]);
  });

  test('K1.4 clients and servers, physical and virtual, share one Windows count', () => {
    const host = new TestHost();
    for (let n = 1; n <= 4; n += 1) host.ask({ clientMachineId: cmid(n), isVirtualMachine: n % 2 === 0 });
    expect(host.count({ clientMachineId: cmid(5), ...asServer })).toBe(5);
    for (let n = 6; n <= 24; n += 1) host.ask({ clientMachineId: cmid(n), ...(n % 3 === 0 ? asServer : {}) });
    expect(host.count({ clientMachineId: cmid(25) })).toBe(25);
  });

  test('K1.5 each Office generation has a count of its own, at most 10', () => {
    const host = new TestHost(facts({ products: [windowsHost(), officeHost('2016'), officeHost('2021')] }));
    for (let n = 1; n <= 30; n += 1) host.ask({ clientMachineId: cmid(n) });
    let count = 0;
    for (let n = 1; n <= 12; n += 1) count = host.count({ clientMachineId: cmid(n), ...asOffice2016 });
    expect(count).toBe(10);
    const as2021 = { activationId: office2021Sku, applicationId: officeApp, requiredClientCount: 5 };
    expect(host.count({ clientMachineId: cmid(1), ...as2021 })).toBe(1);
    expect(currentCount(host.facts, host.cache, 'windows', start)).toBe(30);
    expect(currentCount(host.facts, host.cache, 'office-2016', start)).toBe(10);
  });

  test('K1.7 a Vista-era host counts physical machines only, and answers virtual ones with that count', () => {
    const host = new TestHost(facts({ countsPhysicalOnly: true }));
    for (let n = 1; n <= 40; n += 1) {
      expect(host.count({ clientMachineId: cmid(n), isVirtualMachine: true })).toBe(0);
    }
    for (let n = 41; n <= 65; n += 1) host.ask({ clientMachineId: cmid(n) });
    expect(host.count({ clientMachineId: cmid(1), isVirtualMachine: true })).toBe(25);
    expect(remembered(host.cache)).toHaveLength(25);
  });

  test('K1.7 from Windows 7 on virtual machines count like physical ones', () => {
    const host = new TestHost();
    host.ask({ clientMachineId: cmid(1), isVirtualMachine: true });
    expect(host.count({ clientMachineId: cmid(2), isVirtualMachine: true })).toBe(2);
  });

  test('K1.8 the 24th of 24 gets 24, the 25th gets 25, and the first gets 25 when it asks again', () => {
    const host = new TestHost();
    for (let n = 1; n <= 23; n += 1) host.ask({ clientMachineId: cmid(n) });
    expect(host.count({ clientMachineId: cmid(24) })).toBe(24);
    expect(host.count({ clientMachineId: cmid(25) })).toBe(25);
    expect(host.count({ clientMachineId: cmid(1) }, start + 2 * hour)).toBe(25);
  });
});

describe('the CMID cache', () => {
  test('K2.1 an entry holds the time of the last request and lives 30 days', () => {
    const host = new TestHost();
    host.ask({ clientMachineId: cmid(1) }, start);
    expect(host.cache.lastRequestAt('windows', cmid(1))).toBe(start);
    expect(currentCount(host.facts, host.cache, 'windows', start + 30 * day - 1)).toBe(1);
    expect(currentCount(host.facts, host.cache, 'windows', start + 30 * day)).toBe(0);
  });

  test('K2.2 a renewal removes the entry and adds it anew: its 30 days start again, the count stays', () => {
    const host = new TestHost();
    host.ask({ clientMachineId: cmid(1) }, start);
    host.ask({ clientMachineId: cmid(2) }, start + hour);
    expect(host.count({ clientMachineId: cmid(1) }, start + 7 * day)).toBe(2);
    expect(remembered(host.cache)).toEqual([cmid(2), cmid(1)]);
    expect(currentCount(host.facts, host.cache, 'windows', start + 31 * day)).toBe(1);
  });

  test('K2.3 an entry that is not renewed in 30 days drops and the count goes down by one', () => {
    const host = new TestHost();
    for (let n = 1; n <= 3; n += 1) host.ask({ clientMachineId: cmid(n) }, start + n * day);
    expect(host.count({ clientMachineId: cmid(3) }, start + 31 * day)).toBe(2);
    const { cacheChanges } = host.ask({ clientMachineId: cmid(3) }, start + 32 * day);
    expect(cacheChanges).toContainEqual({
      kind: 'forget',
      count: 'windows',
      clientMachineId: cmid(2),
      reason: 'expired',
    });
    expect(remembered(host.cache)).toEqual([cmid(3)]);
  });

  test('K2.4 cache size is twice the greatest threshold asked for, and never shrinks back', () => {
    const host = new TestHost();
    for (let n = 1; n <= 20; n += 1) host.ask({ clientMachineId: cmid(n), ...asServer });
    expect(remembered(host.cache)).toHaveLength(10);
    host.ask({ clientMachineId: cmid(21) });
    for (let n = 22; n <= 90; n += 1) host.ask({ clientMachineId: cmid(n), ...asServer });
    expect(remembered(host.cache)).toHaveLength(50);
    host.ask({ clientMachineId: cmid(91), ...asServer }, start + 60 * day);
    expect(host.cache.greatestThreshold('windows')).toBe(25);
  });

  test('K2.5 only the newest 50 are kept, so an ID can drop before its 30 days', () => {
    const host = new TestHost();
    for (let n = 1; n <= 60; n += 1) host.ask({ clientMachineId: cmid(n) }, start + n);
    expect(remembered(host.cache)).toEqual(Array.from({ length: 50 }, (_, index) => cmid(index + 11)));
    expect(host.count({ clientMachineId: cmid(1) }, start + 100)).toBe(50);
    expect(remembered(host.cache)).not.toContain(cmid(11));
  });

  test('K2.6 a CMID already stored leaves the count as it is: clones count once', () => {
    const host = new TestHost();
    const counts = ['PC-1', 'PC-2', 'PC-3'].map((machineName) => host.count({ machineName }));
    expect(counts).toEqual([1, 1, 1]);
  });

  test('K2.7 a rearmed machine comes with a new CMID and counts anew', () => {
    const host = new TestHost();
    host.ask({ clientMachineId: cmid(1) });
    expect(host.count({ clientMachineId: cmid(2), previousClientMachineId: cmid(1) })).toBe(2);
  });

  test('K2.8 when the count has fallen, new requests and renewals get the low count', () => {
    const host = new TestHost();
    for (let n = 1; n <= 25; n += 1) host.ask({ clientMachineId: cmid(n) });
    const later = start + 31 * day;
    expect(host.count({ clientMachineId: cmid(1), licenseStatus: 1 }, later)).toBe(1);
    expect(host.count({ clientMachineId: cmid(99) }, later)).toBe(2);
  });

  test('K2.9 the current count is -1 while KMS is off or nobody asked, else 0 to 50', () => {
    const off = facts({ products: [] });
    const cache = new MemoryCountingCache();
    expect(currentCount(off, cache, 'windows', start)).toBe(-1);
    const host = new TestHost();
    expect(currentCount(host.facts, host.cache, 'windows', start)).toBe(-1);
    for (let n = 1; n <= 80; n += 1) host.ask({ clientMachineId: cmid(n) });
    expect(currentCount(host.facts, host.cache, 'windows', start)).toBe(50);
    expect(currentCount(off, host.cache, 'windows', start)).toBe(-1);
    expect(currentCount(host.facts, host.cache, 'windows', start + 40 * day)).toBe(0);
  });

  test('K2.10 a client that renews every 7 days is never dropped by age', () => {
    const host = new TestHost();
    for (let week = 0; week < 26; week += 1) {
      const { cacheChanges } = host.ask({ clientMachineId: cmid(1) }, start + week * 7 * day);
      host.ask({ clientMachineId: cmid(1000 + week) }, start + week * 7 * day + 1);
      expect(
        cacheChanges.filter((change) => change.kind === 'forget' && change.clientMachineId === cmid(1)),
      ).toEqual([]);
    }
    expect(remembered(host.cache)).toContain(cmid(1));
  });

  test('a threshold beyond 25 makes the cache no greater than 50, one of 0 keeps the client that asks', () => {
    const host = new TestHost();
    expect(host.count({ clientMachineId: cmid(1), requiredClientCount: 0 })).toBe(1);
    for (let n = 1; n <= 70; n += 1)
      host.ask({ clientMachineId: cmid(n), requiredClientCount: 4_000_000_000 });
    expect(remembered(host.cache)).toHaveLength(50);
  });

  test('rows of a cache make the same cache', () => {
    const host = new TestHost(facts({ products: [windowsHost(), officeHost('2016')] }));
    for (let n = 1; n <= 60; n += 1) {
      host.ask({ clientMachineId: cmid(n % 53), ...(n % 7 === 0 ? asOffice2016 : {}) }, start + n);
    }
    const copy = new MemoryCountingCache(host.cache.rows());
    expect(copy.rows()).toEqual(host.cache.rows());
    expect(remembered(copy)).toEqual(remembered(host.cache));
    expect(copy.greatestThreshold('office-2016')).toBe(5);
  });
});
