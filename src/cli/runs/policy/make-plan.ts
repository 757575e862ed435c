import { judgeMachine } from '../../../fleet/policy/judge-machine';
import type { Plan, PlannedMachine } from '../../../fleet/policy/plan';
import type { DesiredState, KeySource } from '../../../fleet/policy/policy';
import { AmbiguousMachineError, readMachineState } from '../../../fleet/policy/read-state';
import type { FoundKey } from '../../../fleet/policy/wanted-key';
import { emptyAttempt, type AttemptResult } from '../../../fleet/runs/run-machines';
import { catalogue } from '../../../licensing/catalogue/catalogue';
import type { LicensingProvider } from '../../../licensing/provider';
import type { Surroundings } from '../../parts';
import type { ResolvedTarget } from '../../targets/resolve-targets';
import { conduct } from '../conduct';
import type { ConductedRun } from '../conducted-run';
import { showProgress } from '../progress';
import { rememberFailure, rememberMachine, type Remembering } from '../remember-machine';
import type { RunMemory } from '../run-memory';
import type { RunSettings } from '../run-options';
import { sharedLimits } from '../shared-limits';
import { machineTurn } from './machine-turn';
import type { PolicyMachines } from './policy-machines';

/** A plan and the run that read the machines for it. */
export interface MadePlan {
  readonly plan: Plan;
  readonly run: ConductedRun;
}

/** What is to be planned. */
export interface PlanTask {
  readonly found: PolicyMachines;
  readonly keyOf: (source: KeySource) => FoundKey;
  /** For people. */
  readonly line: string;
  readonly memory: RunMemory | null;
  /** The inventory that the run belongs to. */
  readonly store: string;
}

/** Reads each machine once and says how it stands to what should be so. Nothing is changed. */
export async function makePlan(
  { found: { targets, desired, machines }, keyOf, line, memory, store }: PlanTask,
  settings: RunSettings,
  around: Surroundings,
): Promise<MadePlan> {
  const planned = new Map<string, PlannedMachine>();
  const { now } = around.console;
  const run = await conduct(
    {
      verb: 'plan',
      line,
      changes: false,
      store,
      targets,
      groupsOf: sharedLimits(settings),
      keep: memory?.flush,
      attempt: async (target, signal) => {
        const found = await planOne(target, desired(target), { machines, memory, now, signal, keyOf });
        planned.set(target.name, found.planned);
        return found.result;
      },
    },
    settings,
    { begun: () => undefined, ended: () => undefined, progress: showProgress(around.console) },
    around,
  );
  const all = targets.map((target) => planned.get(target.name) ?? notRead(target, desired(target)));
  return { plan: { madeAt: around.console.now(), machines: all }, run };
}

/** The catalogue is asked for an edition's setup key only where a policy speaks of it. */
export function stateReader(
  provider: LicensingProvider,
  state: DesiredState,
): () => ReturnType<typeof readMachineState> {
  return () => readMachineState(provider, catalogue, state.key === 'gvlk');
}

const done: AttemptResult = { ...emptyAttempt, exitCode: 0 };

/** Reads a machine and says how it stands to what should be so. */
export async function planOne(
  target: ResolvedTarget,
  state: DesiredState,
  turn: Remembering & {
    readonly signal: AbortSignal;
    readonly keyOf: (source: KeySource) => FoundKey;
  },
): Promise<{ readonly planned: PlannedMachine; readonly result: AttemptResult }> {
  const base = { machine: target.name, via: target.via, desired: state };
  const end = await machineTurn(turn.machines, target, turn, async (provider) => {
    const made = await judged(provider, state, turn.keyOf);
    await rememberMachine(provider, target, turn);
    return made;
  });
  if (end.kind === 'done') {
    const { changes, unclear } = end.value;
    const outcome = unclear.length > 0 ? 'unknown' : changes.length > 0 ? 'differs' : 'ok';
    return { planned: { ...base, outcome, changes, reasons: unclear }, result: done };
  }
  const { kind, hresult, step, reason, messages } = end.failure;
  await rememberFailure(target, end.failure, turn);
  const outcome = kind === 'failed' ? 'unknown' : 'unreachable';
  return {
    planned: { ...base, outcome, changes: [], reasons: [reason] },
    result: { ...done, outcome: kind, exitCode: 1, hresult, step, messages },
  };
}

async function judged(
  provider: LicensingProvider,
  state: DesiredState,
  keyOf: (source: KeySource) => FoundKey,
): Promise<Pick<PlannedMachine, 'changes'> & { readonly unclear: readonly string[] }> {
  try {
    return judgeMachine(state, await stateReader(provider, state)(), keyOf);
  } catch (error) {
    if (error instanceof AmbiguousMachineError) return { changes: [], unclear: [error.message] };
    throw error;
  }
}

function notRead({ name, via }: ResolvedTarget, desired: DesiredState): PlannedMachine {
  const reasons = ['its turn did not come'];
  return { machine: name, via, outcome: 'unreachable', changes: [], reasons, desired };
}
