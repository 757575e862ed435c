import { desiredByMachine, type Plan } from '../../../fleet/policy/plan';
import type { DesiredState, Policy } from '../../../fleet/policy/policy';
import type { TargetsFile } from '../../../remote/targets-file';
import type { OptionValues } from '../../argv/option-values';
import type { Surroundings } from '../../parts';
import { Refusal } from '../../refusal';
import { tell } from '../../output/tell';
import { pickedOf, type TargetChoice } from '../../targets/chosen-names';
import { saidWay, type SaidWay } from '../../targets/find-machine';
import { resolveTargets, type ResolvedTarget } from '../../targets/resolve-targets';
import { choiceOf } from '../choice';
import { RunMachines } from '../open-machines';
import { choosingOptions } from '../own-options';

/** The machines that a policy or a plan is about, with what should be so on each. */
export interface PolicyMachines {
  readonly targets: readonly ResolvedTarget[];
  readonly desired: (target: ResolvedTarget) => DesiredState;
  readonly machines: RunMachines;
}

/**
 * Finds the machines of every rule, narrowed by the options of the line. Nothing is connected.
 * @throws Refusal for names that nobody knows, and where nobody is left
 */
export async function machinesOfPolicy(
  policy: Policy,
  options: OptionValues,
  around: Surroundings,
): Promise<PolicyMachines> {
  const way = await saidWay(options, around);
  const narrowing = await narrowingOf(options, around);
  const found = new Map<string, ResolvedTarget>();
  const names = new Map<unknown, readonly string[]>();
  let files: TargetsFile | undefined;
  for (const [at, rule] of policy.policies.entries()) {
    const resolved = await ofRule(at, { rule, narrowing }, way, around);
    files = resolved.files;
    for (const target of resolved.targets) found.set(target.name.toLowerCase(), target);
    names.set(
      rule,
      resolved.targets.map(({ name }) => name),
    );
  }
  const all = desiredByMachine(policy, (rule) => names.get(rule) ?? []);
  const desired = new Map(
    pickedOf([...all.keys()], narrowing).map((name): [string, DesiredState] => [name, all.get(name) ?? {}]),
  );
  if (desired.size === 0) throw new Refusal('No machine is left.');
  return opened(
    [...desired.keys()].map((name) => known(found, name)),
    desired,
    { options, files, around },
  );
}

/** What the options of a line leave of the machines of a policy or a plan. */
async function narrowingOf(options: OptionValues, around: Surroundings): Promise<TargetChoice> {
  const { choice, rerun } = await choiceOf(null, options, around);
  if (rerun !== null) tell(around.console, `slmgr: ${rerun.sentence}.`);
  return choice;
}

async function ofRule(
  at: number,
  {
    rule: { targets: expression, exclude },
    narrowing,
  }: { readonly rule: Policy['policies'][number]; readonly narrowing: TargetChoice },
  way: SaidWay,
  around: Surroundings,
): ReturnType<typeof resolveTargets> {
  const excluded = [exclude, narrowing.exclude].filter((each) => each != null);
  try {
    return await resolveTargets(
      {
        ...narrowing,
        expression,
        exclude: excluded.length === 0 ? null : excluded.join(','),
        ...{ pick: null, pickFirst: null, mayBeEmpty: isNarrowed(way.options) },
      },
      way,
      around,
    );
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw new Refusal(`policies.${at}: ${cause.message}`, { cause });
  }
}

function isNarrowed(options: OptionValues): boolean {
  return choosingOptions.some((name) => options[name] !== undefined);
}

/**
 * Finds the machines of a plan again: each has to be the one that the plan was made for.
 * @throws Refusal where a name is known no longer, or leads elsewhere
 */
export async function machinesOfPlan(
  plan: Plan,
  options: OptionValues,
  around: Surroundings,
): Promise<PolicyMachines> {
  const all = new Map(plan.machines.map(({ machine, desired: state }) => [machine, state]));
  if (all.size === 0) return opened([], all, { options, files: undefined, around });
  const way = await saidWay(options, around);
  const expression = [...all.keys()].join(',');
  const narrowing = await narrowingOf(options, around);
  const { targets, files } = await resolveTargets({ ...narrowing, expression }, way, around);
  const found = new Map(targets.map((target) => [target.name.toLowerCase(), target]));
  const isWhole = !isNarrowed(options);
  if (isWhole && found.size !== all.size)
    throw new Refusal('The names of the plan mean other machines today.');
  const meant = plan.machines.filter(({ machine }) => isWhole || found.has(machine.toLowerCase()));
  const desired = new Map(meant.map(({ machine, desired: state }) => [machine, state]));
  for (const { machine, via } of meant) {
    const now = known(found, machine);
    if (now.via === via) continue;
    throw new Refusal(
      `${machine} is reached by ${now.via} today, and was by ${via} when the plan was made: it may be another machine. Nothing was sent.`,
    );
  }
  return opened(targets, desired, { options, files, around });
}

function known(found: ReadonlyMap<string, ResolvedTarget>, name: string): ResolvedTarget {
  const target = found.get(name.toLowerCase());
  if (target === undefined) throw new Refusal(`${name} of the plan is known no longer. Nothing was sent.`);
  return target;
}

async function opened(
  targets: readonly ResolvedTarget[],
  desired: ReadonlyMap<string, DesiredState>,
  way: {
    readonly options: OptionValues;
    readonly files: TargetsFile | undefined;
    readonly around: Surroundings;
  },
): Promise<PolicyMachines> {
  const machines = new RunMachines({ options: way.options, targets: way.files }, null, way.around);
  await machines.prepare(targets);
  const byName = new Map([...desired].map(([name, state]) => [name.toLowerCase(), state]));
  return { targets, machines, desired: ({ name }) => byName.get(name.toLowerCase()) ?? {} };
}
