import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, Server, type ServerConfig } from 'ssh2';
import { generateHostKey } from '../../../src/serve/windows/ssh/host-keys';
import { connectSsh, type SshConnection } from '../../../src/transports/ssh/connect';
import { socketError } from '../../../src/transports/ssh/errors';
import { runCommand } from '../../../src/transports/ssh/exec';
import { SshUserFiles } from '../../../src/transports/ssh/user-files';
import { Secret } from '../../../src/transports/secret';

const hostKey = generateHostKey('ed25519', 'test').privateKey;

describe('what an SSH server may refuse', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slmgr-refusals-'));
  const close: (() => void)[] = [];
  afterEach(() => close.splice(0).forEach((end) => end()));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function connectTo(
    config: Partial<ServerConfig>,
    serve: (client: Connection) => void,
  ): Promise<SshConnection> {
    const server = new Server({ hostKeys: [hostKey], ...config }, (client) => {
      client.on('error', () => undefined);
      client.on('authentication', (context) => context.accept());
      serve(client);
      close.push(() => client.end());
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
    close.push(() => server.close());
    return connectSsh({
      target: {
        host: '127.0.0.1',
        port: (server.address() as AddressInfo).port,
        user: 'admin',
        acceptNew: true,
        knownHostsFile: join(folder, 'known'),
        password: () => Promise.resolve(new Secret('x')),
      },
      ports: { homeDirectory: folder, userFiles: new SshUserFiles(), localUser: 'me' },
      timeouts: { connect: 10_000, handshake: 10_000, command: 10_000 },
    });
  }

  test('no algorithm in common: which kind, and that the server is old or strict', async () => {
    const old = connectTo({ algorithms: { kex: ['diffie-hellman-group1-sha1'] } }, () => undefined);
    await expect(old).rejects.toMatchObject({
      step: 'tcp',
      failure: 'no-common-algorithm',
      message: expect.stringContaining('no matching key exchange') as unknown,
      advice: [expect.stringMatching(/old or very strict/)],
    });
  });

  test('a command: ForceCommand or no shell', async () => {
    const connection = await connectTo({}, (client) => {
      client.on('session', (accept) => {
        accept().on('exec', (_accept, reject) => reject());
      });
    });
    const command = { line: 'x', stdin: '', timeout: 10_000, maxOutput: 10, mark: { start: '#', end: '#' } };
    await expect(runCommand(connection, command)).rejects.toMatchObject({
      step: 'command',
      failure: 'denied',
      advice: [expect.stringContaining('ForceCommand')],
    });
    connection.close();
  });

  test('a command for which no channel is ever opened', async () => {
    const connection = await connectTo({}, (client) => client.on('session', () => undefined));
    const command = { line: 'x', stdin: '', timeout: 700, maxOutput: 10, mark: { start: '#', end: '#' } };
    await expect(runCommand(connection, command)).rejects.toMatchObject({
      step: 'command',
      failure: 'timeout',
      advice: [expect.stringContaining('/dlv')],
    });
    connection.close();
  });

  test.each([
    ['EHOSTUNREACH', 'tcp', 'unreachable'],
    ['ENETUNREACH', 'tcp', 'unreachable'],
    ['ETIMEDOUT', 'tcp', 'timeout'],
    ['ECONNRESET', 'tcp', 'closed'],
    ['ECONNREFUSED', 'tcp', 'refused'],
    ['ENOTFOUND', 'name', 'not-found'],
    ['EAI_AGAIN', 'name', 'not-found'],
  ])('a way that ends with %s', (code, step, failure) => {
    const error = socketError(Object.assign(new Error(code), { code }), { host: 'server01', port: 22 });
    expect(error).toMatchObject({ step, failure });
    expect(error.advice.join('')).not.toBe('');
  });
});
