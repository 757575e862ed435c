import type { OptionName } from '../options';

/** Options by name: `true` for a switch, the words of one that takes a value in their order. */
export type OptionValues = Readonly<Partial<Record<OptionName, true | readonly string[]>>>;

/** The one value of an option that may stand once, or undefined. */
export function optionValue(options: OptionValues, name: OptionName): string | undefined {
  const value = options[name];
  return value === undefined || value === true ? undefined : value[0];
}
