import type { Inventory } from './inventory';
import type { Observation } from './observation';

/** So many observations go into one transaction: each of them waits for the disk once. */
const batchSize = 200;

/** Keeps observations as they come, some at a time. */
export interface Recorder {
  readonly add: (observation: Observation) => Promise<void>;
  /** Writes what waits. What came before is kept whatever happens here. */
  readonly write: () => Promise<void>;
}

/** A recorder of an inventory. `size` observations are written at once. */
export function recorder(inventory: Pick<Inventory, 'record'>, size = batchSize): Recorder {
  let waiting: Observation[] = [];
  let writing: Promise<void> = Promise.resolve();
  const write = (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    if (batch.length > 0) writing = writing.then(() => inventory.record(batch));
    return writing;
  };
  return {
    add: async (observation) => {
      waiting.push(observation);
      if (waiting.length >= size) await write();
    },
    write,
  };
}
