import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  lstatSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  appendToFile,
  createFile,
  publishFile,
  replaceFile,
} from '../../../src/transports/local/durable-file';
import { smallDisk } from '../../fixtures/small-disk';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slmgr-durable-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (file: string): number => statSync(file).mode & 0o777;

test('a file is replaced as a whole, for its owner alone, whatever the mode of the older one was', () => {
  const file = join(folder, 'a.json');
  writeFileSync(file, 'old');
  chmodSync(file, 0o666);
  replaceFile(file, 'new');
  expect([readFileSync(file, 'utf8'), modeOf(file)]).toEqual(['new', 0o600]);
  expect(readdirSync(folder)).toEqual(['a.json']);
});

test('a file for others to read keeps the mode that it has; a new one has that of any new file', () => {
  const file = join(folder, 'metrics.prom');
  writeFileSync(join(folder, 'any'), '');
  publishFile(file, 'one');
  expect([readFileSync(file, 'utf8'), modeOf(file)]).toEqual(['one', modeOf(join(folder, 'any')) & 0o644]);
  chmodSync(file, 0o664);
  publishFile(file, 'two');
  expect([readFileSync(file, 'utf8'), modeOf(file)]).toEqual(['two', 0o664]);
});

test('a link stays a link, and its file is replaced', () => {
  writeFileSync(join(folder, 'there'), 'old');
  symlinkSync('there', join(folder, 'link'));
  replaceFile(join(folder, 'link'), 'new');
  expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder, 'there'), 'utf8')).toBe('new');
});

test('a device is written to, a folder refused, a folder that is missing told', () => {
  replaceFile('/dev/null', 'x');
  expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  expect(() => replaceFile(folder, 'x')).toThrow(/EISDIR/);
  expect(() => replaceFile(join(folder, 'no', 'a'), 'x')).toThrow(/ENOENT/);
});

test('a file is made once, whoever comes first', () => {
  const file = join(folder, 'key');
  expect([createFile(file, 'first'), createFile(file, 'second')]).toEqual([true, false]);
  expect([readFileSync(file, 'utf8'), modeOf(file), readdirSync(folder)]).toEqual(['first', 0o600, ['key']]);
});

test('what is added goes to the end, and the mode of a file that is there stays', () => {
  const file = join(folder, 'known_hosts');
  appendToFile(file, 'one\n');
  expect(modeOf(file)).toBe(0o600);
  chmodSync(file, 0o644);
  appendToFile(file, 'two\n');
  expect([readFileSync(file, 'utf8'), modeOf(file)]).toEqual(['one\ntwo\n', 0o644]);
});

const { disk, note } = smallDisk();
(disk === null ? test.skip : test)(`a full disk costs nothing of what was there${note}`, () => {
  disk!.use((mount) => {
    const file = join(mount, 'a.json');
    replaceFile(file, 'old');
    appendToFile(join(mount, 'log'), 'one\n');
    disk!.fill();
    expect(() => replaceFile(file, 'x'.repeat(100_000))).toThrow(/ENOSPC/);
    expect(() => appendToFile(join(mount, 'log'), 'x'.repeat(100_000))).toThrow(/ENOSPC/);
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readFileSync(join(mount, 'log'), 'utf8')).toBe('one\n');
    expect(readdirSync(mount).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

/** Who else may write files, and why it need not go through the one helper. */
const others: Readonly<Record<string, string>> = {
  'src/transports/local/durable-file.ts': 'the helper',
  'src/cli/compile-cache.ts':
    'a cache with a checksum, written beside and renamed; it must load alone and at once',
  'src/cli/script-host/shims.ts': 'programs in a fresh folder of the command, gone when it ends',
  'src/lab/store/migrations.ts': 'SQLite writes the backup; it is flushed and renamed',
  'src/lab/store/open-store.ts':
    'SQLite writes a new store beside its place; it is linked there when it is whole',
  'src/cli/fleet/open-sqlite.ts':
    'makes the empty file that SQLite then writes, and copies it before its schema changes',
  'src/cli/script-host/run-system-program.ts':
    'gives the helper to programs of a simulated machine, by another name',
  'src/lab/store/group-commit.ts': "flushes SQLite's log; writes nothing",
};

test('every file that the program writes is written by the one helper', () => {
  const root = resolve(__dirname, '../../..');
  const pattern =
    String.raw`\b(writeFile|appendFile|createWriteStream|copyFile|cpSync|renameSync|linkSync|truncate)\b|(rename|link)\(|` +
    String.raw`openSync\([^)]*'(w|a|r\+|wx)'|writeFileSync|appendFileSync`;
  const found = execFileSync('grep', ['-rlE', pattern, 'src', '--include=*.ts'], {
    cwd: root,
    encoding: 'utf8',
  });
  // Files of simulated machines are in memory, and links of lists are no files.
  const touching = found
    .trim()
    .split('\n')
    .filter((file) => readFileSync(join(root, file), 'utf8').includes("'node:fs"));
  expect(touching.sort()).toEqual(Object.keys(others).sort());
});

test('what is added to a device goes where the device sends it', () => {
  expect(() => appendToFile('/dev/null', 'text')).not.toThrow();
});
