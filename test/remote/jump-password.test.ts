import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, type Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { createSshTarget } from '../../src/serve/windows/ssh';
import { generateHostKey, knownHostLines } from '../../src/serve/windows/ssh/host-keys';
import { connectTarget } from '../../src/remote/connect-target';
import { connectOverWinrm } from '../../src/remote/connect-winrm';
import { isRemoteFailure } from '../../src/remote/remote-failure';
import { Secret } from '../../src/transports/secret';
import { testPorts } from '../fixtures/remote-ports';
import { oneMachine, secret } from '../protocol/remote-client';

const jumpPassword = 'Way-In-1';

describe('a jump host that wants a password', () => {
  let home = '';
  let jump: ssh2.Server;
  let target: NetServer;
  let knownHosts = '';
  const given: string[] = [];

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'slmgr-jump-'));
    mkdirSync(join(home, '.ssh'));
    const hostKey = generateHostKey('ed25519', 'test');
    jump = new ssh2.Server({ hostKeys: [hostKey.privateKey] }, (client) => {
      client.on('error', () => undefined);
      client.on('authentication', (context) => {
        if (context.method === 'password') given.push(context.password);
        if (context.method === 'password' && context.password === jumpPassword) context.accept();
        else context.reject(['password']);
      });
      client.on('tcpip', (accept, reject, { destIP, destPort }) => {
        const onward = connect(destPort, destIP);
        onward.once('error', () => reject());
        onward.once('connect', () => {
          const channel = accept();
          onward.removeAllListeners('error').on('error', () => channel.end());
          channel.on('error', () => onward.destroy());
          channel.pipe(onward).pipe(channel);
        });
      });
    });
    target = createSshTarget(oneMachine(), [hostKey.privateKey]);
    await Promise.all(
      [jump, target].map(
        (server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done())),
      ),
    );
    knownHosts = join(home, 'known');
    const lines = [jump, target].flatMap((server) =>
      knownHostLines({ address: '127.0.0.1', port: portOf(server) }, [hostKey]),
    );
    writeFileSync(knownHosts, `${lines.join('\n')}\n`);
  });

  afterAll(() => {
    jump.close();
    target.close();
    rmSync(home, { recursive: true, force: true });
  });

  beforeEach(() => given.splice(0));

  const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;

  /** A targets file with one machine behind the jump host. */
  function targets(password: object | undefined): string {
    const file = join(home, 'targets.yaml');
    const way = { host: `ops@127.0.0.1:${String(portOf(jump))}`, ...(password && { password }) };
    const entry = { host: '127.0.0.1', port: portOf(target), user: 'admin', knownHosts, jump: way };
    writeFileSync(file, JSON.stringify({ targets: { server01: entry } }));
    return file;
  }

  async function version(file: string, more: Parameters<typeof testPorts>[1]): Promise<unknown> {
    const ports = testPorts(home, { ...more, env: { SLMGR_PASSWORD: secret, ...more?.env } });
    const named = { machine: 'server01', account: null };
    const provider = await connectTarget(named, { targets: [file] }, { ports, winrm: connectOverWinrm });
    const [service] = await provider.query({
      class: 'SoftwareLicensingService',
      select: ['Version'],
      filter: { kind: 'all' },
    });
    await provider.close();
    expect(ports.said.join('\n')).not.toContain(jumpPassword);
    expect(ports.said.join('\n')).not.toContain(secret);
    return service?.Version;
  }

  test('gets its own from the source that the targets file names', async () => {
    const file = targets({ env: 'JUMP_PASSWORD' });
    expect(await version(file, { env: { JUMP_PASSWORD: jumpPassword } })).toBe('10.0.20348.1');
    expect(given).toEqual([jumpPassword]);
  });

  test('gets what a person types, asked for by its name, and never the password of the target', async () => {
    const questions: string[] = [];
    const askSecret = (question: string): Promise<Secret> => {
      questions.push(question);
      return Promise.resolve(new Secret(jumpPassword));
    };
    expect(await version(targets(undefined), { askSecret })).toBe('10.0.20348.1');
    expect(questions).toEqual(['Password for the jump host ops@127.0.0.1: ']);
    expect(given).toEqual([jumpPassword]);
  });

  test('where nobody can be asked, it is the jump host that refused', async () => {
    const error: unknown = await version(targets(undefined), {}).catch((reason: unknown) => reason);
    if (!isRemoteFailure(error)) throw error as Error;
    expect([error.step, error.hresult]).toEqual(['authentication', 0x80070005]);
    expect(error.message).toContain('127.0.0.1 refused the user ops');
    expect(given).toEqual([]);
  });

  test('a source that cannot be used is named', async () => {
    const error: unknown = await version(targets({ env: 'NOT_SET' }), {}).catch((reason: unknown) => reason);
    if (!isRemoteFailure(error)) throw error as Error;
    expect(error.message).toContain('NOT_SET is not set');
    expect(error.step).toBe('authentication');
  });
});
