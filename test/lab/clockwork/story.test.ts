import { currentCount } from '../../../src/kms/engine/host';
import { kmsHostFacts } from '../../../src/lab/clockwork/host-facts';
import { type RequestCounters } from '../../../src/lab/model/state';
import { writeRegistry } from '../../../src/lab/model/registry';
import { catalogue } from '../../../src/licensing/catalogue/catalogue';
import { day, hour, minute, TestEstate } from './fixtures';

/** What /dli shows of a host. */
function count(estate: TestEstate, host = 'KMS01', name = 'windows'): number {
  const machine = estate.machine(host);
  const facts = kmsHostFacts(machine, catalogue(), estate.memory.settings);
  return currentCount(facts, estate.memory.cacheOf(machine.name), name, estate.now);
}

function counters(estate: TestEstate, host = 'KMS01'): RequestCounters {
  const product = estate.machine(host).products.find(({ kmsHost }) => kmsHost !== null);
  if (product?.kmsHost == null) throw new Error('no host');
  return product.kmsHost.requests;
}

const notEnough = 0xc004f038;
const unavailable = 0xc004f074;

describe('activation in process', () => {
  test('K1.1 K1.4 servers activate from the 5th machine on, clients from the 25th', () => {
    const estate = new TestEstate();
    estate.addHost();
    const clients = estate.addMany('PC', 24);
    const shown = clients.slice(0, 4).map((name) => estate.ato(name));
    expect(shown).toEqual([notEnough, notEnough, notEnough, notEnough]);
    estate.add('SRV', 'Windows Server 2008 R2 Standard');
    expect(estate.ato('SRV')).toBe(0);
    expect(estate.product('SRV').license.status).toBe('licensed');
    for (const name of clients.slice(4, 23)) expect(estate.ato(name)).toBe(notEnough);
    expect(count(estate)).toBe(24);
    expect(estate.ato('PC-024')).toBe(0);
  });

  test('K1.6 K1.8 machines below the threshold try again every 2 hours, and activate then', () => {
    const estate = new TestEstate();
    estate.addHost();
    const clients = estate.addMany('PC', 25);
    estate.advance(2 * hour);
    expect(estate.licensed(clients)).toBe(1);
    expect(estate.product('PC-025').license.status).toBe('licensed');
    estate.advance(2 * hour - 1);
    expect(estate.licensed(clients)).toBe(1);
    estate.advance(1);
    expect(estate.licensed(clients)).toBe(25);
    expect(estate.events('PC-001', 12289).map((fields) => [fields[1], fields[2], fields[4]])).toEqual([
      ['0x4000008', '0', '1'],
      ['0x8', '1', '25'],
    ]);
  });

  test('K1.5 Office of one generation counts for itself', () => {
    const estate = new TestEstate();
    estate.addHost('KMS01', 'Windows Server 2012 R2 Standard');
    const office = 'Office Professional Plus 2016';
    estate.installHostKey('KMS01', office);
    for (const name of estate.addMany('PC', 12, 'Windows 8.1 Enterprise')) estate.installOffice(name, office);
    estate.advance(6 * hour);
    expect(count(estate, 'KMS01', 'office-2016')).toBe(10);
    expect(count(estate)).toBe(12);
    expect(estate.product('PC-012', 'office').license.status).toBe('licensed');
    expect(estate.product('PC-012', 'windows').license.status).not.toBe('licensed');
  });

  test('K1.7 a host of the Server 2008 era does not count virtual machines, and activates them with enough others', () => {
    const estate = new TestEstate();
    estate.addHost('KMS01', 'Windows Server 2008 Standard');
    const product = 'Windows Server 2008 Enterprise';
    for (let n = 1; n <= 6; n += 1) estate.add(`VM-${n}`, product, { virtual: true });
    estate.advance(2 * hour);
    expect(count(estate)).toBe(-1);
    const physical = estate.addMany('SRV', 5, product);
    estate.advance(4 * hour);
    expect(count(estate)).toBe(5);
    expect(estate.licensed([...physical, 'VM-1', 'VM-6'])).toBe(7);
  });

  test('K3.8 K3.2 the intervals of the host reach the client and decide its next attempts', () => {
    const estate = new TestEstate();
    estate.addHost();
    const host = estate.machine('KMS01');
    const registry = writeRegistry(host.registry, 'VLActivationInterval', { type: 'DWORD', data: 15 });
    estate.memory.put({ ...host, registry });
    estate.restart('KMS01');
    estate.add('PC-001');
    estate.advance(2 * hour);
    estate.advance(hour);
    expect(estate.events('PC-001', 12288)).toHaveLength(1 + 4);
  });

  test('K2.7 K2.6 machines from one image without sysprep count once', () => {
    const estate = new TestEstate();
    estate.addHost();
    for (const name of estate.addMany('PC', 10)) {
      estate.memory.put({ ...estate.machine(name), cmid: estate.machine('PC-001').cmid });
    }
    estate.advance(2 * hour);
    expect(count(estate)).toBe(1);
    expect(counters(estate).total).toBe(10);
  });

  test('K2.8 a low count later leaves activated machines activated until their own 180 days end', () => {
    const estate = new TestEstate();
    estate.addHost();
    const clients = estate.addMany('PC', 25);
    estate.advance(4 * hour);
    for (const name of clients.slice(1)) estate.stop(name);
    estate.advance(100 * day);
    expect(count(estate)).toBe(1);
    expect(estate.licensed(['PC-001'])).toBe(1);
    expect(estate.events('PC-001', 12289).at(-1)?.slice(1, 5)).toEqual(['0x4000008', '0', '0', '1']);
    // Its last renewal with a full count was within 30 days of the others' last requests.
    estate.advance(76 * day);
    expect(estate.licensed(['PC-001'])).toBe(1);
    estate.advance(35 * day);
    expect(estate.product('PC-001').license.status).toBe('oot-grace');
  });

  test('K2.10 K3.3 clients that renew every 7 days stay counted and licensed for a year', () => {
    const estate = new TestEstate();
    estate.addHost();
    const clients = estate.addMany('PC', 25);
    estate.advance(365 * day);
    expect(estate.licensed(clients)).toBe(25);
    expect(count(estate)).toBe(25);
    expect(estate.events('PC-001', 12289)).toHaveLength(2 + Math.floor((365 * day - 4 * hour) / (7 * day)));
  });

  test('K3.1 without a host the 180 days end, and on Server 2008 R2 30 days of tolerance follow', () => {
    const estate = new TestEstate();
    estate.addHost();
    const servers = estate.addMany('SRV', 5, 'Windows Server 2008 R2 Enterprise');
    estate.advance(4 * hour);
    estate.stop('KMS01');
    estate.advance(180 * day - 1);
    // The 5th machine was activated two hours before the others.
    expect(estate.licensed(servers)).toBe(4);
    estate.advance(1);
    expect(estate.licensed(servers)).toBe(0);
    expect(estate.product('SRV-001').license.status).toBe('oot-grace');
    estate.advance(30 * day);
    expect(estate.product('SRV-001').license.status).toBe('notification');
  });

  test('a stopped machine sends nothing, and its grace runs on', () => {
    const estate = new TestEstate();
    estate.addHost();
    estate.add('PC-001');
    estate.stop('PC-001');
    estate.advance(31 * day);
    expect(estate.product('PC-001').license.status).toBe('notification');
    expect(estate.events('PC-001', 12288)).toEqual([]);
    estate.start('PC-001');
    estate.advance(0);
    expect(estate.events('PC-001', 12288)).toHaveLength(1);
  });

  test('K12.5 a stopped host is unreachable, a name that nobody has as well', () => {
    const estate = new TestEstate();
    estate.addHost();
    estate.add('PC-001');
    estate.stop('KMS01');
    expect(estate.ato('PC-001')).toBe(unavailable);
    expect(estate.events('PC-001', 12288)[0]?.[0]).toBe('0x800706BA');
    const registry = writeRegistry({}, 'KeyManagementServiceName', {
      type: 'SZ',
      data: 'nobody.lab.example',
    });
    estate.memory.put({ ...estate.machine('PC-001'), registry });
    expect(estate.ato('PC-001')).toBe(unavailable);
  });

  test('K6.3 a host is named as NAME or NAME.domain in any case, and on the port it listens on', () => {
    const estate = new TestEstate();
    estate.addHost();
    estate.add('PC-001');
    const name = (data: string): number => {
      const registry = writeRegistry({}, 'KeyManagementServiceName', { type: 'SZ', data });
      estate.memory.put({ ...estate.machine('PC-001'), registry });
      return estate.ato('PC-001');
    };
    expect(name('kms01')).toBe(notEnough);
    expect(name('Kms01.LAB.example.')).toBe(notEnough);
    expect(name('kms01.other.example')).toBe(unavailable);
    const { registry } = estate.machine('PC-001');
    const withPort = writeRegistry(registry, 'KeyManagementServicePort', { type: 'SZ', data: '1700' });
    estate.memory.put({ ...estate.machine('PC-001'), registry: withPort });
    expect(name('kms01')).toBe(notEnough);
  });

  test('K3.11 K12.7 a client clock that is 5 hours wrong is refused', () => {
    const estate = new TestEstate();
    estate.addHost();
    estate.add('PC-001', 'Windows 7 Enterprise', { clockSkewMs: 5 * hour });
    expect(estate.ato('PC-001')).toBe(unavailable);
    expect(estate.events('PC-001', 12288)[0]?.[0]).toBe('0xC004F06C');
    expect(estate.memory.requests('KMS01')[0]?.hresult).toBe(0xc004f06c);
    const tolerant = new TestEstate({ clockToleranceMinutes: 600 });
    tolerant.addHost();
    tolerant.add('PC-001', 'Windows 7 Enterprise', { clockSkewMs: 5 * hour });
    expect(tolerant.ato('PC-001')).toBe(notEnough);
  });

  test('K11.3 K12.8 the key of Server 2008 R2 activates Windows 7 and not Windows 8.1', () => {
    const estate = new TestEstate();
    estate.addHost();
    estate.add('OLD', 'Windows 7 Enterprise');
    estate.add('NEW', 'Windows 8.1 Enterprise');
    expect(estate.ato('OLD')).toBe(notEnough);
    expect(estate.ato('NEW')).toBe(0xc004f042);
    expect(estate.memory.requests('KMS01').at(-1)?.hresult).toBe(0xc004f015);
    expect(counters(estate)).toMatchObject({ total: 2, failed: 1 });
  });

  test('K11.4 a host on Windows 7 activates client systems only', () => {
    const estate = new TestEstate();
    estate.addHost('KMS01', 'Windows 7 Enterprise');
    estate.add('PC', 'Windows 7 Professional');
    estate.add('SRV', 'Windows Server 2008 R2 Standard');
    expect(estate.ato('PC')).toBe(notEnough);
    expect(estate.ato('SRV')).toBe(0xc004f042);
  });

  test('K11.2 a host needs not be dedicated: 200 clients, all activated', () => {
    const estate = new TestEstate();
    estate.addHost();
    const clients = estate.addMany('PC', 200);
    estate.advance(4 * hour);
    expect(estate.licensed(clients)).toBe(200);
    expect(count(estate)).toBe(50);
  });

  test('K12.9 K12.10 a machine with a host key that is not activated, and one without a host key', () => {
    const estate = new TestEstate();
    estate.addHost();
    estate.add('PC-001');
    const host = estate.machine('KMS01');
    const unlicensed = { status: 'unlicensed', until: null, reason: 0 } as const;
    estate.memory.put({ ...host, products: host.products.map((each) => ({ ...each, license: unlicensed })) });
    expect(estate.ato('PC-001')).toBe(0xc004f041);
    estate.memory.put({ ...host, products: [] });
    expect(estate.ato('PC-001')).toBe(0xc004f039);
  });

  test('K13.4 K13.5 the counters go by the state at the time of the request and only up', () => {
    const estate = new TestEstate();
    estate.addHost();
    estate.addMany('PC', 25);
    estate.advance(4 * hour);
    const first = counters(estate);
    expect(first).toMatchObject({ total: 49, oobGrace: 49, licensed: 0 });
    estate.restart('KMS01');
    estate.advance(7 * day);
    expect(counters(estate)).toMatchObject({ total: 74, oobGrace: 49, licensed: 25 });
  });
});

describe('extended PIDs', () => {
  test('K14.2 a host answers with one in the layout seen, in a group that no real product uses', () => {
    const estate = new TestEstate();
    estate.addHost();
    estate.add('PC-001');
    estate.ato('PC-001');
    const pid = estate.product('PC-001').kmsClient.hostPid;
    expect(pid).toMatch(/^99999-\d{5}-\d{3}-\d{6}-03-1033-7601\.0000-0052026$/);
    expect(pid).toBe(estate.product('KMS01').key?.pid);
  });
});

describe("publishing in the estate's own zone", () => {
  test('K3.4 K7.2 K10.7 K11.3 the host publishes at its activation, every 24 hours, and at its start', () => {
    const estate = new TestEstate();
    estate.addHost();
    const srv = estate.memory.dnsRecords().filter(({ type }) => type === 'SRV');
    expect(srv).toEqual([
      { name: '_vlmcs._tcp.lab.example', type: 'SRV', ttl: 3600, data: '0 0 1688 kms01.lab.example' },
    ]);
    expect(estate.events('KMS01', 12294)).toEqual([['lab.example']]);
    estate.advance(3 * day);
    expect(estate.events('KMS01', 12294)).toHaveLength(4);
    estate.restart('KMS01');
    expect(estate.events('KMS01', 12294)).toHaveLength(5);
    expect(estate.memory.dnsRecords().filter(({ type }) => type === 'SRV')).toHaveLength(1);
  });

  test('K7.3 a host that retires leaves its record behind', () => {
    const estate = new TestEstate();
    estate.addHost();
    estate.stop('KMS01');
    estate.advance(30 * day);
    expect(estate.memory.dnsRecords().some(({ data }) => data.endsWith('kms01.lab.example'))).toBe(true);
  });

  test('K7.5 K7.8 a changed list of domains is published at the restart of the service', () => {
    const estate = new TestEstate();
    estate.addHost();
    const host = estate.machine('KMS01');
    const lines = ['lab.example, 10, 20', 'second.example'];
    const registry = writeRegistry(host.registry, 'DnsDomainPublishList', { type: 'MULTI_SZ', data: lines });
    estate.memory.put({ ...host, registry });
    estate.advance(25 * hour);
    expect(estate.memory.dnsRecords().filter(({ type }) => type === 'SRV')).toHaveLength(1);
    estate.restart('KMS01');
    const data = estate.memory
      .dnsRecords()
      .flatMap((each) => (each.type === 'SRV' ? [`${each.name} ${each.data}`] : []));
    expect(data.sort()).toEqual([
      '_vlmcs._tcp.lab.example 10 20 1688 kms01.lab.example',
      '_vlmcs._tcp.second.example 0 0 1688 kms01.lab.example',
    ]);
    expect(estate.events('KMS01', 12294).slice(-2)).toEqual([['lab.example'], ['second.example']]);
  });

  test('K6.5 K6.6 of two hosts the second takes over when the cached one is silent', () => {
    const estate = new TestEstate();
    estate.addHost('KMS01');
    estate.addHost('KMS02');
    estate.add('PC-001');
    expect(estate.ato('PC-001')).toBe(notEnough);
    const used = estate.product('PC-001').kmsClient.discovered?.name ?? '';
    estate.stop(used.slice(0, 5));
    expect(estate.ato('PC-001')).toBe(notEnough);
    const other = estate.product('PC-001').kmsClient.discovered?.name;
    expect(new Set([used, other])).toEqual(new Set(['kms01.lab.example', 'kms02.lab.example']));
    const last = estate
      .events('PC-001', 12288)
      .slice(-2)
      .map((fields) => [fields[0], fields[2]]);
    expect(last).toEqual([
      ['0x800706BA', `${used}:1688`],
      ['0x0', `${other ?? ''}:1688`],
    ]);
  });

  test('K12.3 without a record the client shows 0x8007232B and leaves 8198 when it tried of itself', () => {
    const estate = new TestEstate();
    estate.add('PC-001');
    expect(estate.ato('PC-001')).toBe(0x8007232b);
    expect(estate.events('PC-001', 8198)).toEqual([]);
    estate.advance(120 * minute);
    expect(estate.events('PC-001', 8198)[0]?.[0]).toBe('0x8007232B');
  });
});
