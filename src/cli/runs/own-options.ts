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
