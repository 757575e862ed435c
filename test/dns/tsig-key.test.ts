import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { DnsFormatError } from '../../src/dns/format-error';
import { parseTsigKey } from '../../src/dns/tsig-key';

const SECRET = 'E7+wTTM+asVhJZXgm0RH9rHnx3LWny5xsVsNSQyk57c=';
const printed = `key "kms-key" {\n\talgorithm hmac-sha256;\n\tsecret "${SECRET}";\n};\n`;

describe('TSIG key files', () => {
  test('what tsig-keygen prints is read', () => {
    const key = parseTsigKey(printed);
    expect(key).toMatchObject({ name: 'kms-key', algorithm: 'hmac-sha256', hash: 'sha256', macLength: 32 });
    expect(key.withSecret((secret) => secret.toString('base64'))).toBe(SECRET);
  });

  test.each([
    ['comments of all kinds', `// one\n# two\n/* three\n four */ ${printed} // end`],
    [
      'words without quotation marks, in other case and order',
      `KEY KMS-Key. { secret ${SECRET}; Algorithm HMAC-SHA256; };`,
    ],
    ['one line', printed.replace(/\s+/g, ' ')],
    ['blanks inside the secret', printed.replace('M+as', 'M+ as')],
    ['a short algorithm name', printed.replace('hmac-sha256', 'sha256')],
  ])('%s are allowed as in named.conf', (_, text) => {
    const key = parseTsigKey(text);
    expect(key).toMatchObject({ name: 'kms-key', algorithm: 'hmac-sha256' });
    expect(key.withSecret((secret) => secret.toString('base64'))).toBe(SECRET);
  });

  test.each([
    ['hmac-sha1', 20],
    ['hmac-sha224', 28],
    ['hmac-sha384', 48],
    ['hmac-sha512', 64],
    ['hmac-sha256-128', 16],
    ['hmac-sha1-80', 10],
  ])('%s signs with %i octets', (algorithm, macLength) => {
    expect(parseTsigKey(printed.replace('hmac-sha256', algorithm)).macLength).toBe(macLength);
  });

  test.each([
    ['', /"key" is missing/],
    ['zone "a" { };', /does not start with the word "key"/],
    ['key "a" ', /"\{" is missing/],
    [printed.replace('algorithm hmac-sha256;', ''), /"algorithm" is missing/],
    [printed.replace(/secret .*;/, ''), /"secret" is missing/],
    [printed.replace('hmac-sha256', 'hmac-md5'), /not one of hmac-sha1, .*tsig-keygen -a hmac-sha256/],
    [printed.replace('hmac-sha256', 'hmac-sha256-64'), /outside 128 to 256 bits/],
    [printed.replace('hmac-sha256', 'hmac-sha256-257'), /outside 128 to 256 bits/],
    [printed.replace('hmac-sha256', 'hmac-sha256-512'), /outside 128 to 256 bits/],
    [printed.replace('hmac-sha256;', 'hmac-sha256; algorithm hmac-sha256;'), /occurs twice/],
    [printed.replace('E7+w', 'E7*w'), /not base64/],
    [printed.replace('57c=";', '57c=;'), /not closed/],
    [printed.replace('};', '}'), /";" is missing/],
    [printed.replace('secret', 'password'), /neither "algorithm" nor "secret"/],
    [printed + printed, /one key is expected/],
    [printed.replace('kms-key', 'kms key'), /character/],
  ])('a broken file is refused with its reason: %j', (text, words) => {
    expect(() => parseTsigKey(text)).toThrow(DnsFormatError);
    expect(() => parseTsigKey(text)).toThrow(words);
  });

  test('no error and no printed key shows the secret', () => {
    fc.assert(
      fc.property(fc.nat(printed.length), fc.string({ maxLength: 3 }), (at, noise) => {
        try {
          parseTsigKey(printed.slice(0, at) + noise + printed.slice(at));
        } catch (error) {
          expect(error).toBeInstanceOf(DnsFormatError);
          expect(String(error)).not.toContain(SECRET.slice(0, 12));
          expect(String(error)).not.toContain(SECRET.slice(-12));
        }
      }),
    );
    const key = parseTsigKey(printed);
    expect(JSON.stringify(key) + inspect(key, { depth: 5, showHidden: true })).not.toContain(
      SECRET.slice(0, 8),
    );
  });
});
