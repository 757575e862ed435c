import type { Inventory } from '../../fleet/inventory/inventory';
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
