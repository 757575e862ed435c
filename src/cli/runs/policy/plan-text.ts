import type { FoldedPlan } from '../../../fleet/policy/fold-plan';
import type { PlanOutcome } from '../../../fleet/policy/plan';

const marks: Readonly<Record<PlanOutcome, string>> = {
  differs: '~',
  ok: '=',
  unreachable: '!',
  unknown: '?',
};

/** A folded plan for people: what is to be done, how many machines it is, and which. */
export function planText(groups: readonly FoldedPlan[]): string {
  return groups
    .map(({ outcome, machines, folded, changes, reasons }) => {
      const what = whatOf(outcome, changes, reasons);
      const many = `${machines} ${machines === 1 ? 'machine' : 'machines'}`;
      return `${marks[outcome]} ${many}: ${what}\n    ${folded}\n`;
    })
    .join('');
}

function whatOf(outcome: PlanOutcome, changes: readonly string[], reasons: readonly string[]): string {
  if (outcome === 'ok') return 'as wanted';
  if (outcome === 'differs') return changes.join(', ');
  const told = reasons.length === 0 ? '' : `, ${reasons.join('; ')}`;
  return `${outcome}${told}`;
}
