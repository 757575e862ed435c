import type { Group } from '../runs/slots';
import type { ClaimedChunk } from './chunk-store';
import type { ChunkJob } from './queue';
import type { ChunkMachine, SharedHead } from './shared-run';

/** A chunk in the hands of a worker. */
export class HeldChunk {
  readonly job: ChunkJob;
  readonly head: SharedHead;
  readonly hold: string;
  /** On the worker's clock; null where the run has no such limit. */
  readonly deadline: number | null;
  /** Whether it is, or may be, another worker's: nothing of it begins any more. */
  isLost = false;
  /** Machines that have had no end yet. */
  left: number;

  constructor(job: ChunkJob, { head, hold, machines, left }: ClaimedChunk, now: number) {
    this.job = job;
    this.head = head;
    this.hold = hold;
    this.left = machines.length;
    this.deadline = left === null ? null : now + Math.max(0, left);
  }
}

/** A machine whose turn is to come. */
export interface Task {
  readonly chunk: HeldChunk;
  readonly machine: ChunkMachine;
  readonly groups: readonly Group[];
}
