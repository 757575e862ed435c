import * as fc from 'fast-check';
import { formatIpv4, formatIpv6 } from '../../src/dns/ip-address';
import { type DnsMessage, type Question } from '../../src/dns/message';
import { readName } from '../../src/dns/name';
import { ByteReader } from '../../src/dns/byte-reader';
import { recordType } from '../../src/dns/protocol';
import { type RecordData, type ResourceRecord } from '../../src/dns/record';

export const u8 = fc.integer({ min: 0, max: 0xff });
export const u16 = fc.integer({ min: 0, max: 0xffff });
export const u32 = fc.integer({ min: 0, max: 0xffffffff });
export const u48 = fc.integer({ min: 0, max: 2 ** 48 - 1 });
export const octets = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes));

/** Names of arbitrary octets, as the wire may carry them, in their text. */
export const anyName = fc
  .array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 6 })
  .map((labels) => {
    const wire = Buffer.concat([
      ...labels.map((label) => Buffer.from([label.length, ...label])),
      Buffer.from([0]),
    ]);
    return readName(new ByteReader(wire));
  });

/** Names that hosts have. */
export const hostName = fc
  .array(fc.stringMatching(/^[a-zA-Z0-9_]([a-zA-Z0-9-]{0,14}[a-zA-Z0-9])?$/), { minLength: 1, maxLength: 6 })
  .map((labels) => labels.join('.'));

const ipv4 = fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => formatIpv4(Buffer.from(bytes)));
const ipv6 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => formatIpv6(Buffer.from(bytes)));

const typedData = (name: fc.Arbitrary<string>): fc.Arbitrary<readonly [number, RecordData]> =>
  fc.oneof(
    ipv4.map((address) => [recordType.A, { kind: 'address', address }] as const),
    ipv6.map((address) => [recordType.AAAA, { kind: 'address', address }] as const),
    name.map((target) => [recordType.CNAME, { kind: 'name', target }] as const),
    fc
      .record({ priority: u16, weight: u16, port: u16, target: name })
      .map((srv) => [recordType.SRV, { kind: 'srv', ...srv }] as const),
    fc
      .record({
        primary: name,
        mailbox: name,
        serial: u32,
        refresh: u32,
        retry: u32,
        expire: u32,
        minimum: u32,
      })
      .map((soa) => [recordType.SOA, { kind: 'soa', ...soa }] as const),
    fc
      .record({
        algorithm: name,
        timeSigned: u48,
        fudge: u16,
        mac: octets(64),
        originalId: u16,
        error: u16,
        otherData: octets(8),
      })
      .map((tsig) => [recordType.TSIG, { kind: 'tsig', ...tsig }] as const),
    octets(40).map((bytes) =>
      bytes.length === 0 ? ([99, { kind: 'empty' }] as const) : ([99, { kind: 'raw', bytes }] as const),
    ),
    fc.constant([recordType.SRV, { kind: 'empty' }] as const),
  );

export const anyRecord = (name: fc.Arbitrary<string> = anyName): fc.Arbitrary<ResourceRecord> =>
  fc
    .record({ name, class: u16, ttl: u32, typed: typedData(name) })
    .map(({ typed: [type, data], ...rest }) => ({ ...rest, type, data }));

const question: fc.Arbitrary<Question> = fc.record({ name: anyName, type: u16, class: u16 });

const section = fc.array(anyRecord(), { maxLength: 4 });

export const anyMessage: fc.Arbitrary<DnsMessage> = fc.record({
  id: u16,
  isResponse: fc.boolean(),
  opcode: fc.integer({ min: 0, max: 15 }),
  authoritative: fc.boolean(),
  truncated: fc.boolean(),
  recursionDesired: fc.boolean(),
  recursionAvailable: fc.boolean(),
  rcode: fc.integer({ min: 0, max: 15 }),
  questions: fc.array(question, { maxLength: 2 }),
  answers: section,
  authorities: section,
  additionals: section,
});
