import { Migrator, type Kysely } from 'kysely';
import { FleetStoreError } from './fleet-store-error';
import type { Engine } from './engine';
import { migrations, migrationsFor } from './migrations';

/** What is done before the schema of a store that has something in it changes. */
export type BeforeMigration = () => void | Promise<void>;

/**
 * Takes a store to the newest schema, however many processes try at once. A schema of a newer slmgr is refused.
 * @throws FleetStoreError that names the store
 */
export async function migrateFleet(
  database: Kysely<unknown>,
  {
    engine,
    name,
    before,
  }: { readonly engine: Engine; readonly name: string; readonly before: BeforeMigration },
): Promise<void> {
  const known = migrationsFor(engine);
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve(known) },
    migrationTableName: 'fleet_migration',
    migrationLockTableName: 'fleet_migration_lock',
  });
  const applied = await appliedMigrations(database);
  const newer = applied.filter((each) => !Object.hasOwn(known, each));
  if (newer.length > 0) {
    throw new FleetStoreError(
      `The inventory ${name} was written by a newer slmgr (schema ${newer.at(-1) ?? ''}; this one knows ${migrations.length}). ` +
        'Use that version, or another store. Nothing was changed.',
    );
  }
  if (applied.length === migrations.length) return;
  if (applied.length > 0) await before();
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    throw new FleetStoreError(`The schema of the inventory ${name} cannot be made: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function appliedMigrations(database: Kysely<unknown>): Promise<readonly string[]> {
  const tables = await database.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'fleet_migration')) return [];
  const rows = await (database as Kysely<{ fleet_migration: { name: string } }>)
    .selectFrom('fleet_migration')
    .select('name')
    .orderBy('name')
    .execute();
  return rows.map(({ name }) => name);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
