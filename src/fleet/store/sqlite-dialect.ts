import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import type { SqlDatabase, SqlValue } from '../../lab/store/driver';

/**
 * Kysely over the laboratory's driver port, so that the inventory runs on whatever SQLite this Node has. The driver is
 * synchronous and has one connection: a transaction holds it to its end, and must not wait for anything else.
 */
export function sqliteDialect(database: SqlDatabase): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new OneConnection(database),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

class OneConnection implements Driver {
  readonly #database: SqlDatabase;
  readonly #connection: DatabaseConnection;
  readonly #waiting: (() => void)[] = [];
  #taken = false;

  constructor(database: SqlDatabase) {
    this.#database = database;
    this.#connection = connectionOf(database);
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    if (this.#taken) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    this.#taken = true;
    return this.#connection;
  }

  releaseConnection(): Promise<void> {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken = false;
    else next();
    return Promise.resolve();
  }

  // A writer takes its lock at once: one that reads first and writes later could not wait for others.
  beginTransaction(): Promise<void> {
    return this.#run('BEGIN IMMEDIATE');
  }

  commitTransaction(): Promise<void> {
    return this.#run('COMMIT');
  }

  rollbackTransaction(): Promise<void> {
    return this.#run('ROLLBACK');
  }

  destroy(): Promise<void> {
    this.#database.close();
    return Promise.resolve();
  }

  #run(sql: string): Promise<void> {
    return new Promise((resolve) => {
      this.#database.exec(sql);
      resolve();
    });
  }
}

function connectionOf(database: SqlDatabase): DatabaseConnection {
  return {
    executeQuery: <Row>(query: CompiledQuery): Promise<QueryResult<Row>> =>
      new Promise((resolve) => {
        const statement = database.prepare(query.sql);
        const parameters = query.parameters as readonly SqlValue[];
        if (readsRows(query)) {
          resolve({ rows: statement.all(...parameters) as unknown as Row[] });
        } else {
          resolve({ rows: [], numAffectedRows: BigInt(statement.run(...parameters)) });
        }
      }),
    streamQuery: () => {
      throw new Error('rows are not streamed here: read them in pages');
    },
  };
}

function readsRows({ query, sql }: CompiledQuery): boolean {
  switch (query.kind) {
    case 'SelectQueryNode':
      return true;
    case 'RawNode':
      return /^\s*(?:select|pragma|with|explain)\b/i.test(sql);
    case 'InsertQueryNode':
    case 'UpdateQueryNode':
    case 'DeleteQueryNode':
      return query.returning !== undefined;
    default:
      return false;
  }
}
