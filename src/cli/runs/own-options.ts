import type { OptionValues } from '../argv/option-values';
import type { OptionName } from '../options';

/** Options that only lines about many machines have. */
const runOptions = [
  'per-site',
  'exclude',
  'pick',
  'pick-first',
  'concurrency',
  'batch',
  'max-fail',
  'deadline',
  'retries',
  'live',
  'diff',
  'ndjson',
  'store',
] as const satisfies readonly OptionName[];

/** The first option of a line to one machine that only lines to many have; null where there is none. */
export function runOptionOf(options: OptionValues): OptionName | null {
  return runOptions.find((name) => options[name] !== undefined) ?? null;
}

/** Options of commands that take expressions of machines, beside those of the way. */
export const commandRunOptions = [
  'cidr',
  'rerun',
  'where',
  'exclude',
  'pick',
  'pick-first',
  'concurrency',
  'per-site',
  'batch',
  'max-fail',
  'deadline',
  'retries',
  'no-record',
  'store',
] as const satisfies readonly OptionName[];

/** Whether options alone say of which machines a line is. */
export function chooseMany(options: OptionValues): boolean {
  return [options.rerun, options.cidr, options.where].some((said) => said !== undefined);
}
