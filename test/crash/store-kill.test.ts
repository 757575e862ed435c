import { mkdtempSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from './store-check';
import { buildWorker, outcomeOf, startWorker, type Worker } from './worker-process';

/** How many processes are killed: some dozens in CI, hundreds in `npm run crash`. */
const kills = Number(process.env['SLMGR_CRASH_KILLS'] ?? '30');

let worker: Worker;
beforeAll(() => {
  worker = buildWorker();
});
afterAll(() => {
  worker.remove();
});

/**
 * Starts a writer, kills it with SIGKILL `delayMs` after its start or after its first report, and returns the last
 * number that it reported done.
 */
async function writeAndKill(
  folder: string,
  tag: string,
  { from, delayMs }: { readonly from: 'start' | 'first-report'; readonly delayMs: number },
): Promise<number> {
  const child = startWorker(worker, ['append', folder, tag, '0']);
  const ended = outcomeOf(child);
  if (from === 'first-report') await Promise.race([once(child.stdout!, 'data'), ended]);
  await pause(delayMs);
  child.kill('SIGKILL');
  const { stdout, stderr } = await ended;
  expect(stderr).toBe('');
  const complete = stdout.slice(0, stdout.lastIndexOf('\n') + 1).trim();
  return complete === '' ? 0 : Number(complete.split('\n').at(-1));
}

/** Everything reported is there, without gaps, and each change is whole: event, request row and counter. */
function expectWhole(folder: string, reported: ReadonlyMap<string, number>): void {
  const found = inspect(folder);
  expect(found.integrity).toBe('ok');
  let events = 0;
  for (const [tag, last] of reported) {
    const numbers = found.eventsByTag.get(tag) ?? [];
    events += numbers.length;
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(numbers.length).toBeGreaterThanOrEqual(last);
    expect(numbers.length).toBeLessThanOrEqual(last + 1);
  }
  expect(found.requests).toBe(events);
  expect(found.total).toBe(events === 0 ? found.total : events);
}

/** Every third kill may hit the start: the making of the folder, of the file, of the tables. */
function randomMoment(round: number): { readonly from: 'start' | 'first-report'; readonly delayMs: number } {
  return round % 3 === 0
    ? { from: 'start', delayMs: 30 + Math.random() * 200 }
    : { from: 'first-report', delayMs: Math.random() * 150 };
}

test(
  'kill -9 at random moments loses nothing that was reported and leaves nothing half done',
  async () => {
    const rounds = 6;
    let reportedInAll = 0;
    for (let start = 0; start < kills; start += rounds) {
      const folder = mkdtempSync(join(worker.home, 'kill-'));
      const reported = new Map<string, number>();
      for (let round = start; round < Math.min(start + rounds, kills); round += 1) {
        const tag = `r${round}`;
        const last = await writeAndKill(folder, tag, randomMoment(round));
        reported.set(tag, last);
        reportedInAll += last;
        expectWhole(folder, reported);
      }
    }
    expect(reportedInAll).toBeGreaterThan(0);
  },
  20_000 + kills * 2_000,
);

test('two writers of one store, both killed: what either reported is there', async () => {
  const folder = mkdtempSync(join(worker.home, 'pair-'));
  const [a, b] = await Promise.all([
    writeAndKill(folder, 'a', { from: 'first-report', delayMs: 200 }),
    writeAndKill(folder, 'b', { from: 'first-report', delayMs: 260 }),
  ]);
  expectWhole(
    folder,
    new Map([
      ['a', a],
      ['b', b],
    ]),
  );
}, 30_000);
