import type { AppliedChange } from '../../../fleet/policy/apply-machine';
import type { Plan, PlanCounts } from '../../../fleet/policy/plan';
import type { Counts, MachineResult } from '../../../fleet/runs/outcome';

/** A plan as it is shown. */
export interface ShownPlan {
  readonly plan: Plan;
  readonly counts: PlanCounts;
  readonly text: string;
  readonly exitCode: number;
  /** Sentences for standard error. */
  readonly messages: readonly string[];
}

/** What a machine came to, setting by setting. */
export interface AppliedResult extends MachineResult {
  readonly changes: readonly AppliedChange[];
}

/** An applied policy as it is shown. */
export interface ShownRun {
  readonly run: { readonly id: string; readonly counts: Counts; readonly exitCode: number };
  /** In the order in which they ended. */
  readonly results: readonly AppliedResult[];
  readonly text: (style: { readonly colour: boolean }) => string;
  readonly messages: readonly string[];
}
