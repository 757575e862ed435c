import { batchSizes } from '../../fleet/runs/batches';
import { fileRuns, newRunId } from './file-runs';
import { countOutcomes, statusOfCounts, type Counts, type Outcome } from '../../fleet/runs/outcome';
import { emptyAttempt, MachinesRun, type AttemptResult } from '../../fleet/runs/run-machines';
import type { RunJournal } from '../../fleet/runs/run-journal';
import type { Group } from '../../fleet/runs/slots';
import { systemReason } from '../../transports/local/system-reason';
import { interruptedStatus } from '../exit-status';
import type { Surroundings } from '../parts';
import { Refusal, refusalOf } from '../refusal';
import type { ResolvedTarget } from '../targets/resolve-targets';
import { outOfTime, timedOut } from './remember-machine';
import type { ConductedRun, Onlooker, ProgressState } from './conducted-run';
import { NotedResults } from './noted-results';
import { runsFolder } from './runs-folder';
import type { RunSettings } from './run-options';
import { storeOfRuns, whoRuns } from './settle-runs';

/** What is to be done with many machines. */
export interface Undertaking {
  /** The verb or the command. */
  readonly verb: string;
  /** The line for people, without secrets. */
  readonly line: string;
  readonly changes: boolean;
  readonly targets: readonly ResolvedTarget[];
  /** The inventory that the run belongs to; that of this user's surroundings where nobody said. */
  readonly store?: string;
  /** Limits that a machine shares with others. */
  readonly groupsOf: (target: ResolvedTarget) => readonly Group[];
  /** One attempt at a machine. */
  readonly attempt: (target: ResolvedTarget, signal: AbortSignal) => Promise<AttemptResult>;
  /** Writes down what machines said; how reading them ended is noted behind that. */
  readonly keep?: (() => Promise<void>) | undefined;
  /** Why no machine may begin any more; null while nothing is in the way. */
  readonly hindrance?: () => string | null;
}

const progressEveryMs = 200;

/**
 * Takes an undertaking to its end: notes it in the journal, gives every machine its turn, and listens to Ctrl+C.
 * Once: no new machine begins. Twice: what is under way is broken off. A third time: the process ends.
 * @throws Refusal where the journal cannot be written, nothing was sent then; and what keeping what machines said throws
 */
export async function conduct(
  undertaking: Undertaking,
  settings: RunSettings,
  onlooker: Onlooker,
  around: Surroundings,
): Promise<ConductedRun> {
  const { targets, attempt, changes, verb, line, keep = nothingKept, hindrance } = undertaking;
  const { console } = around;
  const startedAt = console.now();
  const id = newRunId(startedAt, crypto.getRandomValues(new Uint16Array(1))[0] ?? 0);
  const names = targets.map(({ name }) => name);
  const journal = await noted(() =>
    fileRuns(runsFolder(console)).begin({
      id,
      verb,
      line,
      changes,
      who: whoRuns(),
      store: undertaking.store ?? storeOfRuns({}, console),
      startedAt,
      process: process.pid,
      machines: names,
    }),
  );
  onlooker.begun(id, names);
  const begin = performance.now();
  const seconds = (): number => (performance.now() - begin) / 1000;
  const tally = new Tally(targets.length);
  const results = new NotedResults(journal, { changes, keep });
  const run: MachinesRun<ResolvedTarget> = new MachinesRun<ResolvedTarget>(
    {
      batches: inBatches(targets, settings),
      nameOf: ({ name }) => name,
      concurrency: settings.concurrency,
      groupsOf: undertaking.groupsOf,
      maxFail: settings.maxFail,
      retries: settings.retries,
      machineTimeout: settings.machineTimeout,
      deadline: settings.deadline,
    },
    {
      now: () => performance.now(),
      sleep: sleepUntil,
      mayRetry: ({ step }) => step !== null && worthRetrying.has(step),
      attempt: async (target, signal) => {
        const isHindered = (hindrance?.() ?? null) !== null;
        if (isHindered || (changes && !(await isNoted(journal, target.name, tally)))) {
          run.stopStarting('max-fail');
          return notSent;
        }
        return guarded(() => attempt(target, signal), changes);
      },
      gaveUp: (_target, reason, late) => brokenOff(changes, reason, late),
      ended: (result) => {
        tally.add(result.outcome);
        results.add(result);
        onlooker.ended(result);
      },
    },
  );
  const interruption = listen(run, around);
  const timer = setInterval(() => {
    onlooker.progress({ ...tally.state, running: run.running, seconds: seconds() });
  }, progressEveryMs);
  try {
    await run.start();
  } finally {
    clearInterval(timer);
    interruption.over();
    onlooker.progress(null);
  }
  if (tally.journalFailure !== null) throw tally.journalFailure;
  const counts = tally.counts();
  await results.end();
  const exitCode = interruption.status() ?? statusOfCounts(counts);
  await noted(() => journal.end({ endedAt: console.now(), exitCode, counts }));
  return { id, counts, seconds: seconds(), stopped: run.stopped, exitCode };
}

/** Steps after which another attempt may end otherwise; a wrong password or an unknown key stays what it is. */
export const worthRetrying: ReadonlySet<string> = new Set([
  'name',
  'tcp',
  'tls',
  'command',
  'answer',
  'connecting',
]);

class Tally {
  journalFailure: Refusal | null = null;
  readonly #counts = new Map<Outcome, number>();
  readonly #all: number;
  #done = 0;

  constructor(all: number) {
    this.#all = all;
  }

  add(outcome: Outcome): void {
    this.#done += 1;
    this.#counts.set(outcome, this.#of(outcome) + 1);
  }

  get state(): Pick<ProgressState, 'all' | 'done' | 'failed'> {
    const failed = this.#of('failed') + this.#of('unreachable') + this.#of('unknown');
    return { all: this.#all, done: this.#done, failed };
  }

  counts(): Counts {
    return countOutcomes(
      [...this.#counts].flatMap(([outcome, count]) => Array.from({ length: count }, () => ({ outcome }))),
    );
  }

  #of(outcome: Outcome): number {
    return this.#counts.get(outcome) ?? 0;
  }
}

/** Does something with the journal. @throws Refusal where that cannot be written */
export async function noted<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw journalRefusal(error);
  }
}

function journalRefusal(error: unknown): Refusal {
  return new Refusal(`The run cannot be noted in the data folder: ${systemReason(error)}.`, { cause: error });
}

/** Whether the begin of a machine's turn is on disk. Nothing is sent where it is not: nobody would know of it later. */
async function isNoted(journal: RunJournal, name: string, tally: Tally): Promise<boolean> {
  try {
    await journal.begun(name);
    return true;
  } catch (error) {
    tally.journalFailure ??= journalRefusal(error);
    return false;
  }
}

function inBatches(
  targets: readonly ResolvedTarget[],
  { batches }: RunSettings,
): readonly (readonly ResolvedTarget[])[] {
  let at = 0;
  return batchSizes(targets.length, batches).map((size) => targets.slice(at, (at += size)));
}

const nothingKept = (): Promise<void> => Promise.resolve();

const notSent: AttemptResult = { ...emptyAttempt, outcome: 'not-run' };

/** A refusal for one machine is its result; so is a defect, which must not take the other machines with it. */
export async function guarded(
  attempt: () => Promise<AttemptResult>,
  changes: boolean,
): Promise<AttemptResult> {
  try {
    return await attempt();
  } catch (error) {
    const told = refusalOf(error);
    if (told !== null) {
      return {
        ...emptyAttempt,
        outcome: 'unreachable',
        exitCode: 1,
        step: 'settings',
        messages: [told.message],
      };
    }
    const what = error instanceof Error ? error.message : String(error);
    const messages = [`A defect of this program, please report it: ${what}`];
    return { ...emptyAttempt, outcome: changes ? 'unknown' : 'failed', exitCode: 70, messages };
  }
}

/** What a machine comes to whose turn is broken off; `late`: what it ended with then. */
export function brokenOff(
  changes: boolean,
  reason: 'timeout' | 'stopped',
  late: AttemptResult | null,
): AttemptResult {
  // Nothing was sent that could have changed it, as far as the way went: why it did not answer is that we hung up.
  if (late?.outcome === 'unreachable') {
    return { ...late, ...hungUp[reason], step: late.step ?? 'command', text: '', data: null };
  }
  if (late !== null) return late;
  const { hresult, messages } = hungUp[reason];
  const [why = ''] = messages;
  return changes
    ? {
        ...emptyAttempt,
        outcome: 'unknown',
        hresult,
        messages: [`${why} Whether the change was made is unknown.`],
      }
    : { ...emptyAttempt, outcome: 'unreachable', hresult, step: 'command', messages };
}

const hungUp = {
  timeout: { hresult: timedOut, messages: [outOfTime] },
  stopped: { hresult: null, messages: ['It was broken off.'] },
} as const;

/** Resolves after so many milliseconds, or when the signal says stop. */
export function sleepUntil(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(milliseconds, longestTimer));
    signal.addEventListener('abort', done);
  });
}

/** Node's timers end at once beyond this. */
const longestTimer = 2 ** 31 - 1;

function listen(
  run: MachinesRun<ResolvedTarget>,
  { console }: Surroundings,
): { readonly over: () => void; readonly status: () => number | null } {
  let times = 0;
  let status: number | null = null;
  const over = console.onInterrupt((signal) => {
    times += 1;
    status = interruptedStatus[signal];
    if (times === 1) {
      run.stopStarting('interrupted');
      console.progress('');
      console.err(
        `slmgr: No new machine is begun; ${run.running} under way are finished. Ctrl+C again breaks them off.\n`,
      );
    } else if (times === 2) run.breakOff('interrupted');
    else {
      over();
      process.kill(process.pid, signal);
    }
  });
  return { over, status: () => status };
}
