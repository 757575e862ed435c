import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { bundle } from '../fixtures/bundle';
import { join, resolve } from 'node:path';
import { spawnSync } from 'node:child_process';
import { decodeCommand, isLoader } from '../../src/providers/windows/bridge/envelope';
import { type Document, type Ended, Program } from './program';

/** Stands in for powershell.exe: notes how it was called and plays a machine, as the loader and the script would. */
const standIn = `
import { appendFileSync } from 'node:fs';
import { answerRequest } from './src/providers/windows/bridge/answer-request';
import { parseRequest } from './src/providers/windows/bridge/answer-schema';
import { printedAnswer, questionIn } from './src/providers/windows/bridge/envelope';
import { LicensingError } from './src/licensing/provider';
import { makeDouble } from './test/conformance/double';
import { smallCase } from './test/fixtures/case';
const role = process.env['STAND_IN_ROLE'];
const { provider, calls } = makeDouble(smallCase());
const denied = { ...provider, query: () => Promise.reject(new LicensingError(0x80041003 as never, 'denied')) };
const host = {
  ...{ computer: 'HERE', user: 'HERE\\\\me', elevated: role !== 'standard', languageMode: 'FullLanguage' },
  ...{ powerShell: '5.1', system: 'Windows', now: null },
};
let input = '';
process.stdin.on('data', (chunk) => (input += chunk)).on('end', async () => {
  if (role === 'broken') {
    process.stderr.write('The term is not recognized');
    process.exit(1);
  }
  const { text, ticket } = questionIn(input) ?? { text: '', ticket: '' };
  const answer = await answerRequest(role === 'standard' ? denied : provider, parseRequest(text), host);
  appendFileSync(process.env['STAND_IN_LOG'] ?? '', JSON.stringify({ args: process.argv.slice(2), calls }) + '\\n');
  process.stdout.write(printedAnswer(answer, ticket));
});
`;

/** What the program believes to run on; the rest of Node stays what it is. */
const preload = `Object.defineProperty(process, 'platform', { value: 'win32' });`;

interface Call {
  readonly args: readonly string[];
  readonly calls: readonly string[];
}

describe('the local machine on Windows, from the command line down to a powershell.exe', () => {
  const program = new Program();
  const launcher = resolve(__dirname, '../../bin/slmgr');
  const root = join(program.home, 'Windows');
  const log = join(program.home, 'log');
  const preloaded = join(program.home, 'windows.cjs');

  beforeAll(() => {
    // On this system the backslashes are part of one file's name: what is tested is the path that is started.
    const file = `${root}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`;
    bundle({
      stdin: { contents: standIn, loader: 'ts', resolveDir: resolve(__dirname, '../..') },
      outfile: file,
      banner: { js: `#!${process.execPath}` },
    });
    chmodSync(file, 0o755);
    writeFileSync(preloaded, preload);
  });
  afterAll(() => program.remove());
  beforeEach(() => writeFileSync(log, ''));

  function run(env: NodeJS.ProcessEnv, ...words: readonly string[]): Ended {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--require', preloaded, launcher, ...words],
      {
        env: { ...program.env, SystemRoot: root, STAND_IN_LOG: log, ...env },
        encoding: 'utf8',
        timeout: 60_000,
      },
    );
    return { status: status ?? -1, stdout, stderr };
  }

  const calls = (): readonly Call[] =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Call);

  test.each([[['/dli']], [['.', '/dli']]])('%j reads the machine itself, in one process', (words) => {
    const { status, stdout, stderr } = run({}, ...words);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Name: Windows(R), ServerStandard edition');
    expect(stdout).toContain('Partial Product Key: J464C');
    expect(calls()).toHaveLength(1);
  });

  test('the loader is called as on every Windows, without a word of the request on the command line', () => {
    run({}, '/skms', 'kms.corp.example');
    const [call] = calls();
    expect(call?.args.slice(0, -1)).toEqual([
      '-NoProfile',
      '-NonInteractive',
      '-ExecutionPolicy',
      'Bypass',
      '-EncodedCommand',
    ]);
    expect(isLoader(decodeCommand(call?.args.at(-1) ?? '') ?? '')).toBe(true);
    expect(JSON.stringify(calls().map(({ args }) => args))).not.toContain('kms.corp.example');
  });

  test('a change is made there and told in the text of slmgr', () => {
    const { status, stdout, stderr } = run({}, '/skms', 'kms.corp.example:1700');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toBe('Key Management Service machine name set to kms.corp.example:1700 successfully.\n\n');
    const made = calls().flatMap((call) => call.calls);
    expect(made.join(' ')).toContain('SetKeyManagementServiceMachine(kms.corp.example)');
    expect(made.join(' ')).toContain('SetKeyManagementServicePort(1700)');
  });

  test('JSON names Windows itself', () => {
    const document = JSON.parse(run({}, '/xpr', '--json').stdout) as Document;
    expect(document).toMatchObject({ ok: true, exitCode: 0, target: { kind: 'windows', machine: '.' } });
  });

  test('a process without elevation is told so as slmgr does, and what to do', () => {
    const { status, stdout, stderr } = run({ STAND_IN_ROLE: 'standard' }, '/dlv');
    expect(stdout).toMatch(/^Error 0x80041003 occurred in connecting to the local WMI provider/);
    expect(stderr).toMatch(/elevation failed/);
    expect(stderr).toMatch(/administrator/);
    expect(status & 0xff).toBe(3);
    const checked = run({ STAND_IN_ROLE: 'standard' }, 'check-connection', '.');
    expect(checked.stdout).toMatch(/^elevation +failed/m);
    expect(checked.status & 0xff).toBe(3);
  });

  test('a PowerShell that does not answer, and none at all', () => {
    const broken = run({ STAND_IN_ROLE: 'broken' }, '/dlv');
    expect(broken.stdout).toMatch(/^Error 0x8007000D occurred in connecting/);
    expect(broken.stderr).toMatch(/answer failed: .*exit status 1/);
    const none = run({ SystemRoot: join(program.home, 'elsewhere') }, '/dlv');
    expect(none.stdout).toMatch(/^Error 0x80070002 occurred in connecting/);
    expect(none.stderr).toMatch(/powershell\.exe cannot be started on this computer/);
  });

  test('check-connection . shows the PowerShell behind it', () => {
    const { status, stdout } = run({}, 'check-connection', '.');
    expect(stdout).toMatch(/^licensing-classes +ok +the licensing service answers through PowerShell 5\.1$/m);
    expect(status).toBe(0);
  });
});
