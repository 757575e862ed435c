import { hostname } from 'node:os';
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { openQueue, type ChunkQueue } from '../../fleet/shared/queue';
import { SharedStore } from '../../fleet/shared/shared-store';
import { isPostgresUrl, withoutPassword } from '../../fleet/store/store-url';
import { optionValue, type OptionValues } from '../argv/option-values';
import { dataFolder } from '../commands/kms/home';
import type { Console } from '../console';
import type { Surroundings } from '../parts';
import { Refusal } from '../refusal';

/** The team's database, with the tables of shared runs and the queue. */
export interface Shared {
  readonly pool: Pool;
  readonly store: SharedStore;
  readonly queue: ChunkQueue;
  readonly place: string;
  readonly close: () => Promise<void>;
}

/**
 * Opens the database of --store or SLMGR_FLEET_STORE for shared runs, and makes what is missing in it.
 * @throws Refusal where it is no PostgreSQL or cannot be used; never with the password
 */
export async function openShared(options: OptionValues, { console, parts }: Surroundings): Promise<Shared> {
  const said = optionValue(options, 'store') ?? console.env['SLMGR_FLEET_STORE'] ?? '';
  if (!isPostgresUrl(said)) {
    throw new Refusal(
      "Shared runs are in a team's PostgreSQL: --store postgres://USER@HOST:PORT/DATABASE names it, or SLMGR_FLEET_STORE.",
    );
  }
  const { pool } = parts.postgres().postgresPool(said);
  const place = withoutPassword(said);
  try {
    const store = new SharedStore(pool);
    const queue = await store.prepare(() => openQueue(pool));
    const close = async (): Promise<void> => {
      await queue.close().catch(() => undefined);
      await pool.end().catch(() => undefined);
    };
    return { pool, store, queue, place, close };
  } catch (error) {
    await pool.end().catch(() => undefined);
    const why =
      error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error);
    throw new Refusal(
      `The database ${place} cannot be used: ${why}. Is the server there, and may this user sign in and make tables?`,
      { cause: error },
    );
  }
}

/** The queue of machines that every worker can reach who has no site of its own. */
export const anyQueue = 'any';

/** The queue of machines of this laboratory: a machine of that name in another one is another machine. */
export function labQueue(console: Console): string {
  return `lab-${short(`${hostname()}:${dataFolder(console)}`)}`;
}

/** The queue of machines that workers of their site alone take. */
export function siteQueue(site: string): string {
  return `site-${short(site.toLowerCase())}`;
}

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
