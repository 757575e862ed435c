import * as z from 'zod';
import { planOutcomes } from '../../fleet/policy/plan';
import type { ShownPlan } from '../runs/policy/shown';
import { defineCommand, type CommandResult } from '../framework/command';
import { option, text } from '../framework/fields';
import { policyRunInput, policyRunOptions } from './policy-run-options';
import { rawOptions } from '../targets/open-target';
import { remoteOptionNames } from '../targets/remote-options';

const change = z.object({ setting: z.string(), from: z.string(), to: z.string() });

const planData = z.object({
  madeAt: z.iso.datetime(),
  counts: z.object({ differs: z.int(), ok: z.int(), unreachable: z.int(), unknown: z.int() }),
  machines: z.array(
    z.object({
      machine: z.string(),
      outcome: z.enum(planOutcomes),
      changes: z.array(change),
      reasons: z.array(z.string()).describe('Why it is unreachable or unknown'),
    }),
  ),
});

/** slmgr plan POLICY */
export const plan = defineCommand({
  name: 'plan',
  summary: 'Say what a policy would change on which machines',
  description:
    'A policy is a YAML file that says what should be so on which machines: keys, KMS hosts, activation, settings of ' +
    'KMS hosts (docs/policy.md). Each machine is read once, nothing is changed, and machines that need the same stand ' +
    'together; options that choose machines leave some of the policy out. Ends with 0 where nothing is to do, 2 where something is, 3 where a machine could not be read or judged.',
  positionals: [{ name: 'policy', summary: 'Policy file', holds: 'file' }],
  // Nothing is changed, so there are no steps to stop between.
  options: [
    'out',
    ...policyRunOptions.filter((name) => name !== 'batch' && name !== 'max-fail'),
    ...remoteOptionNames,
  ],
  examples: [
    { line: 'slmgr plan policy.yaml', does: 'what differs' },
    { line: 'slmgr plan policy.yaml --out today.plan', does: 'and keep the plan, to apply exactly that' },
    { line: "slmgr plan policy.yaml --where 'tag.site = berlin'", does: 'of its machines those of a site' },
  ],
  data: planData,
  input: z.object({ policy: text, out: option.optional(), ...policyRunInput }),
  run: async ({ policy, out = null }, context) =>
    resultOf(
      await context.parts.runs().planPolicy({ file: policy, out, options: rawOptions(context) }, context),
    ),
});

/** slmgr plan show FILE */
export const planShow = defineCommand({
  name: 'plan show',
  summary: 'Tell what a saved plan holds',
  description: 'Reads the file and nothing else; the status is that of the plan.',
  positionals: [{ name: 'file', summary: 'Plan that "slmgr plan --out" saved', holds: 'file' }],
  options: [],
  examples: [{ line: 'slmgr plan show today.plan', does: 'the same as when it was made' }],
  data: planData,
  input: z.object({ file: text }),
  run: ({ file }, context) => Promise.resolve(resultOf(context.parts.runs().showPlan(file))),
});

function resultOf({ plan: made, counts, text: shown, exitCode, messages }: ShownPlan): CommandResult {
  return {
    data: {
      madeAt: new Date(made.madeAt).toISOString(),
      counts,
      machines: made.machines.map(({ machine, outcome, changes, reasons }) => ({
        machine,
        outcome,
        changes,
        reasons,
      })),
    },
    text: () => shown,
    exitCode,
    ok: exitCode === 0 || exitCode === 2,
    warnings: messages,
  };
}
