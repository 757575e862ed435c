import {
  addressesInZone,
  publishInZone,
  resolveInZone,
  unpublishInZone,
  updateRefused,
  type ZoneChange,
} from '../../../src/lab/clockwork/built-in-zone';
import { type DnsRecord } from '../../../src/lab/estate/store-port';
import { publishPlan, type PublishPlan } from '../../../src/kms/engine/publish-plan';

function srv(data: string, zone = 'lab.example'): DnsRecord {
  return { name: `_vlmcs._tcp.${zone}`, type: 'SRV', ttl: 3600, data };
}

function plan(
  hostName: string,
  changes: { readonly port?: number; readonly publishList?: string[]; readonly addresses?: string[] } = {},
): PublishPlan {
  return publishPlan({
    hostName,
    hostDomain: 'lab.example',
    port: 1688,
    addresses: ['198.18.0.1'],
    dnsPublishing: true,
    publishList: [],
    ownDomainBesideList: false,
    listNames: 'domains',
    ...changes,
  });
}

function applied(records: readonly DnsRecord[], changes: readonly ZoneChange[]): readonly DnsRecord[] {
  return changes.reduce<readonly DnsRecord[]>((zone, { kind, record }) => {
    const others = zone.filter(
      ({ name, type, data }) => name !== record.name || type !== record.type || data !== record.data,
    );
    return kind === 'put' ? [...others, record] : others;
  }, records);
}

function published(records: readonly DnsRecord[], what: PublishPlan): readonly DnsRecord[] {
  return applied(records, publishInZone(records, what, false).changes);
}

describe('asking', () => {
  test('K6.11 a name with records gives them, in any case', () => {
    const { result } = resolveInZone([srv('10 20 1700 KMS01.lab.example.')], 'LAB.example.');
    expect(result).toEqual({
      ok: true,
      records: [{ priority: 10, weight: 20, port: 1700, target: 'kms01.lab.example' }],
    });
  });

  test('K6.11 no such name is 0x8007232B, a name without SRV records 0x8007251D', () => {
    expect(resolveInZone([srv('0 0 1688 kms01')], 'other.example').result).toEqual({
      ok: false,
      hresult: 0x8007232b,
    });
    const text: DnsRecord = { ...srv('hello'), type: 'TXT' };
    expect(resolveInZone([text], 'lab.example').result).toEqual({ ok: false, hresult: 0x8007251d });
    const below: DnsRecord = { ...text, name: 'x._vlmcs._tcp.lab.example' };
    expect(resolveInZone([below], 'lab.example').result).toEqual({ ok: false, hresult: 0x8007251d });
  });

  test('an alias is followed, a ring of aliases ends', () => {
    const alias: DnsRecord = { ...srv('_vlmcs._tcp.lab.example', 'site.example'), type: 'CNAME' };
    expect(resolveInZone([alias, srv('0 0 1688 kms01')], 'site.example').result.ok).toBe(true);
    const ring: DnsRecord = { ...alias, data: alias.name };
    expect(resolveInZone([ring], 'site.example').result.ok).toBe(false);
  });

  test('addresses of a host', () => {
    const records: readonly DnsRecord[] = [
      { name: 'kms01.lab.example', type: 'A', ttl: 60, data: '192.0.2.1' },
      { name: 'kms01.lab.example', type: 'AAAA', ttl: 60, data: '2001:db8::1' },
      { name: 'kms.lab.example', type: 'CNAME', ttl: 60, data: 'kms01.lab.example' },
    ];
    expect(addressesInZone(records, 'KMS.lab.example.')).toEqual(['192.0.2.1', '2001:db8::1']);
  });
});

describe('publishing', () => {
  test('K7.2 doing it again changes nothing, a changed port replaces the record', () => {
    const once = published([], plan('KMS01'));
    expect(published(once, plan('KMS01'))).toEqual(expect.arrayContaining([...once]));
    const moved = published(once, plan('KMS01', { port: 1700 })).filter(({ type }) => type === 'SRV');
    expect(moved.map(({ data }) => data)).toEqual(['0 0 1700 kms01.lab.example']);
  });

  test('K7.2 changed addresses replace those of both families', () => {
    const both = published([], plan('KMS01', { addresses: ['192.0.2.1', '2001:db8::1'] }));
    expect(addressesInZone(both, 'kms01.lab.example')).toEqual(['192.0.2.1', '2001:db8::1']);
    const one = published(both, plan('KMS01', { addresses: ['192.0.2.1'] }));
    expect(addressesInZone(one, 'kms01.lab.example')).toEqual(['192.0.2.1']);
    const other = published(both, plan('KMS01', { addresses: ['2001:db8::2'] }));
    expect(addressesInZone(other, 'kms01.lab.example')).toEqual(['2001:db8::2']);
  });

  test('K7.2 a second host stands beside the first', () => {
    const both = published(published([], plan('KMS01')), plan('KMS02'));
    expect(both.filter(({ type }) => type === 'SRV').map(({ data }) => data)).toEqual([
      '0 0 1688 kms01.lab.example',
      '0 0 1688 kms02.lab.example',
    ]);
  });

  test('K7.4 in a secure zone the first host owns the record: a second one is refused with 0x80072338', () => {
    const first = published([], plan('KMS01'));
    const second = publishInZone(first, plan('KMS02'), true);
    expect(second.domains).toEqual([{ domain: 'lab.example', hresult: updateRefused }]);
    expect(second.changes.filter(({ record }) => record.type === 'SRV')).toEqual([]);
    expect(publishInZone(first, plan('KMS01'), true).domains).toEqual([
      { domain: 'lab.example', hresult: 0 },
    ]);
  });

  test('K7.5 each domain of the list has its own outcome', () => {
    const what = plan('KMS01', { publishList: ['one.example, 1, 2', 'two.example'] });
    expect(publishInZone([], what, false).domains).toEqual([
      { domain: 'one.example', hresult: 0 },
      { domain: 'two.example', hresult: 0 },
    ]);
  });

  test('K7.3 taking back removes the records of this host only', () => {
    const both = published(published([], plan('KMS01')), plan('KMS02'));
    const gone = unpublishInZone(both, plan('KMS01', { port: 1700 }));
    expect(gone.map(({ type, data }) => `${type} ${data}`).sort()).toEqual([
      'A 198.18.0.1',
      'SRV 0 0 1688 kms01.lab.example',
    ]);
    expect(gone.every(({ name }) => !name.startsWith('kms02'))).toBe(true);
  });
});
