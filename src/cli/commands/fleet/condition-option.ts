import * as z from 'zod';
import type { Condition } from '../../../fleet/where/condition';
import { parseCondition } from '../../../fleet/where/parse-condition';
import { single } from '../../framework/fields';

/** The value of --where. */
export const condition: z.ZodType<Condition> = single(
  z.string('a condition is missing').transform((value, context) => {
    try {
      return parseCondition(value);
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : String(error));
      return z.NEVER;
    }
  }),
);
