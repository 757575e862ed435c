import { createDnsClient } from '../../../src/dns/net/client';
import { createServerEstateDns } from '../../../src/dns/net/server-estate-dns';
import { type EstateDns } from '../../../src/dns/estate-dns';
import { type PublicationPlan } from '../../../src/dns/publication';
import { findZone, resolveHost } from '../../../src/dns/resolver';
import { parseTsigKey } from '../../../src/dns/tsig-key';
import { formatHresult } from '../../../src/licensing/hresult';
import { describeWithNamed, makeKey, startNamed, type Named } from '../../fixtures/named';

const TIMEOUTS = [1500, 1500];

function planOf(host: string, change: Partial<PublicationPlan['services'][number]> = {}): PublicationPlan {
  const domain = change.domain ?? 'corp.example';
  const target = `${host}.${domain}`;
  return {
    services: [{ domain, priority: 0, weight: 0, port: 1688, target, ...change }],
    addresses: [{ name: target, addresses: ['127.0.0.1'] }],
    ttl: 3600,
  };
}

describeWithNamed('publishing to a real BIND 9', () => {
  let named: Named;

  const estate = (keyText?: string, clock?: () => number): EstateDns =>
    createServerEstateDns({
      servers: [named.server],
      timeoutsMs: TIMEOUTS,
      ...(keyText === undefined ? {} : { key: parseTsigKey(keyText) }),
      ...(clock === undefined ? {} : { clock }),
    });
  const codes = async (outcomes: ReturnType<EstateDns['publish']>): Promise<readonly string[]> =>
    (await outcomes).map((outcome) => formatHresult(outcome.hresult));
  const SRV = '_vlmcs._tcp.corp.example';

  beforeEach(async () => {
    named = await startNamed({
      ipv6: true,
      keys: [
        { name: 'kms-key' },
        { name: 'other-key' },
        { name: 'key-1', algorithm: 'hmac-sha1' },
        { name: 'key-224', algorithm: 'hmac-sha224' },
        { name: 'key-384', algorithm: 'hmac-sha384' },
        { name: 'key-512', algorithm: 'hmac-sha512' },
        { name: 'key-short', algorithm: 'hmac-sha256-128' },
      ],
      zones: [
        {
          name: 'corp.example',
          allowUpdate: '127.0.0.1; ::1;',
          records: ['alias CNAME kms09', 'far CNAME x.signed.example.'],
        },
        {
          name: 'signed.example',
          allowUpdate: 'key kms-key; key key-1; key key-224; key key-384; key key-512; key key-short;',
          records: ['x A 127.0.0.9'],
        },
        { name: 'policy.example', updatePolicy: 'grant kms-key zonesub ANY;' },
        { name: 'fixed.example' },
        {
          name: 'big.example',
          records: Array.from(
            { length: 40 },
            (_, i) => `_vlmcs._tcp SRV ${i} 0 1688 a-rather-long-host-name-${i}`,
          ),
        },
        { name: 'aliased.example', allowUpdate: 'any;', records: ['_vlmcs._tcp CNAME elsewhere'] },
      ],
    });
  });
  afterEach(() => named.remove());

  test('K7.1 publishes the SRV record and the addresses; a query finds them', async () => {
    const dns = estate();
    await expect(codes(dns.publish(planOf('kms01')))).resolves.toEqual(['0x00000000', '0x00000000']);
    await expect(named.dig(SRV, 'SRV')).resolves.toEqual(['0 0 1688 kms01.corp.example.']);
    await expect(named.dig('kms01.corp.example', 'A')).resolves.toEqual(['127.0.0.1']);
    await expect(dns.resolveKmsService('CORP.example')).resolves.toEqual({
      ok: true,
      records: [{ priority: 0, weight: 0, port: 1688, target: 'kms01.corp.example' }],
    });
    await expect(dns.resolveHost('KMS01.corp.example')).resolves.toEqual({
      ok: true,
      records: ['127.0.0.1'],
    });
  });

  test('publishing again changes nothing, not even the serial number of the zone', async () => {
    const dns = estate();
    await dns.publish(planOf('kms01'));
    const before = await named.dig('corp.example', 'SOA');
    await expect(codes(dns.publish(planOf('kms01')))).resolves.toEqual(['0x00000000', '0x00000000']);
    await expect(named.dig('corp.example', 'SOA')).resolves.toEqual(before);
    await expect(named.dig(SRV, 'SRV')).resolves.toHaveLength(1);
  });

  test('a second host stands beside the first; a change replaces only its own record', async () => {
    const dns = estate();
    await dns.publish(planOf('kms01'));
    await dns.publish(planOf('kms02', { priority: 10, weight: 75, port: 1700 }));
    await expect(named.dig(SRV, 'SRV')).resolves.toEqual([
      '0 0 1688 kms01.corp.example.',
      '10 75 1700 kms02.corp.example.',
    ]);
    await dns.publish({
      ...planOf('KMS02', { port: 1701 }),
      addresses: [{ name: 'kms02.corp.example', addresses: ['::1'] }],
    });
    await expect(named.dig(SRV, 'SRV')).resolves.toEqual([
      '0 0 1688 kms01.corp.example.',
      '0 0 1701 KMS02.corp.example.',
    ]);
    await expect(named.dig('kms02.corp.example', 'A')).resolves.toEqual([]);
    await expect(named.dig('kms02.corp.example', 'AAAA')).resolves.toEqual(['::1']);
  });

  test('hosts that publish at the same time do not lose each other', async () => {
    const hosts = Array.from({ length: 12 }, (_, index) => `kms${10 + index}`);
    const outcomes = await Promise.all(hosts.map((host) => estate().publish(planOf(host))));
    expect(outcomes.flat().filter(({ hresult }) => hresult !== 0)).toEqual([]);
    await expect(named.dig(SRV, 'SRV')).resolves.toHaveLength(12);
  });

  test('K7.3 removal takes only the own records away, and may be done twice', async () => {
    const dns = estate();
    await dns.publish(planOf('kms01'));
    await dns.publish(planOf('kms02'));
    const removal = planOf('kms01', { port: 9999 });
    await expect(codes(dns.unpublish(removal))).resolves.toEqual(['0x00000000', '0x00000000']);
    await expect(named.dig(SRV, 'SRV')).resolves.toEqual(['0 0 1688 kms02.corp.example.']);
    await expect(named.dig('kms01.corp.example', 'A')).resolves.toEqual([]);
    await expect(codes(dns.unpublish(removal))).resolves.toEqual(['0x00000000', '0x00000000']);
  });

  test.each(['kms-key', 'key-1', 'key-224', 'key-384', 'key-512', 'key-short'])(
    'a signed update is taken (%s)',
    async (name) => {
      const dns = estate(named.keyText(name));
      await expect(codes(dns.publish(planOf('kms01', { domain: 'signed.example' })))).resolves.toEqual([
        '0x00000000',
        '0x00000000',
      ]);
      await expect(named.dig('_vlmcs._tcp.signed.example', 'SRV')).resolves.toHaveLength(1);
    },
  );

  test('an unsigned update of a zone that wants a key is refused', async () => {
    const outcomes = await estate().publish(planOf('kms01', { domain: 'signed.example' }));
    expect(outcomes.map(({ hresult }) => formatHresult(hresult))).toEqual(['0x8007232D', '0x8007232D']);
    expect(outcomes[1]).toMatchObject({ kind: 'service', subject: 'signed.example', zone: 'signed.example' });
    expect(outcomes[1]?.problem).toMatch(/refuses unsigned updates of the zone signed.example/);
    await expect(named.dig('_vlmcs._tcp.signed.example', 'SRV')).resolves.toEqual([]);
  });

  test('a zone that allows no updates refuses with and without a key', async () => {
    const plan = planOf('kms01', { domain: 'fixed.example' });
    await expect(codes(estate().publish(plan))).resolves.toEqual(['0x8007232D', '0x8007232D']);
    await expect(codes(estate(named.keyText('kms-key')).publish(plan))).resolves.toEqual([
      '0x80072338',
      '0x80072338',
    ]);
  });

  test('K7.4 a host whose key has no rights on the record gets 0x80072338', async () => {
    const plan = planOf('kms01', { domain: 'policy.example' });
    await expect(codes(estate(named.keyText('kms-key')).publish(plan))).resolves.toEqual([
      '0x00000000',
      '0x00000000',
    ]);
    await expect(codes(estate(named.keyText('other-key')).publish(plan))).resolves.toEqual([
      '0x80072338',
      '0x80072338',
    ]);
  });

  test('the right name with a wrong secret is BADSIG, an unknown name is BADKEY', async () => {
    const plan = planOf('kms01', { domain: 'signed.example' });
    const wrong = await estate(await makeKey('kms-key')).publish(plan);
    expect(wrong.map(({ hresult }) => formatHresult(hresult))).toEqual(['0x80072338', '0x80072338']);
    expect(wrong[0]?.problem).toMatch(/BADSIG.*key kms-key/);
    const unknown = await estate(await makeKey('nobody')).publish(plan);
    expect(unknown.map(({ hresult }) => formatHresult(hresult))).toEqual(['0x80072339', '0x80072339']);
    const otherHash = await estate(await makeKey('kms-key', 'hmac-sha512')).publish(plan);
    expect(otherHash.map(({ hresult }) => formatHresult(hresult))).toEqual(['0x80072339', '0x80072339']);
  });

  test.each([-3_600_000, 3_600_000])('a clock that is %i ms off is BADTIME', async (offset) => {
    const plan = planOf('kms01', { domain: 'signed.example' });
    const outcomes = await estate(named.keyText('kms-key'), () => Date.now() + offset).publish(plan);
    expect(outcomes.map(({ hresult }) => formatHresult(hresult))).toEqual(['0x8007233A', '0x8007233A']);
    expect(outcomes[0]?.problem).toMatch(/clocks/);
  });

  test('an alias in the way is an error, not a silent nothing', async () => {
    const plan = { ...planOf('kms01', { domain: 'aliased.example' }), addresses: [] };
    const outcomes = await estate().publish(plan);
    expect(outcomes.map(({ hresult }) => formatHresult(hresult))).toEqual(['0x8007232F']);
    expect(outcomes[0]?.problem).toMatch(/alias at _vlmcs._tcp.aliased.example/);
  });

  test('a domain below a zone is published in that zone; a foreign domain has none', async () => {
    const dns = createDnsClient({ servers: [named.server], timeoutsMs: TIMEOUTS });
    await expect(findZone(dns, '_vlmcs._tcp.lab.corp.example')).resolves.toBe('corp.example');
    await expect(codes(estate().publish(planOf('kms01', { domain: 'lab.corp.example' })))).resolves.toEqual([
      '0x00000000',
      '0x00000000',
    ]);
    await expect(named.dig('_vlmcs._tcp.lab.corp.example', 'SRV')).resolves.toHaveLength(1);
    await expect(codes(estate().publish(planOf('kms01', { domain: 'other.test' })))).resolves.toEqual([
      '0x8007232D',
      '0x8007232D',
    ]);
  });

  test('a stopped server is a DNS server failure; after its restart publishing works', async () => {
    const dns = estate();
    await dns.publish(planOf('kms01'));
    await named.stop();
    const outcomes = await dns.publish(planOf('kms02'));
    expect(outcomes.map(({ hresult }) => formatHresult(hresult))).toEqual(['0x8007232A', '0x8007232A']);
    expect(outcomes[0]?.problem).toMatch(/cannot be reached \(ECONNREFUSED\)/);
    await named.start();
    await expect(codes(dns.publish(planOf('kms02')))).resolves.toEqual(['0x00000000', '0x00000000']);
    await expect(named.dig(SRV, 'SRV')).resolves.toHaveLength(2);
  });

  test('K6.11 no name, no record of the kind, and an invalid name each have their number', async () => {
    const dns = estate();
    const codeOf = async (domain: string): Promise<string> => {
      const found = await dns.resolveKmsService(domain);
      return found.ok ? 'found' : formatHresult(found.error.hresult);
    };
    await expect(codeOf('corp.example')).resolves.toBe('0x8007232B');
    await dns.publish(planOf('kms01'));
    await dns.unpublish({ ...planOf('kms01'), addresses: [] });
    await expect(codeOf('')).resolves.toBe('0x8007007B');
    await expect(codeOf(`${'x'.repeat(64)}.example`)).resolves.toBe('0x8007007B');
    await expect(codeOf('other.test')).resolves.toBe('0x8007232D');
    const host = await resolveHost(createDnsClient({ servers: [named.server] }), 'corp.example');
    expect(host.ok ? 'found' : formatHresult(host.error.hresult)).toBe('0x8007251D');
  });

  test('a truncated answer is asked again over TCP and is whole', async () => {
    const found = await estate().resolveKmsService('big.example');
    expect(found.ok && found.records).toHaveLength(40);
  });

  test('aliases are followed, also into another zone', async () => {
    const dns = estate();
    await dns.publish(planOf('kms09'));
    await expect(dns.resolveHost('alias.corp.example')).resolves.toEqual({
      ok: true,
      records: ['127.0.0.1'],
    });
    await expect(dns.resolveHost('far.corp.example')).resolves.toEqual({ ok: true, records: ['127.0.0.9'] });
  });

  test('a server on an IPv6 address is asked and updated', async () => {
    const dns = createServerEstateDns({
      servers: [{ address: '::1', port: named.server.port }],
      timeoutsMs: TIMEOUTS,
    });
    await expect(codes(dns.publish(planOf('kms01')))).resolves.toEqual(['0x00000000', '0x00000000']);
    await expect(dns.resolveHost('kms01.corp.example')).resolves.toEqual({
      ok: true,
      records: ['127.0.0.1'],
    });
  });
});
