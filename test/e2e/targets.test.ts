import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../fixtures/ports';
import { Program, type Document, type Ended } from './program';

let program: Program;

beforeAll(() => {
  program = new Program();
  program.env['HOME'] = program.home;
  mkdirSync(join(program.home, '.ssh'));
  writeFileSync(join(program.home, '.ssh', 'config'), 'Host jump\n  HostName 192.0.2.1\n');
  program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z', '--seed', '1');
  program.ok('lab', 'add', 'PC', '--count', '12', '--product', 'Windows 11 Enterprise');
  program.ok('lab', 'add', 'SRV', '--product', 'Windows Server 2022 Standard');
});

afterAll(() => {
  program.remove();
});

function file(name: string, text: string): string {
  const path = join(program.home, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

const named = (document: Document): readonly unknown[] =>
  (
    document.data['targets'] as readonly {
      readonly name: string;
      readonly kind: string;
      readonly via: string;
      readonly source: string;
    }[]
  ).map(({ name, kind, via, source }) => [name, kind, via, source]);

describe('slmgr targets', () => {
  test('machines of the laboratory, by ranges, patterns and operators', () => {
    expect(program.ok('targets', 'PC-*!PC-[003-011]', '--folded')).toBe('PC-[001-002,012]\n');
    expect(program.ok('targets', '@all', '--folded', '--exclude', 'srv,gone')).toBe('PC-[001-012]\n');
    expect(program.ok('targets', '@all', '--folded', '--pick-first', '2')).toBe('PC-[001-002]\n');
    expect(program.data<{ targets: unknown[] }>('targets', '@all', '--pick', '5').targets).toHaveLength(5);
    expect(named(program.json('targets', 'srv,jump,ssh://admin@192.0.2.7,lab://SRV'))).toEqual([
      ['SRV', 'simulated', 'lab', 'lab'],
      ['jump', 'windows', 'ssh', 'ssh-config'],
      ['ssh://admin@192.0.2.7', 'windows', 'ssh', 'line'],
      ['lab://SRV', 'simulated', 'lab', 'line'],
    ]);
  });

  test('names of files go before the laboratory; standard input and several files count', () => {
    const ini = file(
      'hosts.ini',
      '[web]\nweb[01:03] ansible_connection=winrm\n[all:vars]\nansible_user=admin\n',
    );
    const csv = file('more.csv', 'Computer;Site\nPC-001;berlin\n');
    expect(named(program.json('targets', '@web', '--targets', ini))).toEqual(
      ['web01', 'web02', 'web03'].map((name) => [name, 'windows', 'winrms', ini]),
    );
    expect(named(program.json('targets', 'PC-001,PC-002', '--targets', ini, '--targets', csv))).toEqual([
      ['PC-001', 'windows', 'ssh', `${ini}, ${csv}`],
      ['PC-002', 'simulated', 'lab', 'lab'],
    ]);
    const piped = program.runWith({ input: 'x1\nx2\n' }, 'targets', '@all', '--targets', '-', '--folded');
    expect(piped).toEqual({ status: 0, stdout: 'x[1-2]\n', stderr: '' });
    const said = file('odd', 'a,b\n');
    expect(
      program.ok('targets', '@all', '--targets', `csv:${file('one.csv', 'name\nq1\n')}`, '--folded'),
    ).toBe('q1\n');
    expect(program.run('targets', '@all', '--targets', `hosts:${said}`)).toMatchObject({
      status: 1,
      stdout: '',
    });
  });

  test('a targets file that comes through a pipe is read once, and its machine is the one that is asked', async () => {
    const port = await freePort();
    const yaml = `targets: {SRV: {host: 127.0.0.1, port: ${String(port)}, transport: ssh}, two: {host: 127.0.0.1}}`;
    const withPipe = (...words: readonly string[]): Ended => {
      const line = ['bash', '-c', 'file=$1; shift; exec "$@" --targets <(printf %s "$file")', '--', yaml];
      const piped = new Program(line);
      Object.assign(piped.env, program.env);
      const ended = piped.run(...words);
      piped.remove();
      return ended;
    };
    expect(withPipe('targets', '@all', '--folded')).toEqual({ status: 0, stdout: 'SRV,two\n', stderr: '' });
    for (const words of [
      ['SRV', '/xpr'],
      ['check-connection', 'SRV'],
      ['snapshot', 'SRV'],
      ['check', 'SRV'],
    ]) {
      const { status, stdout, stderr } = withPipe(...words);
      expect([words[0], status === 0]).toEqual([words[0], false]);
      expect(stdout + stderr).toContain(`nothing listens on 127.0.0.1:${String(port)}`);
    }
  });

  test.each([
    ['PC-099', 'PC-099 is not known here.'],
    ['PC-[1-', 'This [ is not closed.'],
    ['@nobody', 'There is no group @nobody.'],
    ['XX*', 'No known machine fits XX*.'],
    ['PC-001!PC-001', 'No machine is left.'],
    ['PC-[1-99999999999]', 'more than 1000000'],
  ])('%s is refused with the place', (expression, message) => {
    const { status, stdout, stderr } = program.run('targets', expression);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
  });

  test('--transport leaves the laboratory out', () => {
    const { status, stderr } = program.run('targets', 'PC-001', '--transport', 'winrm');
    expect([status, stderr.includes('PC-001 is not known here.')]).toEqual([1, true]);
  });

  test('a laboratory that cannot be read ends it: a name may be one of its machines', () => {
    const data = join(program.home, 'broken');
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(join(data, 'estate.db'), 'x'.repeat(9_000), { mode: 0o600 });
    const env = { SLMGR_HOME: data };
    const { status, stdout, stderr } = program.runWith({ env }, 'targets', 'jump');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('estate.db');
  });

  const hasNodeset = ((): boolean => {
    try {
      execFileSync('nodeset', ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  })();
  (hasNodeset ? test : test.skip)(
    `ranges are those of ClusterShell${hasNodeset ? '' : ' (skipped: no nodeset)'}`,
    () => {
      const list = file(
        'list',
        [...Array(40).keys()].map((at) => `r${at % 3}n${String(at).padStart(2, '0')}`).join('\n'),
      );
      for (const expression of ['r[0-2]n[00-39/4]&@all', '@all!r1n[00-39]&@all', 'r0n[00,03,06-12/3]']) {
        const theirs = execFileSync(
          'nodeset',
          ['-e', '-S', '\n', expression.replaceAll('@all', 'r[0-2]n[00-39]')],
          {
            encoding: 'utf8',
          },
        );
        const ours = program.data<{ targets: { name: string }[] }>('targets', expression, '--targets', list);
        const known = new Set(theirs.trim().split('\n'));
        for (const { name } of ours.targets) expect(known).toContain(name);
      }
    },
  );
});
