import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from './store-check';
import { buildWorker, outcomeOf, runWorker, startWorker, type Worker } from './worker-process';

let worker: Worker;
beforeAll(() => {
  worker = buildWorker();
});
afterAll(() => {
  worker.remove();
});

test('many writers of one new store at once lose nothing', async () => {
  const writers = 12;
  const each = 25;
  const folder = mkdtempSync(join(worker.home, 'writers-'));
  const tags = Array.from({ length: writers }, (_, index) => `w${index}`);
  const outcomes = await Promise.all(
    tags.map((tag) => outcomeOf(startWorker(worker, ['append', folder, tag, String(each)]))),
  );
  for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 0, stderr: '' });
  const found = inspect(folder);
  const expected = Array.from({ length: each }, (_, index) => index + 1);
  expect(found.integrity).toBe('ok');
  for (const tag of tags) expect(found.eventsByTag.get(tag)).toEqual(expected);
  expect(found).toMatchObject({ requests: writers * each, total: writers * each });
}, 120_000);

test('the drivers of this Node fulfil the contract, and stderr stays empty', () => {
  const { status, stdout, stderr } = runWorker(worker, [
    'contract',
    mkdtempSync(join(worker.home, 'contract-')),
  ]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.trim().split('\n').length).toBeGreaterThan(5);
});

test('a folder that may not be written is refused, and nothing appears in it', () => {
  const folder = join(mkdtempSync(join(worker.home, 'readonly-')), 'data');
  mkdirSync(folder);
  chmodSync(join(folder, '..'), 0o755);
  chmodSync(folder, 0o555);
  const outcome = runWorker(worker, ['probe', folder]);
  expect(JSON.parse(outcome.stdout)).toMatchObject({ ok: false, kind: 'cannot-open' });
  expect(readdirSync(folder)).toEqual([]);
});

test('a store that may not be written is refused, and is as it was', () => {
  const folder = mkdtempSync(join(worker.home, 'readonly-'));
  expect(runWorker(worker, ['append', folder, 'first', '3'])).toMatchObject({ status: 0 });
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o444);
  chmodSync(folder, 0o555);
  const outcome = runWorker(worker, ['probe', folder]);
  const answer = JSON.parse(outcome.stdout) as { kind: string; message: string };
  expect(['read-only', 'cannot-open', 'not-trusted']).toContain(answer.kind);
  expect(answer.message).toContain(join(folder, 'estate.db'));
  chmodSync(folder, 0o755);
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644);
  expect(inspect(folder)).toMatchObject({ integrity: 'ok', requests: 3 });
});

test('where there is no SQLite, the refusal says what to do; Node 22.13 and later have their own', () => {
  const alone = join(mkdtempSync(join(worker.home, 'alone-')), 'program.cjs');
  copyFileSync(worker.program, alone);
  const outcome = runWorker({ ...worker, program: alone }, [
    'probe',
    mkdtempSync(join(tmpdir(), 'slmgr-alone-')),
  ]);
  const answer = JSON.parse(outcome.stdout) as { ok: boolean; kind?: string; message?: string };
  const hasOwn = runWorker({ ...worker, program: '-p' }, [
    '!!process.getBuiltinModule("node:sqlite")',
  ]).stdout;
  if (hasOwn.trim() === 'true') expect(answer.kind).not.toBe('no-driver');
  else
    expect(answer).toMatchObject({
      ok: false,
      kind: 'no-driver',
      message: expect.stringMatching(/Node 22\.13/) as string,
    });
  expect(outcome.stderr).toBe('');
});

const mountable = runsInNamespace();

(mountable ? test : test.skip)(
  'a full disk refuses the change, keeps the others, and the store stays usable',
  () => {
    const folder = mkdtempSync(join(worker.home, 'full-'));
    const shell = `mount -t tmpfs -o size=1500k tmpfs ${folder} && exec "$@"`;
    const outcome = runWorker(worker, ['fill', folder], shell);
    expect(outcome.stderr).toBe('');
    const { written, kept, kind } = JSON.parse(outcome.stdout) as {
      written: number;
      kept: number;
      kind: string;
    };
    expect(kind).toBe('full');
    expect(written).toBeGreaterThan(10);
    expect(kept).toBe(written);
  },
);

/** A small file system of one's own needs user namespaces, which not every machine allows. */
function runsInNamespace(): boolean {
  const probe = buildWorker();
  const folder = mkdtempSync(join(probe.home, 'mount-'));
  const { status } = runWorker(
    probe,
    ['contract', folder],
    `mount -t tmpfs -o size=4m tmpfs ${folder} && exec "$@"`,
  );
  probe.remove();
  return status === 0;
}
