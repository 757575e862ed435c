import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, Server } from 'ssh2';
import { agentRunner } from '../../../src/remote/agent-runner';
import { generateHostKey } from '../../../src/serve/windows/ssh/host-keys';
import { Deadline } from '../../../src/transports/deadline';
import { Secret } from '../../../src/transports/secret';
import { SshCommandRunner } from '../../../src/transports/ssh/command-runner';
import { connectSsh } from '../../../src/transports/ssh/connect';
import { openLineChannel } from '../../../src/transports/ssh/line-channel';
import { type SshConnectOptions } from '../../../src/transports/ssh/settings';
import { SshUserFiles } from '../../../src/transports/ssh/user-files';

const hostKey = generateHostKey('ed25519', 'test').privateKey;

describe('a peer that keeps a client waiting ends at the deadline', () => {
  let folder = '';
  const close: (() => void)[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'slmgr-hostile-'));
  });
  afterEach(() => close.splice(0).forEach((end) => end()));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function listening(server: NetServer | Server): Promise<number> {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
    close.push(() => server.close());
    return (server.address() as AddressInfo).port;
  }

  function every(milliseconds: number, act: () => void): void {
    const timer = setInterval(act, milliseconds);
    close.push(() => clearInterval(timer));
  }

  async function sshServer(serve: (client: Connection) => void): Promise<number> {
    return listening(
      new Server({ hostKeys: [hostKey] }, (client) => {
        client.on('error', () => undefined);
        close.push(() => client.end());
        serve(client);
      }),
    );
  }

  const options = (port: number, limit: number): SshConnectOptions => ({
    target: {
      host: '127.0.0.1',
      port,
      user: 'admin',
      acceptNew: true,
      knownHostsFile: join(folder, `known-${String(port)}`),
      password: () => Promise.resolve(new Secret('x')),
    },
    ports: { homeDirectory: folder, userFiles: new SshUserFiles(folder), localUser: 'me' },
    timeouts: { connect: 60_000, handshake: 60_000, command: 60_000, deadline: new Deadline(limit) },
  });

  test.each([
    ['text in front of SSH, a byte at a time', (socket: Socket): void => every(5, () => socket.write('x'))],
    ['lines in front of SSH', (socket: Socket): void => every(5, () => socket.write('hello\r\n'))],
    [
      'SSH that begins and goes on with nothing',
      (socket: Socket): void => void socket.write('SSH-2.0-x\r\n'),
    ],
    [
      'a packet that never ends',
      (socket: Socket): void => {
        socket.write('SSH-2.0-x\r\n');
        socket.write(Buffer.from([0, 0, 0x7f, 0xff]));
        every(5, () => socket.write('x'));
      },
    ],
  ])('%s', async (_name, act) => {
    const port = await listening(
      createServer((socket) => {
        socket.on('error', () => undefined);
        close.push(() => socket.destroy());
        act(socket);
      }),
    );
    await expect(connectSsh(options(port, 800))).rejects.toMatchObject({ step: 'tcp' });
  });

  test('a dialogue without an end', async () => {
    let asked = 0;
    const port = await sshServer((client) => {
      client.on('authentication', (context) => {
        if (context.method !== 'keyboard-interactive') {
          context.reject(['keyboard-interactive']);
          return;
        }
        const ask = (): void => {
          asked += 1;
          context.prompt([{ prompt: 'Code: ', echo: false }], ask);
        };
        ask();
      });
    });
    await expect(connectSsh(options(port, 1500))).rejects.toMatchObject({
      step: 'authentication',
      failure: 'timeout',
    });
    expect(asked).toBeLessThan(50);
  });

  /** A server that lets everybody in and does with a command what the test says. */
  const commands = (run: (write: (text: string) => void) => void): Promise<number> =>
    sshServer((client) => {
      client.on('authentication', (context) => context.accept());
      client.on('session', (accept) => {
        accept().on('exec', (acceptExec) => {
          const channel = acceptExec();
          channel.on('error', () => undefined);
          run((text) => {
            if (channel.writable) channel.write(text);
          });
        });
      });
    });

  test('an answer a byte at a time: the verb’s time, not each command’s', async () => {
    const port = await commands((write) => every(5, () => write('x')));
    const runner = new SshCommandRunner(options(port, 1500));
    for (let tries = 0; tries < 3; tries += 1)
      await expect(runner.run('x', '', { start: ':', end: '#' })).rejects.toMatchObject({
        failure: 'timeout',
      });
    await runner.close();
  });

  test.each([
    ['lines', '\n'],
    ['text', 'x'],
  ])('an agent that sends %s for ever in front of its greeting', async (_name, text) => {
    const port = await commands((write) => every(5, () => write(text.repeat(20))));
    const runner = agentRunner(() => openLineChannel(options(port, 1500), 'slmgr agent --stdio'));
    const asked = runner.run({} as Parameters<typeof runner.run>[0]);
    await expect(asked).rejects.toMatchObject({ failure: 'timeout' });
    await runner.close();
  });

  test('an agent that floods is cut off before its greeting', async () => {
    const port = await commands((write) => every(1, () => write(`${'x'.repeat(1000)}\n`.repeat(200))));
    const runner = agentRunner(() => openLineChannel(options(port, 60_000), 'slmgr agent --stdio'));
    const asked = runner.run({} as Parameters<typeof runner.run>[0]);
    await expect(asked).rejects.toMatchObject({ step: 'answer', failure: 'garbage' });
    await runner.close();
  });

  test('a server that never closes does not hold the connection', async () => {
    const inner = await commands(() => undefined);
    const port = await listening(
      createServer({ allowHalfOpen: true }, (socket) => {
        const onward = connect(inner, '127.0.0.1');
        socket.on('data', (chunk) => onward.write(chunk));
        onward.on('data', (chunk) => socket.write(chunk));
        [socket, onward].forEach((each) => each.on('error', () => undefined));
        close.push(() => [socket, onward].forEach((each) => each.destroy()));
      }),
    );
    const connection = await connectSsh(options(port, 20_000));
    const closed = new Promise<void>((done) => connection.client.once('close', () => done()));
    connection.close();
    await closed;
  });
});
