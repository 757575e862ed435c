import fc from 'fast-check';
import { firstLabel, fullName, isNameOf, simulatedAddress } from '../../../src/lab/clockwork/names';
import { isAddress, routeOf } from '../../../src/lab/clockwork/outside-network';
import { type MachineName } from '../../../src/lab/model/state';
import { TestEstate } from './fixtures';

const machine = {
  name: 'KMS01' as MachineName,
  domain: 'ad.example',
  dns: { primary: 'lab.example', dhcp: null, searchList: [] },
};

describe('names', () => {
  test.each(['KMS01', 'kms01', 'kms01.', 'Kms01.Lab.Example', 'kms01.lab.example.', 'kms01.ad.example'])(
    '%s means the machine',
    (name) => {
      expect(isNameOf(name, machine)).toBe(true);
    },
  );

  test.each(['kms0', 'kms011', 'kms01.example', 'kms01.lab.example.org', 'lab.example', ''])(
    '"%s" does not',
    (name) => {
      expect(isNameOf(name, machine)).toBe(false);
    },
  );

  test('the full name has the primary suffix, else the domain, else nothing', () => {
    expect(fullName(machine)).toBe('KMS01.lab.example');
    expect(fullName({ ...machine, dns: { ...machine.dns, primary: null } })).toBe('KMS01.ad.example');
    expect(fullName({ ...machine, domain: null, dns: { ...machine.dns, primary: null } })).toBe('KMS01');
    expect(firstLabel('KMS01.lab.example')).toBe('kms01');
  });

  test('simulated addresses lie in 198.18.0.0/15 and go with the name', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), (name) => {
        const address = simulatedAddress(name);
        expect(address).toMatch(/^198\.(?:18|19)\.\d{1,3}\.\d{1,3}$/);
        expect(address.split('.').every((part) => Number(part) <= 255)).toBe(true);
        expect(simulatedAddress(name.toLowerCase())).toBe(simulatedAddress(name.toLowerCase()));
      }),
    );
    expect(simulatedAddress('KMS01')).toBe(simulatedAddress('kms01'));
  });
});

describe('routes', () => {
  const estate = new TestEstate();
  estate.add('KMS01');
  estate.add('OFF');
  estate.stop('OFF');
  const network = (served: readonly string[], usesRealDns = false) => ({
    usesRealDns,
    isServed: (name: MachineName) => served.includes(name),
  });
  const route = (name: string, ...args: Parameters<typeof network>): string =>
    routeOf({ name, port: 1688 }, estate.memory, network(...args));

  test('a lab machine is met through its socket while it is served and runs, else in process', () => {
    expect(route('kms01.lab.example', ['KMS01'])).toBe('outside');
    expect(route('KMS01', [])).toBe('in-process');
    expect(route('off', ['OFF'])).toBe('in-process');
    expect(routeOf({ name: 'KMS01', port: 1688 }, estate.memory, null)).toBe('in-process');
  });

  test('any other name goes to the network only with real DNS or as an address', () => {
    expect(route('kms.contoso.com', [])).toBe('nowhere');
    expect(route('kms.contoso.com', [], true)).toBe('outside');
    expect(route('127.0.0.1', [])).toBe('outside');
    expect(route('::1', [])).toBe('outside');
    expect(routeOf({ name: '127.0.0.1', port: 1688 }, estate.memory, null)).toBe('nowhere');
  });

  test('addresses are told from names', () => {
    expect(['192.0.2.1', '::1', '2001:db8::1', 'fe80::1%eth0', '::ffff:192.0.2.1'].every(isAddress)).toBe(
      true,
    );
    expect(['kms01', 'a.b', '1.2.3', 'face', 'kms01.lab.example'].some(isAddress)).toBe(false);
  });
});
