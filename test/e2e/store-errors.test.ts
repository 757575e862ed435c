import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openStore } from '../../src/lab/store/open-store';
import { type License } from '../../src/lab/model/state';
import { smallDisk } from '../fixtures/small-disk';
import { launcher, Program, type Ended } from './program';

const isRoot = process.getuid?.() === 0;
const { disk, note } = smallDisk(2048);
const onDisk = disk === null ? test.skip : test;

let program: Program;
let data: string;
let store: string;

beforeEach(() => {
  program = new Program();
  data = join(program.home, 'data');
  store = join(data, 'estate.db');
  program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
  program.ok('lab', 'add', 'PC', '--product', 'Windows 11 Enterprise', '--count', '3');
});
afterEach(() => program.remove());

const reads = [['lab', 'list'], ['lab', 'clock'], ['/dli'], ['lab', 'export', '-']] as const;
const changes = [['lab', 'add', 'X', '--product', 'Windows 11 Enterprise'], ['/ato']] as const;

/** One sentence, no stack, status 1. */
function expectRefusal(ended: Ended, words: RegExp): void {
  expect(ended.stderr).toMatch(words);
  expect(ended.stderr).not.toMatch(/internal error|^\s+at /m);
  expect(ended.status).toBe(1);
}

test('a link in the place of the store, its log or its index is refused, and nothing is written through it', () => {
  for (const name of ['estate.db', 'estate.db-wal', 'estate.db-shm']) {
    const file = join(data, name);
    const elsewhere = join(program.home, 'elsewhere');
    if (existsSync(file)) renameSync(file, elsewhere);
    else writeFileSync(elsewhere, '');
    const before = readFileSync(elsewhere);
    symlinkSync(elsewhere, file);
    for (const words of [...reads, ...changes]) expectRefusal(program.run(...words), /is a link/);
    expect(readFileSync(elsewhere).equals(before)).toBe(true);
    rmSync(file);
    if (name === 'estate.db') renameSync(elsewhere, file);
  }
});

test('a machine that stays due is named by the verb during which it was set aside, whichever machine that is about', () => {
  const estate = openStore(data);
  estate.write((writer) => {
    const found = writer.machine('PC-002');
    if (found === null) throw new Error('no PC-002');
    const due = found.state.addedAt;
    const license = { status: 'unlicensed', until: due, reason: 0 } as unknown as License;
    const products = found.state.products.map((product) => ({ ...product, license }));
    writer.putMachine(found.id, { ...found.state, products }, due);
  });
  estate.close();
  const said = /^slmgr: PC-002 stayed due whatever it did, and was set aside/m;
  const first = program.run('PC-001', '/xpr');
  expect([first.status, first.stderr]).toEqual([0, expect.stringMatching(said)]);
  expect(program.run('PC-001', '/xpr')).toEqual({ ...first, stderr: '' });
  expect(program.run('lab', 'list').stderr).toMatch(/PC-002 stayed due/);
});

test('rights that are too wide are taken back, once, and told', () => {
  chmodSync(store, 0o644);
  chmodSync(data, 0o777);
  const first = program.run('lab', 'clock');
  expect(first.status).toBe(0);
  expect(first.stderr).toMatch(/could write into the data folder .*mode 777/);
  expect(first.stderr).toMatch(/could read .*estate\.db \(mode 644\)/);
  expect([statSync(store).mode & 0o777, statSync(data).mode & 0o777]).toEqual([0o600, 0o755]);
  expect(program.run('lab', 'clock').stderr).toBe('');
});

(isRoot ? test : test.skip)('a store of another user is refused', () => {
  chownSync(store, 12_345, 12_345);
  for (const words of [...reads, ...changes]) expectRefusal(program.run(...words), /belongs to another user/);
});

const nobody = 65_534;
/** Whether another user can start the program from where it lies. */
const othersCanStart =
  isRoot && spawnSync(process.execPath, [launcher, 'version'], { uid: nobody, gid: nobody }).status === 0;

(othersCanStart ? test : test.skip)(
  'run by another user (needs root, and a folder that others can read), the store of this one is refused and no way is gone',
  () => {
    const run = (words: readonly string[]): Ended =>
      program.runWith({ uid: nobody, env: { HOME: '/nonexistent' } }, ...words);
    const lines = [reads[0], changes[1], ['PC-001', '/upk']];
    chmodSync(program.home, 0o755);
    for (const words of lines) expectRefusal(run(words), /estate\.db cannot be|data/);
    for (const [file, mode] of [[data, 0o755] as const, [store, 0o666] as const]) chmodSync(file, mode);
    for (const words of lines) expectRefusal(run(words), /belongs to another user/);
  },
  120_000,
);

test.each([
  ['empty of all sense', (file: string) => writeFileSync(file, 'x'.repeat(20_000))],
  ['cut short', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 5000))],
  [
    'overwritten in its middle',
    (file: string) => {
      const bytes = readFileSync(file);
      bytes.fill(0xa5, 4096);
      writeFileSync(file, bytes);
    },
  ],
  [
    'a folder',
    (file: string) => {
      rmSync(file);
      mkdirSync(file);
    },
  ],
])('a store that is %s', (_what, damage) => {
  // Everything is in the file once the log is empty.
  damage(store);
  for (const words of reads) {
    const ended = program.run(...words);
    expectRefusal(ended, /The store .*estate\.db|estate\.db/);
    expect(ended.stderr).not.toContain('change was not made');
  }
  for (const words of changes) expectRefusal(program.run(...words), /estate\.db/);
});

onDisk(
  `a full disk and a read-only one: a sentence for reads and changes, and an older export stays${note}`,
  () => {
    disk!.use((mount) => {
      const home = join(mount, 'data');
      mkdirSync(home, { mode: 0o700 });
      copyFileSync(store, join(home, 'estate.db'));
      chmodSync(join(home, 'estate.db'), 0o600);
      const backup = join(mount, 'estate.json');
      const env = { SLMGR_HOME: home };
      expect(program.run('lab', 'export', backup).status).toBe(0);
      const kept = readFileSync(backup);
      disk!.fill();
      for (const words of reads) {
        const ended = program.runWith({ env }, ...words);
        if (ended.status !== 0) expectRefusal(ended, /disk is full/);
        expect(ended.stderr).not.toContain('change was not made');
      }
      for (const words of changes) expectRefusal(program.runWith({ env }, ...words), /disk is full/);
      expectRefusal(program.run('lab', 'export', backup), /estate\.json cannot be written: the disk is full/);
      expect(readFileSync(backup).equals(kept)).toBe(true);
      disk!.makeReadOnly();
      for (const words of changes)
        expectRefusal(program.runWith({ env }, ...words), /read-only|cannot be opened/);
      expectRefusal(program.run('lab', 'export', backup), /its file system is read-only/);
    });
  },
);

test('an export over one that others could read is for its owner alone; a packed one is small and comes back', () => {
  const file = join(program.home, 'e.json');
  writeFileSync(file, 'old', { mode: 0o666 });
  program.ok('lab', 'export', file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const packed = join(program.home, 'e.json.gz');
  program.ok('lab', 'export', packed);
  expect(gunzipSync(readFileSync(packed)).equals(readFileSync(file))).toBe(true);
  renameSync(packed, join(program.home, 'unnamed'));
  program.ok('lab', 'import', join(program.home, 'unnamed'), '--force');
  expect(program.ok('lab', 'export', '-')).toBe(readFileSync(file, 'utf8'));
  expectRefusal(
    program.run('lab', 'import', join(program.home, 'nowhere'), '--force'),
    /there is no such file/,
  );
});

test('an export without its log has no events, and everything else', () => {
  program.ok('lab', 'clock', 'advance', '1d');
  const whole = JSON.parse(program.ok('lab', 'export', '-')) as {
    machines: { events: unknown[]; state: unknown }[];
  };
  const bare = JSON.parse(program.ok('lab', 'export', '-', '--without-log')) as typeof whole;
  expect(whole.machines.every(({ events }) => events.length > 0)).toBe(true);
  expect(bare.machines).toEqual(whole.machines.map((machine) => ({ ...machine, events: [] })));
});
