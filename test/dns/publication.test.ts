import { DnsError, dnsHresult } from '../../src/dns/dns-error';
import { type DnsExchange } from '../../src/dns/exchange';
import { type DnsMessage } from '../../src/dns/message';
import { opcode, rcode, recordClass, recordType } from '../../src/dns/protocol';
import { publish, unpublish, type PublicationPlan } from '../../src/dns/publication';
import { type ResourceRecord } from '../../src/dns/record';
import { formatHresult } from '../../src/licensing/hresult';

const SRV = '_vlmcs._tcp.corp.example';

const plan: PublicationPlan = {
  services: [{ domain: 'corp.example', priority: 0, weight: 0, port: 1688, target: 'kms01.corp.example' }],
  addresses: [],
  ttl: 3600,
};

const srv = (target: string, port = 1688): ResourceRecord => ({
  name: SRV,
  type: recordType.SRV,
  class: recordClass.IN,
  ttl: 60,
  data: { kind: 'srv', priority: 0, weight: 0, port, target },
});

const soa: ResourceRecord = {
  name: 'corp.example',
  type: recordType.SOA,
  class: recordClass.IN,
  ttl: 60,
  data: { kind: 'soa', primary: 'ns', mailbox: 'x', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 1 },
};

interface Behaviour {
  readonly services?: readonly ResourceRecord[];
  readonly serviceError?: Error;
  readonly updateRcode?: number;
}

/** A primary server of corp.example that keeps the updates it gets. */
class FakePrimary implements DnsExchange {
  readonly servers = [{ address: '127.0.0.1', port: 53 }];
  readonly updates: DnsMessage[] = [];
  readonly #behaviour: Behaviour;

  constructor(behaviour: Behaviour = {}) {
    this.#behaviour = behaviour;
  }

  exchange(request: DnsMessage): ReturnType<DnsExchange['exchange']> {
    const { services = [], serviceError, updateRcode = rcode.NOERROR } = this.#behaviour;
    const give = (change: Partial<DnsMessage>): ReturnType<DnsExchange['exchange']> =>
      Promise.resolve({ message: { ...request, isResponse: true, ...change }, server: this.servers[0]! });
    if (request.opcode === opcode.UPDATE) {
      this.updates.push(request);
      return give({ rcode: updateRcode });
    }
    if (request.questions[0]?.type === recordType.SOA) return give({ authorities: [soa] });
    return serviceError === undefined ? give({ answers: services }) : Promise.reject(serviceError);
  }
}

describe('publishing', () => {
  test('the update requires that no alias is there, takes the own old record out and puts the new one in', async () => {
    const dns = new FakePrimary({
      services: [srv('KMS01.corp.example', 1700), srv('kms02.corp.example', 1700)],
    });
    await expect(publish(dns, plan)).resolves.toEqual([
      { kind: 'service', subject: 'corp.example', zone: 'corp.example', hresult: 0, problem: null },
    ]);
    expect(dns.updates).toHaveLength(1);
    expect(dns.updates[0]).toMatchObject({
      questions: [{ name: 'corp.example', type: recordType.SOA }],
      answers: [{ name: SRV, type: recordType.CNAME, class: recordClass.NONE }],
      authorities: [
        { name: SRV, class: recordClass.NONE, data: { target: 'KMS01.corp.example', port: 1700 } },
        { name: SRV, class: recordClass.IN, ttl: 3600, data: { target: 'kms01.corp.example', port: 1688 } },
      ],
    });
  });

  test('the same record is sent again without a deletion, so that it is never gone for a moment', async () => {
    const dns = new FakePrimary({ services: [srv('kms01.corp.example')] });
    await publish(dns, plan);
    expect(dns.updates[0]?.authorities.map((record) => record.class)).toEqual([recordClass.IN]);
  });

  test('removal sends nothing where there is nothing to remove', async () => {
    const dns = new FakePrimary({ services: [srv('kms02.corp.example')] });
    await expect(unpublish(dns, plan)).resolves.toMatchObject([{ hresult: 0 }]);
    expect(dns.updates).toEqual([]);
  });

  test.each([
    [rcode.FORMERR, '0x80072329', /answered FORMERR/],
    [rcode.SERVFAIL, '0x8007232A', /answered SERVFAIL/],
    [rcode.NOTIMP, '0x8007232C', /answered NOTIMP/],
    [rcode.REFUSED, '0x8007232D', /refuses unsigned updates/],
    [rcode.YXRRSET, '0x8007232F', /alias at _vlmcs._tcp.corp.example/],
    [rcode.NOTAUTH, '0x80072331', /not responsible for the zone corp.example/],
    [rcode.NOTZONE, '0x80072332', /answered NOTZONE/],
    [15, '0x8007232A', /answered 15/],
  ])('the answer code %i to an update is the number %s', async (updateRcode, expected, words) => {
    const [outcome] = await publish(new FakePrimary({ updateRcode }), plan);
    expect(outcome === undefined ? '' : formatHresult(outcome.hresult)).toBe(expected);
    expect(outcome?.problem).toMatch(words);
  });

  test('where the records there cannot be read nothing is written', async () => {
    const serviceError = new DnsError('connection', dnsHresult.serverFailure, 'no answer');
    const dns = new FakePrimary({ serviceError });
    await expect(publish(dns, plan)).resolves.toMatchObject([
      { hresult: dnsHresult.serverFailure, problem: 'no answer' },
    ]);
    await expect(unpublish(dns, plan)).resolves.toMatchObject([{ hresult: dnsHresult.serverFailure }]);
    expect(dns.updates).toEqual([]);
  });

  test('what is no name and no address is 0x8007007B, for its own part only', async () => {
    const dns = new FakePrimary();
    const services = [{ ...plan.services[0]!, domain: 'a..b' }, ...plan.services];
    const addresses = [{ name: 'kms01.corp.example', addresses: ['not-an-address'] }];
    const outcomes = await publish(dns, { ...plan, services, addresses });
    expect(outcomes.map(({ kind, zone, hresult }) => [kind, zone, formatHresult(hresult)])).toEqual([
      ['address', 'corp.example', '0x8007007B'],
      ['service', null, '0x8007007B'],
      ['service', 'corp.example', '0x00000000'],
    ]);
  });

  test('a fault of the program is not taken for an outcome', async () => {
    const dns = new FakePrimary({ serviceError: new TypeError('a fault') });
    await expect(publish(dns, plan)).rejects.toThrow(TypeError);
  });
});
