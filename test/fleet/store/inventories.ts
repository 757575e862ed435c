import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Inventory } from '../../../src/fleet/inventory/inventory';
import type { MachineReading, ProductObservation } from '../../../src/fleet/inventory/observation';
import { openPostgresInventory } from '../../../src/fleet/store/open-postgres';
import { openSqliteInventory } from '../../../src/cli/fleet/open-sqlite';
import { postgresPool } from '../../../src/fleet/store/postgres-pool';
import { sqliteDriver } from '../../../src/lab/store/drivers';
import { hasPostgres, postgresNote, startPostgres, type Postgres } from '../../fixtures/postgres';

/** A database in which inventories can be opened; each has a new one for a test. */
export interface Engine {
  readonly name: string;
  readonly isHere: boolean;
  /** Starts what the engine needs; once for a file of tests. */
  readonly start: () => Promise<void>;
  readonly stop: () => void;
  /** A new place; each call of what comes back opens it. */
  readonly place: () => () => Promise<Inventory>;
}

function sqlite(): Engine {
  const folder = mkdtempSync(join(tmpdir(), 'slmgr-fleet-'));
  let count = 0;
  return {
    name: 'SQLite',
    isHere: true,
    start: () => Promise.resolve(),
    stop: () => rmSync(folder, { recursive: true, force: true }),
    place: () => {
      count += 1;
      const own = join(folder, String(count));
      return () => openSqliteInventory(own, sqliteDriver());
    },
  };
}

function postgres(): Engine {
  let server: Postgres | null = null;
  let count = 0;
  return {
    name: `PostgreSQL${postgresNote}`,
    isHere: hasPostgres,
    start: async () => {
      server = await startPostgres();
      process.env['PGPASSWORD'] = server.password;
    },
    stop: () => server?.stop(),
    place: () => {
      count += 1;
      const url = server!.database(`fleet${count}`);
      return () => openPostgresInventory(postgresPool(url));
    },
  };
}

export const engines: readonly Engine[] = [sqlite(), postgres()];

/** 2026-01-01 in seconds. */
export const start = 1_767_225_600;
export const day = 86_400;

/** A licensed KMS client's product; `more` says what is different. */
export function product(more: Partial<ProductObservation> = {}): ProductObservation {
  return {
    activationId: '11111111-1111-1111-1111-111111111111',
    applicationId: '55c92734-d682-4d71-983e-d6ec3f16059f',
    name: 'Windows(R), Enterprise edition',
    channel: 'Volume:GVLK',
    partialKey: '2YT43',
    status: 1,
    reason: null,
    expires: start + 180 * day,
    isAddon: false,
    kmsHost: 'kms01.corp.example',
    rearms: null,
    hostCount: null,
    ...more,
  };
}

/** What a licensed machine says. */
export function reading(name: string, more: Partial<MachineReading> = {}): MachineReading {
  return {
    outcome: 'read',
    name,
    at: start,
    kind: 'windows',
    uuid: null,
    cmid: `cmid-of-${name.toLowerCase()}`,
    system: 'Windows 10 Enterprise',
    build: '10.0.19045.1',
    edition: 'Enterprise',
    kmsSet: null,
    rearms: 1000,
    products: [product()],
    ...more,
  };
}
