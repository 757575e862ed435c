import type { Counts, MachineResult } from '../../fleet/runs/outcome';
import type { AttemptResult } from '../../fleet/runs/run-machines';
import type { LicensingProvider } from '../../licensing/provider';
import type { ConnectionReport } from '../../remote/check-connection';
import type { OptionValues } from '../argv/option-values';

/** A command that reads many machines. */
export interface CommandRun {
  /** The command: `check`, `snapshot`. */
  readonly verb: string;
  /** The words that name the machines, each by itself; none where only options do. */
  readonly words: readonly string[];
  readonly options: OptionValues;
  readonly work: CommandWork;
}

/** What a command does with each machine. */
export type CommandWork =
  | {
      readonly kind: 'read';
      readonly read: (
        provider: LicensingProvider,
        name: string,
      ) => Promise<Pick<AttemptResult, 'text' | 'data'>>;
    }
  /** Goes the way to it step by step, and tells of it. */
  | {
      readonly kind: 'connect';
      readonly tell: (report: ConnectionReport) => string;
      /** Takes out of such a text what is another one for each machine. */
      readonly alike: (text: string, machine: string) => string;
    };

/** How such a run ended. */
export interface CommandRunEnd {
  readonly run: { readonly id: string; readonly counts: Counts; readonly exitCode: number };
  /** In the order of the run. */
  readonly results: readonly MachineResult[];
}

/** Such a run as it is shown. */
export interface ShownCommandRun {
  /** Data of the JSON document; of the last line under --ndjson. */
  readonly data: unknown;
  /** Folded groups. */
  readonly text: (style: { readonly colour: boolean }) => string;
  /** The recap: outcomes, the commonest errors and what to do. */
  readonly messages: readonly string[];
  readonly exitCode: number;
  /** In the order of the run; none under --ndjson, which gave each as it came. */
  readonly results: readonly MachineResult[];
}
