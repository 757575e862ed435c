import { ResultFolder } from '../../fleet/runs/fold-results';
import { emptyAttempt, type AttemptResult } from '../../fleet/runs/run-machines';
import type { MachineResult } from '../../fleet/runs/outcome';
import type { LicensingProvider } from '../../licensing/provider';
import type { ConnectionReport } from '../../remote/check-connection';
import type { Surroundings } from '../parts';
import { saidWay } from '../targets/find-machine';
import { resolveTargets, type ResolvedTarget } from '../targets/resolve-targets';
import { choiceOf } from './choice';
import type { CommandRun, CommandRunEnd, CommandWork, ShownCommandRun } from './command-run-types';
import { conduct } from './conduct';
import type { ConductedRun, Onlooker } from './conducted-run';
import { RunMachines } from './open-machines';
import { machineTurn } from './policy/machine-turn';
import { Presentation } from './present';
import { showProgress } from './progress';
import { rememberFailure, rememberMachine, type Remembering } from './remember-machine';
import { runMemory } from './run-memory';
import { runSettings, type RunSettings } from './run-options';
import { storeOfRuns } from './settle-runs';
import { sharedLimits } from './shared-limits';

/**
 * Runs a reading command on every machine that its words mean, within the limits of a run, noted as one, and remembered.
 * @throws Refusal for wrong words; nothing was connected then
 */
export async function runCommandOnMany(request: CommandRun, around: Surroundings): Promise<CommandRunEnd> {
  const results = new Map<string, MachineResult>();
  let machines: readonly string[] = [];
  const onlooker: Onlooker = {
    begun: (_run, names) => {
      machines = names;
    },
    ended: (result) => {
      results.set(result.machine, result);
    },
    progress: showProgress(around.console),
  };
  const run = await goThrough(request, settingsOf(request, around), onlooker, around);
  return { run, results: machines.flatMap((name) => results.get(name) ?? []) };
}

/** {@link runCommandOnMany}, shown as a verb on many machines is. */
export async function showCommandOnMany(request: CommandRun, around: Surroundings): Promise<ShownCommandRun> {
  const settings = settingsOf(request, around);
  const { verb, options, work } = request;
  const folder = new ResultFolder(work.kind === 'connect' ? work.alike : undefined);
  const presentation = new Presentation({ verb, options, folder }, settings, around);
  return presentation.shown(await goThrough(request, settings, presentation, around));
}

function settingsOf({ options }: CommandRun, { console }: Surroundings): RunSettings {
  return runSettings(options, (sentence) => {
    console.err(`slmgr: ${sentence}\n`);
  });
}

async function goThrough(
  { verb, words, options, work }: CommandRun,
  settings: RunSettings,
  onlooker: Onlooker,
  around: Surroundings,
): Promise<ConductedRun> {
  const { console } = around;
  const { choice, rerun } = await choiceOf(words.length === 0 ? null : words, options, around);
  const { targets, files } = await resolveTargets(choice, await saidWay(options, around), around);
  if (rerun !== null) console.err(`slmgr: ${rerun.sentence}.\n`);
  const machines = new RunMachines({ options, targets: files }, null, around);
  await machines.prepare(targets);
  const memory = await runMemory(options, around);
  const turn = { machines, memory, now: console.now };
  try {
    return await conduct(
      {
        verb,
        line: [verb, ...words].join(' '),
        changes: false,
        store: storeOfRuns(options, console),
        targets,
        groupsOf: sharedLimits(settings),
        attempt: (target, signal) =>
          work.kind === 'read'
            ? readingTurn(work, target, signal, turn)
            : connectingTurn(work, target, signal, turn),
        keep: memory?.flush,
      },
      settings,
      onlooker,
      around,
    ).finally(() => memory?.end());
  } finally {
    machines.close();
  }
}

type Work<Kind extends CommandWork['kind']> = Extract<CommandWork, { kind: Kind }>;

async function readingTurn(
  { read }: Work<'read'>,
  target: ResolvedTarget,
  signal: AbortSignal,
  turn: Remembering,
): Promise<AttemptResult> {
  const end = await machineTurn(turn.machines, target, { signal }, async (provider) => {
    const made = await read(provider, target.name);
    await rememberMachine(provider, target, turn);
    return made;
  });
  if (end.kind === 'done') return { ...emptyAttempt, ...end.value, exitCode: 0 };
  const { kind, hresult, step, messages } = end.failure;
  await rememberFailure(target, end.failure, { ...turn, signal });
  return { ...emptyAttempt, outcome: kind, exitCode: 1, hresult, step, messages };
}

async function connectingTurn(
  { tell }: Work<'connect'>,
  target: ResolvedTarget,
  signal: AbortSignal,
  turn: Remembering,
): Promise<AttemptResult> {
  const look = (provider: LicensingProvider): Promise<void> => rememberMachine(provider, target, turn);
  const report = await turn.machines.check(target, { signal, look });
  const result = { ...emptyAttempt, text: tell(report), data: report };
  const failed = report.steps.find(({ status }) => status === 'failed');
  if (failed === undefined) return { ...result, exitCode: 0 };
  const { step, detail, advice } = failed;
  const { hresult } = report;
  const outcome = isReached(report) ? 'failed' : 'unreachable';
  if (outcome === 'unreachable') {
    await rememberFailure(target, { step, hresult, message: detail }, { ...turn, signal });
  }
  return { ...result, outcome, exitCode: 1, hresult, step, messages: [detail, ...advice] };
}

/** Whether a machine answered that the way leads to, whatever it refused. */
function isReached({ kind }: ConnectionReport): boolean {
  return kind !== 'unreachable';
}
