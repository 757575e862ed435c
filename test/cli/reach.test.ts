import {
  closeSync,
  cpSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundles } from '../../src/cli/bundles';
import { commands } from '../../src/cli/commands';
import type { Console } from '../../src/cli/console';
import { main } from '../../src/cli/main';
import type { Parts } from '../../src/cli/parts';
import { sqliteDriver } from '../../src/lab/store/drivers';
import { applicationId, migrations } from '../../src/lab/store/migrations';
import { StoreError, type StoreErrorKind } from '../../src/lab/store/store-error';
import { verbs } from '../../src/verbs/table';

const folder = mkdtempSync(join(tmpdir(), 'slmgr-reach-'));
const home = join(folder, 'home');
let connections = 0;
const listener = createServer((socket) => {
  connections += 1;
  socket.on('error', () => undefined);
  socket.destroy();
});

beforeAll(async () => {
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  const { port } = listener.address() as AddressInfo;
  const policy = 'version: 1\npolicies:\n  - { targets: KMS01, set: { kms: kms02, licensed: true } }\n';
  writeFileSync(join(folder, 'policy.yaml'), policy);
  mkdirSync(join(home, '.ssh'), { recursive: true });
  writeFileSync(join(home, '.ssh', 'config'), `Host KMS01\n  HostName 127.0.0.1\n  Port ${port}\n`);
});

afterAll(async () => {
  listener.close();
  await once(listener, 'close');
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

async function run(data: string, words: readonly string[], parts: Parts = bundles): Promise<Ended> {
  let out = '';
  let err = '';
  const console: Console = {
    out: (text) => (out += text),
    err: (text) => (err += text),
    progress: () => undefined,
    openScreen: () => null,
    unwritten: () => Promise.resolve({ out: null, err: null }),
    outIsTerminal: false,
    errIsTerminal: false,
    width: 80,
    env: { SLMGR_HOME: data, SLMGR_PASSWORD: 'x', PATH: process.env['PATH'] },
    platform: 'linux',
    home,
    now: Date.now,
    sleep: () => Promise.resolve(),
    readInput: () => Promise.resolve('x\n'),
    interrupted: () => Promise.resolve(),
    onInterrupt: () => () => undefined,
  };
  const status = await main(words, { console, parts });
  return { status, out, err };
}

const everyVerb = verbs.map(({ name, parameters }) => [
  'KMS01',
  `/${name}`,
  ...parameters.filter(({ required }) => required).map(() => '1688'),
]);

/** No machine is looked for: nothing is opened, or the inventory alone. The demonstration has an estate of its own, the service is a process of its own. */
const without = new Set([
  'keys',
  'explain',
  'forecast',
  'forecast init',
  'forecast examples',
  'completion',
  'help',
  'version',
  'lab demo',
  'kms serve',
  'lab import',
  'lab confirm',
  'fleet discover ad',
  'fleet discover dns',
  'fleet discover range',
  'fleet discover inventory',
  'fleet list',
  'fleet show',
  'fleet findings',
  'fleet history',
  'fleet report',
  'fleet runs',
  'fleet export',
  'fleet import',
  'fleet worker',
  'fleet workers',
  'fleet tag',
  'fleet forget',
  'fleet merge',
  'fleet split',
  'fleet proxy fill',
  'fleet proxy apply',
  'plan show',
]);
const machineWords = new Set(['name', 'names', 'target', 'machines', 'expression']);
const needs: Readonly<Record<string, readonly string[]>> = {
  agent: ['--stdio'],
  'lab install': ['--product', 'Office LTSC Professional Plus 2021'],
  'lab add': ['--product', 'Windows 11 Enterprise'],
  'lab exec': ['--', 'true'],
  'lab mint-key': ['--type', 'mak', '--for', 'Windows 11 Enterprise'],
  'lab dns add': ['A', '192.0.2.1'],
  'kms dns-record': ['--bind'],
  'lab set': ['--elevated', 'yes'],
  apply: ['--yes'],
  'fleet proxy collect': ['--out', join(folder, 'out.proxy'), '--grade', 'full'],
};
const words: Readonly<Record<string, string>> = {
  duration: '1h',
  length: '1h',
  time: '2030-01-01T00:00:00Z',
  instant: '2030-01-01T00:00:00Z',
  action: 'get',
  file: join(folder, 'none.json'),
  type: 'A',
  policy: join(folder, 'policy.yaml'),
};
const everyCommand = commands
  .filter(({ name }) => !without.has(name))
  .map(({ name, positionals }) => [
    ...name.split(' '),
    ...positionals
      .filter((one) => one.optional !== true || machineWords.has(one.name))
      .map((one) => (machineWords.has(one.name) ? 'KMS01' : (one.choices?.[0] ?? words[one.name] ?? '1h'))),
    ...(needs[name] ?? []),
  ]);

/** A folder with an estate in which KMS01 is, and what then happens to its file. */
const healthy = join(folder, 'healthy');
const faults: Readonly<Record<string, (file: string) => void>> = {
  damaged: (file) => writeFileSync(file, 'no database at all '.repeat(500)),
  'cut in its first page': (file) => truncateSync(file, 50),
  'damaged behind its first page': (file) => {
    const descriptor = openSync(file, 'r+');
    const size = fstatSync(descriptor).size;
    writeSync(descriptor, Buffer.alloc(size - 4096, 0xa5), 0, size - 4096, 4096);
    closeSync(descriptor);
  },
  empty: (file) => {
    writeFileSync(file, '');
    utimesSync(file, 1, 1);
  },
  'a folder': (file) => {
    rmSync(file);
    mkdirSync(file);
  },
  'a link to nowhere': (file) => {
    rmSync(file);
    symlinkSync(join(folder, 'nowhere'), file);
  },
  'of a newer schema': (file) => {
    withDatabase(file, `PRAGMA user_version = ${migrations.length + 1}`);
  },
  'of an older schema that cannot be brought up to date': (file) => {
    withDatabase(file, 'PRAGMA user_version = 0');
  },
  "another program's": (file) => {
    rmSync(file);
    withDatabase(file, 'CREATE TABLE mine (a); PRAGMA user_version = 7');
  },
};

function withDatabase(file: string, sql: string): void {
  const database = sqliteDriver().open(file);
  database.exec(`PRAGMA application_id = ${applicationId}`);
  if (sql.includes('mine')) database.exec('PRAGMA application_id = 1');
  database.exec(sql);
  database.close();
}

async function broken(fault: string): Promise<string> {
  if ((await run(healthy, ['lab', 'init'])).status === 0) {
    await run(healthy, ['lab', 'add', 'KMS01', '--product', 'Windows Server 2022 Standard']);
  }
  const data = join(mkdtempSync(join(folder, 'data-')), 'data');
  cpSync(healthy, data, { recursive: true });
  for (const journal of ['-wal', '-shm']) rmSync(join(data, `estate.db${journal}`), { force: true });
  faults[fault]?.(join(data, 'estate.db'));
  return data;
}

test('without an estate the name is that of the real host, and no store is made or needed', async () => {
  connections = 0;
  const data = join(folder, 'none');
  const noLab: Parts = {
    ...bundles,
    lab: () => {
      throw new Error('the store was wanted');
    },
  };
  await run(data, ['KMS01', '/dli'], noLab);
  await run(data, ['check', 'KMS01'], noLab);
  expect(connections).toBe(2);
});

test('with a whole estate the name is that of the lab machine, and standard error says so', async () => {
  connections = 0;
  const data = await broken('nothing');
  for (const line of [
    ['KMS01', '/dli'],
    ['check', 'KMS01'],
    ['check-connection', 'KMS01'],
    ['snapshot', 'KMS01'],
  ]) {
    const { err } = await run(data, line);
    expect(err).toMatch(/KMS01 of the laboratory is meant.*\.ssh\/config/);
  }
  const config = join(home, '.ssh', 'config');
  const said = readFileSync(config);
  writeFileSync(config, 'Include more\n');
  writeFileSync(join(home, '.ssh', 'more'), said, { mode: 0o600 });
  expect((await run(data, ['KMS01', '/dli'])).err).toMatch(/is meant.*\.ssh\/more/);
  writeFileSync(config, said);
  expect((await run(data, ['lab://KMS01', '/dli'])).err).toBe('');
  expect(await run(data, ['lab://NOPE', '/upk'])).toMatchObject({ status: 1, out: '' });
  expect(connections).toBe(0);
});

describe.each(Object.keys(faults))('an estate that is %s', (fault) => {
  test('ends every verb before anything is connected', async () => {
    const data = await broken(fault);
    connections = 0;
    for (const line of everyVerb) {
      const { status, out, err } = await run(data, line);
      expect([line[1], status, out]).toEqual([line[1], 1, '']);
      expect(err).toContain(join(data, 'estate.db'));
      expect(err).toMatch(/no other machine is asked/);
    }
    expect(connections).toBe(0);
  });

  test('ends every subcommand before anything is connected', async () => {
    const data = await broken(fault);
    connections = 0;
    const wrong: string[] = [];
    for (const line of everyCommand) {
      const { status, out, err } = await run(data, line);
      const isRight = status !== 0 && `${out}${err}`.includes(join(data, 'estate.db'));
      if (!isRight) wrong.push(`${line.join(' ')} (${status}): ${out}${err}`);
    }
    expect(wrong).toEqual([]);
    expect(connections).toBe(0);
  });
});

test('three machines on a line: whether of the lab, of a targets file or of ssh, nothing is sent anywhere', async () => {
  connections = 0;
  const data = await broken('nothing');
  const { port } = listener.address() as AddressInfo;
  const file = join(folder, 'three.yaml');
  const targets = ['web1', 'web2', 'web3'].map(
    (name) => `  ${name}:\n    host: 127.0.0.1\n    port: ${port}`,
  );
  writeFileSync(file, `targets:\n${targets.join('\n')}\n`, { mode: 0o600 });
  for (const line of [
    ['web1', 'web2', 'web3', '/xpr', '--targets', file],
    ['web1', 'KMS01', 'web3', '/upk', '--targets', file],
    ['KMS01', 'KMS01', 'ssh://KMS01', '/upk'],
  ]) {
    const { status, out, err } = await run(data, line);
    expect([status, out]).toEqual([1, '']);
    expect(err).toMatch(/three machines.*Nothing was sent/s);
  }
  expect(connections).toBe(0);
});

const ofMachines = commands
  .filter(
    ({ name, positionals }) =>
      positionals[0] !== undefined &&
      machineWords.has(positionals[0].name) &&
      !['lab add', 'lab exec', 'kms serve'].includes(name),
  )
  .map(
    ({ name, positionals }) =>
      [
        name,
        positionals
          .filter((one) => one.optional !== true || machineWords.has(one.name))
          .map((one) =>
            machineWords.has(one.name) ? 'NOBODY-1' : (one.choices?.[0] ?? words[one.name] ?? '1h'),
          ),
      ] as const,
  );

test.each([
  ...ofMachines,
  ['keys', ['windows', '11']],
  ['explain', ['-1073418124']],
  ['completion', ['fish']],
  ['help', ['lab', 'show']],
] as const)('what stands behind -- of %s is its operand', async (name, operands) => {
  const data = await broken('nothing');
  const options = (needs[name] ?? []).filter((word) => word !== '--');
  const plain = await run(data, [...name.split(' '), ...operands, ...options]);
  const behind = await run(data, [...name.split(' '), ...options, '--', ...operands]);
  expect(behind).toEqual(plain);
  expect(plain.out + plain.err).not.toMatch(/is missing|too many/);
});

const kinds: readonly StoreErrorKind[] = [
  'no-driver',
  'newer-store',
  'not-a-store',
  'busy',
  'corrupt',
  'full',
  'read-only',
  'cannot-open',
  'input-output',
  'other',
];

test.each(kinds)('a store that fails with %s ends what would go to a real machine', async (kind) => {
  const data = await broken('nothing');
  const lab = bundles.lab();
  const failing: Parts = {
    ...bundles,
    lab: () => ({
      ...lab,
      findLabMachineProvider: () => Promise.reject(new StoreError(kind, `The store ${data} fails.`)),
    }),
  };
  connections = 0;
  for (const line of [
    ...everyVerb,
    ['check', 'KMS01'],
    ['check-connection', 'KMS01'],
    ['snapshot', 'KMS01'],
    ['agent', 'KMS01', '--stdio'],
  ]) {
    const { status, out, err } = await run(data, line, failing);
    expect(status).not.toBe(0);
    expect(out + err).toContain(`The store ${data} fails.`);
  }
  expect(connections).toBe(0);
});
