import fc from 'fast-check';
import { firstLabel, fullName, isNameOf, simulatedAddress } from '../../../src/lab/clockwork/names';
import { isAddress, machineMeantBy } from '../../../src/lab/clockwork/host-names';
import { routeOf } from '../../../src/lab/clockwork/outside-network';
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
  const asking = {
    domain: 'lab.example',
    dns: { primary: null, dhcp: null, searchList: ['branch.example'] },
  };
  const network = (served: readonly string[], usesRealDns = false) => ({
    usesRealDns,
    isServed: (name: MachineName) => served.includes(name),
  });
  const route = (name: string, ...args: Parameters<typeof network>): string =>
    routeOf({ name, port: 1688 }, estate.memory, asking, network(...args));

  test('a lab machine is met through its socket while it is served and runs, else in process', () => {
    expect(route('kms01.lab.example', ['KMS01'])).toBe('outside');
    expect(route('KMS01', [])).toBe('in-process');
    expect(route('off', ['OFF'])).toBe('in-process');
    expect(routeOf({ name: 'KMS01', port: 1688 }, estate.memory, asking, null)).toBe('in-process');
  });

  test('any other name goes to the network only with real DNS or as an address', () => {
    expect(route('kms.contoso.com', [])).toBe('nowhere');
    expect(route('kms.contoso.com', [], true)).toBe('outside');
    expect(route('127.0.0.1', [])).toBe('outside');
    expect(route('::1', [])).toBe('outside');
    expect(routeOf({ name: '127.0.0.1', port: 1688 }, estate.memory, asking, null)).toBe('nowhere');
  });

  test('aliases, addresses and records of the zone mean a machine; its simulated address is never sent to', () => {
    estate.memory.putDnsRecords([
      { name: 'kms.lab.example', type: 'CNAME', ttl: 0, data: 'kms01.lab.example' },
      { name: 'key.branch.example', type: 'A', ttl: 0, data: simulatedAddress('KMS01') },
      { name: 'kms01.lab.example', type: 'A', ttl: 0, data: '192.0.2.10' },
      { name: 'round.lab.example', type: 'CNAME', ttl: 0, data: 'round.lab.example' },
    ]);
    const meant = (name: string): string | undefined => machineMeantBy(estate.memory, name, asking)?.name;
    for (const name of [
      'kms',
      'KMS.lab.example.',
      'key',
      'key.branch.example',
      '192.0.2.10',
      simulatedAddress('kms01'),
    ])
      expect([name, meant(name)]).toEqual([name, 'KMS01']);
    for (const name of ['round', 'kms.other.example', '192.0.2.11', '127.0.0.1', simulatedAddress('nobody')])
      expect([name, meant(name)]).toEqual([name, undefined]);
    expect(route(simulatedAddress('nobody'), [], true)).toBe('nowhere');
    expect(route(simulatedAddress('KMS01'), [], true)).toBe('in-process');
    expect(route('kms', ['KMS01'])).toBe('outside');
    estate.memory.putDnsRecords([]);
  });

  test('addresses are told from names', () => {
    expect(['192.0.2.1', '::1', '2001:db8::1', 'fe80::1%eth0', '::ffff:192.0.2.1'].every(isAddress)).toBe(
      true,
    );
    expect(['kms01', 'a.b', '1.2.3', 'face', 'kms01.lab.example'].some(isAddress)).toBe(false);
  });
});
