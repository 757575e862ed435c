import type { Hresult } from '../../licensing/hresult';
import type { LicensingProvider } from '../../licensing/provider';
import { runVerb } from '../runs/run-verb';
import type { Change } from './differences';
import { judgeMachine, type Judgement } from './judge-machine';
import type { MachineState } from './machine-state';
import type { DesiredState, KeySource } from './policy';
import { stepsOf, type Step } from './steps';
import type { FoundKey } from './wanted-key';

/** What became of one setting. */
export interface AppliedChange extends Change {
  readonly outcome: 'changed' | 'failed' | 'not-run';
}

/** What applying a policy to one machine came to. */
export interface Applied {
  readonly changes: readonly AppliedChange[];
  readonly problem: ApplyProblem | null;
}

export interface ApplyProblem {
  /** The setting at which it stopped, or `changed-since-plan`, `verify`, `unclear`. */
  readonly step: string;
  readonly message: string;
  readonly hresult: Hresult | null;
}

/** What applying needs of the world around it. */
export interface ApplyPorts {
  readonly readState: () => Promise<MachineState>;
  readonly keyOf: (source: KeySource) => FoundKey;
  /** Told before the first change is sent: from here on a cut means that nobody knows. */
  readonly begins: () => void;
}

/**
 * Brings a machine to what should be so, and reads it again to prove it. `planned` are the changes of a saved plan: a
 * machine on which anything else differs now is refused, and what the plan wanted and is so already is left alone.
 */
export async function applyToMachine(
  provider: LicensingProvider,
  desired: DesiredState,
  planned: readonly Change[] | null,
  ports: ApplyPorts,
): Promise<Applied> {
  const state = await ports.readState();
  const judgement = judgeMachine(desired, state, ports.keyOf);
  const [unclear] = judgement.unclear;
  if (unclear !== undefined) return refused(judgement.changes, 'unclear', unclear);
  const stale = planned === null ? null : changedSince(planned, judgement.changes);
  if (stale !== null) return refused(judgement.changes, 'changed-since-plan', stale);
  if (judgement.changes.length === 0) return { changes: [], problem: null };
  ports.begins();
  const task = { provider, desired, ports };
  const made = await makeChanges(task, state, judgement);
  return verified(task, judgement.changes, made);
}

interface Task {
  readonly provider: LicensingProvider;
  readonly desired: DesiredState;
  readonly ports: ApplyPorts;
}

function refused(changes: readonly Change[], step: string, message: string): Applied {
  return {
    changes: changes.map((change) => ({ ...change, outcome: 'not-run' })),
    problem: { step, message, hresult: null },
  };
}

/** What differs from the plan; null where each change is one that was planned, from the state that was planned. */
function changedSince(planned: readonly Change[], now: readonly Change[]): string | null {
  for (const { setting, from, to } of now) {
    const before = planned.find((change) => change.setting === setting);
    if (before === undefined) return `${setting} is ${from}, and was as wanted when the plan was made`;
    if (before.to !== to) return `${setting} should be ${to} now, and ${before.to} when the plan was made`;
    if (before.from !== from && !movesByItself(setting)) {
      return `${setting} is ${from}, and was ${before.from} when the plan was made`;
    }
  }
  return null;
}

/** Days run out, and grace periods end: that is no change that somebody made. */
function movesByItself(setting: Change['setting']): boolean {
  return setting === 'licensed' || setting === 'minDays';
}

interface Made {
  readonly done: ReadonlySet<Change>;
  readonly problem: ApplyProblem | null;
}

async function makeChanges(
  { provider, desired, ports }: Task,
  before: MachineState,
  { changes, key }: Judgement,
): Promise<Made> {
  const done = new Set<Change>();
  let state = before;
  for (const change of changes) {
    for (const step of stepsOf(change, desired, state, key)) {
      const problem = await runStep(provider, step);
      if (problem !== null) return { done, problem };
    }
    done.add(change);
    // Another key may belong to another product, which has settings of its own.
    if (change.setting === 'key' && done.size < changes.length) state = await ports.readState();
  }
  return { done, problem: null };
}

async function runStep(
  provider: LicensingProvider,
  { setting, verb, args }: Step,
): Promise<ApplyProblem | null> {
  const problem = await runVerb(provider, verb, args);
  return problem === null ? null : { step: setting, ...problem };
}

/** Reads the machine again: what still differs was not done, whatever the machine said. */
async function verified(
  { desired, ports }: Task,
  changes: readonly Change[],
  { done, problem }: Made,
): Promise<Applied> {
  const after = judgeMachine(desired, await ports.readState(), ports.keyOf);
  const still = new Set(after.changes.map(({ setting }) => setting));
  const outcomes = changes.map((change, at): AppliedChange => {
    if (!still.has(change.setting)) return { ...change, outcome: 'changed' };
    const tried = done.has(change) || at === done.size;
    return { ...change, outcome: tried ? 'failed' : 'not-run' };
  });
  // A step that was cut may have reached its end: what the machine says now decides.
  if (outcomes.every(({ outcome }) => outcome === 'changed')) return { changes: outcomes, problem: null };
  const lost = outcomes.find(({ outcome }) => outcome === 'failed');
  if (problem !== null || lost === undefined) return { changes: outcomes, problem };
  const now = after.changes.find(({ setting }) => setting === lost.setting)?.from ?? lost.from;
  return {
    changes: outcomes,
    problem: {
      step: 'verify',
      message: `the machine took ${lost.setting} ${lost.to}, and reads ${now} all the same`,
      hresult: null,
    },
  };
}
