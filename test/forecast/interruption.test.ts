import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InProcess } from '../storm/in-process';

const program = new InProcess(50);
afterAll(() => program.remove());

const scenario = (count: number, days: number, outage: string): string =>
  JSON.stringify({
    version: 1,
    start: '2026-01-05T08:00:00Z',
    days,
    sites: {
      hq: { clients: [{ product: 'Windows 7 Enterprise', count, online: 'office hours' }], hosts: ['k1'] },
    },
    hosts: {
      k1: { product: 'Windows Server 2008 R2 Standard', outages: [{ from: '60d', for: outage }] },
    },
  });

// What is stopped would take minutes: an answer within the deadline of a line is one that was broken off.
test.each([
  ['a long forecast', scenario(200_000, 3650, '10d'), []],
  ['one of two', scenario(30, 20 * 10, '10d'), ['--compare', 'other.json']],
  ['many runs', scenario(100_000, 3650, '10d'), ['--runs', '1000']],
])('Ctrl+C stops %s: status 130, no answer', async (_what, text, more) => {
  const other = join(program.files, 'other.json');
  writeFileSync(other, scenario(200_000, 3650, '200d'));
  const words = more.map((word) => (word === 'other.json' ? other : word));
  const { status, out, err } = await program.run(['forecast', '-', ...words], text);
  expect({ status, out }).toEqual({ status: 130, out: '' });
  expect(err).toBe('slmgr: Interrupted: no answer.\n');
});
