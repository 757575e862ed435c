import type { MachineResult } from '../../fleet/runs/outcome';
import type { AttemptResult } from '../../fleet/runs/run-machines';
import type { LicensingProvider } from '../../licensing/provider';
import type { OptionValues } from '../argv/option-values';
import type { Counts } from '../../fleet/runs/outcome';

/** A command that reads many machines. */
export interface CommandRun {
  /** The command: `check`, `snapshot`. */
  readonly verb: string;
  /** The words that name the machines, each by itself; none where only options do. */
  readonly words: readonly string[];
  readonly options: OptionValues;
  /** What the command does with each machine. */
  readonly work: (provider: LicensingProvider, name: string) => Promise<Pick<AttemptResult, 'text' | 'data'>>;
}

/** How such a run ended. */
export interface CommandRunEnd {
  readonly run: { readonly id: string; readonly counts: Counts; readonly exitCode: number };
  /** In the order of the run. */
  readonly results: readonly MachineResult[];
}
