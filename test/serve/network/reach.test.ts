import { dnsHresult, DnsError } from '../../../src/dns/dns-error';
import { type ServedFacts } from '../../../src/serve/kms-host/served-files';
import { addressesOf, type ReachPorts } from '../../../src/serve/network/reach';
import { type MachineState } from '../../../src/lab/model/state';
import { TestEstate } from '../../lab/clockwork/fixtures';

function facts(changes: Partial<ServedFacts> = {}): ServedFacts {
  return {
    machine: 'KMS01',
    pid: 1,
    address: '127.0.0.1',
    port: 1688,
    reachedAt: ['127.0.0.1'],
    startedAt: 0,
    ...changes,
  };
}

function machine(): MachineState {
  const estate = new TestEstate();
  estate.addHost();
  return estate.machine('KMS01');
}

/** Ports without a network, whose served facts come one by one. */
function ports(served: readonly (ServedFacts | null)[], dns: ReachPorts['dns'] = () => null): ReachPorts {
  const left = [...served];
  return {
    servedAt: () => (left.length > 1 ? left.shift() : left[0]) ?? null,
    dns,
    sleep: () => Promise.resolve(),
  };
}

const kms01 = { name: 'kms01.lab.example', port: 1688 };

describe('a served lab machine', () => {
  test('is reached at the address that it listens on', async () => {
    expect(await addressesOf(ports([facts({ address: '127.0.0.9' })]), kms01, machine())).toEqual([
      '127.0.0.9',
    ]);
  });

  test('on a wildcard is reached as others reach it, and at loopback last', async () => {
    const everywhere = facts({ address: '0.0.0.0', reachedAt: ['10.0.0.7'] });
    expect(await addressesOf(ports([everywhere]), kms01, machine())).toEqual(['10.0.0.7', '127.0.0.1']);
    const both = facts({ address: '::', reachedAt: ['10.0.0.7', 'fd00::7'] });
    expect(await addressesOf(ports([both]), kms01, machine())).toEqual(['10.0.0.7', 'fd00::7', '::1']);
  });

  test('is awaited while its process follows it to its port', async () => {
    const moving = [facts({ port: 1700 }), null, null, facts()];
    expect(await addressesOf(ports(moving), kms01, machine())).toEqual(['127.0.0.1']);
  });

  test('that listens nowhere, or at another port, cannot be reached', async () => {
    expect(await addressesOf(ports([null]), kms01, machine())).toEqual([]);
    expect(await addressesOf(ports([facts()]), { ...kms01, port: 1700 }, machine())).toEqual([]);
  });
});

describe('any other host', () => {
  test('given by its address needs no DNS', async () => {
    expect(await addressesOf(ports([]), { name: '192.0.2.7', port: 1688 }, null)).toEqual(['192.0.2.7']);
    expect(await addressesOf(ports([]), { name: 'fd00::7', port: 1688 }, null)).toEqual(['fd00::7']);
  });

  test('given by its name is asked of real DNS, where the estate has any', async () => {
    const asked: string[] = [];
    const dns: ReachPorts['dns'] = () => ({
      resolveHost: (name) => {
        asked.push(name);
        const records = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4', '192.0.2.5'];
        return Promise.resolve({ ok: true, records });
      },
    });
    expect(await addressesOf(ports([], dns), { name: 'kms.corp.example', port: 1688 }, null)).toHaveLength(4);
    expect(asked).toEqual(['kms.corp.example']);
    expect(await addressesOf(ports([]), { name: 'kms.corp.example', port: 1688 }, null)).toEqual([]);
  });

  test('that DNS does not know has no address', async () => {
    const error = new DnsError('name', dnsHresult.nameError, 'no such name');
    const dns: ReachPorts['dns'] = () => ({ resolveHost: () => Promise.resolve({ ok: false, error }) });
    expect(await addressesOf(ports([], dns), { name: 'gone.example', port: 1688 }, null)).toEqual([]);
  });
});
