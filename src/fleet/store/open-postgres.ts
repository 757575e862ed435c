import { Kysely, PostgresDialect } from 'kysely';
import type { Inventory } from '../inventory/inventory';
import { FleetStoreError } from './fleet-store-error';
import { migrateFleet } from './migrate';
import { holdInPostgres } from './postgres-hold';
import type { PostgresPool } from './postgres-pool';
import type { FleetTables } from './schema';
import { sqlInventory } from './sql-inventory';

/**
 * Opens the team's inventory over a pool of connections, and makes its tables where there are none.
 * @throws FleetStoreError with the server, the reason and what to do; never with the password
 */
export async function openPostgresInventory({ pool, name }: PostgresPool): Promise<Inventory> {
  const kysely = new Kysely<FleetTables>({ dialect: new PostgresDialect({ pool }) });
  const explain = (error: unknown): unknown => explained(name, error);
  try {
    await migrateFleet(kysely as unknown as Kysely<unknown>, {
      engine: 'postgres',
      name,
      // A server has backups of its own; each migration is one transaction there.
      before: () => undefined,
    });
    return sqlInventory(kysely, {
      place: name,
      explain,
      engine: 'postgres',
      holdAlone: (work) => holdInPostgres(pool, work),
    });
  } catch (error) {
    await kysely.destroy();
    throw explain(error);
  }
}

function explained(name: string, error: unknown): unknown {
  if (error instanceof FleetStoreError || !(error instanceof Error)) return error;
  // Errors of the server and of the system have a code; everything else is a defect.
  const { code, errors } = error as NodeJS.ErrnoException & { readonly errors?: readonly Error[] };
  if (typeof code !== 'string' && !/connection|timeout|password|SASL|SSL/i.test(error.message)) return error;
  const reason = [error.message, errors?.[0]?.message].find(Boolean) ?? String(code);
  return new FleetStoreError(
    `The inventory ${name} cannot be used: ${reason}. Is the server there, and may this user sign in and make tables?`,
    { cause: error },
  );
}
