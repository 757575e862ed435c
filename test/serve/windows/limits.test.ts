import { request } from 'node:http';
import { createConnection, createServer, type Socket } from 'node:net';
import { openSync, closeSync, ftruncateSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loaderCommand } from '../../../src/providers/windows/bridge/envelope';
import { ConnectionGate } from '../../../src/transports/connection-gate';
import { listen, type Listening } from '../../../src/serve/windows/listen';
import { createWinrmTarget } from '../../../src/serve/windows/winrm';
import { WorkQuota } from '../../../src/serve/windows/work-quota';
import { restartMachine, startMachine, stopMachine } from '../../../src/lab/estate/power';
import type { Client, SFTPWrapper } from 'ssh2';
import { closeLaboratories, type TestLaboratory } from '../../lab/estate/laboratories';
import { password, run, SshServed, start, twoMachines } from './support';

let laboratory: TestLaboratory;
let served: SshServed | null = null;
let winrm: Listening | null = null;
const sockets: Socket[] = [];

beforeEach(() => {
  laboratory = twoMachines();
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await served?.close();
  await winrm?.close();
  served = winrm = null;
  closeLaboratories();
});

/** A connection that says nothing; resolves at its end. */
async function silent(port: number): Promise<{ readonly ended: Promise<void> }> {
  const socket = createConnection({ host: '127.0.0.1', port });
  sockets.push(socket);
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined).resume();
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve).once('close', () => resolve());
  });
  return { ended };
}

/** The status of an answer to a request by Basic; null where the connection ends without one. One try, which fetch() does not keep to. */
function basic(port: number, user = 'admin', body: Buffer | null = null): Promise<number | null> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path: '/wsman', method: 'POST', agent: false };
    const asking = request({ ...options, auth: `${user}:${password}` }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? null);
    });
    asking.once('error', () => resolve(null)).end(body);
  });
}

/** A session of SFTP: what it gives asks for one folder. */
async function sftpOf(client: Client): Promise<() => Promise<unknown>> {
  const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
    client.sftp((error, opened) => (error ? reject(error) : resolve(opened)));
  });
  return () =>
    new Promise((resolve, reject) => {
      client.once('close', () => reject(new Error('the connection was closed')));
      sftp.realpath('.', (error, path) => (error ? reject(error) : resolve(path)));
    });
}

describe('connections without a sign-in', () => {
  test('over SSH end after the grace time; one that has signed in stays', async () => {
    served = await SshServed.start(laboratory, 'KMS01', undefined, { graceMs: 700 });
    const client = await served.connect('admin');
    const waiting = await silent(served.port);
    await waiting.ended;
    expect((await run(client, 'hostname')).stdout).toBe('KMS01\r\n');
  });

  test('make room for others, the oldest first, over SSH and WinRM', async () => {
    const limits = { unsigned: 8, connections: 12 };
    served = await SshServed.start(laboratory, 'KMS01', undefined, limits);
    winrm = await listen(createWinrmTarget(served.machine, null, undefined, limits), '127.0.0.1', 0);
    const client = await served.connect('admin');
    for (const port of [served.port, winrm.port]) {
      const first = await silent(port);
      for (let count = 0; count < 30; count += 1) await silent(port);
      await first.ended;
    }
    expect((await run(client, 'hostname')).stdout).toBe('KMS01\r\n');
    const second = await served.connect('joe');
    expect((await run(second, 'hostname')).stdout).toBe('KMS01\r\n');
    expect(await basic(winrm.port)).toBe(200);
  });

  test('an account has so many connections and no more; others still get in', async () => {
    served = await SshServed.start(laboratory, 'KMS01', undefined, { perAccount: 2 });
    await served.connect('admin');
    const second = await served.connect('ADMIN');
    await expect(served.connect('admin')).rejects.toThrow();
    await served.connect('joe');
    second.end();
    await new Promise<void>((resolve) => {
      second.once('close', () => resolve());
    });
    const again = await served.connect('admin');
    expect((await run(again, 'hostname')).status).toBe(0);
  });

  test.each(['nobody', 'admin'])(
    'a request over WinRM without end ends its connection alone: %s',
    async (user) => {
      served = await SshServed.start(laboratory);
      winrm = await listen(createWinrmTarget(served.machine, null), '127.0.0.1', 0);
      const body = Buffer.alloc(3_000_000, 'a');
      for (let count = 0; count < 3; count += 1) {
        const status = await basic(winrm.port, user, body);
        expect([413, null]).toContain(status);
      }
      expect(await basic(winrm.port)).toBe(200);
    },
  );

  test('a machine that is stopped ends its connections at the next request, SSH and WinRM, also one in a session that is open', async () => {
    served = await SshServed.start(laboratory);
    winrm = await listen(createWinrmTarget(served.machine, null), '127.0.0.1', 0);
    const [client, agent] = [await served.connect('admin'), await served.connect('admin')];
    expect((await run(client, 'hostname')).stdout).toBe('KMS01\r\n');
    const talk = await start(agent, 'slmgr agent --stdio');
    const closed = [client, agent].map(
      (each) => new Promise<void>((resolve) => each.once('close', () => resolve())),
    );
    await stopMachine(laboratory, 'KMS01');
    await expect(run(client, 'hostname')).rejects.toThrow();
    expect(await basic(winrm.port)).toBeNull();
    await expect(run(agent, 'hostname')).rejects.toThrow();
    talk.channel.destroy();
    await Promise.all(closed);
    await startMachine(laboratory, 'KMS01');
    expect((await run(await served.connect('admin'), 'hostname')).stdout).toBe('KMS01\r\n');
    expect(await basic(winrm.port)).toBe(200);
  });

  test('a machine that is restarted ends its connections too, and what goes on in them', async () => {
    served = await SshServed.start(laboratory);
    const [client, agent] = [await served.connect('admin'), await served.connect('admin')];
    const disk = await sftpOf(await served.connect('joe'));
    expect((await run(client, 'hostname')).stdout).toBe('KMS01\r\n');
    const talk = await start(agent, 'slmgr agent --stdio');
    await restartMachine(laboratory, 'KMS01');
    await expect(run(client, 'hostname')).rejects.toThrow();
    const closed = new Promise<void>((resolve) => agent.once('close', () => resolve()));
    const query = {
      op: 'query',
      class: 'SoftwareLicensingService',
      select: ['Version'],
      filter: { kind: 'all' },
    };
    talk.channel.write(`${JSON.stringify({ v: 1, steps: [{ do: query, onError: 'stop' }] })}\n`);
    expect((await talk.ended).stdout).toBe('#slmgr-agent:1#\n');
    await closed;
    await expect(disk()).rejects.toThrow();
    expect((await run(await served.connect('admin'), 'hostname')).stdout).toBe('KMS01\r\n');
  });

  test('a peer that signed in and has vanished is noticed, one that is quiet is not taken for it', async () => {
    served = await SshServed.start(laboratory, 'KMS01', undefined, { aliveMs: 100, perAccount: 1 });
    const vanished = (await served.connect('admin')) as unknown as { readonly _sock: Socket };
    vanished._sock.pause();
    const quiet = await served.connect('joe');
    let place: Awaited<ReturnType<SshServed['connect']>> | null = null;
    for (const end = Date.now() + 30_000; place === null && Date.now() < end;) {
      await new Promise((wake) => setTimeout(wake, 100));
      place = await served.connect('admin').catch(() => null);
    }
    expect(place).not.toBeNull();
    expect((await run(quiet, 'hostname')).status).toBe(0);
  });

  test('the gate forgets what has ended', async () => {
    const gate = new ConnectionGate({ unsigned: 3 });
    const server = await listen(
      createServer((socket) => void gate.enter(socket)),
      '127.0.0.1',
      0,
    );
    for (let count = 0; count < 10; count += 1) await silent(server.port);
    for (const socket of sockets) socket.destroy();
    await server.close();
    while (gate.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(gate.size).toBe(0);
  });
});

describe('commands under way', () => {
  const waiting = loaderCommand();

  test('are so many of one account, and no more, over all its connections', async () => {
    served = await SshServed.start(laboratory, 'KMS01', new WorkQuota({ commands: 3 }));
    const first = await served.connect('joe');
    const second = await served.connect('joe');
    const begun = [await start(first, waiting), await start(second, waiting), await start(second, waiting)];
    const refused = await run(first, waiting);
    expect(refused.stderr).toMatch(/Too many commands/);
    expect(refused.status).not.toBe(0);
    const admin = await served.connect('admin');
    expect((await run(admin, 'hostname')).status).toBe(0);
    for (const { channel } of begun) channel.end('x');
    await Promise.all(begun.map(({ ended }) => ended));
    expect((await run(first, 'hostname')).status).toBe(0);
  });

  test('hold so many bytes together; what is beyond ends its own command', async () => {
    const quota = new WorkQuota({ bytes: 200_000 });
    served = await SshServed.start(laboratory, 'KMS01', quota);
    const client = await served.connect('joe');
    const held = await start(client, waiting);
    held.channel.write(Buffer.alloc(150_000, 'x'));
    const large = await run(client, waiting, 'x'.repeat(190_000));
    const agent = await run(client, 'slmgr agent --stdio', 'x'.repeat(220_000));
    expect(large).toMatchObject({ status: 1, stderr: 'The machine cannot run the command now.\r\n' });
    expect(agent.stdout).toBe('#slmgr-agent:1#\n');
    expect(agent.status).not.toBe(0);
    held.channel.end();
    await held.ended;
    expect((await run(client, waiting, 'x'.repeat(190_000))).status).toBe(0);
  });

  test('an agent that is asked and never listened to keeps within its room', async () => {
    const quota = new WorkQuota({ bytes: 3_000_000 });
    served = await SshServed.start(laboratory, 'KMS01', quota);
    const client = await served.connect('joe');
    const { channel } = await start(client, 'slmgr agent --stdio');
    channel.removeAllListeners('data').pause();
    const request = `${JSON.stringify({ v: 1, steps: [] })}\n`;
    for (let count = 0; count < 2000; count += 1) channel.write(request);
    expect((await run(client, 'hostname')).stdout).toBe('KMS01\r\n');
    channel.destroy();
  });

  test('a line that Windows would not take is refused, and one whose client has gone ends', async () => {
    served = await SshServed.start(laboratory);
    const client = await served.connect('joe');
    expect((await run(client, `echo ${'a'.repeat(33_000)}`)).stderr).toBe(
      'The command line is too long.\r\n',
    );
    expect((await run(client, 'a&'.repeat(16_000))).status).toBe(120);
  });
});

describe('a store that is cut while machines are served', () => {
  test.each(['cut', 'overwritten'])('ends the connections that ask, and not the servers: %s', async (how) => {
    served = await SshServed.start(laboratory);
    winrm = await listen(createWinrmTarget(served.machine, null), '127.0.0.1', 0);
    const client = await served.connect('admin');
    for (const name of readdirSync(laboratory.folder).filter((each) => /^estate[.]db(-wal)?$/.test(each))) {
      const path = join(laboratory.folder, name);
      if (how === 'overwritten') writeFileSync(path, Buffer.alloc(200_000, 0x5a));
      const file = openSync(path, 'r+');
      if (how === 'cut') ftruncateSync(file, 100);
      closeSync(file);
    }
    const attempts = await Promise.allSettled([
      run(client, 'slmgr /dlv'),
      run(client, 'slmgr agent --stdio', '{"v":1,"steps":[]}\n'),
      served.connect('admin'),
      basic(winrm.port),
      basic(winrm.port, 'nobody'),
    ]);
    expect(attempts).toHaveLength(5);
    // Both still take connections.
    await silent(served.port);
    await silent(winrm.port);
  });
});
