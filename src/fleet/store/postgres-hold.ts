import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { Hold } from '../inventory/hold';

/** A server that hears nothing for a minute gives up the connection, and with it what it held. */
const keptAlive =
  'set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3';

/**
 * Holds a piece of work for this process alone among all that use a database; null where another one has it. It is an
 * advisory lock of a connection of its own: the server takes it back from a process, or a computer, that dies.
 */
export async function holdInPostgres(pool: Pool, name: string): Promise<Hold | null> {
  const client = await pool.connect();
  let isLost = false;
  const lose = (): void => {
    isLost = true;
  };
  client.on('error', lose);
  client.on('end', lose);
  const key = lockNumber(name);
  const end = (error?: Error): void => {
    client.off('error', lose);
    client.off('end', lose);
    client.release(error ?? isLost);
  };
  try {
    await client.query(keptAlive);
    const { rows } = await client.query<{ readonly taken: boolean }>(
      'select pg_try_advisory_lock($1::bigint) as taken',
      [key],
    );
    if (rows[0]?.taken !== true) {
      end();
      return null;
    }
  } catch (error) {
    end(error instanceof Error ? error : undefined);
    throw error;
  }
  return {
    isLost: () => isLost,
    // What the connection holds goes with it.
    release: () => {
      client.off('error', lose);
      client.off('end', lose);
      client.on('error', () => undefined);
      client.release(true);
      return Promise.resolve();
    },
  };
}

/** A number of 64 bits for a name, as the server's locks have them. */
function lockNumber(name: string): string {
  return createHash('sha256').update(`slmgr ${name}`).digest().readBigInt64BE().toString();
}
