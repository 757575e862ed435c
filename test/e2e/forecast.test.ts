import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program } from './program';

const minimal = `version: 1
start: 2026-01-05T08:00:00Z
days: 90
seed: 1
sites:
  hq: { clients: [{ product: Windows 7 Enterprise, count: 2000 }], hosts: [k1, k2] }
hosts:
  k1: { product: Windows Server 2008 R2 Standard, outages: [{ from: 60d, for: 10d }] }
  k2: { product: Windows Server 2008 R2 Standard }
`;

const program = new Program();
const file = join(program.home, 'plan.yaml');

beforeAll(() => writeFileSync(file, minimal));
afterAll(() => program.remove());

test('text has the verdicts and the states; --json the counts at the end; the same seed gives the same answer', () => {
  const { status, stdout, stderr } = program.run('forecast', file);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('All 2,000 machines are licensed at the end.');
  const data = (): Record<string, unknown> => {
    const { seconds, perSecond, ...rest } = program.json('forecast', file).data;
    expect([seconds, perSecond]).toEqual([expect.any(Number), expect.any(Number)]);
    return rest;
  };
  const first = data();
  expect(first['end']).toMatchObject({
    counts: { licensed: 2000, initialGrace: 0, additionalGrace: 0, notification: 0, unlicensed: 0 },
  });
  expect(first['series']).toHaveLength(91);
  expect(JSON.stringify(data())).toBe(JSON.stringify(first));
});

test('standard input is read; what is wrong is told with its place, and nothing else is printed', () => {
  const read = program.runWith({ input: minimal }, 'forecast', '-');
  expect({ status: read.status, stderr: read.stderr }).toEqual({ status: 0, stderr: '' });
  const wrong = program.runWith({ input: minimal.replace('days: 90', 'days: 90d') }, 'forecast', '-');
  expect(wrong).toMatchObject({ status: 1, stdout: '' });
  expect(wrong.stderr).toBe('slmgr: standard input:3:7: days: a whole number from 1 to 3650 is expected\n');
  expect(program.run('forecast', join(program.home, 'none.yaml'))).toMatchObject({ status: 1, stdout: '' });
});

test('examples are printed and played; two scenarios stand side by side; files are written; runs use threads', () => {
  expect(program.data<{ examples: unknown[] }>('forecast', 'examples').examples).toHaveLength(12);
  expect(program.run('forecast', 'examples', 'nonsense')).toMatchObject({ status: 1, stdout: '' });
  const other = join(program.home, 'threshold.yaml');
  writeFileSync(other, program.run('forecast', 'examples', 'threshold').stdout);
  const [csv, html] = [join(program.home, 'a.csv'), join(program.home, 'a.html')];
  const words = ['forecast', file, '--compare', other, '--runs', '3', '--csv', csv, '--html', html] as const;
  const { status, stdout, stderr } = program.run(...words);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('add 1 physical machine to branch');
  expect(stdout).toMatch(/Licensed at the end +2,000 +0 +-2,000/);
  expect(stdout).toContain('3 runs. Licensed at the end: median 2,000, 5 to 95 %: 2,000 to 2,000.');
  expect(readFileSync(csv, 'utf8').split('\r\n')).toHaveLength(93);
  expect(readFileSync(html, 'utf8')).toContain('<svg');
});

test('answers make a scenario that can be played; a wrong one makes none', () => {
  const made = program.runWith(
    { input: '\n30\n5\n20\n' },
    'forecast',
    'init',
    '--out',
    join(program.home, 'init.yaml'),
  );
  expect(made.status).toBe(0);
  expect(program.run('forecast', join(program.home, 'init.yaml')).stdout).toContain('35 machines, 365 days');
  const again = program.runWith({ input: '' }, 'forecast', 'init', '--out', join(program.home, 'init.yaml'));
  expect(again).toMatchObject({ status: 1, stdout: '' });
  const wrong = program.runWith({ input: 'Windows 12\n' }, 'forecast', 'init');
  expect(wrong).toMatchObject({ status: 1, stdout: '' });
  expect(wrong.stderr).toContain('"Windows 12" is no product of the catalogue');
});

test('--from-lab plays the machines of the laboratory', () => {
  expect(program.run('forecast').status).toBe(1);
  program.data('lab', 'init', '--now', '2026-01-05T08:00:00Z');
  program.data('lab', 'add', 'PC', '--product', 'Windows 7 Enterprise', '--count', '6');
  const { stdout, status } = program.run('forecast', '--from-lab');
  expect(status).toBe(0);
  expect(stdout).toContain('lab.example: no machine is ever activated.');
  const mak = program.ok('lab', 'mint-key', '--type', 'mak', '--for', 'Windows 7 Enterprise').trim();
  program.ok('PC-002', '/ipk', mak);
  program.ok('PC-004', '/upk');
  const told = program.run('forecast', '--from-lab');
  expect([told.status, told.stderr]).toEqual([
    0,
    'slmgr: Left out, since they have a MAK or no key of Windows: PC-[002,004].\n',
  ]);
});
