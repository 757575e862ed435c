import type { Hresult } from '../../licensing/hresult';
import type { LicensingProvider } from '../../licensing/provider';
import { runVerb } from '../runs/run-verb';
import { changedSince } from './changed-since';
import { settingOrder, type Change } from './differences';
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
  return verified(task, made);
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

interface Made {
  /** Those that were to be made, in their order. */
  readonly changes: readonly Change[];
  readonly done: ReadonlySet<Change>;
  readonly problem: ApplyProblem | null;
  /** The machine as it is now, where it was read since the last step. */
  readonly state: MachineState | null;
}

async function makeChanges(
  { provider, desired, ports }: Task,
  before: MachineState,
  { changes: differing, key }: Judgement,
): Promise<Made> {
  const done = new Set<Change>();
  let state = before;
  let changes = differing;
  for (let change = changes[0]; change !== undefined; change = changes[done.size]) {
    for (const step of stepsOf(change, desired, state, key)) {
      const problem = await runStep(provider, step);
      if (problem !== null) return { changes, done, problem, state: null };
    }
    done.add(change);
    if (change.setting !== 'key') continue;
    // Another key may belong to another product, which has settings of its own.
    state = await ports.readState();
    changes = withNew(changes, judgeMachine(desired, state, ports.keyOf).changes);
  }
  const isRead = state !== before && done.size === 1;
  return { changes, done, problem: null, state: isRead ? state : null };
}

/** Changes, and those of settings that none of them is of, in the order in which Windows has to be changed. */
function withNew(changes: readonly Change[], now: readonly Change[]): readonly Change[] {
  const added = now.filter(({ setting }) => !changes.some((change) => change.setting === setting));
  return [...changes, ...added].sort(
    (one, other) => settingOrder.indexOf(one.setting) - settingOrder.indexOf(other.setting),
  );
}

async function runStep(
  provider: LicensingProvider,
  { setting, verb, args }: Step,
): Promise<ApplyProblem | null> {
  const problem = await runVerb(provider, verb, args);
  return problem === null ? null : { step: setting, ...problem };
}

/** Reads the machine again: what still differs was not done, whatever the machine said. */
async function verified({ desired, ports }: Task, { changes, done, problem, state }: Made): Promise<Applied> {
  const after = judgeMachine(desired, state ?? (await ports.readState()), ports.keyOf);
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
