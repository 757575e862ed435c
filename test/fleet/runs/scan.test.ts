import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Inventory } from '../../../src/fleet/inventory/inventory';
import { isInterrupted } from '../../../src/fleet/runs/interruption';
import { emptyAttempt, MachinesRun } from '../../../src/fleet/runs/run-machines';
import { NotedResults } from '../../../src/cli/runs/noted-results';
import { sleepUntil } from '../../../src/cli/runs/conduct';
import type { MachineResult } from '../../../src/fleet/runs/outcome';
import { bundles } from '../../../src/cli/bundles';
import type { Parts } from '../../../src/cli/parts';
import { InProcess } from '../../storm/in-process';

const program = new InProcess(null);
const home = join(program.folder, 'data');

interface Scan {
  readonly run: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly read: number;
  readonly failed: number;
  readonly notRun: number;
}
async function scan(...words: readonly string[]): Promise<Scan & { readonly status: number }> {
  const { status, out } = await program.run(['fleet', 'scan', ...words, '--json']);
  return { ...(JSON.parse(out) as { data: Scan }).data, status };
}
const journals = (): readonly string[] => readdirSync(join(home, 'runs')).sort();

beforeAll(async () => {
  await program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z', '--seed', '1');
  await program.ok('lab', 'add', 'PC', '--count', '6', '--product', 'Windows 11 Enterprise');
  await program.ok('lab', 'stop', 'PC-003');
});
afterEach(() => {
  rmSync(join(home, 'runs'), { recursive: true, force: true });
});
afterAll(() => program.remove());

describe('a scan is a run', () => {
  test('it is noted, kept with the others, and taken up again', async () => {
    const first = await scan('PC-*', '--batch', '1', '--max-fail', '0');
    expect(first).toMatchObject({
      status: 3,
      read: 2,
      failed: 1,
      notRun: 3,
      counts: { ok: 2, unreachable: 1, notRun: 3 },
    });
    const listed = JSON.parse(await program.ok('fleet', 'runs', '--json')) as {
      data: { runs: { run: string; line: string }[] };
    };
    expect(listed.data.runs[0]).toMatchObject({ run: first.run, line: 'fleet scan PC-*' });
    expect(await scan('--rerun', 'not-run')).toMatchObject({ status: 0, read: 3, failed: 0 });
    expect(journals()).toHaveLength(2);
  });

  test('its recap says how it ended and how it is taken up again', async () => {
    const { status, out, err } = await program.run(['fleet', 'scan', 'PC-[002-004]']);
    expect([status, out]).toEqual([3, '2 of 3 machines read, 1 could not be read.\n']);
    expect(err).toMatch(/3 machines: 2 ok, 1 unreachable .*run \S+\)\n/);
    expect(err).toMatch(/1 × 0x800706BA .*\(PC-003\): PC-003 is stopped/);
    expect(err).toContain('--rerun unreachable');
  });

  test('--ndjson has a line for each machine as it ends, then the document', async () => {
    const { out } = await program.run(['fleet', 'scan', 'PC-[001-003]', '--ndjson']);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(4);
    expect(
      lines
        .slice(0, 3)
        .map(({ machine, outcome }) => `${String(machine)} ${String(outcome)}`)
        .sort(),
    ).toEqual(['PC-001 ok', 'PC-002 ok', 'PC-003 unreachable']);
    expect(lines[3]).toMatchObject({ verb: 'fleet scan', data: { machines: 3, read: 2 } });
  });

  test('--retries tries again who was unreachable; --deadline and --per-site are its limits too', async () => {
    const file = join(program.files, 'sites.csv');
    writeFileSync(
      file,
      'name,host,transport,port,site\nnobody-1,127.0.0.1,ssh,1,A\nnobody-2,127.0.0.1,ssh,1,A\n',
    );
    const words = ['nobody-[1-2]', '--targets', file, '--per-site', '1', '--retries', '1'];
    const { status, out } = await program.run(['fleet', 'scan', ...words, '--deadline', '1m', '--ndjson']);
    expect(status).toBe(4);
    const [first, second] = out.split('\n').map((line) => JSON.parse(line || '{}') as { attempts?: number });
    expect([first?.attempts, second?.attempts]).toEqual([2, 2]);
    expect((await program.run(['fleet', 'scan', 'PC-001', '--deadline', 'soon'])).status).toBe(1);
  });

  test('where the inventory breaks in the middle no further machine is begun, and the scan is no success', async () => {
    const other = new InProcess(null);
    await other.ok('lab', 'init', '--seed', '1');
    await other.ok('lab', 'add', 'PC', '--count', '3', '--product', 'Windows 11 Enterprise');
    const fleet = bundles.fleet();
    const broken: Parts = {
      ...bundles,
      fleet: () => ({
        ...fleet,
        openInventory: async (...words): Promise<Inventory> => ({
          ...(await fleet.openInventory(...words)),
          record: () =>
            Promise.reject(Object.assign(new Error('the disk is full'), { name: 'FleetStoreError' })),
        }),
      }),
    };
    const { status, err, out } = await other.run(['fleet', 'scan', '--batch', '1'], '', {}, broken);
    expect([status, out]).toEqual([1, '']);
    expect(err).toContain('What was read cannot be kept: the disk is full');
    const [journal = ''] = readdirSync(join(other.folder, 'data', 'runs'));
    expect(readFileSync(join(other.folder, 'data', 'runs', journal), 'utf8')).not.toContain('"outcome":"ok"');
    other.remove();
  });
});

const result = (machine: string): MachineResult => ({ machine, ...emptyAttempt, seconds: 0, attempts: 1 });

test('that a machine was read is noted only when what it said is kept', async () => {
  const steps: string[] = [];
  let kept: () => void = () => undefined;
  const keep = (): Promise<void> => {
    steps.push('keep');
    return new Promise((resolve) => {
      kept = resolve;
    });
  };
  const journal = {
    begun: () => Promise.resolve(),
    ended: ({ machine }: MachineResult) => void steps.push(machine),
    end: () => Promise.resolve(),
  };
  const noted = new NotedResults(journal, { changes: false, keep });
  noted.add(result('a'));
  const end = noted.end();
  await new Promise(setImmediate);
  expect(steps).toEqual(['keep']);
  kept();
  await end;
  expect(steps).toEqual(['keep', 'a']);
  // A change is noted whatever becomes of its memory.
  const changing = new NotedResults(journal, { changes: true, keep: () => Promise.resolve() });
  changing.add(result('b'));
  expect(steps).toEqual(['keep', 'a', 'b']);
  await changing.end();
});

test('an attempt that is broken off with its run knows it from one whose time is over', async () => {
  const told: (readonly [string, boolean])[] = [];
  const attempt = (machine: string, signal: AbortSignal): Promise<typeof emptyAttempt> =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        told.push([machine, isInterrupted(signal)]);
        resolve({ ...emptyAttempt, outcome: 'unreachable' });
      });
      if (machine === 'broken') run.breakOff();
    });
  const plan = {
    ...{
      batches: [['late'], ['broken']],
      nameOf: (name: string) => name,
      concurrency: 1,
      groupsOf: () => [],
    },
    ...{ maxFail: null, retries: 0, machineTimeout: 20, deadline: null },
  };
  const run: MachinesRun<string> = new MachinesRun<string>(plan, {
    ...{ now: () => performance.now(), sleep: sleepUntil, attempt, mayRetry: () => false },
    ...{ gaveUp: () => emptyAttempt, ended: () => undefined },
  });
  await run.start();
  expect(told).toEqual([
    ['late', false],
    ['broken', true],
  ]);
});
