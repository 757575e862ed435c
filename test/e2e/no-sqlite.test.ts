import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The built program where neither Node nor a package has SQLite: a copy that stands beside no package. */

const root = join(__dirname, '../..');
const hasOwn = isBuiltin('node:sqlite');
const describeWithout = hasOwn ? describe.skip : describe;
let folder: string;

describeWithout(`on a Node without SQLite${hasOwn ? ' (skipped: this Node has one)' : ''}`, () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'slmgr-no-sqlite-'));
    for (const part of ['bin', 'dist', 'package.json'])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    mkdirSync(join(folder, 'home'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('the demo says what is missing and how to get it, and begins nothing', () => {
    const env = { ...process.env, SLMGR_HOME: join(folder, 'home', 'data'), NODE_PATH: '' };
    const ended = spawnSync(process.execPath, [join(folder, 'bin', 'slmgr'), 'lab', 'demo'], {
      encoding: 'utf8',
      env,
      timeout: 100_000,
    });
    expect([ended.status, ended.stdout]).toEqual([1, '']);
    expect(ended.stderr).toMatch(/has no SQLite of its own.*npm install better-sqlite3/);
    expect(existsSync(join(folder, 'home', 'data'))).toBe(false);
  }, 120_000);
});
