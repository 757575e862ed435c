import * as z from 'zod';
import { defineCommand } from '../framework/command';
import { text } from '../framework/fields';
import { policyRunInput, policyRunOptions } from './policy-run-options';
import { machineResult, runCounts } from '../schemas/run';
import type { AppliedResult } from '../runs/policy/shown';
import { rawOptions } from '../targets/open-target';
import { remoteOptionNames } from '../targets/remote-options';

const appliedChange = z.object({
  setting: z.string(),
  from: z.string(),
  to: z.string(),
  outcome: z.enum(['changed', 'failed', 'not-run']),
});

const appliedResult = machineResult.omit({ kind: true, data: true }).extend({
  changed: z.boolean().describe('Whether anything was changed on it'),
  changes: z.array(appliedChange),
});

/** slmgr apply FILE */
export const apply = defineCommand({
  name: 'apply',
  summary: 'Bring machines to what a policy says, or do what a saved plan holds',
  description:
    'Changes only what differs, in the order that Windows needs, and reads each machine again to prove it: a second time ' +
    'changes nothing, and what was interrupted is taken up where it was. A machine that changed since the plan was saved is ' +
    'left as it is. At a terminal the plan is shown and asked about; elsewhere --yes says that it is meant. Ends with 0 where ' +
    'all is as wanted, 3 where some machines are not, 4 where none is, 1 for wrong words.',
  positionals: [
    { name: 'policy', summary: 'Policy, or a plan that "slmgr plan --out" saved', holds: 'file' },
  ],
  options: ['yes', ...policyRunOptions, 'shared', 'sites', ...remoteOptionNames],
  examples: [
    { line: 'slmgr apply today.plan --yes', does: 'exactly what was planned' },
    { line: 'slmgr apply policy.yaml --yes --batch 1,10% --max-fail 0', does: 'one first, then in steps' },
    { line: 'slmgr apply policy.yaml --yes --rerun failed', does: 'those again that failed in the last run' },
  ],
  data: z.object({
    run: z.string(),
    counts: runCounts,
    results: z.array(appliedResult),
  }),
  input: z.object({ policy: text, ...policyRunInput }),
  run: async ({ policy: file }, context) => {
    const shown = await context.parts.runs().applyPolicy({ file, options: rawOptions(context) }, context);
    const { run, results } = shown;
    return {
      data: {
        run: run.id,
        counts: run.counts,
        results: results.map(dataOf),
      },
      text: ({ colour }) => shown.text({ colour }),
      exitCode: run.exitCode,
      warnings: shown.messages,
    };
  },
});

function dataOf(result: AppliedResult): z.infer<typeof appliedResult> {
  const {
    machine,
    outcome,
    changes,
    verification,
    exitCode,
    hresult,
    step,
    seconds,
    attempts,
    text: shown,
  } = result;
  return {
    machine,
    outcome,
    changed: changes.some((change) => change.outcome === 'changed'),
    changes: changes.map((change) => ({ ...change })),
    verification,
    exitCode,
    hresult,
    step,
    seconds,
    attempts,
    text: shown,
    messages: [...result.messages],
  };
}
