import type { ConfirmedProduct } from '../../../fleet/proxy/apply-confirmations';
import type { Counts, MachineResult } from '../../../fleet/runs/outcome';

/** A run as it is told. */
interface ShownRun {
  readonly id: string;
  readonly counts: Counts;
  readonly exitCode: number;
}

/** What was collected, as it is shown. */
export interface ShownCollected {
  readonly run: ShownRun;
  readonly results: readonly MachineResult[];
  /** Installation IDs in the file; how many of them have a confirmation ID of before. */
  readonly entries: number;
  readonly known: number;
  readonly text: string;
  /** Sentences for standard error. */
  readonly messages: readonly string[];
}

/** What became of one entry that has no confirmation ID. */
export interface OpenEntry {
  readonly id: string;
  readonly machine: string | null;
  readonly reason: string | null;
  readonly hresult: string | null;
}

/** What was filled, as it is shown. */
export interface ShownFilled {
  readonly entries: number;
  readonly filled: number;
  readonly open: readonly OpenEntry[];
  readonly text: string;
  readonly exitCode: number;
  readonly messages: readonly string[];
}

/** What a machine came to, product by product. */
export interface ProxyResult extends MachineResult {
  readonly products: readonly ConfirmedProduct[];
}

/** What was applied, as it is shown. */
export interface ShownApplied {
  readonly run: ShownRun;
  readonly results: readonly ProxyResult[];
  readonly text: (style: { readonly colour: boolean }) => string;
  readonly messages: readonly string[];
}
