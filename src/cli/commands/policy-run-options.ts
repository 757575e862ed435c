import { wholeNumber } from '../framework/fields';
import type { OptionName } from '../options';
import { limitOptions } from '../runs/own-options';

/** Options of a run over the machines that a file names: which of them, within which limits. */
export const policyRunOptions = [
  ...(['where', 'rerun', 'exclude', 'pick', 'pick-first'] as const),
  ...limitOptions,
  'no-record',
  'store',
] as const satisfies readonly OptionName[];

/** What the whole numbers of runs hold. */
export const policyRunInput = {
  pick: wholeNumber(1, 1_000_000).optional(),
  'pick-first': wholeNumber(1, 1_000_000).optional(),
  'per-site': wholeNumber(1, 4096).optional(),
  retries: wholeNumber(0, 20).optional(),
};
