import * as fc from 'fast-check';
import { ByteReader } from '../../src/dns/byte-reader';
import { DnsFormatError } from '../../src/dns/format-error';
import { canonicalName, encodeName, isWithin, joinNames, readName, sameName } from '../../src/dns/name';
import { anyName, octets } from './arbitraries';

const read = (bytes: readonly number[], offset = 0): string =>
  readName(new ByteReader(Buffer.from(bytes), offset));

describe('domain names', () => {
  test('every name on the wire has one text that leads back to it', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(readName(new ByteReader(encodeName(name)))).toBe(name);
      }),
    );
  });

  test('dots, backslashes and unprintable octets inside a label are escaped (RFC 1035 section 5.1)', () => {
    expect(read([4, 0x61, 0x2e, 0x5c, 0x07, 1, 0x62, 0])).toBe('a\\.\\\\\\007.b');
    expect(encodeName('a\\.\\\\\\007.b')).toEqual(Buffer.from([4, 0x61, 0x2e, 0x5c, 0x07, 1, 0x62, 0]));
  });

  test('a trailing dot is allowed and the root is one dot', () => {
    expect(encodeName('corp.example.')).toEqual(encodeName('corp.example'));
    expect(encodeName('.')).toEqual(Buffer.from([0]));
    expect(read([0])).toBe('.');
  });

  test.each([
    ['', /empty label/],
    ['a..b', /empty label/],
    ['..', /empty label/],
    ['.a', /empty label/],
    [`${'x'.repeat(64)}.example`, /longer than 63/],
    [Array(50).fill('abcdef').join('.'), /longer than 255/],
    ['a b', /character/],
    ['bücher.example', /character/],
    ['a\\', /broken escape/],
    ['a\\256', /broken escape/],
    ['a\\25', /broken escape/],
  ])('refuses %j', (name, words) => {
    expect(() => encodeName(name)).toThrow(DnsFormatError);
    expect(() => encodeName(name)).toThrow(words);
  });

  test('the longest label and the longest name pass', () => {
    const longest = [63, 63, 63, 61].map((size) => 'x'.repeat(size)).join('.');
    expect(encodeName(longest)).toHaveLength(255);
    expect(() => encodeName(`${longest}x`)).toThrow(/255/);
  });

  test('a compressed name is followed and the reader goes on behind the pointer', () => {
    const reader = new ByteReader(Buffer.from([1, 0x61, 0, 1, 0x62, 0xc0, 0, 0x7f]), 3);
    expect(readName(reader)).toBe('b.a');
    expect(reader.u8()).toBe(0x7f);
  });

  test.each([
    ['to itself', [0xc0, 0]],
    ['forward', [0xc0, 2, 0]],
    ['in a circle', [1, 0x61, 0xc0, 0]],
    ['past its end', [5, 0x61]],
    ['with a cut pointer', [0xc0]],
    ['with an unknown label kind', [0x40, 0]],
  ])('refuses a name that leads %s', (_, bytes) => {
    expect(() => read(bytes)).toThrow(DnsFormatError);
  });

  test('refuses a chain of pointers that is longer than a name has labels', () => {
    const chain = Array.from({ length: 200 }, (_, link) => {
      const target = link === 0 ? 0 : 1 + (link - 1) * 2;
      return [0xc0 | (target >> 8), target & 0xff];
    });
    const bytes = [0, ...chain.flat()];
    expect(() => read(bytes, bytes.length - 2)).toThrow(/backwards/);
  });

  test('refuses a name that pointers make longer than 255 octets', () => {
    const label = [63, ...Array<number>(63).fill(0x61)];
    const bytes = [...label, ...label, ...label, ...label, 0];
    expect(() => read(bytes)).toThrow(/255/);
  });

  test('arbitrary octets are a name or a format error', () => {
    fc.assert(
      fc.property(octets(300), fc.nat(300), (bytes, offset) => {
        const reader = new ByteReader(bytes, Math.min(offset, bytes.length));
        try {
          expect(encodeName(readName(reader)).length).toBeLessThanOrEqual(255);
        } catch (error) {
          expect(error).toBeInstanceOf(DnsFormatError);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('comparison leaves case, trailing dot and needless escapes out', () => {
    expect(sameName('KMS01.Corp.Example.', 'kms01.corp.\\101xample')).toBe(true);
    expect(sameName('a\\.b', 'a.b')).toBe(false);
    expect(canonicalName('.')).toBe('.');
  });

  test('a zone holds itself and what is below it', () => {
    expect(isWithin('_vlmcs._tcp.Corp.example', 'corp.EXAMPLE')).toBe(true);
    expect(isWithin('corp.example', 'corp.example')).toBe(true);
    expect(isWithin('notcorp.example', 'corp.example')).toBe(false);
    expect(isWithin('example', 'corp.example')).toBe(false);
    expect(isWithin('anything', '.')).toBe(true);
  });

  test('names are joined below a domain or below the root', () => {
    expect(joinNames('_vlmcs._tcp', 'corp.example.')).toBe('_vlmcs._tcp.corp.example');
    expect(joinNames('_vlmcs._tcp', '.')).toBe('_vlmcs._tcp');
    expect(() => joinNames('_vlmcs._tcp', 'a..b')).toThrow(DnsFormatError);
  });
});
