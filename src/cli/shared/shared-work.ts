import * as z from 'zod';
import { planOutcomes } from '../../fleet/policy/plan';
import { desiredStateSchema } from '../../fleet/policy/policy';

/** What is to be done with every machine of a shared run, as it stands in the database. */
export const sharedWork = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('verb'),
    verb: z.string(),
    args: z.array(z.string()),
    isDryRun: z.boolean(),
    isStrict: z.boolean(),
  }),
  z.object({ kind: z.literal('scan') }),
  z.object({ kind: z.literal('apply') }),
]);
export type SharedWork = z.infer<typeof sharedWork>;

/** Of a verb with `--rerun unknown`: nobody knows whether the change was made. */
export const verbTask = z.object({ isUnsure: z.boolean() }).nullable();

const change = z.object({ setting: desiredStateSchema.keyof(), from: z.string(), to: z.string() });

/** What should be so on a machine; its keys come from the catalogue alone. */
export const applyTask = z.object({
  desired: z.unknown(),
  planned: z.array(change).nullable(),
  /** Why nothing was planned for it; null where something may be done. */
  unplanned: z.object({ outcome: z.enum(planOutcomes), reasons: z.array(z.string()) }).nullable(),
});

/** What became of a machine's settings, beside its result. */
export const appliedData = z.object({
  changes: z.array(change.extend({ outcome: z.enum(['changed', 'failed', 'not-run']) })),
});
