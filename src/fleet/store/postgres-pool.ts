import { Pool, types } from 'pg';
import { withoutPassword } from './store-url';

const connectTimeoutMs = 10_000;
const mostConnections = 8;
/** bigint and numeric sums; ids, times and counts stay within what a double counts exactly. */
const wholeNumbers: ReadonlySet<number> = new Set([20, 1700]);

/** Connections to a server, made when they are needed. */
export interface PostgresPool {
  readonly pool: Pool;
  /** The URL as it may be shown. */
  readonly name: string;
}

/**
 * A pool for postgres://USER@HOST:PORT/DATABASE; nothing is connected yet. Where the URL has no password, it comes from
 * PGPASSWORD or the file of PGPASSFILE (~/.pgpass), as for all clients of PostgreSQL.
 */
export function postgresPool(url: string): PostgresPool {
  const pool = new Pool({
    connectionString: url,
    max: mostConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'slmgr',
    types: {
      getTypeParser: (id, format): ((text: string) => unknown) =>
        wholeNumbers.has(id) ? Number : (types.getTypeParser(id, format) as (text: string) => unknown),
    },
  });
  // Without a listener the process ends when the server goes; the next query says so itself.
  pool.on('error', () => undefined);
  return { pool, name: withoutPassword(url) };
}
