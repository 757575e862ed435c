import type { Counts } from '../../fleet/runs/outcome';
import type { OptionValues } from '../argv/option-values';
import type { ResolvedTargets } from '../targets/resolved-target';

/** Machines that are to be read for the inventory. */
export interface ScanRequest {
  readonly resolved: ResolvedTargets;
  /** The line for people. */
  readonly line: string;
  readonly options: OptionValues;
}

/** A machine that could not be read. */
export interface ScanFailure {
  readonly machine: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly step: string | null;
  readonly hresult: string | null;
  readonly message: string;
}

/** What came of reading many machines. */
export interface Scanned {
  readonly run: string;
  readonly counts: Counts;
  readonly seconds: number;
  /** In the order of the run. */
  readonly failures: readonly ScanFailure[];
  readonly interrupted: boolean;
  /** The recap: outcomes, the commonest errors, and how the run is taken up again. */
  readonly messages: readonly string[];
}
