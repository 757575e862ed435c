import * as z from 'zod';
import type { AppliedChange } from '../../../fleet/policy/apply-machine';
import { writtenState } from '../../../fleet/policy/plan-file';
import type { OptionValues } from '../../argv/option-values';
import type { Surroundings } from '../../parts';
import { Refusal } from '../../refusal';
import { showProgress } from '../progress';
import type { RunSettings } from '../run-options';
import { appliedData } from '../../shared/shared-work';
import { isUnplanned, type AppliedRun, type ApplyTask } from './apply-plan';
import type { PolicyMachines } from './policy-machines';
import type { AppliedResult } from './shown';

/** Says no to keys of sources, which only this computer has and which must not be in the database. @throws Refusal */
export function refuseOwnKeys({ targets, desired }: PolicyMachines): void {
  if (!targets.some((target) => typeof desired(target).key === 'object')) return;
  throw new Refusal(
    'The policy has keys of sources of this computer, which are not given to workers: with --shared, key takes gvlk or keep.',
  );
}

/** {@link applyPlan} by the workers of a team. @throws Refusal where it cannot be handed over, and where it is left */
export async function applyByWorkers(
  { found: { targets, desired, machines }, planned, line }: Omit<ApplyTask, 'keyOf' | 'hold'>,
  { settings, options }: { readonly settings: RunSettings; readonly options: OptionValues },
  around: Surroundings,
): Promise<AppliedRun> {
  const results: AppliedResult[] = [];
  const run = await around.parts.shared().conductShared(
    {
      ...{ verb: 'apply', line, changes: true, targets, machines, options },
      work: { kind: 'apply' },
      taskOf: (target) => {
        const plan = planned?.get(target.name) ?? null;
        const unplanned =
          plan !== null && isUnplanned(plan) ? { outcome: plan.outcome, reasons: plan.reasons } : null;
        return { desired: writtenState(desired(target)), planned: plan?.changes ?? null, unplanned };
      },
    },
    settings,
    {
      begun: () => undefined,
      ended: (result) => results.push({ ...result, data: null, changes: changesOf(result.data) }),
      progress: showProgress(around.console),
    },
    around,
  );
  return { run, results };
}

/** Those of a machine whose turn did not come are none. */
function changesOf(data: unknown): readonly AppliedChange[] {
  return z.union([appliedData, z.null()]).parse(data)?.changes ?? [];
}
