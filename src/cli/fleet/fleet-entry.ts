import type { Inventory } from '../../fleet/inventory/inventory';
import type { InventoryTarget } from '../../fleet/inventory/way';
import type { Condition } from '../../fleet/where/condition';
import { parseCondition } from '../../fleet/where/parse-condition';
import { openPostgresInventory } from '../../fleet/store/open-postgres';
import { openSqliteInventory } from './open-sqlite';
import { isPostgresUrl, withoutPassword } from '../../fleet/store/store-url';
import { sqliteDriver } from '../../lab/store/drivers';
import { optionValue, type OptionValues } from '../argv/option-values';
import { dataFolder } from '../commands/kms/home';
import { tell } from '../output/tell';
import type { Surroundings } from '../parts';
import { Refusal } from '../refusal';

/**
 * The inventory that a line means: the database of --store or SLMGR_FLEET_STORE, else fleet.db in the data folder, which
 * is made where there is none.
 * @throws FleetStoreError, StoreError, Refusal
 */
export async function openInventory(
  options: OptionValues,
  { console, parts }: Surroundings,
): Promise<Inventory> {
  const said = optionValue(options, 'store') ?? console.env['SLMGR_FLEET_STORE'] ?? '';
  if (said === '') {
    return openSqliteInventory(dataFolder(console), sqliteDriver(), (sentence) => {
      tell(console, `slmgr: ${sentence}`);
    });
  }
  if (!isPostgresUrl(said)) {
    throw new Refusal(`${withoutPassword(said)} is no inventory: postgres://USER@HOST:PORT/DATABASE is one.`);
  }
  return openPostgresInventory(parts.postgres().postgresPool(said));
}

/**
 * The machines of the inventory as targets, and the names of those that fulfil a condition; null where there is none.
 * @throws FleetStoreError, StoreError, Refusal
 */
export async function inventoryTargets(
  where: string | null,
  options: OptionValues,
  around: Surroundings,
): Promise<{ readonly all: readonly InventoryTarget[]; readonly chosen: readonly string[] | null }> {
  const condition = where === null ? null : refusingCondition(where);
  const inventory = await openInventory(options, around);
  try {
    const all = await inventory.targets();
    if (condition === null) return { all, chosen: null };
    const now = Math.floor(around.console.now() / 1000);
    const chosen = await inventory.targets({ condition, now });
    return { all, chosen: chosen.map(({ name }) => name) };
  } finally {
    await inventory.close();
  }
}

function refusingCondition(text: string): Condition {
  try {
    return parseCondition(text);
  } catch (error) {
    throw new Refusal(`--where: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
