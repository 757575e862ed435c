import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { rangeCandidates } from '../../../src/fleet/discovery/range-candidates';
import { addressesOfRange } from '../../../src/fleet/targets/cidr';
import { InProcess } from '../../storm/in-process';
import { freePort } from '../../fixtures/ports';

const servers: Server[] = [];

async function listen(host: string, says: string | null, port = 0): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (says !== null) socket.write(says);
  });
  servers.push(server);
  await once(server.listen(port, host), 'listening');
  return (server.address() as AddressInfo).port;
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe('fleet discover range, on loopback', () => {
  test('tells who takes a connection, by which way, and what it says of itself, made harmless', async () => {
    const ssh = await listen('127.0.0.2', 'SSH-2.0-OpenSSH_for_Windows_9.5\r\n');
    await listen('127.0.0.3', 'SSH-2.0-\u001b[31mred\r\n', ssh);
    await listen('127.0.0.5', '220 mail\r\n', ssh);
    const winrm = await listen('127.0.0.4', null);
    const winrms = await freePort();
    const program = new InProcess(null);
    try {
      const ports = `ssh=${ssh},winrm=${winrm},winrms=${winrms}`;
      const words = ['fleet', 'discover', 'range', '127.0.0.2-6', '--exclude', '127.0.0.6', '--ports', ports];
      const { status, out, err } = await program.run([...words, '--json', '--add']);
      expect([status, err]).toEqual([0, '']);
      expect(JSON.parse(out)).toMatchObject({
        data: {
          candidates: [
            {
              name: '127.0.0.2',
              via: 'ssh',
              port: ssh,
              from: `port ${ssh}`,
              detail: 'SSH-2.0-OpenSSH_for_Windows_9.5',
            },
            { name: '127.0.0.3', via: 'ssh', detail: expect.not.stringContaining('\u001b') as string },
            { name: '127.0.0.4', via: 'winrm', port: winrm, detail: null },
          ],
          added: 3,
          read: null,
        },
      });
      // The way that answered is the way from then on.
      expect((await program.ok('targets', '--where', 'name ~ "*"', '--tsv')).split('\n').slice(1, 4)).toEqual(
        [
          '127.0.0.2\twindows\tssh\tinventory',
          '127.0.0.3\twindows\tssh\tinventory',
          '127.0.0.4\twindows\twinrm\tinventory',
        ],
      );
      const known = await program.run([...words, '--known', '127.0.0.[2-3]', '--json']);
      expect(JSON.parse(known.out)).toMatchObject({
        data: { candidates: [{ name: '127.0.0.4' }], known: 2 },
      });
    } finally {
      program.remove();
    }
  }, 30_000);

  test('nobody there is status 4; what is no range is refused before anything is sent', async () => {
    const program = new InProcess(null);
    try {
      const port = await freePort();
      const ports = ['--ports', `ssh=${port},winrm=${port},winrms=${port}`];
      const nobody = await program.run(['fleet', 'discover', 'range', '127.0.0.9', ...ports]);
      expect([nobody.status, nobody.out]).toEqual([4, '0 machines found.\n']);
      const refusals = await Promise.all(
        ['10.0.0.9-5', '10.0.0.1-x', '10.0.0.0/4', 'PC-001', '::/64'].map((range) =>
          program.run(['fleet', 'discover', 'range', range]),
        ),
      );
      expect(refusals.map(({ status, err }) => [status, err.replace(/^slmgr: /, '')])).toEqual([
        [1, '10.0.0.9-5 runs backwards.\n'],
        [1, '10.0.0.1-x is no range of addresses: 10.1.0.5-10.1.0.99, 10.1.0.5-99.\n'],
        [1, '10.0.0.0/4 has more than 1000000 addresses.\n'],
        [1, 'PC-001 is no range of addresses: 10.1.0.5-10.1.0.99, 10.1.0.5-99.\n'],
        [1, '::/64 has more than 1000000 addresses.\n'],
      ]);
      const wrong = await program.run(['fleet', 'discover', 'range', '127.0.0.9', '--ports', 'rdp=3389']);
      expect(wrong.err).toMatch(/"rdp=3389" says no port/);
    } finally {
      program.remove();
    }
  });

  test('begins no more connections in a second than the rate, and none after the signal', async () => {
    const stop = new AbortController();
    const port = await freePort();
    const addresses = addressesOfRange('127.1.0.0-127.1.255.255') as readonly string[];
    let looked = 0;
    const begun = performance.now();
    const { problems } = await rangeCandidates({
      addresses,
      ports: { ssh: port, winrm: port, winrms: port },
      timeoutMs: 5000,
      rate: 300,
      atOnce: 64,
      signal: stop.signal,
      progress: (done) => {
        looked = done;
        if (done >= 60) stop.abort();
      },
    });
    // 60 addresses with three ports each are 180 connections: at 300 a second they take 0.6 s at least.
    expect(performance.now() - begun).toBeGreaterThan(500);
    expect(looked).toBeLessThan(60 + 64);
    expect(problems).toEqual([expect.stringMatching(/^65\d{3} of 65536 addresses were not looked at$/)]);
  }, 30_000);

  test('a deadline ends the search, and what was found by then is told', async () => {
    const ssh = await listen('127.0.0.2', 'SSH-2.0-x\r\n');
    const program = new InProcess(null);
    try {
      const ports = `ssh=${ssh},winrm=${ssh},winrms=${ssh}`;
      const words = ['127.0.0.2', '127.1.0.0/16', '--ports', ports, '--rate', '100', '--deadline', '6s'];
      const { status, out, err } = await program.run(['fleet', 'discover', 'range', ...words]);
      expect(out).toMatch(/127\.0\.0\.2 .*\n.*1 machine found\.\n$/s);
      expect(err).toMatch(/of 65535 addresses were not looked at/);
      expect(status).toBe(3);
    } finally {
      program.remove();
    }
  }, 30_000);
});
