import fc from 'fast-check';
import { AddressError, parseAddress } from '../../src/remote/address';

describe('addresses', () => {
  test.each([
    ['server01', { host: 'server01' }],
    ['ssh://server01', { transport: 'ssh', host: 'server01' }],
    ['SSH://admin@server01:2222', { transport: 'ssh', host: 'server01', user: 'admin', port: 2222 }],
    ['ssh://CORP%5Cadmin@server01', { transport: 'ssh', host: 'server01', user: 'CORP\\admin' }],
    ['ssh://CORP\\admin@server01/', { transport: 'ssh', host: 'server01', user: 'CORP\\admin' }],
    [
      'winrm://admin@corp.example@server01',
      { transport: 'winrm', host: 'server01', user: 'admin@corp.example' },
    ],
    ['winrms://[fe80::1]:5986', { transport: 'winrms', host: 'fe80::1', port: 5986 }],
    ['fe80::1%eth0', { host: 'fe80::1%eth0' }],
    ['[::1]', { host: '::1' }],
  ])('%s', (word, expected) => expect(parseAddress(word)).toEqual(expected));

  test.each([
    ['http://server01', /not known/],
    ['ssh://server01:0', /no port/],
    ['ssh://server01:99999', /no port/],
    ['ssh://@server01', /no user/],
    ['ssh://', /no host name/],
    ['server 01', /no host name/],
    ['-oProxyCommand=x', /no host name/],
    ['ssh://a%zz@server01', /percent/],
    ['server01:22', /ssh:\/\/server01:22, winrm:\/\/server01:22 or winrms:\/\/server01:22/],
    ['[::1]:5985', /winrm:\/\/\[::1\]:5985/],
  ])('%s is refused', (word, message) => expect(() => parseAddress(word)).toThrow(message));

  test('a password in an address is refused and not repeated', () => {
    const read = (): unknown => parseAddress('ssh://admin:S3cret@server01');
    expect(read).toThrow(AddressError);
    expect(read).not.toThrow(/S3cret/);
  });

  test('any word is an address or refused with an AddressError', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((rest) => `ssh://${rest}`),
        ),
        (word) => {
          try {
            expect(parseAddress(word).host).not.toBe('');
          } catch (error) {
            expect(error).toBeInstanceOf(AddressError);
          }
        },
      ),
    );
  });
});
