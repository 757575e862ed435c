import type { SqlDatabase } from './driver';

/** Runs `work` in a transaction: committed when it returns, rolled back when it throws. Not to be nested. */
export function inTransaction<T>(database: SqlDatabase, kind: 'DEFERRED' | 'IMMEDIATE', work: () => T): T {
  database.prepare(`BEGIN ${kind}`).run();
  try {
    const result = work();
    database.prepare('COMMIT').run();
    return result;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** SQLite ends some failed transactions itself (a full disk); a second end is then no error. */
function rollBack(database: SqlDatabase): void {
  try {
    database.prepare('ROLLBACK').run();
  } catch {
    // The transaction is over, which is what was wanted; the first error says why.
  }
}
