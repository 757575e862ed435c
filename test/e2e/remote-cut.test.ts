import { type AddressInfo, type Socket } from 'node:net';
import { createWinrmServer } from '../../src/transports/winrm/server/server';
import { ntHash } from '../../src/transports/winrm/ntlm/keys';
import { ntlmListener, plainService, secret } from '../protocol/remote-client';
import { type Document, type Ended, Program } from './program';

describe('a connection that is cut in the middle of a change, from the command line', () => {
  const near = new Program();
  const sockets = new Set<Socket>();
  let changes = 0;
  const service = plainService();
  const server = createWinrmServer<string>({
    accounts: {
      find: (user) => (user === 'admin' ? { account: user, ntHash: ntHash(secret) } : null),
    },
    handle: async (envelope) => {
      if (!envelope.includes('ManagementServiceMachine_INPUT')) return service.handle(envelope);
      changes += 1;
      sockets.forEach((socket) => socket.destroy());
      return new Promise(() => undefined);
    },
    ...ntlmListener,
  });

  beforeAll(async () => {
    near.env['SLMGR_PASSWORD'] = secret;
    server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
    near.remove();
  });

  /** The server is in this process: it must go on while the program runs. */
  async function ended(...words: readonly string[]): Promise<Ended> {
    const child = near.start(...words);
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const status = await new Promise<number | null>((done) => child.once('close', done));
    return { status: status ?? -1, stdout, stderr };
  }

  test.each([[[]], [['--json']]])(
    'the truth stands beside the error: %j',
    async (options) => {
      changes = 0;
      const target = `winrm://admin@127.0.0.1:${String((server.address() as AddressInfo).port)}`;
      const run = await ended(target, '/skms', 'kms.other.example', ...options);
      expect([run.status, changes]).toEqual([190, 1]);
      const truth = /the machine was asked again\..*KeyManagementServiceMachine is kms\.lab\.example\./s;
      if (options.length > 0) {
        const document = JSON.parse(run.stdout) as Document;
        expect(document).toMatchObject({ ok: false, hresult: '0x800706BE' });
        expect(document.messages.join('\n')).toMatch(truth);
        return;
      }
      expect(run.stdout).toMatch(/^Error: 0x800706BE /);
      expect(run.stderr).toMatch(/^slmgr: winrm:.*: command failed: the connection to 127\.0\.0\.1 was cut/);
      expect(run.stderr).toMatch(truth);
      expect(run.stderr).not.toContain(secret);
    },
    60_000,
  );
});
