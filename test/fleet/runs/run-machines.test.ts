import * as fc from 'fast-check';
import { batchSizes, isPassed, parseShare, type Share } from '../../../src/fleet/runs/batches';
import { ResultFolder } from '../../../src/fleet/runs/fold-results';
import {
  countOutcomes,
  statusOfCounts,
  type MachineResult,
  type Outcome,
} from '../../../src/fleet/runs/outcome';
import {
  MachinesRun,
  type AttemptResult,
  type RunPlan,
  type RunPorts,
} from '../../../src/fleet/runs/run-machines';

const attemptOf = (outcome: Outcome): AttemptResult => ({
  outcome,
  verification: null,
  exitCode: outcome === 'ok' ? 0 : 1,
  hresult: null,
  step: null,
  text: '',
  data: null,
  messages: [],
});

const sleep = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
    if (signal.aborted) {
      clearTimeout(timer);
      resolve();
    }
  });

interface Machine {
  readonly name: string;
  readonly site: string | null;
  /** Outcomes of its attempts, the last one again and again. */
  readonly outcomes: readonly Outcome[];
  readonly takes: number;
}

const machine = (
  name: string,
  outcomes: readonly Outcome[] = ['ok'],
  site: string | null = null,
): Machine => ({
  name,
  site,
  outcomes,
  takes: 0,
});

function rig(
  plan: Partial<RunPlan<Machine>> & Pick<RunPlan<Machine>, 'batches'>,
  ports: Partial<RunPorts<Machine>> = {},
) {
  const results: MachineResult[] = [];
  const order: string[] = [];
  const busy = new Map<string, number>();
  const most = new Map<string, number>();
  const tries = new Map<string, number>();
  const count = (key: string, by: number): void => {
    const now = (busy.get(key) ?? 0) + by;
    busy.set(key, now);
    most.set(key, Math.max(most.get(key) ?? 0, now));
  };
  const run = new MachinesRun<Machine>(
    {
      nameOf: ({ name }) => name,
      concurrency: 4,
      groupsOf: ({ site }) => (site === null ? [] : [{ key: site, limit: 2 }]),
      maxFail: null,
      retries: 0,
      machineTimeout: 60_000,
      deadline: null,
      ...plan,
    },
    {
      now: () => performance.now(),
      sleep: (_milliseconds, signal) => sleep(1, signal),
      attempt: async ({ name, site, outcomes, takes }) => {
        order.push(name);
        const keys = ['all', ...(site === null ? [] : [site])];
        for (const key of keys) count(key, 1);
        const turn = tries.get(name) ?? 0;
        tries.set(name, turn + 1);
        for (let waited = 0; waited < takes; waited += 1) await Promise.resolve();
        for (const key of keys) count(key, -1);
        return attemptOf(outcomes[Math.min(turn, outcomes.length - 1)] ?? 'ok');
      },
      mayRetry: () => true,
      gaveUp: (_machine, reason) => ({ ...attemptOf('unreachable'), messages: [reason] }),
      ended: (result) => {
        results.push(result);
      },
      ...ports,
    },
  );
  return { run, results, most, tries, order };
}

/** A real clock, for what depends on time. */
const realSleep: Partial<RunPorts<Machine>> = { sleep };

describe('a run over many machines', () => {
  test('what an attempt ends with that was told to stop is not lost', async () => {
    const late: (string | null)[] = [];
    const machines: readonly Machine[] = [{ name: 'ends', site: null, outcomes: ['ok'], takes: 0 }];
    const { run, results } = rig(
      { batches: [machines], machineTimeout: 5 },
      {
        ...realSleep,
        attempt: (_machine, signal) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve(attemptOf('changed')));
          }),
        gaveUp: (_machine, reason, ended) => {
          late.push(`${reason} ${String(ended?.outcome)}`);
          return ended ?? attemptOf('unknown');
        },
      },
    );
    await run.start();
    expect(late).toEqual(['timeout changed']);
    expect(results.map(({ outcome }) => outcome)).toEqual(['changed']);
  });

  test('gives every machine one result, within its limits', async () => {
    const one = fc.record({
      site: fc.constantFrom(null, 'berlin', 'ulm'),
      outcomes: fc.array(fc.constantFrom<Outcome>('ok', 'changed', 'failed', 'unreachable', 'unknown'), {
        minLength: 1,
        maxLength: 3,
      }),
      takes: fc.nat(5),
    });
    const shares = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }).map(String), fc.constant('25%')), {
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(one, { maxLength: 40 }),
        fc.integer({ min: 1, max: 6 }),
        shares,
        fc.option(fc.nat(5), { nil: null }),
        async (specs, concurrency, words, most) => {
          const machines = specs.map((spec, at) => ({ ...spec, name: `m${at}` }));
          const sizes = batchSizes(
            machines.length,
            words.flatMap((word) => parseShare(word) ?? []),
          );
          let from = 0;
          const batches = sizes.map((size) => machines.slice(from, (from += size)));
          const maxFail: Share | null = most === null ? null : { kind: 'number', number: most };
          const rigged = rig({ batches, concurrency, maxFail, retries: 1 });
          await rigged.run.start();
          expect(rigged.results.map(({ machine: name }) => name).sort()).toEqual(
            machines.map(({ name }) => name).sort(),
          );
          expect(rigged.most.get('all') ?? 0).toBeLessThanOrEqual(concurrency);
          for (const site of ['berlin', 'ulm']) expect(rigged.most.get(site) ?? 0).toBeLessThanOrEqual(2);
          // Only what was unreachable is tried again.
          for (const { name, outcomes } of machines) {
            expect(rigged.tries.get(name) ?? 0).toBeLessThanOrEqual(outcomes[0] === 'unreachable' ? 2 : 1);
          }
          if (most === null) expect(rigged.results.every(({ outcome }) => outcome !== 'not-run')).toBe(true);
          const counts = countOutcomes(rigged.results);
          expect(Object.values(counts).reduce<number>((sum, each) => sum + (each as number), 0)).toBe(
            machines.length,
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  test('tries what was unreachable again, and nothing else', async () => {
    const machines = [
      machine('away', ['unreachable', 'unreachable', 'ok']),
      machine('bad', ['failed', 'ok']),
    ];
    const { run, results } = rig({ batches: [machines], retries: 2 });
    await run.start();
    expect(results.map(({ machine: name, outcome, attempts }) => [name, outcome, attempts])).toEqual([
      ['bad', 'failed', 1],
      ['away', 'ok', 3],
    ]);
  });

  test('stops between batches where too many failed', async () => {
    const batches = [[machine('a', ['failed'])], [machine('b'), machine('c')]];
    const { run, results } = rig({ batches, maxFail: { kind: 'number', number: 0 } });
    await run.start();
    expect(results.map(({ machine: name, outcome }) => [name, outcome])).toEqual([
      ['a', 'failed'],
      ['b', 'not-run'],
      ['c', 'not-run'],
    ]);
    expect(run.stopped).toBe('max-fail');
  });

  test('interrupted once it begins nothing more and finishes what runs', async () => {
    const machines = Array.from({ length: 20 }, (_, at) => machine(`m${at}`));
    const { run, results } = rig(
      { batches: [machines], concurrency: 3 },
      {
        ...realSleep,
        attempt: async ({ name }) => {
          await sleep(20, new AbortController().signal);
          if (name === 'm0') run.stopStarting();
          return attemptOf('ok');
        },
      },
    );
    await run.start();
    const counts = countOutcomes(results);
    expect(counts.ok).toBeGreaterThanOrEqual(3);
    expect(counts.ok).toBeLessThanOrEqual(6);
    expect(counts.ok + counts.notRun).toBe(20);
  });

  test('broken off, machines that do not listen are left to themselves', async () => {
    const { run, results } = rig(
      { batches: [[machine('deaf')]] },
      {
        ...realSleep,
        attempt: () => new Promise(() => undefined),
      },
    );
    const started = run.start();
    run.breakOff();
    await started;
    expect(results).toEqual([expect.objectContaining({ machine: 'deaf', messages: ['stopped'] })]);
  });

  test('a machine that never answers ends at its limit, the run at its deadline', async () => {
    const ports = { ...realSleep, attempt: (): Promise<AttemptResult> => new Promise(() => undefined) };
    const slow = rig({ batches: [[machine('slow')]], machineTimeout: 20 }, ports);
    await slow.run.start();
    expect(slow.results[0]?.messages).toEqual(['timeout']);
    const late = rig({ batches: [[machine('a'), machine('b')]], concurrency: 1, deadline: 20 }, ports);
    await late.run.start();
    expect(late.results.map(({ machine: name, outcome }) => [name, outcome])).toEqual([
      ['b', 'not-run'],
      ['a', 'unreachable'],
    ]);
    expect(late.run.stopped).toBe('deadline');
  });

  test('a full group lets the others pass', async () => {
    const machines = ['a', 'b', 'c'].map((name) => machine(name, ['ok'], 'berlin'));
    const { run, order } = rig({ batches: [[...machines, machine('far')]], concurrency: 10 });
    await run.start();
    expect(order).toEqual(['a', 'far', 'b', 'c']);
  });
});

describe('shares', () => {
  test.each([
    ['1,10,25%', 100, [1, 10, 25, 25, 25, 14]],
    ['40%', 7, [2, 2, 2, 1]],
    ['5', 7, [5, 2]],
    ['', 7, [7]],
    ['1%', 3, [1, 1, 1]],
  ])('%s of %i machines', (words, all, sizes) => {
    const shares = words.split(',').flatMap((word) => parseShare(word) ?? []);
    expect(batchSizes(all, shares)).toEqual(sizes);
  });

  test('a limit is passed by more than it says', () => {
    expect(isPassed({ kind: 'number', number: 2 }, 2, 10)).toBe(false);
    expect(isPassed({ kind: 'number', number: 2 }, 3, 10)).toBe(true);
    expect(isPassed({ kind: 'percent', percent: 20 }, 2, 10)).toBe(false);
    expect(isPassed({ kind: 'percent', percent: 20 }, 3, 10)).toBe(true);
    expect(['101%', '-1', 'x', ''].map(parseShare)).toEqual([null, null, null, null]);
  });
});

describe('folding of results', () => {
  const result = (name: string, outcome: Outcome, text: string): MachineResult => ({
    machine: name,
    ...attemptOf(outcome),
    seconds: 0,
    attempts: 1,
    text,
  });

  test('the largest group first, failures last, own names taken out', () => {
    const folder = new ResultFolder();
    for (const each of [
      result('PC-9', 'failed', 'Error at PC-9: no'),
      result('PC-10', 'failed', 'Error at PC-10: no'),
      result('PC-1', 'ok', 'one'),
      result('PC-2', 'ok', 'two'),
      result('PC-3', 'ok', 'two'),
      result('PC-4', 'unreachable', 'PC-4 is away, PC-44 is not'),
    ])
      folder.add(each);
    expect(folder.groups().map(({ folded: names, text }) => [names, text])).toEqual([
      ['PC-[2-3]', 'two'],
      ['PC-1', 'one'],
      ['PC-[9-10]', 'Error at <machine>: no'],
      ['PC-4', 'PC-4 is away, PC-44 is not'],
    ]);
  });

  test('statuses', () => {
    const status = (...ends: readonly Outcome[]): number =>
      statusOfCounts(countOutcomes(ends.map((outcome) => ({ outcome }))));
    expect(status('ok', 'changed')).toBe(0);
    expect(status('ok', 'failed')).toBe(3);
    expect(status('failed', 'unknown', 'not-run')).toBe(4);
  });
});
