import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accounts } from '../protocol/served-lab';
import { launcher, Program } from './program';
import { Running } from './served';

/** Machines that are served, one half over SSH and the other over WinRM; `npm run big` has 1,000. */
const count = Number(process.env['SLMGR_FLEET_MACHINES'] ?? 6);
const isBig = count > 50;
const kills = isBig ? 6 : 1;
const limit = 3_600_000;
jest.setTimeout(limit);

const windows = 'Windows 10 Enterprise';
const program = new Program();
const targets = join(program.home, 'ways.yaml');
const way = ['--targets', targets, '--accept-new', '--known-hosts', join(program.home, 'known_hosts')];
let served: Running;

/** A line that may take long; what it printed. */
function long(words: readonly string[], status = 0): string {
  const ended = spawnSync(process.execPath, [launcher, ...words], {
    env: program.env,
    encoding: 'utf8',
    timeout: limit,
    maxBuffer: 256 * 1024 * 1024,
  });
  if (ended.status === status) return ended.stdout;
  throw new Error(`slmgr ${words.join(' ')} ended with ${String(ended.status)}:\n${ended.stderr}`);
}

function counts(words: readonly string[]): unknown {
  const { data } = JSON.parse(long([...words, ...way, '--json'])) as {
    readonly data: { readonly counts: unknown };
  };
  return data.counts;
}

function mintedKey(): string {
  return long(['lab', 'mint-key', '--type', 'mak', '--for', windows, '--pool', String(count)]).trim();
}

/** Since when each machine is licensed; the laboratory's time goes on after each look. */
function licensedSince(): ReadonlyMap<string, number> {
  const file = join(program.home, 'estate.json');
  long(['lab', 'export', file]);
  const { machines } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly machines: readonly {
      readonly state: {
        readonly name: string;
        readonly products: readonly {
          readonly license: { readonly status: string; readonly since: number };
        }[];
      };
    }[];
  };
  long(['lab', 'clock', 'advance', '1m']);
  return new Map(
    machines.flatMap(({ state: { name, products } }) =>
      products.flatMap(({ license }) =>
        license.status === 'licensed' ? [[name, license.since] as const] : [],
      ),
    ),
  );
}

/** Runs a line, which is killed the first times, until it comes to its end; `looked` is told of each end. */
async function toTheEnd(words: readonly string[], longestMs: number, looked: () => void): Promise<void> {
  for (let round = 0; ; round += 1) {
    const line = [launcher, ...words, ...way];
    const child = spawn(process.execPath, line, { env: program.env, stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const ended = new Promise<number | null>((done) => child.once('close', done));
    const kill =
      round < kills ? setTimeout(() => child.kill('SIGKILL'), Math.random() * longestMs) : undefined;
    const status = await ended;
    clearTimeout(kill);
    looked();
    if (status === 0) return;
    // Killed; whatever else it ends with is a fault.
    if (status !== null) throw new Error(`slmgr ${words.join(' ')} ended with ${String(status)}:\n${err}`);
  }
}

beforeAll(async () => {
  program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
  long(['lab', 'add', 'PC', '--product', windows, '--count', String(count)]);
  const { user, password } = accounts.admin;
  const account = ['lab', 'account', 'add', user, '--password-stdin'];
  expect(program.runWith({ input: `${password}\n` }, ...account).status).toBe(0);
  served = new Running(program, 'lab', 'serve', '--ssh', '0', '--winrm', '0');
  const lines = /^(\S+) (ssh|winrm) 127\.0\.0\.1:(\d+)$/gm;
  await served.until(({ stdout }) => [...stdout.matchAll(lines)].length === 2 * count, 240_000);
  const ways = [...served.stdout.matchAll(lines)].flatMap(([, name = '', protocol = '', port = '']) => {
    const isOwn = (Number(/\d+$/.exec(name)?.[0]) % 2 === 0) === (protocol === 'ssh');
    const machine = `host: 127.0.0.1, port: ${port}, transport: ${protocol}, user: ${user}`;
    return isOwn ? [`  ${name}: { ${machine}, password: { env: THE_PASSWORD } }\n`] : [];
  });
  expect(ways).toHaveLength(count);
  writeFileSync(targets, `targets:\n${ways.join('')}`);
  program.env['THE_PASSWORD'] = password;
});

afterAll(async () => {
  await served.stop();
  program.remove();
});

test(`${count} machines over SSH and WinRM are as a policy says, and activated by telephone, whatever is killed`, async () => {
  // A policy. Each key has one activation for each machine: what is done twice is missing in the end.
  program.env['POLICY_KEY'] = mintedKey();
  const policy = join(program.home, 'policy.yaml');
  const key = '{ type: mak, from: { env: POLICY_KEY } }';
  const set = `{ key: ${key}, kms: "kms01.lab.example:1700", hostCaching: false, licensed: true }`;
  writeFileSync(policy, `version: 1\npolicies:\n  - { targets: '@all', set: ${set} }\n`);
  const plan = join(program.home, 'the.plan');
  const planned = long(['plan', policy, '--out', plan, ...way], 2);
  expect(planned).toContain(`~ ${count} machines: key `);
  const since = new Map<string, number>();
  const look = (): void => {
    for (const [machine, at] of licensedSince()) {
      // Activated a second time, it would be licensed since later.
      expect([machine, at]).toEqual([machine, since.get(machine) ?? at]);
      since.set(machine, at);
    }
  };
  await toTheEnd(['apply', plan, '--yes'], 1500 + 25 * count, look);
  expect(since.size).toBe(count);
  expect(counts(['apply', policy, '--yes'])).toMatchObject({ changed: 0, ok: count });
  expect(long(['plan', policy, ...way])).toContain(`= ${count} machines: as wanted`);
  look();

  // Another key, for which the internet is not to be had.
  since.clear();
  long(['PC-*', '/ipk', mintedKey(), '--yes']);
  const file = join(program.home, 'all.proxy');
  const entries = (): number =>
    (JSON.parse(readFileSync(file, 'utf8')) as { readonly entries: readonly unknown[] }).entries.length;
  const proxy = ['fleet', 'proxy'];
  await toTheEnd(
    [...proxy, 'collect', '@all', '--out', file, '--grade', 'minimal'],
    1500 + 10 * count,
    () => {
      if (existsSync(file)) expect(entries()).toBe(count);
    },
  );
  long([...proxy, 'fill', file, '--telephone', 'lab']);
  await toTheEnd([...proxy, 'apply', file, '--yes'], 1500 + 15 * count, look);
  expect(since.size).toBe(count);
  expect(counts([...proxy, 'apply', file, '--yes'])).toMatchObject({ changed: 0, ok: count });
  look();
});
