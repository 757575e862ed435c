import { desiredByMachine, type Plan } from '../../../fleet/policy/plan';
import type { DesiredState, Policy } from '../../../fleet/policy/policy';
import type { TargetsFile } from '../../../remote/targets-file';
import type { OptionValues } from '../../argv/option-values';
import type { Surroundings } from '../../parts';
import { Refusal } from '../../refusal';
import { saidWay, type SaidWay } from '../../targets/find-machine';
import { resolveTargets, type ResolvedTarget } from '../../targets/resolve-targets';
import { RunMachines } from '../open-machines';

/** The machines that a policy or a plan is about, with what should be so on each. */
export interface PolicyMachines {
  readonly targets: readonly ResolvedTarget[];
  readonly desired: (target: ResolvedTarget) => DesiredState;
  readonly machines: RunMachines;
}

/** Finds the machines of every rule. Nothing is connected. @throws Refusal for names that nobody knows */
export async function machinesOfPolicy(
  policy: Policy,
  options: OptionValues,
  around: Surroundings,
): Promise<PolicyMachines> {
  const way = await saidWay(options, around);
  const found = new Map<string, ResolvedTarget>();
  const names = new Map<unknown, readonly string[]>();
  let files: TargetsFile | undefined;
  for (const [at, rule] of policy.policies.entries()) {
    const resolved = await ofRule(at, rule, way, around);
    files = resolved.files;
    for (const target of resolved.targets) found.set(target.name.toLowerCase(), target);
    names.set(
      rule,
      resolved.targets.map(({ name }) => name),
    );
  }
  const desired = desiredByMachine(policy, (rule) => names.get(rule) ?? []);
  return opened(
    [...desired.keys()].map((name) => known(found, name)),
    desired,
    { options, files, around },
  );
}

async function ofRule(
  at: number,
  { targets: expression, exclude }: Policy['policies'][number],
  way: SaidWay,
  around: Surroundings,
): ReturnType<typeof resolveTargets> {
  try {
    return await resolveTargets(
      { expression, exclude: exclude ?? null, pick: null, pickFirst: null },
      way,
      around,
    );
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw new Refusal(`policies.${at}: ${cause.message}`, { cause });
  }
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
  const desired = new Map(plan.machines.map(({ machine, desired: state }) => [machine, state]));
  if (desired.size === 0) return opened([], desired, { options, files: undefined, around });
  const way = await saidWay(options, around);
  const expression = [...desired.keys()].join(',');
  const { targets, files } = await resolveTargets(
    { expression, exclude: null, pick: null, pickFirst: null },
    way,
    around,
  );
  const found = new Map(targets.map((target) => [target.name.toLowerCase(), target]));
  if (found.size !== desired.size) throw new Refusal('The names of the plan mean other machines today.');
  for (const { machine, via } of plan.machines) {
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
