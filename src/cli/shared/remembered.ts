import type { Inventory } from '../../fleet/inventory/inventory';
import type { Observation } from '../../fleet/inventory/observation';

const atOnce = 200;

/** Keeps in the inventory what machines say, also where the database is away for a while. */
export class Remembered {
  readonly #inventory: Inventory;
  #waiting: Observation[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  readonly remember = (observation: Observation): Promise<void> => {
    this.#waiting.push(observation);
    return Promise.resolve();
  };

  /** Writes what waits; it goes on waiting where that fails. @throws what the inventory throws */
  write(): Promise<void> {
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#writeAll());
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, atOnce);
      await this.#inventory.record(batch);
      this.#waiting = this.#waiting.slice(batch.length);
    }
  }
}
