import type { Pool, PoolClient } from 'pg';

/** Whoever goes away without a word in the middle holds others up no longer than this. */
const begin = `BEGIN; SET LOCAL idle_in_transaction_session_timeout = '15s'`;

/** Does something in one transaction: all of it or nothing. @throws what the work and the server say */
export async function transaction<T>(pool: Pool, work: (sql: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // A connection that breaks while it is out ends the process where nobody listens.
  const ignore = (): void => undefined;
  client.on('error', ignore);
  let failure: Error | undefined;
  try {
    await client.query(begin);
    const value = await work(client);
    await client.query('COMMIT');
    return value;
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.off('error', ignore);
    // What failed in the middle is no connection for anybody else.
    client.release(failure);
  }
}
