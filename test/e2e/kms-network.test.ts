import { describeWithNamespaces, openNamespaces, type Namespaces } from '../fixtures/namespaces';
import { describeWithNamed, startNamed, type Named } from '../fixtures/named';
import { freePort } from '../fixtures/ports';
import { Program } from './program';
import { serve, type Running } from './served';

jest.setTimeout(240_000);

const hostProduct = 'Windows Server 2008 R2 Standard';
const clients = 30;

interface ClientData {
  readonly machine: string;
  readonly activated: boolean;
  readonly hresult: string | null;
  readonly count: number | null;
  readonly asked: readonly { readonly host: string; readonly hresult: string | null }[];
  readonly discoveredHost: {
    readonly name: string;
    readonly port: number;
    readonly ipAddress: string;
  } | null;
  readonly hostExtendedPid: string | null;
}

/** Where the story plays: two estates that know of each other by DNS alone, and BIND between them. */
interface Scene {
  readonly host: Program;
  readonly clients: Program;
  readonly named: Named;
  /** Address and port that the host listens on. */
  readonly address: string;
  readonly port: number;
}

/** Everything that a part of the story started, ended in the opposite order. */
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function makeEstates({ host, clients: pcs, named }: Pick<Scene, 'host' | 'clients' | 'named'>): void {
  const { address, port } = named.server;
  const server = `${address}:${port}`;
  for (const program of [host, pcs]) {
    program.ok('lab', 'init', '--domain', 'lab.example', '--now', '2026-01-05T08:00:00Z', '--seed', '3');
  }
  host.ok('lab', 'dns', '--server', server, '--key', named.keyFile('kms-key'));
  pcs.ok('lab', 'dns', '--server', server);
  host.ok('lab', 'add', 'KMS01', '--product', hostProduct);
  pcs.ok('lab', 'add', 'PC', '--product', 'Windows 7 Enterprise', '--count', String(clients));
  const key = String(host.data('lab', 'mint-key', '--type', 'csvlk', '--for', hostProduct)['key']);
  host.ok('KMS01', '/ipk', key);
}

async function activateHost({ host, address, port }: Scene): Promise<Running> {
  host.ok('KMS01', '/ato');
  host.ok('KMS01', '/sprt', String(port));
  host.ok('lab', 'restart', 'KMS01');
  return serve(host, 'KMS01', '--listen', address);
}

function askAll(program: Program): readonly ClientData[] {
  const { stdout, stderr } = program.run('kms', 'client', 'PC-*', '--once', '--json');
  if (stderr !== '') throw new Error(stderr);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { data: ClientData }).data);
}

async function story(scene: Scene): Promise<void> {
  const { host, clients: pcs, named, address, port } = scene;
  const server = `${named.server.address}:${named.server.port}`;
  makeEstates(scene);
  expect(pcs.run('PC-001', '/ato').stdout).toContain('0x8007232B');

  const running = await activateHost(scene);
  cleanups.push(() => running.stop());
  await running.until(({ stderr }) => stderr.includes('"published"'));
  expect(await named.dig('_vlmcs._tcp.lab.example', 'SRV')).toEqual([`0 0 ${port} kms01.lab.example.`]);
  expect(await named.dig('kms01.lab.example', 'A')).toEqual([address]);

  const found = pcs.data('discover', 'lab.example', '--server', server);
  expect(found['hosts']).toEqual([
    expect.objectContaining({ target: 'kms01.lab.example', port, finding: 'emulated-host', reachable: true }),
  ]);

  const first = askAll(pcs);
  expect(first).toHaveLength(clients);
  expect(first.map(({ count }) => count).sort((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: clients }, (_, index) => index + 1),
  );
  expect(first.filter(({ activated }) => activated)).toHaveLength(clients - 24);
  expect(first.every(({ activated, count }) => activated === Number(count) >= 25)).toBe(true);
  expect(first[0]?.asked).toEqual([{ host: `kms01.lab.example:${port}`, hresult: null }]);

  const second = askAll(pcs);
  expect(second.filter(({ activated, count }) => activated && count === clients)).toHaveLength(clients);
  expect(second[7]?.discoveredHost).toEqual({ name: 'kms01.lab.example', port, ipAddress: address });

  const dlv = pcs.ok('PC-017', '/dlv');
  expect(dlv).toContain('License Status: Licensed');
  expect(dlv).toContain(`KMS machine name from DNS: kms01.lab.example:${port}`);
  expect(dlv).toContain(`KMS machine IP address: ${address}`);
  expect(dlv).toContain(`KMS machine extended PID: ${second[0]?.hostExtendedPid ?? ''}`);
  expect(dlv).toContain('Activation interval: 120 minutes');
  expect(dlv).toContain('Renewal interval: 10080 minutes');

  const hostDlv = host.ok('KMS01', '/dlv');
  expect(hostDlv).toContain(`Current count: ${clients}`);
  expect(hostDlv).toContain(`Total requests received: ${2 * clients}`);
  const status = host.data('kms', 'status', 'KMS01');
  expect(status).toMatchObject({
    served: true,
    counts: [{ count: 'windows', current: clients, capacity: 50 }],
    requests: { total: 2 * clients, failed: 0 },
  });

  host.ok('kms', 'unpublish', 'KMS01');
  expect(await named.dig('_vlmcs._tcp.lab.example', 'SRV')).toEqual([]);
  expect(await named.dig('kms01.lab.example', 'A')).toEqual([]);
  expect(pcs.run('discover', 'lab.example', '--server', server).status).toBe(3);
  expect(await running.stop()).toBe(0);
}

const zones = [{ name: 'lab.example', allowUpdate: 'key kms-key;' }];
const keys = [{ name: 'kms-key' }];

function program(within: readonly string[] = []): Program {
  const made = new Program(within);
  cleanups.push(() => made.remove());
  return made;
}

describeWithNamed('a host and 30 clients, two estates that know of each other by DNS alone', () => {
  test('on loopback: publish with TSIG, discover, activate, count, unpublish', async () => {
    const named = await startNamed({ zones, keys });
    cleanups.push(() => named.remove());
    await story({
      host: program(),
      clients: program(),
      named,
      address: '127.0.0.1',
      port: await freePort(),
    });
  });

  describeWithNamespaces('across three network namespaces', () => {
    test('the same, with BIND in one, the host in another, the clients in the third', async () => {
      const namespaces: Namespaces = await openNamespaces(3);
      cleanups.push(() => {
        namespaces.close();
      });
      const [dns, host, pcs] = namespaces.all;
      if (dns === undefined || host === undefined || pcs === undefined)
        throw new Error('three were asked for');
      const named = await startNamed({ zones, keys, address: dns.address, port: 53, within: dns.within });
      cleanups.push(() => named.remove());
      await story({
        host: program(host.within),
        clients: program(pcs.within),
        named,
        address: host.address,
        port: 1688,
      });
    });
  });
});
