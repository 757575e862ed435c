import { optionValue, type OptionValues } from '../argv/option-values';
import type { OptionName } from '../options';
import { Refusal } from '../refusal';

/** A whole number within limits; null where the option does not stand. */
export function wholeNumberOf(
  options: OptionValues,
  name: OptionName,
  least: number,
  most: number,
): number | null {
  const word = optionValue(options, name);
  if (word === undefined) return null;
  const value = /^\d{1,9}$/.test(word) ? Number(word) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new Refusal(`--${name} ${word} is no whole number from ${least} to ${most}.`);
}
