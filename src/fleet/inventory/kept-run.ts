import type { Counts, MachineResult, Outcome } from '../runs/outcome';

/** A run over many machines as the inventory keeps it, for everybody who uses it. Times are milliseconds since 1970. */
export interface RunFacts {
  readonly id: string;
  readonly verb: string;
  /** Without secrets. */
  readonly line: string;
  readonly changes: boolean;
  /** Who began it, and where: USER@HOST. */
  readonly who: string;
  readonly startedAt: number;
  /** Null where it was cut short. */
  readonly endedAt: number | null;
  readonly exitCode: number | null;
}

/** A run in a list. */
export interface RunSummary extends RunFacts {
  readonly counts: Counts;
}

type Detail = Pick<MachineResult, 'verification' | 'exitCode' | 'hresult' | 'step' | 'seconds' | 'attempts'>;

/** What a machine came to in a run; of one whose turn did not come to an end, its outcome is all. */
export type RunMachine = {
  readonly machine: string;
  readonly outcome: Outcome;
} & { readonly [name in keyof Detail]: Detail[name] | null };

/** A run with each machine's outcome, in the order of the run. */
export interface KeptRun extends RunFacts {
  readonly machines: readonly RunMachine[];
}
