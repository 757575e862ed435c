/**
 * Remote work against the `ssh` program in the same run, on simulated machines that the built program serves. Ends
 * non-zero where a limit is missed. Usage: tsx bench/remote/remote.ts [RUNS] [MACHINES]
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loaderCommand, loaderInput, newTicket } from '../../src/providers/windows/bridge/envelope';
import type { BridgeRequest } from '../../src/providers/windows/bridge/protocol';
import { windowsProvider } from '../../src/providers/windows/provider';
import { roundTripsPerVerb } from './round-trips';

const launcher = join(__dirname, '../../bin/slmgr');
const folder = mkdtempSync(join(tmpdir(), 'slmgr-remote-'));
const password = 'Bench-Passw0rd-1';
/** Of many: with 200 targets, and with 1,000. */
const limits = { one: 1.6, many: [1.8, 2.5] } as const;
const env: NodeJS.ProcessEnv = {
  ...process.env,
  SLMGR_HOME: join(folder, 'home'),
  SLMGR_PASSWORD: password,
  SSH_ASKPASS: join(folder, 'askpass'),
  SSH_ASKPASS_REQUIRE: 'force',
  DISPLAY: 'none',
};
const knownHosts = join(folder, 'targets.yaml.known_hosts');

function slmgr(input: string, ...words: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [launcher, ...words], { env, input });
  if (status !== 0) throw new Error(`slmgr ${words.join(' ')}: ${String(stderr)}`);
}

/** Serves the machines; their addresses in order. */
async function serve(
  machines: number,
): Promise<{ readonly server: ChildProcess; readonly addresses: string[] }> {
  slmgr('', 'lab', 'init');
  slmgr('', 'lab', 'add', 'PC', '--product', 'Windows Server 2022 Datacenter', '--count', String(machines));
  slmgr(`${password}\n`, 'lab', 'account', 'add', 'admin', '--password-stdin');
  const words = ['lab', 'serve', '--ssh', '0', '--targets-out', join(folder, 'targets.yaml')];
  const server = spawn(process.execPath, [launcher, ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  server.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  for (const end = Date.now() + 120_000; ;) {
    const addresses = [...said.matchAll(/ ssh (\S+)\n/g)].map(([, address]) => address!);
    if (addresses.length === machines && readIfThere(knownHosts)) return { server, addresses };
    if (Date.now() > end) throw new Error(`not served: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function readIfThere(file: string): boolean {
  try {
    return readFileSync(file).length > 0;
  } catch {
    return false;
  }
}

/** What our client sends for /dlv: caught on its way. */
async function requestOfDlv(): Promise<BridgeRequest> {
  const caught: BridgeRequest[] = [];
  const provider = windowsProvider(
    {
      run: (request) => {
        caught.push(request);
        return Promise.reject(new Error('caught'));
      },
      close: () => Promise.resolve(),
    },
    {
      description: { kind: 'windows', machine: 'bench' },
      clock: Date.now,
      readLocalFile: () => Promise.reject(new Error('no file')),
      verb: { name: 'dlv', args: [] },
    },
  );
  await provider.connect().catch(() => undefined);
  const [request] = caught;
  if (request === undefined) throw new Error('no request');
  return request;
}

const sshOptions = [
  ...['-F', 'none', '-T', '-l', 'admin', '-o', `UserKnownHostsFile=${knownHosts}`],
  ...['-o', 'PubkeyAuthentication=no', '-o', 'LogLevel=ERROR'],
];

function timed(program: string, words: readonly string[], input = ''): number {
  const begun = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(program, words, { env, input, maxBuffer: 64 * 1024 * 1024 });
  const took = Number(process.hrtime.bigint() - begun) / 1e6;
  if (status !== 0)
    throw new Error(`${program} ended with ${String(status)}: ${String(stdout)}${String(stderr)}`);
  return took;
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((left, right) => left - right);
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2;
}

function verdict(ratio: number, limit: number, good: boolean): string {
  if (!good) process.exitCode = 1;
  return `x${ratio.toFixed(2)}  (limit ${limit}: ${good ? 'met' : 'MISSED'})`;
}

async function one(address: string, runs: number): Promise<void> {
  const stdin = loaderInput(await requestOfDlv(), newTicket());
  const ways: Readonly<Record<string, () => number>> = {
    'node -e 0': () => timed(process.execPath, ['-e', '0']),
    ssh: () =>
      timed('ssh', [...sshOptions, '-p', address.split(':')[1]!, '127.0.0.1', loaderCommand()], stdin),
    'slmgr ssh:// /dlv': () =>
      timed(process.execPath, [launcher, `ssh://admin@${address}`, '/dlv', '--known-hosts', knownHosts]),
  };
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let at = -1; at < runs; at += 1) {
    for (const [name, measure] of Object.entries(ways)) {
      const took = measure();
      if (at >= 0) times[name]!.push(took);
    }
  }
  const [bare = 0, ssh = 0, ours = 0] = Object.values(times).map(median);
  for (const [name, list] of Object.entries(times))
    console.log(`${name.padEnd(20)} ${median(list).toFixed(1)} ms`);
  const ratio = ours / (bare + ssh);
  console.log(`one /dlv to the sum of the other two: ${verdict(ratio, limits.one, ratio <= limits.one)}`);
}

async function many(addresses: readonly string[]): Promise<void> {
  const input = loaderInput(await requestOfDlv(), newTicket());
  writeFileSync(join(folder, 'input'), input);
  const list = addresses.map((address) => `${address.split(':')[1]}\n`).join('');
  const line = `exec ssh ${sshOptions.map((word) => `'${word}'`).join(' ')} -p "$0" 127.0.0.1 '${loaderCommand()}' < ${join(folder, 'input')} > /dev/null`;
  const targets = join(folder, 'targets.yaml');
  const run = (atOnce: string): readonly string[] => [
    ...[launcher, '@all', '/dlv', '--targets', targets, '--known-hosts', knownHosts],
    ...['--concurrency', atOnce, '--no-record'],
  ];
  const ways: Readonly<Record<string, () => number>> = {
    'slmgr @all /dlv, one after another': () => timed(process.execPath, run('1')),
    'slmgr @all /dlv, 32 at a time': () => timed(process.execPath, run('32')),
    'xargs -P32 ssh': () => timed('xargs', ['-P32', '-n1', 'sh', '-c', line], list),
  };
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let at = 0; at < 3; at += 1)
    for (const [name, measure] of Object.entries(ways)) times[name]!.push(measure());
  for (const [name, took] of Object.entries(times))
    console.log(`${`${addresses.length} targets, ${name}`.padEnd(46)} ${median(took).toFixed(0)} ms`);
  const [, ours = 1, theirs = 0] = Object.values(times).map(median);
  const ratio = theirs / ours;
  const limit = limits.many[addresses.length < 1000 ? 0 : 1];
  console.log(`xargs -P32 ssh to slmgr, 32 at a time: ${verdict(ratio, limit, ratio >= limit)}`);
}

async function main(): Promise<void> {
  const runs = Number(process.argv[2] ?? '21');
  const machines = Number(process.argv[3] ?? '200');
  writeFileSync(env['SSH_ASKPASS']!, '#!/bin/sh\necho "$SLMGR_PASSWORD"\n', { mode: 0o700 });
  const { server, addresses } = await serve(machines);
  try {
    await one(addresses[0]!, runs);
    await many(addresses);
    for (const line of await roundTripsPerVerb()) console.log(line);
  } finally {
    server.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
