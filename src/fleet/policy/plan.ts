import type { Change } from './differences';
import type { DesiredState, Policy } from './policy';

/** How one machine stands to a policy. */
export const planOutcomes = ['differs', 'ok', 'unreachable', 'unknown'] as const;
export type PlanOutcome = (typeof planOutcomes)[number];

/** One machine of a plan. */
export interface PlannedMachine {
  readonly machine: string;
  /** How it was reached: `lab`, `ssh` … A plan is for that machine alone. */
  readonly via: string;
  readonly outcome: PlanOutcome;
  readonly changes: readonly Change[];
  /** Why it could not be read, or what cannot be told; empty else. */
  readonly reasons: readonly string[];
  /** What should be so, all rules that mean it taken together. */
  readonly desired: DesiredState;
}

/** A plan: what would be done, and for what. It holds no product key and no password. */
export interface Plan {
  /** Epoch milliseconds. */
  readonly madeAt: number;
  readonly machines: readonly PlannedMachine[];
}

export type PlanCounts = Readonly<Record<PlanOutcome, number>>;

/** How many machines stand in each way; they add up to all. */
export function planCounts(machines: readonly Pick<PlannedMachine, 'outcome'>[]): PlanCounts {
  const counts = { differs: 0, ok: 0, unreachable: 0, unknown: 0 };
  for (const { outcome } of machines) counts[outcome] += 1;
  return counts;
}

/** 0 nothing to do, 2 there are changes, 3 some machines are unknown or could not be reached, which goes before 2. */
export function planStatus({ differs, unreachable, unknown }: PlanCounts): 0 | 2 | 3 {
  if (unreachable + unknown > 0) return 3;
  return differs > 0 ? 2 : 0;
}

/**
 * What should be so on each machine: the rules that mean it, a later one before an earlier one, setting by setting.
 * `machinesOf` gives the names of a rule, in the order in which they are to be done.
 */
export function desiredByMachine(
  policy: Policy,
  machinesOf: (rule: Policy['policies'][number]) => readonly string[],
): ReadonlyMap<string, DesiredState> {
  const desired = new Map<string, { readonly name: string; readonly set: DesiredState }>();
  for (const rule of policy.policies) {
    for (const name of machinesOf(rule)) {
      const before = desired.get(name.toLowerCase());
      desired.set(name.toLowerCase(), { name: before?.name ?? name, set: { ...before?.set, ...rule.set } });
    }
  }
  return new Map([...desired.values()].map(({ name, set }) => [name, set]));
}
