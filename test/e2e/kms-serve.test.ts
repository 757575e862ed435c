import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { freePort } from '../fixtures/ports';
import { Program } from './program';

const serverEdition = 'Windows Server 2008 R2 Standard';

let program: Program;
let port: number;
const running: ChildProcess[] = [];

beforeEach(async () => {
  program = new Program();
  port = await freePort();
  program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
  addHost('KMS01', port);
});

afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
  program.remove();
});

function addHost(name: string, listeningPort: number): void {
  program.ok('lab', 'add', name, '--product', serverEdition);
  program.ok(name, '/ipk', program.ok('lab', 'mint-key', '--type', 'csvlk', '--for', serverEdition).trim());
  program.ok(name, '/ato');
  program.ok(name, '/sprt', String(listeningPort));
  program.ok('lab', 'restart', name);
}

/** Starts `kms serve` and waits for so many lines on standard output. */
async function serve(
  lines: number,
  ...words: readonly string[]
): Promise<{ readonly child: ChildProcess; readonly out: string[] }> {
  const child = program.start('kms', 'serve', ...words);
  running.push(child);
  const out: string[] = [];
  await new Promise<void>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      out.splice(0, out.length, ...text.split('\n').slice(0, -1));
      if (out.length >= lines) resolve();
    });
    child.once('exit', (status) => reject(new Error(`kms serve ended with ${String(status)}`)));
  });
  return { child, out };
}

interface Status {
  readonly served: boolean;
  readonly pid: number | null;
  readonly requests: { readonly total: number };
}

function status(name = 'KMS01'): Status {
  return program.data<Status>('kms', 'status', name);
}

async function eventually(holds: () => boolean): Promise<void> {
  const began = Date.now();
  while (!holds()) {
    if (Date.now() - began > 25_000) throw new Error('it never came to that');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Nice value of a process, from Linux' own table. */
function nice(pid: number | null): number {
  return Number(
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ')[16],
  );
}

test('served until a signal, one line each, one process each; a load run is answered and counted', async () => {
  const second = await freePort();
  addHost('KMS02', second);
  const { child, out } = await serve(2, 'KMS01', 'kms02');
  expect([...out].sort()).toEqual([
    `KMS01 listening on 127.0.0.1:${port}`,
    `KMS02 listening on 127.0.0.1:${second}`,
  ]);
  expect(status('KMS01').pid).not.toBe(status('KMS02').pid);
  const kept = program.data('kms', 'load', 'KMS01', '--connections', '4', '--duration', '500ms');
  const single = program.data('kms', 'load', `127.0.0.1:${port}`, '--duration', '500ms', '--rate', '100');
  expect(kept).toMatchObject({ failed: 0, sent: kept['answered'], refusals: {} });
  expect(single).toMatchObject({ failed: 0, latencyMs: { p50: expect.any(Number) as number } });
  expect(status().requests.total).toBe(Number(kept['answered']) + Number(single['answered']));
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await expect(gone).resolves.toEqual([0, null]);
  expect(status().served).toBe(false);
}, 60_000);

test('a client activates over the socket of a served host', async () => {
  await serve(1, 'KMS01');
  program.ok('lab', 'add', 'SRV', '--product', serverEdition, '--count', '5');
  const codes = ['001', '002', '003', '004', '005'].map(
    (number) => program.run(`SRV-${number}`, '/ato').stdout,
  );
  expect(codes.slice(0, 4).every((text) => text.includes('0xC004F038'))).toBe(true);
  expect(codes[4]).toContain('Product activated successfully.');
  expect(program.data('kms', 'status', 'KMS01')).toMatchObject({ answered: 5, counts: [{ current: 5 }] });
}, 60_000);

test('kill -9 of the parent takes the children along; the host can be served again at once', async () => {
  const { child } = await serve(1, 'KMS01');
  child.kill('SIGKILL');
  await serve(1, 'KMS01');
  expect(status().served).toBe(true);
}, 60_000);

test('a child that dies is started again, and the load report says what was lost', async () => {
  const { out } = await serve(1, 'KMS01');
  const load = program.start('kms', 'load', 'KMS01', '--connections', '2', '--duration', '1h', '--json');
  running.push(load);
  let text = '';
  load.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await eventually(() => status().requests.total > 0);
  process.kill(status().pid ?? 0, 'SIGKILL');
  await eventually(() => out.length === 2);
  const closed = once(load, 'close');
  load.kill('SIGTERM');
  await expect(closed).resolves.toEqual([143, null]);
  const { data } = JSON.parse(text) as { readonly data: Readonly<Record<string, number>> };
  expect(data['failed']).toBeGreaterThan(0);
  expect(data['sent']).toBe((data['answered'] ?? 0) + (data['failed'] ?? 0));
  expect(status().requests.total).toBeGreaterThanOrEqual(data['answered'] ?? 0);
}, 60_000);

test('two machines on one address and port: a clear refusal, status 1', async () => {
  addHost('KMS02', port);
  await serve(1, 'KMS01');
  const refused = program.run('kms', 'serve', 'KMS02');
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain(`cannot listen on 127.0.0.1:${port}: the address and port are taken`);
  const again = program.run('kms', 'serve', 'KMS01');
  expect(again).toMatchObject({ status: 1, stdout: '' });
  expect(again.stderr).toContain('KMS01 is served already, by process');
}, 60_000);

test('where one of several is refused, nothing is served and no address is told', async () => {
  addHost('KMS02', port);
  const refused = program.run('kms', 'serve', 'KMS01', 'KMS02', 'NIX');
  expect(refused).toMatchObject({ status: 1, stdout: '' });
  expect(refused.stderr).toContain('Nothing is served:');
  expect(refused.stderr).toContain(`KMS02: cannot listen on 127.0.0.1:${port}`);
  expect(refused.stderr).toContain('There is no machine NIX');
  expect(program.run('kms', 'serve', 'KMS0l').stderr).toMatch(/did you mean KMS01 or KMS02\?$/m);
  expect(program.ok('lab', 'events', 'KMS01', '--id', '12291')).toBe('');
  const metrics = await freePort();
  const server = createServer().listen(metrics, '127.0.0.1');
  await once(server, 'listening');
  const without = program.run('kms', 'serve', 'KMS01', '--metrics', String(metrics));
  server.close();
  expect(without).toMatchObject({ status: 1, stdout: '' });
  expect(without.stderr).toContain(`The metrics cannot be served on 127.0.0.1:${metrics}`);
  expect(status().served).toBe(false);
}, 60_000);

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux(
  '/cpri and /spri change the priority of the process at the restart of the machine',
  async () => {
    const { out } = await serve(1, 'KMS01');
    const before = nice(status().pid);
    program.ok('KMS01', '/cpri');
    expect(nice(status().pid)).toBe(before);
    program.ok('lab', 'restart', 'KMS01');
    await eventually(() => nice(status().pid) === 19);
    program.ok('KMS01', '/spri');
    program.ok('lab', 'restart', 'KMS01');
    await eventually(() => status().pid !== null && nice(status().pid) === before);
    expect(out[0]).toBe(`KMS01 listening on 127.0.0.1:${port}`);
  },
  60_000,
);
