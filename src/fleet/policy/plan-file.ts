import * as z from 'zod';
import { boundedList } from '../../licensing/bounded-schema';
import { schemaMistake } from '../../licensing/schema-mistake';
import { planOutcomes, type Plan } from './plan';
import { desiredStateSchema, type DesiredState } from './policy';
import { PolicyError } from './read-policy';

const mostMachines = 1_000_000;
const text = z.string().max(10_000);
const change = z.strictObject({ setting: desiredStateSchema.keyof(), from: text, to: text });

const planFileSchema = z.strictObject({
  format: z.literal('slmgr-plan'),
  version: z.literal(1),
  madeAt: z.iso.datetime(),
  /** What should be so; machines name theirs by its place. */
  desired: boundedList(desiredStateSchema, mostMachines),
  machines: boundedList(
    z.strictObject({
      machine: text.min(1),
      via: text,
      outcome: z.enum(planOutcomes),
      changes: boundedList(change, 100),
      reasons: boundedList(text, 100),
      desired: z.int().min(0),
    }),
    mostMachines,
  ),
});

/** Whether a text is a saved plan, and not a policy. */
export function isPlanText(text_: string): boolean {
  return /^\s*\{\s*"format":\s*"slmgr-plan"/.test(text_);
}

/** A plan as a file: JSON, what is wanted of many machines said once. */
export function writePlan({ madeAt, machines }: Plan): string {
  const places = new Map<string, number>();
  const rows = machines.map(({ desired, ...machine }) => {
    const written = JSON.stringify(writtenState(desired));
    const place = places.get(written) ?? places.size;
    places.set(written, place);
    return { ...machine, desired: place };
  });
  return `${JSON.stringify(
    {
      format: 'slmgr-plan',
      version: 1,
      madeAt: new Date(madeAt).toISOString(),
      desired: [...places.keys()].map((each): unknown => JSON.parse(each)),
      machines: rows,
    },
    null,
    1,
  )}\n`;
}

/** A desired state in the words of a policy, as {@link desiredStateSchema} reads it. */
export function writtenState({ kms, ...others }: DesiredState): unknown {
  if (kms === undefined || kms === 'auto' || 'domain' in kms)
    return kms === undefined ? others : { ...others, kms };
  return { ...others, kms: `${kms.host}:${kms.port}` };
}

/**
 * Reads a saved plan.
 * @throws PolicyError where it is none
 */
export function readPlan(content: string): Plan {
  const parsed = planFileSchema.safeParse(jsonOf(content), { error: schemaMistake });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new PolicyError(
      `${(issue?.path ?? []).map(String).join('.')} ${issue?.message ?? 'is not understood'}`.trim(),
    );
  }
  const { madeAt, desired, machines } = parsed.data;
  return {
    madeAt: Date.parse(madeAt),
    machines: machines.map((machine, at) => {
      const state = desired[machine.desired];
      if (state === undefined) throw new PolicyError(`machines.${at}.desired names nothing of the plan`);
      return { ...machine, desired: state };
    }),
  };
}

function jsonOf(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw new PolicyError('the plan is no JSON: it was cut short or changed by hand', { cause });
  }
}
