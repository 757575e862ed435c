import { DnsFormatError } from '../../src/dns/format-error';
import { formatServerAddress, parseServerAddress } from '../../src/dns/server-address';

describe('the address of a DNS server', () => {
  test.each([
    ['127.0.0.1:5353', { address: '127.0.0.1', port: 5353 }],
    ['127.0.0.1', { address: '127.0.0.1', port: 53 }],
    ['[::1]:5353', { address: '::1', port: 5353 }],
    ['[::1]', { address: '::1', port: 53 }],
    ['2001:DB8::5', { address: '2001:db8::5', port: 53 }],
    [' 10.0.0.1:53 ', { address: '10.0.0.1', port: 53 }],
  ])('%j is read', (text, server) => {
    expect(parseServerAddress(text)).toEqual(server);
    expect(parseServerAddress(formatServerAddress(server))).toEqual(server);
  });

  test.each([
    '',
    'dns01',
    'dns01:53',
    '127.0.0.1:0',
    '127.0.0.1:65536',
    '127.0.0.1:',
    '[127.0.0.1]:53',
    '::1:70000',
    '[::1',
    '1.2.3.4:5:6',
  ])('%j is refused with what to write', (text) => {
    expect(() => parseServerAddress(text)).toThrow(DnsFormatError);
    expect(() => parseServerAddress(text)).toThrow(/write ADDR:PORT/);
  });
});
