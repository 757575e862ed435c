import type { OptionValues } from '../argv/option-values';
import type { Surroundings } from '../parts';
import type { ResolvedTarget } from '../targets/resolve-targets';
import { conduct } from './conduct';
import type { ConductedRun, Onlooker } from './conducted-run';
import { lineForPeople } from './line-for-people';
import type { RunMachines } from './open-machines';
import { runMemory } from './run-memory';
import type { RunSettings } from './run-options';
import { storeOfRuns } from './settle-runs';
import { sharedLimits } from './shared-limits';
import { verbTurn, type VerbCall } from './verb-turn';

/** A verb for many machines. */
interface VerbForMany {
  readonly call: VerbCall;
  readonly targets: readonly ResolvedTarget[];
  readonly machines: RunMachines;
  /** Whether nobody knows if the change was made on a machine. */
  readonly looksFirst: (target: ResolvedTarget) => boolean;
  readonly options: OptionValues;
}

/** Takes a verb to the end of its run, here or by the workers of a team. @throws Refusal where it cannot begin */
export async function conductVerb(
  verb: VerbForMany,
  settings: RunSettings,
  onlooker: Onlooker,
  around: Surroundings,
): Promise<ConductedRun> {
  const { call, targets, machines, options } = verb;
  const { console } = around;
  const memory = await runMemory(options, around);
  const isDryRun = options['dry-run'] === true;
  const isStrict = options.strict === true;
  const changes = call.verb.changesState && !isDryRun;
  const looksFirst = (target: ResolvedTarget): boolean => changes && verb.looksFirst(target);
  const about = { verb: call.verb.name, line: lineForPeople(call), changes, targets };
  const run = {
    ...{ call, isDryRun, isStrict, looksFirst },
    platform: console.platform,
    wantsData: settings.form !== 'text',
    remember: memory?.remember ?? null,
    now: console.now,
  };
  const here = (): Promise<ConductedRun> =>
    conduct(
      {
        ...about,
        store: storeOfRuns(options, console),
        groupsOf: sharedLimits(settings),
        attempt: (target, signal) => verbTurn(run, target, machines, signal),
        keep: memory?.flush,
      },
      settings,
      onlooker,
      around,
    );
  const shared = (): Promise<ConductedRun> =>
    around.parts.shared().conductShared(
      {
        ...{ ...about, machines, options },
        work: { kind: 'verb', verb: call.verb.name, args: [...call.args], isDryRun, isStrict },
        taskOf: (target) => (looksFirst(target) ? { isUnsure: true } : null),
      },
      settings,
      onlooker,
      around,
    );
  return (options.shared === true ? shared() : here()).finally(() => memory?.end());
}
