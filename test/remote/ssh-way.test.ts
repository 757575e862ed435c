import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWinrmTarget } from '../../src/serve/windows/winrm';
import { checkConnection } from '../../src/remote/check-connection';
import { connectTarget } from '../../src/remote/connect-target';
import { connectOverWinrm } from '../../src/remote/connect-winrm';
import { planConnection, type RemoteOptions } from '../../src/remote/plan';
import { isRemoteFailure, type RemoteFailure } from '../../src/remote/remote-failure';
import { canFilterPorts, filteredNote, filteredPort } from '../fixtures/filtered-port';
import { freePort } from '../fixtures/ports';
import { testPorts } from '../fixtures/remote-ports';
import { oneMachine } from '../protocol/remote-client';

const unreachable = 0x800706ba;

describe('the way to an SSH server that is none', () => {
  let home = '';
  const open: (() => void)[] = [];

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'slmgr-way-'));
  });
  afterEach(() => {
    open.splice(0).forEach((close) => close());
    rmSync(home, { recursive: true, force: true });
  });

  async function listening(server: Server): Promise<string> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    open.push(() => {
      server.close();
      sockets.forEach((socket) => socket.destroy());
    });
    return `ssh://admin@127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  }

  async function failure(machine: string, options: RemoteOptions = {}): Promise<RemoteFailure> {
    const opened = connectTarget({ machine, account: null }, options, {
      ports: testPorts(home),
      winrm: connectOverWinrm,
    });
    const error: unknown = await opened.then(
      () => new Error('it was opened'),
      (reason: unknown) => reason,
    );
    if (!isRemoteFailure(error)) throw error as Error;
    return error;
  }

  const onLinux = canFilterPorts ? test : test.skip;

  onLinux(`a filtered port ends within the time limit and is called so${filteredNote}`, async () => {
    const filtered = await filteredPort();
    open.push(() => filtered.close());
    const machine = `ssh://admin@${filtered.address}`;
    const dropped = await failure(machine, { timeout: 700 });
    expect(dropped).toMatchObject({ step: 'tcp', hresult: unreachable });
    expect(dropped.message).toBe(`no answer from ${filtered.address} within 0.7 s`);
    expect(dropped.advice.join(' ')).toContain('filtered');
  });

  onLinux(`ConnectTimeout of ~/.ssh/config holds where no --timeout was given${filteredNote}`, async () => {
    const filtered = await filteredPort();
    open.push(() => filtered.close());
    mkdirSync(join(home, '.ssh'));
    writeFileSync(join(home, '.ssh', 'config'), 'Host 127.0.0.1\n ConnectTimeout 1\n');
    const machine = `ssh://admin@${filtered.address}`;
    expect((await failure(machine)).message).toContain('within 1 s');
    expect((await failure(machine, { timeout: 1500 })).message).toContain('within 1.5 s');
  });

  onLinux(`check-connection says it of the TCP step and reaches no further${filteredNote}`, async () => {
    const filtered = await filteredPort();
    open.push(() => filtered.close());
    for (const transport of ['ssh', 'winrms']) {
      const ports = testPorts(home, { env: { SLMGR_PASSWORD: 'x' } });
      const machine = `${transport}://admin@${filtered.address}`;
      const plan = await planConnection({ machine, account: null }, { timeout: 700 }, ports);
      const report = await checkConnection(plan, { ports, winrm: connectOverWinrm });
      expect(report).toMatchObject({ ok: false, hresult: '0x800706BA', machine: null });
      expect(report.steps.map(({ step, status }) => `${step} ${status}`)).toEqual([
        'name ok',
        'tcp failed',
        `${transport === 'ssh' ? 'host-key' : 'tls'} skipped`,
        'authentication skipped',
        'elevation skipped',
        'licensing-classes skipped',
      ]);
      expect(report.steps[1]?.advice.join(' ')).toContain('filtered');
    }
  });

  test.each([
    ['a WinRM listener', (): Server => createWinrmTarget(oneMachine(), null)],
    ['a web server', (): Server => createHttpServer((_in, out) => void out.writeHead(404).end('no'))],
    ['a server that hangs up', (): Server => createServer((socket) => socket.destroy())],
    ['a server that talks nonsense', (): Server => createServer((socket) => void socket.end('220 mail\r\n'))],
  ])('%s: another service may listen there', async (_name, server) => {
    const other = await failure(await listening(server()));
    expect(other).toMatchObject({ step: 'tcp', hresult: unreachable });
    expect(other.advice.join(' ')).toMatch(/Another service may listen there; WinRM is reached by winrm:/);
  });

  test('a configuration that cannot be read is not passed over', async () => {
    mkdirSync(join(home, '.ssh', 'config'), { recursive: true });
    const unread = await failure(`ssh://admin@127.0.0.1:${String(await freePort())}`);
    expect(unread).toMatchObject({ step: 'tcp', hresult: unreachable });
    expect(unread.message).toContain(join(home, '.ssh', 'config'));
  });

  test('a ProxyCommand is refused as such', async () => {
    mkdirSync(join(home, '.ssh'));
    writeFileSync(join(home, '.ssh', 'config'), 'Host *\n ProxyCommand nc %h %p\n');
    const refused = await failure(`ssh://admin@127.0.0.1:${String(await freePort())}`);
    expect(refused).toMatchObject({ step: 'tcp', hresult: unreachable });
    expect(refused.advice.join(' ')).toContain('ProxyJump');
  });
});
