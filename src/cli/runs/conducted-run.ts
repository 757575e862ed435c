import type { Counts, MachineResult } from '../../fleet/runs/outcome';
import type { StopReason } from '../../fleet/runs/run-machines';

/** Who looks on while a run goes its way. */
export interface Onlooker {
  readonly begun: (run: string, machines: readonly string[]) => void;
  readonly ended: (result: MachineResult) => void;
  /** Told now and then, and once more with null at the end. */
  readonly progress: (state: ProgressState | null) => void;
}

export interface ProgressState {
  readonly all: number;
  readonly done: number;
  readonly running: number;
  readonly failed: number;
  readonly seconds: number;
}

/** How a run came to its end. */
export interface ConductedRun {
  readonly id: string;
  readonly counts: Counts;
  readonly seconds: number;
  readonly stopped: StopReason | null;
  readonly exitCode: number;
}
