import type { OptionValues } from '../argv/option-values';
import type { FarEnd } from '../targets/far-end';
import type { ResolvedTarget } from '../targets/resolved-target';
import type { SharedWork } from './shared-work';

/** What workers are to do with many machines. */
export interface SharedUndertaking {
  /** The verb or the command. */
  readonly verb: string;
  /** The line for people, without secrets. */
  readonly line: string;
  readonly changes: boolean;
  readonly targets: readonly ResolvedTarget[];
  /** The way to the machines as this computer knows it. */
  readonly machines: { readonly farEnd: (target: ResolvedTarget) => FarEnd };
  readonly work: SharedWork;
  /** What is to be done with one machine alone; null where that is nothing of its own. */
  readonly taskOf: (target: ResolvedTarget) => unknown;
  readonly options: OptionValues;
}
