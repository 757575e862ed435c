import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Program } from './program';

const python = '/usr/bin/python3';

function runs(file: string, ...args: readonly string[]): boolean {
  const { status } = spawnSync(file, args, { stdio: 'ignore' });
  return status === 0;
}

const hasPerl = runs('perl', '-MMonitoring::Plugin::Performance', '-e', '1');
const hasPrometheus = runs(python, '-c', 'import prometheus_client.parser');
const withPerl = hasPerl ? test : test.skip;
const withPrometheus = hasPrometheus ? test : test.skip;

interface Performance {
  readonly label: string;
  readonly value: number;
  readonly uom: string;
  /** What the parser says of 200, 29 and 6 days: 0 good, 1 warning, 2 critical. */
  readonly states: readonly number[];
}

/** Reads performance data as Debian's Monitoring::Plugin does. */
function readByPerl(performance: string): readonly Performance[] {
  const script = `
    use Monitoring::Plugin::Performance; use JSON::PP;
    my @all = Monitoring::Plugin::Performance->parse_perfstring($ARGV[0]);
    print encode_json([map { my $p = $_; { label => $p->label, value => $p->value + 0, uom => $p->uom // '',
      states => [map { $p->threshold->get_status($_) + 0 } (200, 29, 6)] } } @all]);`;
  return JSON.parse(execFileSync('perl', ['-e', script, performance], { encoding: 'utf8' })) as Performance[];
}

describe('monitoring', () => {
  const program = new Program();
  afterAll(() => program.remove());
  const nowhere = 'ssh://slmgr-test@127.0.0.1:1';

  beforeAll(() => {
    program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z', '--seed', '5');
    program.ok('lab', 'add', 'NEW', '--product', 'Windows 11 Enterprise');
    for (const [name, product] of [
      ['PAID', 'Windows 7 Enterprise'],
      ['BOTH', 'Windows 10 Enterprise'],
    ] as const) {
      program.ok('lab', 'add', name, '--product', product);
      const key = program.ok('lab', 'mint-key', '--type', 'mak', '--for', product).trim();
      program.ok(name, '/ipk', key);
      program.ok(name, '/ato');
    }
    program.ok('lab', 'add', 'GRACE', '--product', 'Windows 7 Enterprise');
  });

  test('several machines: a line each in the order of the words, the worst decides', () => {
    const { status, stdout } = program.run('check', 'PAID', 'GRACE', 'NEW', 'paid');
    expect(stdout.split('\n').map((line) => line.replace(/^(LICENSE \w+ - \w+): .*/, '$1'))).toEqual([
      'LICENSE OK - PAID',
      'LICENSE WARNING - GRACE',
      'LICENSE CRITICAL - NEW',
      '',
    ]);
    expect(status).toBe(2);
    expect(program.run('check', 'PAID', 'GRACE').status).toBe(1);
    expect(program.run('check', 'PAID', 'BOTH').status).toBe(0);
  });

  test('a machine that cannot be reached is unknown, and the others are still told of', () => {
    const { status, stdout } = program.run('check', 'PAID', nowhere, '--insecure', '--timeout', '5s');
    expect(status).toBe(3);
    const [first, second] = stdout.split('\n');
    expect(first).toMatch(/^LICENSE OK - PAID: /);
    expect(second).toMatch(/^LICENSE UNKNOWN - ssh:\/\/127\.0\.0\.1:1: /);
    const document = program.json('check', 'NEW', nowhere, '--timeout', '5s');
    expect(document).toMatchObject({ exitCode: 2, ok: false, target: null });
    expect(document.data['machines']).toMatchObject([
      { machine: 'NEW', state: 'CRITICAL', problem: null },
      { state: 'UNKNOWN', problem: { hresult: expect.stringMatching(/^0x/) as string } },
    ]);
  });

  test('wrong words end with 3', () => {
    const lines = [
      ['check', 'PAID', '--warn-days', 'soon'],
      ['check', 'PAID', '--warn-days', '=5'],
      ['check', 'PAID', '--format', 'xml'],
      ['check', 'PAID', 'NEW', '--snapshot', '/no/such/file'],
    ];
    for (const words of lines) {
      expect([words, program.run(...words)]).toMatchObject([words, { status: 3, stdout: '' }]);
    }
  });

  test('an edition by subscription shows in /dli and counts in check', () => {
    program.ok('lab', 'set', 'BOTH', '--subscription', 'device,active,2026-02-01');
    expect(program.ok('BOTH', '/dli')).toContain('Subscription type: Device based subscription\n');
    expect(program.run('check', 'BOTH')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("'Subscription Enterprise days'=27;30:;7:;0") as string,
    });
    expect(program.run('check', 'BOTH', '--warn-days', 'subscription*=20').status).toBe(0);
    program.ok('lab', 'set', 'BOTH', '--subscription', 'user,expired');
    expect(program.run('check', 'BOTH').status).toBe(2);
    expect(program.run('lab', 'set', 'BOTH', '--subscription', 'gold').stderr).toContain('must be none');
    program.ok('lab', 'set', 'BOTH', '--subscription', 'none');
    expect(program.ok('BOTH', '/dli')).not.toContain('Subscription');
  });

  function snapshotOf(names: readonly string[]): string {
    const file = join(program.home, 'machine.json');
    const products = names.map((name, at) => ({
      ID: `00000000-0000-0000-0000-00000000000${at}`,
      Name: name,
      Description: 'x, VOLUME_KMSCLIENT channel',
      ApplicationID: '55c92734-d682-4d71-983e-d6ec3f16059f',
      PartialProductKey: 'ABCDE',
      LicenseStatus: 1,
      GracePeriodRemaining: 259_200,
    }));
    writeFileSync(file, JSON.stringify({ machine: 'PC', service: { Version: '10.0' }, products }));
    return file;
  }

  withPerl('Monitoring::Plugin reads labels, values and thresholds as they are meant', () => {
    const odd = ['Windows', 'O\'Brien = 5 | "x"; \u00e9\u4e2d\n\u001b[31m', 'Windows', ''];
    for (const names of [['Windows'], odd]) {
      const { stdout } = program.run('check', '--snapshot', snapshotOf(names));
      expect(stdout.split('\n')).toHaveLength(2);
      const read = readByPerl(stdout.trim().split(' | ')[1] ?? '');
      expect(read).toHaveLength(names.length);
      for (const each of read) expect(each).toMatchObject({ value: 180, uom: '', states: [0, 1, 2] });
      const labels = read.map(({ label }) => label);
      expect(new Set(labels).size).toBe(names.length);
      expect(labels[0]).toBe(names.length === 1 ? 'days' : 'Windows days');
    }
  });

  withPrometheus("Prometheus' parser reads the metrics, odd names and absent machines included", () => {
    const script = [
      'import sys, json',
      'from prometheus_client.parser import text_string_to_metric_families',
      'print(json.dumps([[s.name, s.labels, s.value] for f in text_string_to_metric_families(sys.stdin.read()) for s in f.samples]))',
    ].join('\n');
    const odd = 'a"b\\n\\ \u00e9 {x="y"} 5\n# HELP';
    for (const words of [
      ['--snapshot', snapshotOf([odd, 'Windows'])],
      ['PAID', 'GRACE', nowhere, '--timeout', '5s'],
    ]) {
      const { stdout } = program.run('check', ...words, '--format', 'prometheus');
      const read = JSON.parse(
        execFileSync(python, ['-c', script], { input: stdout, encoding: 'utf8' }),
      ) as readonly (readonly [string, Readonly<Record<string, string>>, number])[];
      const ofName = (name: string) => read.filter(([one]) => one === name);
      if (words.length === 2) {
        expect(
          ofName('slmgr_product_remaining_days').map(([, labels, value]) => [labels['product'], value]),
        ).toEqual([
          ['a"b\\n\\ \u00e9 {x="y"} 5 # HELP', 180],
          ['Windows', 180],
        ]);
      } else {
        expect(ofName('slmgr_machine_up').map(([, , value]) => value)).toEqual([1, 1, 0]);
        expect(ofName('slmgr_machine_state').map(([, , value]) => value)).toEqual([0, 1, 3]);
      }
    }
  });

  test('--out writes the file whole or leaves the old one', () => {
    const folder = join(program.home, 'textfile');
    mkdirSync(folder);
    const file = join(folder, 'slmgr.prom');
    const words = ['check', 'PAID', '--format', 'prometheus', '--out', file];
    expect(program.run(...words)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(file, 'utf8')).toContain('slmgr_machine_up{machine="PAID"} 1\n');
    expect(statSync(file).mode & 0o600).toBe(0o600);
    chmodSync(file, 0o640);
    program.ok(...words);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['slmgr.prom']);
    const away = program.run(
      'check',
      'PAID',
      '--format',
      'prometheus',
      '--out',
      join(folder, 'no', 'x.prom'),
    );
    expect(away).toMatchObject({ status: 3, stdout: '' });
    expect(away.stderr).toContain('could not be written');
    mkdirSync(join(folder, 'taken.prom'));
    expect(program.run('check', 'PAID', '--out', join(folder, 'taken.prom')).status).toBe(3);
    expect(readdirSync(folder).sort()).toEqual(['slmgr.prom', 'taken.prom']);
  });

  test('the commands of the guide run', () => {
    const guide = new Program();
    const text = readFileSync(resolve(__dirname, '../../docs/monitoring.md'), 'utf8');
    const commands = [...text.matchAll(/^\$ slmgr (.+)$/gm)].map(([, words = '']) => words);
    expect(commands.length).toBeGreaterThan(7);
    for (const words of commands) {
      const parts = [...words.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
      const line = parts.map((part) => (part === 'slmgr.prom' ? join(guide.home, part) : part));
      const { status, stderr } = guide.run(...line);
      expect([words, status, stderr]).toEqual([words, parts[0] === 'check' ? 2 : 0, '']);
    }
    const shown = /^\$ slmgr check PC-001\n(LICENSE .*)$/m.exec(text)?.[1];
    expect(guide.run('check', 'PC-001').stdout).toBe(`${shown}\n`);
    guide.remove();
  });
});
