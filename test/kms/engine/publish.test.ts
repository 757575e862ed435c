import fc from 'fast-check';
import { bindLines, windowsDnsLines } from '../../../src/kms/engine/manual-records';
import { parsePublishList } from '../../../src/kms/engine/publish-list';
import { hostRecords, type PublishFacts, publishPlan } from '../../../src/kms/engine/publish-plan';

function facts(changes: Partial<PublishFacts> = {}): PublishFacts {
  return {
    hostName: 'KMS01',
    hostDomain: 'Lab.Example',
    port: 1688,
    addresses: ['192.0.2.10', '2001:db8::10'],
    dnsPublishing: true,
    publishList: [],
    ownDomainBesideList: false,
    listNames: 'domains',
    ...changes,
  };
}

/** "zone priority weight port target" of each SRV record. */
function services(changes: Partial<PublishFacts>): readonly string[] {
  return publishPlan(facts(changes)).records.flatMap((record) =>
    record.type === 'SRV'
      ? [[record.zone, record.priority, record.weight, record.port, record.target].map(String).join(' ')]
      : [],
  );
}

describe('what a host publishes', () => {
  test('K7.1 by default one SRV record, 0 0 1688, and the addresses of the host', () => {
    expect(publishPlan(facts())).toEqual({
      problems: [],
      records: [
        {
          type: 'SRV',
          zone: 'lab.example',
          name: '_vlmcs._tcp.lab.example',
          ttl: 3600,
          priority: 0,
          weight: 0,
          port: 1688,
          target: 'kms01.lab.example',
        },
        { type: 'A', zone: 'lab.example', name: 'kms01.lab.example', ttl: 3600, address: '192.0.2.10' },
        { type: 'AAAA', zone: 'lab.example', name: 'kms01.lab.example', ttl: 3600, address: '2001:db8::10' },
      ],
    });
  });

  test('K7.1 the record names the port that the host listens on', () => {
    expect(services({ port: 1700 })).toEqual(['lab.example 0 0 1700 kms01.lab.example']);
  });

  test('K7.2 /cdns stops publishing; the records for manual creation stay', () => {
    expect(publishPlan(facts({ dnsPublishing: false })).records).toEqual([]);
    expect(hostRecords(facts({ dnsPublishing: false })).records).toHaveLength(3);
  });

  test('K7.5 lines are a domain, or domain, priority, weight with defaults 0 and 0', () => {
    expect(
      services({ publishList: ['one.example', ' two.example , 10 , 75 ', '', 'three.example,5'] }),
    ).toEqual([
      'one.example 0 0 1688 kms01.lab.example',
      'two.example 10 75 1688 kms01.lab.example',
      'three.example 5 0 1688 kms01.lab.example',
    ]);
  });

  test('K7.6 by setting the own domain is published beside the list, or the list replaces it', () => {
    const publishList = ['two.example'];
    expect(services({ publishList })).toEqual(['two.example 0 0 1688 kms01.lab.example']);
    expect(services({ publishList, ownDomainBesideList: true })).toEqual([
      'two.example 0 0 1688 kms01.lab.example',
      'lab.example 0 0 1688 kms01.lab.example',
    ]);
  });

  test('K7.6 the own domain on the list keeps its priority and stands once', () => {
    expect(services({ publishList: ['lab.example, 10, 20'], ownDomainBesideList: true })).toEqual([
      'lab.example 10 20 1688 kms01.lab.example',
    ]);
  });

  test('K7.7 by setting the words of the list are hosts of the own domain', () => {
    expect(
      services({ publishList: ['KMS_E1, 10, 75', 'kms_w1.far.example, 20, 25'], listNames: 'hosts' }),
    ).toEqual(['lab.example 10 75 1688 kms_e1.lab.example', 'lab.example 20 25 1688 kms_w1.far.example']);
    expect(services({ publishList: ['KMS_E1, 10, 75'] })).toEqual(['kms_e1 10 75 1688 kms01.lab.example']);
  });

  test('K7.5 lines that cannot be read are reported and left out', () => {
    const { entries, problems } = parsePublishList([
      'a b',
      'x.example, high',
      'y.example, 1, 65536',
      'z.example, 1, 2, 3',
    ]);
    expect(entries).toEqual([]);
    expect(problems.map(({ line }) => line)).toEqual([
      'a b',
      'x.example, high',
      'y.example, 1, 65536',
      'z.example, 1, 2, 3',
    ]);
  });

  test('a host without a domain publishes only what the list says, with a name in that domain', () => {
    expect(publishPlan(facts({ hostDomain: null })).records).toEqual([]);
    const { records } = publishPlan(facts({ hostDomain: null, publishList: ['two.example'] }));
    expect(records.map(({ name }) => name)).toEqual([
      '_vlmcs._tcp.two.example',
      'kms01.two.example',
      'kms01.two.example',
    ]);
  });

  test('K7.5 every well-formed line is read as it was written', () => {
    const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
    const domain = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
    const number = fc.integer({ min: 0, max: 65_535 });
    fc.assert(
      fc.property(domain, number, number, (text, priority, weight) => {
        expect(parsePublishList([`${text}, ${String(priority)},${String(weight)}`])).toEqual({
          entries: [{ text, priority, weight }],
          problems: [],
        });
      }),
    );
  });
});

describe('records for manual creation', () => {
  test('K7.1 lines of a BIND zone file', () => {
    expect(bindLines(hostRecords(facts({ publishList: ['lab.example, 10, 20'] })).records)).toEqual([
      '_vlmcs._tcp.lab.example. 3600 IN SRV 10 20 1688 kms01.lab.example.',
      'kms01.lab.example. 3600 IN A 192.0.2.10',
      'kms01.lab.example. 3600 IN AAAA 2001:db8::10',
    ]);
  });

  test('K7.1 commands for the Windows DNS server', () => {
    expect(windowsDnsLines(hostRecords(facts()).records)).toEqual([
      'Add-DnsServerResourceRecord -Srv -ZoneName "lab.example" -Name "_vlmcs._tcp" ' +
        '-DomainName "kms01.lab.example." -Priority 0 -Weight 0 -Port 1688 -TimeToLive ([TimeSpan]::FromSeconds(3600))',
      'Add-DnsServerResourceRecordA -ZoneName "lab.example" -Name "kms01" -IPv4Address "192.0.2.10" ' +
        '-TimeToLive ([TimeSpan]::FromSeconds(3600))',
      'Add-DnsServerResourceRecordAAAA -ZoneName "lab.example" -Name "kms01" -IPv6Address "2001:db8::10" ' +
        '-TimeToLive ([TimeSpan]::FromSeconds(3600))',
    ]);
  });
});
