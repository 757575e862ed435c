import type { OptionValues } from '../argv/option-values';
import type { OptionName } from '../options';

/** Options that say by themselves of which machines a line is. */
const namingOptions = ['cidr', 'rerun', 'where'] as const satisfies readonly OptionName[];

const narrowingOptions = ['exclude', 'pick', 'pick-first'] as const satisfies readonly OptionName[];

/** Options that choose machines, beside an expression or in its place. */
export const choosingOptions = [
  ...namingOptions,
  ...narrowingOptions,
] as const satisfies readonly OptionName[];

/** Limits of a run. */
export const limitOptions = [
  'concurrency',
  'per-site',
  'batch',
  'max-fail',
  'deadline',
  'retries',
] as const satisfies readonly OptionName[];

/** Who carries a run out. */
const sharingOptions = ['shared', 'sites'] as const satisfies readonly OptionName[];

const showingOptions = ['live', 'diff', 'ndjson'] as const satisfies readonly OptionName[];

/** Options of commands that read many machines, beside those of the way. */
export const commandRunOptions = [
  ...choosingOptions,
  ...limitOptions,
  'no-record',
  'store',
] as const satisfies readonly OptionName[];

/** {@link commandRunOptions} with those of how a run is shown. */
export const shownRunOptions = [
  ...commandRunOptions,
  ...showingOptions,
] as const satisfies readonly OptionName[];

/** The first option of a line to one machine that only lines to many have; null where there is none. */
export function runOptionOf(options: OptionValues): OptionName | null {
  const foreign = [...narrowingOptions, ...limitOptions, ...showingOptions, ...sharingOptions].find(
    (name) => options[name] !== undefined,
  );
  if (foreign !== undefined) return foreign;
  return options.store !== undefined && options.record !== true ? 'store' : null;
}

/** Whether options alone say of which machines a line is. */
export function chooseMany(options: OptionValues): boolean {
  return namingOptions.some((name) => options[name] !== undefined);
}
