import { writeFileSync } from 'node:fs';
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
