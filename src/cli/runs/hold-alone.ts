import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sqliteDriver } from '../../lab/store/drivers';
import { systemReason } from '../../transports/local/system-reason';
import { dataFolder } from '../commands/kms/home';
import type { Console } from '../console';
import { Refusal } from '../refusal';

/**
 * Holds a piece of work of this user's data folder for this process alone: what comes back lets it go; null where another
 * process has it. The lock is SQLite's on an empty file, so that the system takes it back from a process that dies.
 * @throws Refusal where the data folder cannot be used
 */
export function holdAlone(
  name: string,
  console: Pick<Console, 'env' | 'platform' | 'home'>,
): (() => void) | null {
  const folder = join(dataFolder(console), 'locks');
  const driver = sqliteDriver();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const database = driver.open(join(folder, `${name}.lock`));
    try {
      database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      if (driver.failureOf(error) === 'busy') return null;
      throw error;
    }
    return () => {
      database.close();
    };
  } catch (error) {
    throw new Refusal(
      `The lock ${name} cannot be taken in ${folder}: ${systemReason(error)}. Nothing was sent.`,
      {
        cause: error,
      },
    );
  }
}
