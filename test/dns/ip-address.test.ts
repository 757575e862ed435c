import { isIP } from 'node:net';
import * as fc from 'fast-check';
import { DnsFormatError } from '../../src/dns/format-error';
import {
  canonicalAddress,
  formatIpv4,
  formatIpv6,
  ipVersion,
  parseIpv4,
  parseIpv6,
} from '../../src/dns/ip-address';

describe('IP addresses', () => {
  test('text and octets of IPv4 lead back to each other', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), (bytes) => {
        expect(parseIpv4(formatIpv4(Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('text and octets of IPv6 lead back to each other, in the text that a URL has', () => {
    const octet = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(octet, { minLength: 16, maxLength: 16 }), (bytes) => {
        const text = formatIpv6(Buffer.from(bytes));
        expect(parseIpv6(text)).toEqual(Buffer.from(bytes));
        expect(new URL(`http://[${text}]`).hostname).toBe(`[${text}]`);
      }),
    );
  });

  test('the version of a text is what Node says it is', () => {
    const text = fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.]{0,30}$/), fc.string());
    fc.assert(
      fc.property(text, (candidate) => {
        fc.pre(!candidate.includes('%'));
        expect(ipVersion(candidate)).toBe(isIP(candidate));
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['01.2.3.4', '1.2.3', '256.1.1.1', '1.2.3.4.5', ''])('%j is no IPv4 address', (text) => {
    expect(parseIpv4(text)).toBeNull();
  });

  test.each([
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8:9',
    'g::',
    '::1.2.3',
    '1.2.3.4::',
    '',
  ])('%j is no IPv6 address', (text) => {
    expect(parseIpv6(text)).toBeNull();
  });

  test('one address has one canonical text', () => {
    expect(canonicalAddress('2001:DB8:0:0:0::1')).toBe('2001:db8::1');
    expect(canonicalAddress('::ffff:127.0.0.1')).toBe('::ffff:7f00:1');
    expect(canonicalAddress('127.0.0.1')).toBe('127.0.0.1');
    expect(() => canonicalAddress('localhost')).toThrow(DnsFormatError);
    expect(() => formatIpv4(Buffer.alloc(5))).toThrow(DnsFormatError);
    expect(() => formatIpv6(Buffer.alloc(4))).toThrow(DnsFormatError);
  });
});
