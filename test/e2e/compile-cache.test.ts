import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { Program } from './program';

const nodeDoesIt = 'enableCompileCache' in nodeModule;
const withOwnCache = nodeDoesIt ? describe.skip : describe;
const note = nodeDoesIt ? ' (skipped: this Node keeps compiled code itself)' : '';

withOwnCache(`compiled code is kept between runs${note}`, () => {
  let program: Program;
  let folder: string;

  beforeEach(() => {
    program = new Program();
    program.env['XDG_CACHE_HOME'] = join(program.home, 'cache');
    folder = join(program.home, 'cache', 'slmgr', 'compiled');
  });

  afterEach(() => program.remove());

  const kept = (): string => {
    const names = readdirSync(folder).filter((name) => name.startsWith('slmgr.js-'));
    expect(names).toEqual([expect.stringMatching(/^slmgr\.js-v\d+\.\d+\.\d+-\w+-\d+-/)]);
    return join(folder, names[0] ?? '');
  };

  test('written once, for its owner alone, and used by the next run, which writes no other', () => {
    const said = program.run('--version').stdout;
    const file = kept();
    expect([statSync(folder).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
    const before = [readFileSync(file), statSync(file).mtimeMs];
    expect(program.run('--version').stdout).toBe(said);
    expect([readFileSync(kept()), statSync(file).mtimeMs]).toEqual(before);
  });

  test('what is cut short or no compiled code is not believed, and mended', () => {
    const said = program.run('--version').stdout;
    const file = kept();
    const good = readFileSync(file);
    for (const bad of [good.subarray(0, good.length / 2), Buffer.from('garbage'), Buffer.alloc(0)]) {
      writeFileSync(file, bad);
      expect(program.run('--version')).toEqual({ status: 0, stdout: said, stderr: '' });
      expect(readFileSync(kept()).length).toBeGreaterThan(good.length / 2);
    }
  });

  test('one bit that changed, and a block of zeros, are seen and mended', () => {
    const said = program.run('--version').stdout;
    const good = readFileSync(kept());
    for (const at of [0, 5, 40, good.length >> 1, good.length - 1]) {
      const bit = Buffer.from(good);
      bit[at]! ^= 1;
      const zeros = Buffer.from(good);
      zeros.fill(0, at, Math.min(at + 4096, zeros.length));
      zeros[at]! ^= good[at] === 0 ? 1 : 0;
      for (const bad of [bit, zeros]) {
        writeFileSync(kept(), bad);
        expect(program.run('--version')).toEqual({ status: 0, stdout: said, stderr: '' });
        expect(readFileSync(kept()).equals(bad)).toBe(false);
        expect(program.run('--version')).toEqual({ status: 0, stdout: said, stderr: '' });
      }
    }
  });

  test('what others may have written is thrown away; what is not in place is not used', () => {
    const said = program.run('--version').stdout;
    const planted = kept();
    chmodSync(planted, 0o666);
    expect(program.run('--version').stdout).toBe(said);
    expect(statSync(kept()).mode & 0o777).toBe(0o600);
    chmodSync(folder, 0o777);
    writeFileSync(join(folder, 'other'), '');
    expect(program.run('--version').stdout).toBe(said);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).not.toContain('other');
    const elsewhere = join(program.home, 'elsewhere');
    renameSync(folder, elsewhere);
    symlinkSync(elsewhere, folder);
    const before = readdirSync(elsewhere);
    expect(program.run('--version').stdout).toBe(said);
    expect(readdirSync(elsewhere)).toEqual(before);
  });

  (process.getuid?.() === 0 ? test : test.skip)('a folder or a file of another user is not used', () => {
    const said = program.run('--version').stdout;
    chownSync(kept(), 12_345, 12_345);
    expect(program.run('--version').stdout).toBe(said);
    expect(statSync(kept()).uid).toBe(0);
    chownSync(folder, 12_345, 12_345);
    const before = statSync(kept()).mtimeMs;
    expect(program.run('--version').stdout).toBe(said);
    expect(statSync(kept()).mtimeMs).toBe(before);
  });

  test("an earlier build's code goes, others' files stay", () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, 'slmgr.js-v20.0.0-x64-1-1'), '');
    writeFileSync(join(folder, 'other.js-v20.0.0-x64-1-1'), '');
    program.run('--version');
    expect(kept()).not.toContain('v20.0.0');
    expect(readdirSync(folder)).toContain('other.js-v20.0.0-x64-1-1');
  });

  test('nowhere to write: all works, nothing is said', () => {
    writeFileSync(join(program.home, 'cache'), 'a file');
    expect(program.run('--version')).toMatchObject({ status: 0, stderr: '' });
  });
});
