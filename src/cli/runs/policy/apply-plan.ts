import type { Hold } from '../../../fleet/inventory/hold';
import { applyToMachine, type Applied } from '../../../fleet/policy/apply-machine';
import { hostSettings, type Change } from '../../../fleet/policy/differences';
import type { PlannedMachine } from '../../../fleet/policy/plan';
import type { DesiredState, KeySource } from '../../../fleet/policy/policy';
import { AmbiguousMachineError } from '../../../fleet/policy/read-state';
import type { FoundKey } from '../../../fleet/policy/wanted-key';
import { emptyAttempt, type AttemptResult } from '../../../fleet/runs/run-machines';
import { formatHresult } from '../../../licensing/hresult';
import { rebootWarning } from '../../../render/text/kms';
import type { Surroundings } from '../../parts';
import type { ResolvedTarget } from '../../targets/resolve-targets';
import { conduct } from '../conduct';
import { noLongerAlone } from '../hold-work';
import type { ConductedRun } from '../conducted-run';
import { showProgress } from '../progress';
import { rememberFailure, rememberMachine, type Remembering } from '../remember-machine';
import type { RunSettings } from '../run-options';
import { sharedLimits } from '../shared-limits';
import { machineTurn, type TurnEnd } from './machine-turn';
import { stateReader, type PlanTask } from './make-plan';
import type { AppliedResult } from './shown';

/** An applied policy: the run, and what each machine came to, in the order in which they ended. */
export interface AppliedRun {
  readonly run: ConductedRun;
  readonly results: readonly AppliedResult[];
}

/** What is to be applied. */
export interface ApplyTask extends PlanTask {
  /** Those of a plan by name; null where a policy is applied as it stands. */
  readonly planned: ReadonlyMap<string, PlannedMachine> | null;
  readonly hold: Pick<Hold, 'isLost'>;
}

/** Changes what differs on each machine, and proves it by reading the machine again. */
export async function applyPlan(
  { found, keyOf, planned, line, memory, store, hold }: ApplyTask,
  settings: RunSettings,
  around: Surroundings,
): Promise<AppliedRun> {
  const applied = new Map<string, Applied>();
  const { now } = around.console;
  const results: AppliedResult[] = [];
  const run = await conduct(
    {
      verb: 'apply',
      line,
      changes: true,
      store,
      targets: found.targets,
      groupsOf: sharedLimits(settings),
      keep: memory?.flush,
      attempt: async (target, signal) => {
        if (hold.isLost()) return noLongerAlone;
        const plan = planned?.get(target.name) ?? null;
        if (plan !== null && isUnplanned(plan)) return nothingPlanned(plan);
        const turn = { machines: found.machines, memory, now, signal, keyOf, planned: plan?.changes ?? null };
        const made = await applyOne(target, found.desired(target), turn);
        if (made.applied !== null) applied.set(target.name, made.applied);
        return made.result;
      },
    },
    settings,
    {
      begun: () => undefined,
      ended: (result) => results.push({ ...result, changes: applied.get(result.machine)?.changes ?? [] }),
      progress: showProgress(around.console),
    },
    around,
  );
  return { run, results };
}

/** Whether a plan has nothing for a machine, as it could not be read then. */
export function isUnplanned({ outcome }: PlannedMachine): boolean {
  return outcome === 'unreachable' || outcome === 'unknown';
}

const done: AttemptResult = { ...emptyAttempt, exitCode: 0 };

/** What a machine comes to that a plan has nothing for. */
export function nothingPlanned({
  outcome,
  reasons,
}: Pick<PlannedMachine, 'outcome' | 'reasons'>): AttemptResult {
  const message = `It was ${outcome} when the plan was made, so nothing was planned for it${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}.`;
  return {
    ...done,
    outcome: 'skipped',
    exitCode: null,
    step: 'plan',
    text: `${message}\n`,
    messages: [message],
  };
}

/** Applies what should be so to one machine. It never throws for what the machine or the way to it does. */
export async function applyOne(
  target: ResolvedTarget,
  desired: DesiredState,
  turn: Remembering & {
    readonly signal: AbortSignal;
    readonly keyOf: (source: KeySource) => FoundKey;
    /** The changes of a saved plan; null where what should be so is applied as it stands. */
    readonly planned: readonly Change[] | null;
  },
): Promise<{ readonly applied: Applied | null; readonly result: AttemptResult }> {
  const begun = { yes: false };
  const end = await machineTurn(turn.machines, target, turn, async (provider) => {
    try {
      const made = await applyToMachine(provider, desired, turn.planned, {
        readState: stateReader(provider, desired),
        keyOf: turn.keyOf,
        begins: () => {
          begun.yes = true;
        },
      });
      await rememberMachine(provider, target, turn);
      return made;
    } catch (error) {
      if (!(error instanceof AmbiguousMachineError)) throw error;
      const problem = { step: 'unclear', message: error.message, hresult: null };
      return { changes: [], problem } satisfies Applied;
    }
  });
  if (end.kind === 'done') return { applied: end.value, result: resultOf(end.value) };
  await rememberFailure(target, end.failure, turn);
  return { applied: null, result: cutShort(end, begun.yes) };
}

/** A machine that could not be read again after a change was sent: nobody knows whether it was made. */
function cutShort(
  { failure }: Extract<TurnEnd<Applied>, { kind: 'failure' }>,
  wasBegun: boolean,
): AttemptResult {
  const { kind, wasChanged, hresult, step, messages } = failure;
  const outcome = wasBegun && wasChanged ? 'unknown' : kind;
  return { ...done, outcome, exitCode: 1, hresult, step, messages, text: '' };
}

function resultOf({ changes, problem }: Applied): AttemptResult {
  const waits = changes.some(
    ({ setting, outcome }) => outcome === 'changed' && hostSettings.some((name) => name === setting),
  );
  const warnings = waits ? [rebootWarning] : [];
  const lines = changes.map(({ setting, from, to, outcome }) => `${setting} ${from} → ${to}: ${outcome}`);
  const text = [...lines, ...warnings].map((line) => `${line}\n`).join('');
  if (problem === null) {
    if (changes.length === 0) return { ...done, text: 'as wanted\n' };
    return { ...done, outcome: 'changed', verification: 'verified', text, messages: warnings };
  }
  return {
    ...done,
    outcome: 'failed',
    exitCode: 1,
    hresult: problem.hresult === null ? null : formatHresult(problem.hresult),
    step: problem.step,
    text: `${text}${problem.message}\n`,
    messages: [problem.message],
  };
}
