import { Kysely, PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';
import { FleetStoreError } from './fleet-store-error';
import { migrateFleet } from './migrate';
import type { FleetTables } from './schema';

const connectTimeoutMs = 10_000;
const mostConnections = 8;
/** bigint; ids and times stay within what a double counts exactly. */
const int8 = 20;

/** Where a team's inventory is. The password comes from the usual sources and stands in no text. */
export interface PostgresPlace {
  /** postgres://USER@HOST:PORT/DATABASE */
  readonly url: string;
  readonly password: string | undefined;
}

/**
 * Opens the team's inventory, and makes its tables where there are none.
 * @throws FleetStoreError with the server, the reason and what to do; never with the password
 */
export async function openPostgresFleet({ url, password }: PostgresPlace): Promise<Kysely<FleetTables>> {
  const name = withoutPassword(url);
  const pool = new Pool({
    connectionString: url,
    ...(password === undefined ? {} : { password }),
    max: mostConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'slmgr',
    types: {
      getTypeParser: (id: number, format?: 'text' | 'binary') =>
        id === int8 ? Number : types.getTypeParser(id, format as 'text'),
    },
  });
  // Without a listener the process ends when the server goes; the next query says so itself.
  pool.on('error', () => undefined);
  const kysely = new Kysely<FleetTables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrateFleet(kysely as unknown as Kysely<unknown>, {
      engine: 'postgres',
      name,
      // A server has backups of its own; each migration is one transaction there.
      before: () => undefined,
    });
    return kysely;
  } catch (error) {
    await kysely.destroy();
    if (error instanceof FleetStoreError) throw error;
    const reason = error instanceof Error ? error.message || error.name : String(error);
    throw new FleetStoreError(
      `The inventory ${name} cannot be used: ${reason}. Is the server there, and may this user sign in and make tables?`,
      { cause: error },
    );
  }
}

/** The URL as it may be shown. */
export function withoutPassword(url: string): string {
  return url.replace(/^([a-z]+:\/\/[^:@/]*):[^@/]*@/i, '$1@');
}
