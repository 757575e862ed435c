import * as dnsPacket from 'dns-packet';
import * as fc from 'fast-check';
import { DnsFormatError } from '../../src/dns/format-error';
import { decodeMessage, encodedLength, encodeMessage, makeQuery } from '../../src/dns/message';
import { recordClass, recordType } from '../../src/dns/protocol';
import { encodeRecordData } from '../../src/dns/record';
import { anyMessage, hostName, octets, u16, u32 } from './arbitraries';

describe('DNS messages', () => {
  test('encode and decode are inverse to each other, and the length is told beforehand', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const bytes = encodeMessage(message);
        expect(bytes).toHaveLength(encodedLength(message));
        expect(decodeMessage(bytes)).toEqual(message);
      }),
      { numRuns: 300 },
    );
  });

  test('arbitrary octets are a message or a format error', () => {
    fc.assert(
      fc.property(octets(200), (bytes) => {
        try {
          decodeMessage(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(DnsFormatError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('a message with changed or missing octets is a message or a format error', () => {
    fc.assert(
      fc.property(
        anyMessage,
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(),
        (message, at, value, cut) => {
          const bytes = encodeMessage(message);
          bytes[at % bytes.length] = value;
          try {
            decodeMessage(bytes.subarray(0, bytes.length - (cut % 3 === 0 ? cut % bytes.length : 0)));
          } catch (error) {
            expect(error).toBeInstanceOf(DnsFormatError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('what dns-packet encodes, with names and numbers of all kinds, is read the same', () => {
    const srv = fc.record({ priority: u16, weight: u16, port: u16, target: hostName });
    fc.assert(
      fc.property(fc.tuple(u16, u32), hostName, srv, fc.ipV4(), ([id, ttl], name, data, address) => {
        const bytes = dnsPacket.encode({
          id,
          type: 'response',
          flags: dnsPacket.AUTHORITATIVE_ANSWER,
          questions: [{ name, type: 'SRV' }],
          answers: [{ name, type: 'SRV', ttl, data }],
          additionals: [{ name: data.target, type: 'A', ttl, data: address }],
        });
        expect(decodeMessage(bytes)).toMatchObject({
          id,
          isResponse: true,
          authoritative: true,
          questions: [{ name, type: recordType.SRV, class: recordClass.IN }],
          answers: [{ name, type: recordType.SRV, ttl, data: { kind: 'srv', ...data } }],
          additionals: [{ name: data.target, type: recordType.A, data: { kind: 'address', address } }],
        });
      }),
    );
  });

  test('dns-packet reads the same from what is encoded here', () => {
    const bytes = encodeMessage({ ...makeQuery('_vlmcs._tcp.corp.example', recordType.SRV), id: 0xbeef });
    expect(dnsPacket.decode(bytes)).toMatchObject({
      id: 0xbeef,
      type: 'query',
      flag_rd: true,
      questions: [{ name: '_vlmcs._tcp.corp.example', type: 'SRV', class: 'IN' }],
    });
  });

  test.each([
    ['a header cut short', Buffer.alloc(11), /too early/],
    ['more records announced than fit', Buffer.from('00000000ffffffffffffffff', 'hex'), /announces more/],
    [
      'octets behind the end',
      Buffer.concat([encodeMessage(makeQuery('a', 1)), Buffer.alloc(3)]),
      /3 octets behind/,
    ],
    ['more octets than a message has', Buffer.alloc(65536), /more than 65535/],
  ])('refuses %s', (_, bytes, words) => {
    expect(() => decodeMessage(bytes)).toThrow(DnsFormatError);
    expect(() => decodeMessage(bytes)).toThrow(words);
  });

  test('refuses record data that is shorter or longer than its type', () => {
    const header = Buffer.from('000080000000000100000000', 'hex');
    const record = (type: number, data: readonly number[], length = data.length): Buffer =>
      Buffer.concat([header, Buffer.from([0, 0, type, 0, 1, 0, 0, 0, 0, 0, length, ...data])]);
    expect(decodeMessage(record(1, [1, 2, 3, 4])).answers[0]?.data).toEqual({
      kind: 'address',
      address: '1.2.3.4',
    });
    expect(() => decodeMessage(record(1, [1, 2, 3]))).toThrow(/too early/);
    expect(() => decodeMessage(record(1, [1, 2, 3, 4, 5]))).toThrow(/1 octets too many/);
    expect(() => decodeMessage(record(1, [1, 2, 3, 4], 9))).toThrow(/longer than its message/);
    expect(() => decodeMessage(record(33, [0, 0, 0, 0, 6, 152, 1, 97]))).toThrow(DnsFormatError);
  });

  test('refuses to encode numbers that do not fit, wrong addresses and messages that are too long', () => {
    expect(() => encodeRecordData({ kind: 'srv', priority: 65536, weight: 0, port: 1, target: 'a' })).toThrow(
      /does not fit/,
    );
    expect(() => encodeRecordData({ kind: 'srv', priority: -1, weight: 0, port: 1, target: 'a' })).toThrow(
      /does not fit/,
    );
    expect(() => encodeRecordData({ kind: 'address', address: 'kms01' })).toThrow(/not an IP address/);
    const data = { kind: 'raw', bytes: Buffer.alloc(40_000) } as const;
    const record = { name: '.', type: 99, class: 1, ttl: 0, data };
    expect(() => encodeMessage({ ...makeQuery('a', 1), answers: [record, record] })).toThrow(
      /more than 65535/,
    );
  });
});
