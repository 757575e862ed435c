import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../fixtures/ports';
import { Program } from './program';
import { Running, serve } from './served';

/** Connections at once: more than the process may have files. */
const crowd = 150;
const fewFiles = ['bash', '-c', 'ulimit -n 64; exec "$@"', '--'];
const password = 'Worthless-1';

let program: Program;
let poor: Program;

beforeEach(() => {
  program = new Program();
  poor = new Program(fewFiles);
  poor.env['SLMGR_HOME'] = program.env['SLMGR_HOME'];
  program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
  program.ok('lab', 'add', 'KMS01', '--product', 'Windows Server 2022 Standard');
});
afterEach(() => {
  program.remove();
  poor.remove();
});

/** Opens a crowd of connections, some of which are refused or cut; returns when all of them have ended. */
async function storm(port: number): Promise<void> {
  const sockets: Socket[] = [];
  await Promise.all(
    Array.from({ length: crowd }, async () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      sockets.push(socket);
      await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
    }),
  );
  await new Promise((wake) => setTimeout(wake, 500));
  await Promise.all(
    sockets.map(async (socket) => {
      if (socket.closed) return;
      const closed = once(socket, 'close');
      socket.destroy();
      await closed;
    }),
  );
}

describe('a server that has no more files for connections', () => {
  test('kms serve goes on, tells of it in a few lines, and answers afterwards', async () => {
    const port = await freePort();
    program.ok(
      'KMS01',
      '/ipk',
      program.ok('lab', 'mint-key', '--type', 'csvlk', '--for', 'Windows Server 2022 Standard').trim(),
    );
    program.ok('KMS01', '/ato');
    program.ok('KMS01', '/sprt', String(port));
    program.ok('lab', 'restart', 'KMS01');
    const running = await serve(poor, 'KMS01');
    await storm(port);
    const loaded = program.run(
      'kms',
      'load',
      `127.0.0.1:${String(port)}`,
      '--duration',
      '500ms',
      '--rate',
      '20',
    );
    expect(loaded).toMatchObject({ status: 0 });
    expect(running.stderr.split('\n').length).toBeLessThan(60);
    expect(running.stderr).not.toMatch(/^\s+at /m);
    expect(await running.stop()).toBe(0);
  });

  test('lab serve goes on and lets users in afterwards', async () => {
    const [ssh, winrm] = [await freePort(), await freePort()];
    program.runWith({ input: password }, 'lab', 'account', 'add', 'admin', '--password-stdin');
    const running = new Running(
      poor,
      'lab',
      'serve',
      'KMS01',
      '--ssh',
      String(ssh),
      '--winrm',
      String(winrm),
    );
    await running.until(({ stdout }) => stdout.includes(String(winrm)));
    await Promise.all([storm(ssh), storm(winrm)]);
    const env = { SLMGR_PASSWORD: password };
    const known = join(program.home, 'known_hosts');
    for (const [way, options] of [
      [`ssh://admin@127.0.0.1:${String(ssh)}`, ['--accept-new', '--known-hosts', known]],
      [`winrm://admin@127.0.0.1:${String(winrm)}`, []],
    ] as const) {
      expect(program.runWith({ env }, way, '/xpr', ...options)).toMatchObject({ status: 0, stderr: '' });
    }
    expect(running.stderr).not.toMatch(/^\s+at /m);
    expect(await running.stop()).toBe(0);
  });
});
