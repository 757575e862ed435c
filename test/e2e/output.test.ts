import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launcher, Program, type Ended } from './program';

const program = new Program();
const full = existsSync('/dev/full');
const testWithFull = full ? test : test.skip;
const note = full ? '' : ' (partly skipped: there is no /dev/full)';

/** Runs a line of a shell in which slmgr is the built program. */
function shell(line: string): Promise<Ended> {
  const own = `slmgr() { "${process.execPath}" "${launcher}" "$@"; }\n${line}`;
  const child = spawn('/bin/bash', ['-c', own], { env: program.env, stdio: ['ignore', 'pipe', 'pipe'] });
  const parts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (parts.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (parts.stderr += chunk.toString()));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status: status ?? -1, ...parts })));
}

const hostile = 'Windows\u001b]0;x\u0007\u001b[31m\u009b2J\u202e\u2066\nLicense Status: Licensed|a=1\r';
const snapshot = join(program.home, 'hostile.json');

beforeAll(() => {
  program.ok('lab', 'init', '--domain', 'lab.example');
  program.ok('lab', 'add', 'PC', '--product', 'Windows 7 Enterprise');
  const taken = JSON.parse(program.ok('snapshot', 'PC')) as { products: Record<string, unknown>[] };
  for (const product of taken.products) Object.assign(product, { Name: hostile, Description: hostile });
  writeFileSync(snapshot, JSON.stringify(taken));
});
afterAll(() => program.remove());

const reads = [
  'keys',
  'lab add --help',
  'PC /dlv',
  'PC /dlv --json',
  'lab list',
  'lab export -',
  'snapshot PC',
  'kms --help',
  'help fleet scan',
  'version',
  'completion fish',
  'targets @all',
  'fleet list',
  'forecast examples laptops',
] as const;

describe(`output that cannot be written${note}`, () => {
  testWithFull.each(reads)('%s on a full disk: one line, status 1', async (line) => {
    expect(await shell(`slmgr ${line} > /dev/full`)).toEqual({
      status: 1,
      stdout: '',
      stderr: 'slmgr: Standard output cannot be written: no space left on device.\n',
    });
  });

  testWithFull.each(['check PC', 'check PC --json', '--json check PC'])('%s: status 3', async (line) => {
    const { status, stderr } = await shell(`slmgr ${line} > /dev/full`);
    expect({ status, stderr }).toEqual({
      status: 3,
      stderr: 'slmgr: Standard output cannot be written: no space left on device.\n',
    });
  });

  testWithFull(
    'standard error: the status alone can say it',
    async () => {
      expect(await shell('slmgr PC admin secret /xpr 2> /dev/full > /dev/null')).toMatchObject({
        stderr: '',
      });
      expect((await shell('slmgr lab nonsense 2> /dev/full')).status).toBe(1);
      expect((await shell('slmgr check PC --nonsense 2> /dev/full')).status).toBe(3);
      expect((await shell('slmgr keys > /dev/full 2>&1')).status).toBe(1);
    },
    120_000,
  );

  test('a reader that goes away ends it silently', async () => {
    const lines = [
      'keys',
      'PC /dlv --json',
      'lab export -',
      'check PC',
      'help',
      'targets @all',
      'fleet report --format html',
      'forecast examples laptops',
    ];
    const closed = await shell(lines.map((line) => `slmgr ${line} | true`).join('\n'));
    expect(closed.stderr).toBe('');
    // Standard error alone, to a reader that is gone.
    expect(
      await shell('{ sleep 1; slmgr lab nonsense; } 2>&1 >/dev/null | true; exit "${PIPESTATUS[0]}"'),
    ).toEqual({
      status: 1,
      stdout: '',
      stderr: '',
    });
    const { stdout, stderr } = await shell('slmgr lab export - | head -c 5');
    expect({ stdout, stderr }).toEqual({ stdout: '{"for', stderr: '' });
  }, 120_000);

  test('a great text that waits for a slow reader arrives whole', async () => {
    const { stdout } = await shell('slmgr keys --json | (sleep 0.5; cat)');
    expect(JSON.parse(stdout)).toHaveProperty('ok', true);
  });
});

describe('text from elsewhere', () => {
  // eslint-disable-next-line no-control-regex -- control characters are what it is about
  const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

  test.each([['/dlv'], ['/dli'], ['/xpr'], ['check'], ['snapshot'], ['/dlv', '--json'], ['check', '--json']])(
    'of a snapshot: %s %s prints no control character, and no line of its own',
    (...words) => {
      const { stdout, stderr } = program.run(...words, '--snapshot', snapshot);
      expect(stdout + stderr).not.toMatch(control);
      expect(stdout).not.toMatch(/^License Status: Licensed\|/m);
      if (words.includes('--json') || words[0] === 'snapshot') expect(stdout).toContain('\\u009b2J\\u202e');
    },
  );

  test('check stays one line, whatever a product is called', () => {
    const { stdout } = program.run('check', '--snapshot', snapshot);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stdout.match(/\|/g)?.length ?? 0).toBeLessThan(2);
  });

  test('in words, options and stacks', () => {
    const escape = 'a\u001b[31mb\u009bc\u202ed';
    for (const words of [
      [`/${escape}`],
      ['lab', escape],
      ['lab', 'show', escape],
      ['--snapshot', escape, '/dli'],
      [`--${escape}`, '/dli'],
      ['lab', 'show', escape, '--debug'],
      ['check', escape, '--debug'],
      ['explain', escape],
    ]) {
      const { stdout, stderr } = program.run(...words);
      expect([words, control.exec(stdout + stderr)]).toEqual([words, null]);
    }
  });

  test('colours are our own', () => {
    const { stdout } = program.run('lab', 'list', '--color');
    expect(stdout).toContain('\u001b[1m');
    // A colour whose end was taken for text from elsewhere would show.
    expect(stdout).not.toContain('\ufffd');
    // eslint-disable-next-line no-control-regex -- that is what is looked for
    expect(stdout).not.toMatch(/\u001b\[[\d;]*;\d{4}/);
  });
});
