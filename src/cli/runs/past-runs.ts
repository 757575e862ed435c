import type { Inventory } from '../../fleet/inventory/inventory';
import type { KeptRun, RunSummary } from '../../fleet/inventory/kept-run';
import { countOutcomes } from '../../fleet/runs/outcome';
import type { OptionValues } from '../argv/option-values';
import { tell } from '../output/tell';
import type { Surroundings } from '../parts';
import { refusalOf } from '../refusal';
import { inventoryIsThere } from '../targets/inventory-targets';
import { fileRuns } from './file-runs';
import { runsFolder } from './runs-folder';
import { keptOf, settleRuns, storeOfRuns } from './settle-runs';

/** The runs of everybody who uses an inventory, and those of this user that are still under way; the newest first. */
export async function pastRuns(
  options: OptionValues,
  most: number,
  around: Surroundings,
): Promise<readonly RunSummary[]> {
  const own = (await ownRuns(options, around)).map(summaryOf);
  const ids = new Set(own.map(({ id }) => id));
  const kept = await fromInventory(options, around, (inventory) => inventory.runs(most));
  return [...own, ...(kept ?? []).filter(({ id }) => !ids.has(id))]
    .sort((one, other) => other.startedAt - one.startedAt || (one.id < other.id ? 1 : -1))
    .slice(0, most);
}

/** A run by its id, or the newest of this user for `last`; null where there is none. */
export async function pastRun(
  wanted: string,
  options: OptionValues,
  around: Surroundings,
): Promise<KeptRun | null> {
  const own = await ownRuns(options, around);
  const isLast = wanted.toLowerCase() === 'last';
  const found = isLast ? own[0] : own.find(({ id }) => id === wanted);
  if (found !== undefined) return found;
  return fromInventory(options, around, async (inventory) => {
    const id = isLast ? (await inventory.runs(1))[0]?.id : wanted;
    return id === undefined ? null : inventory.findRun(id);
  });
}

async function ownRuns(options: OptionValues, { console }: Surroundings): Promise<readonly KeptRun[]> {
  const store = storeOfRuns(options, console);
  const all = await fileRuns(runsFolder(console)).all();
  return all.filter((run) => run.store === store).map(keptOf);
}

function summaryOf({ machines, ...facts }: KeptRun): RunSummary {
  return { ...facts, counts: countOutcomes(machines) };
}

/** Asks the inventory, where there is one, and hands it what it lacks. One that cannot be used is told of. */
async function fromInventory<T>(
  options: OptionValues,
  around: Surroundings,
  ask: (inventory: Inventory) => Promise<T>,
): Promise<T | null> {
  if (!inventoryIsThere(options, around)) return null;
  const { console, parts } = around;
  try {
    const inventory = await parts.fleet().openInventory(options, around);
    try {
      await settleRuns(inventory, storeOfRuns(options, console), console);
      return await ask(inventory);
    } finally {
      await inventory.close();
    }
  } catch (error) {
    const told = refusalOf(error);
    if (told === null || options.store !== undefined) throw error;
    tell(console, `slmgr: Only runs that are noted on this computer are told: ${told.message}`);
    return null;
  }
}
