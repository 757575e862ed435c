import { DnsError, dnsHresult } from '../../src/dns/dns-error';
import { answers, type DnsExchange } from '../../src/dns/exchange';
import { makeQuery, type DnsMessage } from '../../src/dns/message';
import { rcode, recordClass, recordType } from '../../src/dns/protocol';
import { type RecordData, type ResourceRecord } from '../../src/dns/record';
import { findZone, resolve, resolveHost, resolveKmsService, type Resolution } from '../../src/dns/resolver';
import { makeUpdate } from '../../src/dns/update';
import { formatHresult } from '../../src/licensing/hresult';

type Answer = Partial<Pick<DnsMessage, 'rcode' | 'answers' | 'authorities'>>;

/** A DNS that answers from a table of "NAME TYPE"; what is not in it does not exist. */
class TableDns implements DnsExchange {
  readonly servers = [{ address: '127.0.0.1', port: 53 }];
  readonly asked: string[] = [];
  readonly #table: Readonly<Record<string, Answer | DnsError>>;

  constructor(table: Readonly<Record<string, Answer | DnsError>>) {
    this.#table = table;
  }

  exchange(request: DnsMessage): ReturnType<DnsExchange['exchange']> {
    const question = request.questions[0]!;
    const entry = `${question.name.toLowerCase()} ${question.type}`;
    this.asked.push(entry);
    const answer = this.#table[entry] ?? { rcode: rcode.NXDOMAIN };
    if (answer instanceof DnsError) return Promise.reject(answer);
    return Promise.resolve({
      message: { ...request, isResponse: true, ...answer },
      server: this.servers[0]!,
    });
  }
}

const record = (name: string, type: number, data: RecordData): ResourceRecord => ({
  name,
  type,
  class: recordClass.IN,
  ttl: 60,
  data,
});
const alias = (name: string, target: string): ResourceRecord =>
  record(name, recordType.CNAME, { kind: 'name', target });
const a = (name: string, address: string): ResourceRecord =>
  record(name, recordType.A, { kind: 'address', address });
const aaaa = (name: string, address: string): ResourceRecord =>
  record(name, recordType.AAAA, { kind: 'address', address });
const srv = (name: string, target: string): ResourceRecord =>
  record(name, recordType.SRV, { kind: 'srv', priority: 1, weight: 2, port: 1688, target });
const soa = (name: string): ResourceRecord =>
  record(name, recordType.SOA, {
    kind: 'soa',
    primary: 'ns.corp.example',
    mailbox: 'hostmaster.corp.example',
    serial: 1,
    refresh: 2,
    retry: 3,
    expire: 4,
    minimum: 5,
  });
const code = (found: Resolution<unknown>): string =>
  found.ok ? 'found' : formatHresult(found.error.hresult);
const serverFailure = new DnsError('connection', dnsHresult.serverFailure, 'no answer');

describe('resolving', () => {
  test('K6.5 asks for the SRV records of _vlmcs._tcp below the domain', async () => {
    const name = '_vlmcs._tcp.Corp.example';
    const dns = new TableDns({
      [`${name.toLowerCase()} 33`]: {
        answers: [srv(name, 'kms01.corp.example'), a('kms01.corp.example', '10.0.0.1')],
      },
    });
    await expect(resolveKmsService(dns, 'Corp.example')).resolves.toEqual({
      ok: true,
      records: [{ priority: 1, weight: 2, port: 1688, target: 'kms01.corp.example' }],
    });
    expect(dns.asked).toEqual(['_vlmcs._tcp.corp.example 33']);
  });

  test('a target "." says that there is no such service (RFC 2782)', async () => {
    const name = '_vlmcs._tcp.corp.example';
    const dns = new TableDns({ [`${name} 33`]: { answers: [srv(name, '.')] } });
    expect(code(await resolveKmsService(dns, 'corp.example'))).toBe('0x8007251D');
  });

  test.each([
    [{ rcode: rcode.NXDOMAIN }, '0x8007232B'],
    [{ answers: [] }, '0x8007251D'],
    [{ rcode: rcode.SERVFAIL }, '0x8007232A'],
    [{ rcode: rcode.REFUSED }, '0x8007232D'],
    [{ rcode: rcode.FORMERR }, '0x80072329'],
    [{ rcode: rcode.NOTIMP }, '0x8007232C'],
    [{ rcode: 13 }, '0x8007232A'],
    [serverFailure, '0x8007232A'],
  ])('K6.11 the answer %j is the number %s', async (answer, expected) => {
    const dns = new TableDns({ '_vlmcs._tcp.corp.example 33': answer });
    expect(code(await resolveKmsService(dns, 'corp.example'))).toBe(expected);
  });

  test.each(['', ' ', 'a..b', 'x'.repeat(64), 'a b'])(
    'K6.11 the domain %j is 0x8007007B and asks nobody',
    async (domain) => {
      const dns = new TableDns({});
      expect(code(await resolveKmsService(dns, domain))).toBe('0x8007007B');
      expect(dns.asked).toEqual([]);
    },
  );

  test('records of other names, types and classes in an answer do not count', async () => {
    const dns = new TableDns({
      'x 1': { answers: [a('y', '10.0.0.1'), { ...a('x', '10.0.0.2'), class: 3 }, aaaa('x', '::1')] },
    });
    expect(code(await resolve(dns, 'x', recordType.A))).toBe('0x8007251D');
  });

  test('aliases in the answer are followed, and where it ends with one, the rest is asked for', async () => {
    const dns = new TableDns({
      'x 1': { answers: [alias('x', 'y'), alias('Y', 'z.example')] },
      'z.example 1': { answers: [a('z.example', '10.0.0.1')] },
    });
    const found = await resolve(dns, 'x', recordType.A);
    expect(found.ok && found.records[0]?.data).toEqual({ kind: 'address', address: '10.0.0.1' });
    expect(dns.asked).toEqual(['x 1', 'z.example 1']);
  });

  test('aliases in a circle or without end are a server failure', async () => {
    expect(
      code(await resolve(new TableDns({ 'x 1': { answers: [alias('x', 'y'), alias('y', 'X')] } }), 'x', 1)),
    ).toBe('0x8007232A');
    const endless = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`x${i} 1`, { answers: [alias(`x${i}`, `x${i + 1}`)] }]),
    );
    const dns = new TableDns(endless);
    expect(code(await resolve(dns, 'x0', 1))).toBe('0x8007232A');
    expect(dns.asked.length).toBeLessThan(12);
  });

  test('a host has its IPv4 addresses, then its IPv6 ones, each once', async () => {
    const dns = new TableDns({
      'h 1': { answers: [a('h', '10.0.0.2'), a('h', '10.0.0.1'), a('h', '10.0.0.2')] },
      'h 28': { answers: [aaaa('h', '::1')] },
    });
    await expect(resolveHost(dns, 'H')).resolves.toEqual({
      ok: true,
      records: ['10.0.0.2', '10.0.0.1', '::1'],
    });
  });

  test('an address is its own answer', async () => {
    const dns = new TableDns({});
    await expect(resolveHost(dns, '2001:DB8::1')).resolves.toEqual({ ok: true, records: ['2001:db8::1'] });
    expect(dns.asked).toEqual([]);
  });

  test('one kind of address is enough, whatever becomes of the other', async () => {
    const dns = new TableDns({ 'h 1': { answers: [a('h', '10.0.0.1')] }, 'h 28': serverFailure });
    await expect(resolveHost(dns, 'h')).resolves.toEqual({ ok: true, records: ['10.0.0.1'] });
  });

  test('of two errors the graver one counts', async () => {
    const none = { answers: [] };
    expect(code(await resolveHost(new TableDns({ 'h 1': none, 'h 28': serverFailure }), 'h'))).toBe(
      '0x8007232A',
    );
    expect(code(await resolveHost(new TableDns({ 'h 1': none }), 'h'))).toBe('0x8007232B');
    expect(code(await resolveHost(new TableDns({ 'h 1': none, 'h 28': none }), 'h'))).toBe('0x8007251D');
  });

  test('the zone of a name is the owner of the start of authority', async () => {
    const owner = new TableDns({
      'a.b.corp.example 6': { rcode: rcode.NXDOMAIN, authorities: [soa('Corp.example')] },
    });
    await expect(findZone(owner, 'a.b.corp.example')).resolves.toBe('Corp.example');
    const apex = new TableDns({ 'corp.example 6': { answers: [soa('corp.example')] } });
    await expect(findZone(apex, 'corp.example')).resolves.toBe('corp.example');
  });

  test('without one in the answer the zone is looked for above', async () => {
    const dns = new TableDns({
      'a\\.b.x.corp.example 6': { answers: [alias('a\\.b.x.corp.example', 'elsewhere.test')] },
      'x.corp.example 6': { answers: [], authorities: [soa('other.example')] },
      'corp.example 6': { answers: [soa('corp.example')] },
    });
    await expect(findZone(dns, 'a\\.b.x.corp.example')).resolves.toBe('corp.example');
    expect(dns.asked).toHaveLength(3);
  });

  test('a server that knows no zone above is an error, and the root is none', async () => {
    await expect(findZone(new TableDns({}), 'a.example')).rejects.toMatchObject({
      hresult: dnsHresult.notAuthoritative,
    });
    const root = new TableDns({ 'a.example 6': { rcode: rcode.NXDOMAIN, authorities: [soa('.')] } });
    await expect(findZone(root, 'a.example')).rejects.toMatchObject({ hresult: dnsHresult.notAuthoritative });
    const failing = new TableDns({ 'a.example 6': { rcode: rcode.SERVFAIL } });
    await expect(findZone(failing, 'a.example')).rejects.toMatchObject({ hresult: dnsHresult.serverFailure });
  });
});

describe('an answer fits its request', () => {
  const query = { ...makeQuery('Corp.example', recordType.SRV), id: 7 };
  const good = { ...query, isResponse: true };
  const question = query.questions[0]!;

  test('with the same ID, operation and question, in any case of letters', () => {
    expect(answers(query, { ...good, questions: [{ ...question, name: 'corp.EXAMPLE' }] })).toBe(true);
  });

  test.each([
    ['a request', query],
    ['another ID', { ...good, id: 8 }],
    ['another operation', { ...good, opcode: 5 }],
    ['another name', { ...good, questions: [{ ...question, name: 'corp.example.evil' }] }],
    ['another type', { ...good, questions: [{ ...question, type: 1 }] }],
    ['another class', { ...good, questions: [{ ...question, class: 3 }] }],
    ['two questions', { ...good, questions: [question, question] }],
    ['no question and no error', { ...good, questions: [] }],
  ])('not with %s', (_, response) => {
    expect(answers(query, response)).toBe(false);
  });

  test('errors and answers to updates may leave the question out', () => {
    expect(answers(query, { ...good, questions: [], rcode: rcode.FORMERR })).toBe(true);
    const update = makeUpdate({
      zone: 'corp.example',
      changes: [{ kind: 'delete-name', name: 'x.corp.example' }],
    });
    expect(answers(update, { ...update, isResponse: true, questions: [], authorities: [] })).toBe(true);
  });
});
