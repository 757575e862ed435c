import { readMachine } from '../../fleet/inventory/read-machine';
import type { MachineFailure } from '../../fleet/inventory/observation';
import type { MachineResult } from '../../fleet/runs/outcome';
import { emptyAttempt, type AttemptResult } from '../../fleet/runs/run-machines';
import { isLicensingError, type LicensingProvider } from '../../licensing/provider';
import type { Surroundings } from '../parts';
import { saidWay } from '../targets/find-machine';
import { resolveTargets, type ResolvedTarget } from '../targets/resolve-targets';
import { choiceOf } from './choice';
import type { CommandRun, CommandRunEnd } from './command-run-types';
import { conduct } from './conduct';
import { RunMachines } from './open-machines';
import { machineTurn, type TurnFailure } from './policy/machine-turn';
import { showProgress } from './progress';
import { isRemoteProvider } from './record-line';
import { runMemory, type RunMemory } from './run-memory';
import { runSettings } from './run-options';
import { storeOfRuns } from './settle-runs';
import { sharedLimits } from './shared-limits';

/**
 * Runs a reading command on every machine that its words mean, within the limits of a run, noted as one, and remembered.
 * @throws Refusal for wrong words; nothing was connected then
 */
export async function runCommandOnMany(
  { verb, words, options, work }: CommandRun,
  around: Surroundings,
): Promise<CommandRunEnd> {
  const { console } = around;
  const settings = runSettings(options, (sentence) => {
    console.err(`slmgr: ${sentence}\n`);
  });
  const { choice, rerun } = await choiceOf(words.length === 0 ? null : words, options, console);
  const { targets, files } = await resolveTargets(choice, await saidWay(options, around), around);
  if (rerun !== null) console.err(`slmgr: ${rerun.sentence}.\n`);
  const machines = new RunMachines({ options, targets: files }, null, around);
  machines.refuseImpossible(targets);
  const memory = await runMemory(options, around);
  const turn = { machines, memory, work, now: console.now };
  const results = new Map<string, MachineResult>();
  try {
    const run = await conduct(
      {
        verb,
        line: [verb, ...words].join(' '),
        changes: false,
        store: storeOfRuns(options, console),
        targets,
        groupsOf: sharedLimits(settings),
        attempt: (target, signal) => commandTurn(target, signal, turn),
      },
      settings,
      {
        begun: () => undefined,
        ended: (result) => {
          results.set(result.machine, result);
        },
        progress: showProgress(console),
      },
      around,
    ).finally(() => memory?.end());
    return { run, results: targets.flatMap(({ name }) => results.get(name) ?? []) };
  } finally {
    machines.close();
  }
}

interface Turn {
  readonly machines: RunMachines;
  readonly memory: RunMemory | null;
  readonly work: CommandRun['work'];
  readonly now: () => number;
}

async function commandTurn(target: ResolvedTarget, signal: AbortSignal, turn: Turn): Promise<AttemptResult> {
  const { machines, memory, work } = turn;
  const end = await machineTurn(machines, target, signal, async (provider) => {
    const made = await work(provider, target.name);
    await remember(provider, target, turn);
    return made;
  });
  if (end.kind === 'done') return { ...emptyAttempt, ...end.value, exitCode: 0 };
  const { kind, hresult, step, messages } = end.failure;
  await memory?.remember({ ...unreadBy(end.failure, target.name, turn.now()), way: machines.wayTo(target) });
  return { ...emptyAttempt, outcome: kind, exitCode: 1, hresult, step, messages };
}

/** Whatever becomes of that, what the command found out stands. */
async function remember(
  provider: LicensingProvider,
  target: ResolvedTarget,
  { memory, machines, now }: Turn,
): Promise<void> {
  if (memory === null) return;
  try {
    if (isRemoteProvider(provider)) await provider.expectScan();
    const reading = await readMachine(target.name, provider, now);
    await memory.remember({ ...reading, way: machines.wayTo(target) });
  } catch (error) {
    if (!isLicensingError(error)) throw error;
  }
}

function unreadBy({ hresult, step, reason }: TurnFailure, name: string, now: number): MachineFailure {
  return { outcome: 'failed', name, at: Math.floor(now / 1000), step, hresult, message: reason };
}
