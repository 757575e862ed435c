import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuthContext, type Connection, Server } from 'ssh2';
import { type SshConnection, connectSsh } from '../../../src/transports/ssh/connect';
import { runCommand } from '../../../src/transports/ssh/exec';
import { SshUserFiles } from '../../../src/transports/ssh/user-files';
import { type SshTarget, type SshTimeouts } from '../../../src/transports/ssh/settings';
import { Secret } from '../../../src/transports/secret';
import { isTransportError, type TransportError } from '../../../src/transports/transport-error';
import { hasSshd, makeKey, sshdNote, startSshd } from '../../fixtures/sshd';

const describeWithKeys = hasSshd ? describe : describe.skip;
const password = 'S3cret-of-the-test';
const timeouts: SshTimeouts = { connect: 5000, handshake: 10_000, command: 10_000 };

describeWithKeys(`ways to authenticate${sshdNote}`, () => {
  let folder = '';
  let server: Server;
  let port = 0;
  let decide: (context: AuthContext) => void = () => undefined;
  const connections = new Set<Connection>();
  const debugLines: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slmgr-auth-'));
    mkdirSync(join(folder, '.ssh'));
    const hostKey = readFileSync(makeKey(folder, 'host', 'ed25519'));
    server = new Server({ hostKeys: [hostKey] }, (client) => {
      connections.add(client);
      client.on('authentication', (context) => decide(context));
      client.on('error', () => undefined);
      client.on('ready', () => {
        client.on('session', (accept) => {
          accept().on('exec', (acceptExec) => {
            const channel = acceptExec();
            channel.write('#slmgr-');
            setTimeout(() => channel.write('x#'), 20);
          });
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as { port: number }).port;
  });

  afterAll(async () => {
    connections.forEach((client) => client.end());
    await new Promise<void>((resolve) => server.close(() => resolve()));
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(target: Partial<SshTarget> = {}, agentSocket?: string): Promise<SshConnection> {
    return connectSsh({
      target: {
        host: '127.0.0.1',
        port,
        user: 'CORP\\admin',
        acceptNew: true,
        knownHostsFile: join(folder, 'known'),
        ...target,
      },
      ports: {
        homeDirectory: folder,
        userFiles: new SshUserFiles(),
        localUser: 'me',
        agentSocket,
        debug: (line) => debugLines.push(line),
      },
      timeouts,
    });
  }

  async function failure(target: Partial<SshTarget> = {}): Promise<TransportError> {
    const error: unknown = await open(target).then(
      (connection) => connection.close(),
      (reason: unknown) => reason,
    );
    if (!isTransportError(error)) throw new Error(`it did not fail as it should: ${String(error)}`);
    return error;
  }

  test('a password, asked for only after keys have failed', async () => {
    const order: string[] = [];
    decide = (context) => {
      order.push(context.method);
      if (
        context.method === 'password' &&
        context.password === password &&
        context.username === 'CORP\\admin'
      )
        context.accept();
      else context.reject(['publickey', 'password']);
    };
    const identity = makeKey(folder, `key-${String(Date.now())}`, 'ed25519');
    const ask = (): Promise<Secret> =>
      Promise.resolve(void order.push('asked')).then(() => new Secret(password));
    const connection = await open({ identityFiles: [identity], password: ask });
    expect(order).toEqual(['none', 'publickey', 'asked', 'password']);
    const result = await runCommand(connection, {
      line: 'x',
      stdin: '',
      timeout: 5000,
      maxOutput: 1000,
      mark: { start: '#slmgr-', end: '#' },
    });
    expect(result.stdout).toBe('#slmgr-x#');
    connection.close();
  });

  test('keyboard-interactive where the server offers the password only so', async () => {
    let answers: readonly string[] = [];
    decide = (context) => {
      if (context.method !== 'keyboard-interactive') {
        context.reject(['keyboard-interactive']);
        return;
      }
      context.prompt([{ prompt: 'Password: ', echo: false }], (given) => {
        answers = given;
        if (given[0] === password) context.accept();
        else context.reject(['keyboard-interactive']);
      });
    };
    (await open({ password: () => Promise.resolve(new Secret(password)) })).close();
    expect(answers).toEqual([password]);
  });

  test('a wrong password: tried once each way, never shown', async () => {
    const tried: string[] = [];
    decide = (context) => {
      tried.push(context.method);
      context.reject(['password', 'keyboard-interactive']);
    };
    const refused = await failure({ password: () => Promise.resolve(new Secret(password)) });
    expect(tried).toEqual(['none', 'password', 'keyboard-interactive']);
    expect(refused.message).toMatch(/refused the user CORP\\admin: tried a password/);
    expect(debugLines.length).toBeGreaterThan(10);
    const told = [JSON.stringify(refused), refused.stack, String(refused.cause), ...debugLines].join('\n');
    expect(told).not.toContain(password);
  });

  test('a password that has expired, told by the method itself or in a dialogue', async () => {
    const old = { password: () => Promise.resolve(new Secret(password)) };
    decide = (context) => {
      if (context.method === 'password') context.requestChange('Your password has expired.', () => undefined);
      else context.reject(['password']);
    };
    expect(await failure(old)).toMatchObject({ step: 'authentication', failure: 'denied' });
    expect((await failure(old)).message).toContain('the password of CORP\\admin has expired');
    const answers: (readonly string[])[] = [];
    decide = (context) => {
      if (context.method !== 'keyboard-interactive') {
        context.reject(['keyboard-interactive']);
        return;
      }
      context.prompt([{ prompt: 'New password: ', echo: false }], (given) => {
        answers.push(given);
        context.reject(['keyboard-interactive']);
      });
    };
    expect((await failure(old)).advice.join(' ')).toContain('has expired');
    expect(answers).toEqual([[]]);
  });

  test('nothing to try is said as such', async () => {
    decide = (context) => context.reject(['password']);
    expect((await failure()).message).toContain('nothing could be tried');
  });

  test('a key file that is none, and a public one', async () => {
    decide = (context) => context.reject(['publickey']);
    const none = join(folder, 'none');
    writeFileSync(none, 'hello');
    expect((await failure({ identityFiles: [none] })).advice.join(' ')).toContain(none);
    const pair = makeKey(folder, `pair-${String(Date.now())}`, 'ed25519');
    expect((await failure({ identityFiles: [`${pair}.pub`] })).advice.join(' ')).toContain('public key');
  });

  test('a named key file that is not there is said; an agent that is gone is not the end', async () => {
    decide = (context) => context.reject(['publickey']);
    expect((await failure({ identityFiles: ['/absent/key'] })).advice.join(' ')).toContain('/absent/key');
    decide = (context) => {
      if (context.method === 'password') context.accept();
      else context.reject(['publickey', 'password']);
    };
    (
      await open({ password: () => Promise.resolve(new Secret(password)) }, join(folder, 'gone.sock'))
    ).close();
  });

  test('a server that lets the client wait is given up', async () => {
    decide = () => undefined;
    const waiting = connectSsh({
      target: { host: '127.0.0.1', port, user: 'x', acceptNew: true, knownHostsFile: join(folder, 'known') },
      ports: { homeDirectory: folder, userFiles: new SshUserFiles(), localUser: 'me' },
      timeouts: { ...timeouts, handshake: 700 },
    });
    await expect(waiting).rejects.toMatchObject({ step: 'authentication', failure: 'timeout' });
  });

  test('the keys of an agent', async () => {
    const key = makeKey(folder, `agent-${String(Date.now())}`, 'ed25519');
    const socket = join(folder, 'agent.sock');
    const agent = spawn('/usr/bin/ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    const sshd = await startSshd({ authorized: [`${key}.pub`] });
    try {
      for (let tries = 0; tries < 100 && !existsSync(socket); tries += 1)
        await new Promise((wake) => setTimeout(wake, 50));
      execFileSync('/usr/bin/ssh-add', ['-q', key], { env: { SSH_AUTH_SOCK: socket }, stdio: 'ignore' });
      const target = { port: sshd.port, user: sshd.user, knownHostsFile: join(folder, 'agent-known') };
      (await open(target, socket)).close();
      await expect(open(target)).rejects.toMatchObject({ step: 'authentication' });
    } finally {
      agent.kill();
      await sshd.stop();
    }
  });

  test('without the native parts of ssh2 as well', () => {
    const probe = `
      const Module = require('node:module');
      const load = Module._load;
      Module._load = function (name, ...rest) {
        if (name.endsWith('.node') || name === 'cpu-features') throw new Error('no native parts');
        return load.call(this, name, ...rest);
      };
      const { Client } = require('ssh2');
      const client = new Client();
      client.on('ready', () => { console.log('ready'); client.end(); });
      client.on('error', (error) => { console.log(error.message); process.exit(1); });
      client.connect({ host: '127.0.0.1', port: ${String(port)}, username: 'x', password: 'y', hostVerifier: () => true });
    `;
    decide = (context) => (context.method === 'none' ? context.reject(['password']) : context.accept());
    return new Promise<void>((resolve, reject) => {
      const child = spawn(process.execPath, ['-e', probe], {
        cwd: join(__dirname, '..', '..', '..'),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      child.on('exit', () => (said.includes('ready') ? resolve() : reject(new Error(said))));
    });
  });
});
