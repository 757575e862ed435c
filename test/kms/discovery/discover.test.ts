import { DnsError, dnsHresult } from '../../../src/dns/dns-error';
import { type EstateDns } from '../../../src/dns/estate-dns';
import { type Resolution, type SrvRecord } from '../../../src/dns/resolver';
import {
  discoverKmsHosts,
  inOrderOfTrial,
  MAX_ADDRESSES,
  MAX_HOSTS,
  problemLine,
} from '../../../src/kms/discovery/discover';
import { isReachable, type KmsProbe, type ProbeFinding } from '../../../src/kms/discovery/probe';

const srv = (target: string, change: Partial<SrvRecord> = {}): SrvRecord => ({
  priority: 0,
  weight: 0,
  port: 1688,
  target,
  ...change,
});

const absent = (code: keyof typeof dnsHresult, message = 'not there'): Resolution<never> => ({
  ok: false,
  error: new DnsError('name', dnsHresult[code], message),
});

interface World {
  readonly services?: Readonly<Record<string, Resolution<SrvRecord>>>;
  readonly hosts?: Readonly<Record<string, readonly string[]>>;
  readonly findings?: Readonly<Record<string, ProbeFinding>>;
}

function portsOf(world: World): {
  readonly dns: Pick<EstateDns, 'resolveKmsService' | 'resolveHost'>;
  readonly probe: KmsProbe;
  readonly probed: string[];
} {
  const probed: string[] = [];
  return {
    probed,
    dns: {
      resolveKmsService: (domain) => Promise.resolve(world.services?.[domain] ?? absent('nameError')),
      resolveHost: (name) => {
        const records = world.hosts?.[name];
        return Promise.resolve(
          records === undefined ? absent('nameError', `no ${name}`) : { ok: true, records },
        );
      },
    },
    probe: (address, port) => {
      probed.push(`${address}:${port}`);
      return Promise.resolve({ finding: world.findings?.[address] ?? 'silent', latencyMs: 3 });
    },
  };
}

const found = (...records: readonly SrvRecord[]): NonNullable<World['services']> => ({
  'corp.example': { ok: true, records },
});

describe('discovery of KMS hosts', () => {
  test('K6.12 K6.13 hosts stand in the order of trial: lower priority, greater weight, then name', () => {
    const records = [
      srv('d', { priority: 10 }),
      srv('c', { weight: 5 }),
      srv('b', { weight: 50 }),
      srv('A', { weight: 5 }),
      srv('a', { weight: 5, port: 1689 }),
    ];
    expect(inOrderOfTrial(records).map(({ target, port }) => `${target}:${port}`)).toEqual([
      'b:1688',
      'A:1688',
      'a:1689',
      'c:1688',
      'd:1688',
    ]);
  });

  test('status 0: every host is reachable, an emulated one or one that refuses our interface', async () => {
    const ports = portsOf({
      services: found(srv('kms01'), srv('kms02', { priority: 1 })),
      hosts: { kms01: ['10.0.0.1', '::1'], kms02: ['10.0.0.2'] },
      findings: { '10.0.0.1': 'closed', '::1': 'emulated-host', '10.0.0.2': 'rpc-refuses-interface' },
    });
    const report = await discoverKmsHosts(ports, ['corp.example']);
    expect(report).toMatchObject({ status: 0, domain: 'corp.example', problem: null, leftOut: 0 });
    expect(report.hosts).toEqual([
      {
        ...srv('kms01'),
        finding: 'emulated-host',
        reachable: true,
        problem: null,
        addresses: [
          { address: '10.0.0.1', finding: 'closed', latencyMs: 3 },
          { address: '::1', finding: 'emulated-host', latencyMs: 3 },
        ],
      },
      {
        ...srv('kms02', { priority: 1 }),
        finding: 'rpc-refuses-interface',
        reachable: true,
        problem: null,
        addresses: [{ address: '10.0.0.2', finding: 'rpc-refuses-interface', latencyMs: 3 }],
      },
    ]);
  });

  test.each<[ProbeFinding, boolean]>([
    ['emulated-host', true],
    ['rpc-refuses-interface', true],
    ['not-rpc', false],
    ['hung-up', false],
    ['closed', false],
    ['silent', false],
  ])('%s is reachable: %j', (finding, reachable) => {
    expect(isReachable(finding)).toBe(reachable);
  });

  test('status 1: some hosts are not reachable; a name without an address is one of them', async () => {
    const ports = portsOf({
      services: found(srv('kms01'), srv('gone')),
      hosts: { kms01: ['10.0.0.1'] },
      findings: { '10.0.0.1': 'emulated-host' },
    });
    const report = await discoverKmsHosts(ports, ['corp.example']);
    expect(report.status).toBe(1);
    expect(report.hosts.find(({ target }) => target === 'gone')).toMatchObject({
      finding: 'unresolved',
      reachable: false,
      addresses: [],
      problem: { hresult: dnsHresult.nameError, message: 'no gone' },
    });
  });

  test('status 2: no host is reachable', async () => {
    const ports = portsOf({
      services: found(srv('kms01')),
      hosts: { kms01: ['10.0.0.1'] },
      findings: { '10.0.0.1': 'not-rpc' },
    });
    await expect(discoverKmsHosts(ports, ['corp.example'])).resolves.toMatchObject({ status: 2 });
  });

  test('K6.11 status 3: no records, with the number that a client would show', async () => {
    const report = await discoverKmsHosts(portsOf({}), ['corp.example']);
    expect(report).toMatchObject({ status: 3, domain: null, hosts: [] });
    expect(report.problem === null ? '' : problemLine(report.problem)).toBe('0x8007232B: not there');
  });

  test('K6.11 status 3: no DNS suffix at all is 0x8007007B', async () => {
    const report = await discoverKmsHosts(portsOf({}), []);
    expect(report).toMatchObject({ status: 3, problem: { hresult: dnsHresult.invalidName } });
  });

  test('K6.10 domains are asked in turn up to the first with records', async () => {
    const ports = portsOf({
      services: {
        'b.example': { ok: true, records: [srv('kms01')] },
        'c.example': { ok: true, records: [srv('kms02')] },
      },
      hosts: { kms01: ['10.0.0.1'] },
      findings: { '10.0.0.1': 'emulated-host' },
    });
    const report = await discoverKmsHosts(ports, ['a.example', 'b.example', 'c.example']);
    expect(report).toMatchObject({ status: 0, domain: 'b.example' });
    expect(report.asked.map(({ domain, problem }) => [domain, problem?.hresult ?? 0])).toEqual([
      ['a.example', dnsHresult.nameError],
      ['b.example', 0],
    ]);
  });

  test('a failing server counts more than a domain without records', async () => {
    const ports = portsOf({ services: { 'b.example': absent('serverFailure') } });
    const report = await discoverKmsHosts(ports, ['a.example', 'b.example']);
    expect(report.problem?.hresult).toBe(dnsHresult.serverFailure);
  });

  test('an address and port is probed once, however many records lead there', async () => {
    const ports = portsOf({
      services: found(srv('kms01'), srv('alias'), srv('kms01', { port: 1700 })),
      hosts: { kms01: ['10.0.0.1'], alias: ['10.0.0.1'] },
      findings: { '10.0.0.1': 'emulated-host' },
    });
    const report = await discoverKmsHosts(ports, ['corp.example']);
    expect(ports.probed.sort()).toEqual(['10.0.0.1:1688', '10.0.0.1:1700']);
    expect(report.hosts.map(({ reachable }) => reachable)).toEqual([true, true, true]);
  });

  test('a hostile answer is bounded, and what was left out is told', async () => {
    const records = Array.from({ length: MAX_HOSTS + 40 }, (_, index) =>
      srv(`h${String(index).padStart(3, '0')}`),
    );
    const addresses = Array.from({ length: 30 }, (_, index) => `10.0.0.${index}`);
    const ports = portsOf({ services: found(...records), hosts: { h000: addresses } });
    const report = await discoverKmsHosts(ports, ['corp.example']);
    expect(report.hosts).toHaveLength(MAX_HOSTS);
    expect(report.leftOut).toBe(40);
    expect(ports.probed).toHaveLength(MAX_ADDRESSES);
  });

  test('only so many probes run at once', async () => {
    let underWay = 0;
    let most = 0;
    const names = Array.from({ length: 60 }, (_, index) => `h${index}`);
    const ports = portsOf({
      services: found(...names.map((name) => srv(name))),
      hosts: Object.fromEntries(names.map((name, index) => [name, [`10.0.1.${index}`]])),
    });
    const probe: KmsProbe = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return { finding: 'closed', latencyMs: 1 };
    };
    const report = await discoverKmsHosts({ dns: ports.dns, probe }, ['corp.example']);
    expect(report.hosts).toHaveLength(60);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(16);
  });
});
