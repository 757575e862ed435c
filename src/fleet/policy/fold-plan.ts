import { foldNames } from '../targets/fold';
import { planOutcomes, type PlannedMachine, type PlanOutcome } from './plan';

/** Machines to which the same would be done, or of which the same is unclear. */
export interface FoldedPlan {
  readonly outcome: PlanOutcome;
  /** `PC-[001-412]` */
  readonly folded: string;
  readonly machines: number;
  /** `key WXYZ1 → gvlk of Windows 10 Enterprise`, one a change. */
  readonly changes: readonly string[];
  readonly reasons: readonly string[];
}

/** Folds machines whose changes are equal: the largest group first, those that need nothing and the unclear ones last. */
export function foldPlan(machines: readonly PlannedMachine[]): readonly FoldedPlan[] {
  const groups = new Map<string, PlannedMachine[]>();
  for (const machine of machines) {
    const key = JSON.stringify([machine.outcome, machine.changes, machine.reasons]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [machine]);
    else group.push(machine);
  }
  return [...groups.values()]
    .flatMap((group): FoldedPlan[] => {
      const [first] = group;
      if (first === undefined) return [];
      return [
        {
          outcome: first.outcome,
          folded: foldNames(group.map(({ machine }) => machine)),
          machines: group.length,
          changes: first.changes.map(({ setting, from, to }) => `${setting} ${from} → ${to}`),
          reasons: first.reasons,
        },
      ];
    })
    .sort(
      (one, other) =>
        planOutcomes.indexOf(one.outcome) - planOutcomes.indexOf(other.outcome) ||
        other.machines - one.machines,
    );
}
