import { optionValue, type OptionValues } from '../argv/option-values';
import type { Surroundings } from '../parts';
import type { TargetChoice } from '../targets/chosen-names';
import { rerunOf, type Rerun } from './last-run';
import { wholeNumberOf } from './whole-number';

/** What a line says of its machines: its expression, if any, and the options that choose. */
export interface LineChoice {
  readonly choice: TargetChoice;
  readonly rerun: Rerun | null;
}

/** @throws Refusal for values that are none, and where there is nothing to take up again */
export async function choiceOf(
  expression: TargetChoice['expression'],
  options: OptionValues,
  around: Surroundings,
): Promise<LineChoice> {
  const rerun = await rerunOf(options, around);
  return {
    rerun,
    choice: {
      expression,
      cidr: Array.isArray(options.cidr) ? options.cidr : [],
      rerun: rerun?.names ?? null,
      exclude: optionValue(options, 'exclude') ?? null,
      pick: wholeNumberOf(options, 'pick', 1, 1_000_000),
      pickFirst: wholeNumberOf(options, 'pick-first', 1, 1_000_000),
    },
  };
}
