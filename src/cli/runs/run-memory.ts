import type { Inventory } from '../../fleet/inventory/inventory';
import type { Observation } from '../../fleet/inventory/observation';
import { recorder } from '../../fleet/inventory/recorder';
import type { OptionValues } from '../argv/option-values';
import { tell } from '../output/tell';
import type { Surroundings } from '../parts';
import { Refusal, refusalOf } from '../refusal';
import { settleRuns, storeOfRuns } from './settle-runs';

/** Keeps in the inventory what the machines of a run say. */
export interface RunMemory extends Pick<Inventory, 'holdAlone'> {
  readonly remember: (observation: Observation) => Promise<void>;
  /** Writes what waits to be written. */
  readonly flush: () => Promise<void>;
  /** Writes what is left, counts for the trend, keeps the run itself; what could not be kept is told. */
  readonly end: () => Promise<void>;
}

/**
 * Opens the inventory for a run; null where `--no-record` leaves it out.
 * @throws Refusal where it cannot be used: nothing was sent then
 */
export async function runMemory(options: OptionValues, around: Surroundings): Promise<RunMemory | null> {
  if (options['no-record'] === true) {
    if (options.record === true) throw new Refusal('--record and --no-record contradict each other.');
    return null;
  }
  if (options['dry-run'] === true) return null;
  let inventory: Inventory;
  try {
    inventory = await around.parts.fleet().openInventory(options, around);
  } catch (error) {
    const told = refusalOf(error);
    if (told === null) throw error;
    throw new Refusal(`${told.message} Nothing was sent; --no-record leaves the inventory out.`, {
      cause: error,
    });
  }
  return inventoryMemory(inventory, options, around);
}

/** Keeps in an inventory, which it closes at its end, what the machines of a run say. */
export function inventoryMemory(
  inventory: Inventory,
  options: OptionValues,
  around: Surroundings,
): RunMemory & {
  /** Why something could not be kept; null where all was. */
  readonly failure: () => string | null;
} {
  return new InventoryMemory(inventory, storeOfRuns(options, around.console), around);
}

class InventoryMemory implements RunMemory {
  readonly #inventory: Inventory;
  readonly #store: string;
  readonly #around: Surroundings;
  readonly #recorder: ReturnType<typeof recorder>;
  #failure: string | null = null;
  #isOver = false;

  constructor(inventory: Inventory, store: string, around: Surroundings) {
    this.#inventory = inventory;
    this.#store = store;
    this.#around = around;
    this.#recorder = recorder(inventory);
  }

  readonly remember = async (observation: Observation): Promise<void> => {
    // A machine that was given up may still end.
    if (this.#isOver) return;
    await this.#kept(() => this.#recorder.add(observation));
  };

  readonly holdAlone: Inventory['holdAlone'] = (name) => this.#inventory.holdAlone(name);

  readonly flush = (): Promise<void> => this.#kept(() => this.#recorder.write());

  readonly failure = (): string | null => this.#failure;

  readonly end = async (): Promise<void> => {
    this.#isOver = true;
    const { console } = this.#around;
    await this.#kept(() => this.#recorder.write());
    await this.#kept(() => this.#inventory.count(Math.floor(console.now() / 1000)));
    await this.#kept(() => settleRuns(this.#inventory, this.#store, console));
    await this.#kept(() => this.#inventory.close());
    if (this.#failure !== null) tell(console, `slmgr: Not all of it could be remembered: ${this.#failure}`);
  };

  /** A run goes on without its memory: what it does to machines is worth more. */
  async #kept(work: () => Promise<unknown>): Promise<void> {
    if (this.#failure !== null && !this.#isOver) return;
    try {
      await work();
    } catch (error) {
      const told = refusalOf(error);
      if (told === null) throw error;
      this.#failure ??= told.message;
    }
  }
}
