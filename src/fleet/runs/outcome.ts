import type { Verification } from '../../verbs/verification';

/** How a run ended for one machine. */
export const outcomes = ['ok', 'changed', 'failed', 'unreachable', 'skipped', 'not-run', 'unknown'] as const;

/**
 * - `ok`: read, or was as wanted already.
 * - `changed`: a change was made.
 * - `failed`: the machine answered with an error.
 * - `unreachable`: nothing was sent that could have changed it.
 * - `skipped`: left out on purpose, as by a limit of failures in its group.
 * - `not-run`: the run ended before its turn.
 * - `unknown`: a change was begun, and nobody can say whether it was made.
 */
export type Outcome = (typeof outcomes)[number];

/** What one machine's turn came to. */
export interface MachineResult {
  readonly machine: string;
  readonly outcome: Outcome;
  /** Which kind of machine answered a verb, as its provider describes itself; null: none did. */
  readonly kind?: string | null;
  /** Only for changes. */
  readonly verification: Verification | null;
  /** The status that a line to this machine alone would have ended with; null where there was no answer. */
  readonly exitCode: number | null;
  /** 0x and eight digits. */
  readonly hresult: string | null;
  /** The step of the way that failed: name, tcp, host-key, tls, authentication … */
  readonly step: string | null;
  /** From the first attempt's begin to the last one's end. */
  readonly seconds: number;
  readonly attempts: number;
  /** slmgr's own text. */
  readonly text: string;
  /** The verb's own data, as a line to one machine has it. */
  readonly data: unknown;
  /** Sentences for people: errors, and what to do. */
  readonly messages: readonly string[];
}

/** How many machines ended in each way; the numbers add up to all machines. */
export interface Counts {
  readonly ok: number;
  readonly changed: number;
  readonly failed: number;
  readonly unreachable: number;
  readonly skipped: number;
  readonly notRun: number;
  readonly unknown: number;
}

const countNames: Readonly<Record<Outcome, keyof Counts>> = {
  ok: 'ok',
  changed: 'changed',
  failed: 'failed',
  unreachable: 'unreachable',
  skipped: 'skipped',
  'not-run': 'notRun',
  unknown: 'unknown',
};

/** The counts of these outcomes. */
export function countOutcomes(results: Iterable<Pick<MachineResult, 'outcome'>>): Counts {
  const counts = { ok: 0, changed: 0, failed: 0, unreachable: 0, skipped: 0, notRun: 0, unknown: 0 };
  for (const { outcome } of results) counts[countNames[outcome]] += 1;
  return counts;
}

/** Whether an outcome is one that nobody has to look at. */
export function isGood(outcome: Outcome): boolean {
  return outcome === 'ok' || outcome === 'changed';
}

/** Whether an outcome counts against `--max-fail`. */
export function isFailure(outcome: Outcome): boolean {
  return outcome === 'failed' || outcome === 'unreachable' || outcome === 'unknown';
}

/** The status of a run: 0 all good, 3 some not, 4 none good. */
export function statusOfCounts(counts: Counts): 0 | 3 | 4 {
  const good = counts.ok + counts.changed;
  const all = Object.values(counts).reduce<number>((sum, each) => sum + (each as number), 0);
  if (good === all) return 0;
  return good === 0 ? 4 : 3;
}
