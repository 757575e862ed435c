import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SqlDriver } from '../../lab/store/driver';
import { systemReason } from '../../transports/local/system-reason';
import type { Hold } from '../../fleet/inventory/hold';
import { FleetStoreError } from '../../fleet/store/fleet-store-error';

/**
 * Holds a piece of work of a folder for this process alone; null where another process has it. The lock is SQLite's on an
 * empty file, so that the system takes it back from a process that dies.
 * @throws FleetStoreError where the folder cannot be used
 */
export function holdInFolder(folder: string, name: string, driver: SqlDriver): Hold | null {
  const locks = join(folder, 'locks');
  try {
    mkdirSync(locks, { recursive: true, mode: 0o700 });
    const database = driver.open(join(locks, `${name}.lock`));
    try {
      database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      if (driver.failureOf(error) === 'busy') return null;
      throw error;
    }
    return {
      isLost: () => false,
      release: () => {
        database.close();
        return Promise.resolve();
      },
    };
  } catch (error) {
    throw new FleetStoreError(`The lock ${name} cannot be taken in ${locks}: ${systemReason(error)}.`, {
      cause: error,
    });
  }
}
