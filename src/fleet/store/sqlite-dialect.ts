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
 * synchronous and has one connection: a transaction holds it to its end, and must not wait for anything else. What is
 * `patient` waits for other writers without holding up this process.
 */
export function sqliteDialect(database: SqlDatabase, patient: Patient): Dialect {
  return {
    createAdapter: () => new TransactionalAdapter(),
    createDriver: () => new OneConnection(database, patient),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** Does a piece of work on the database, again and again while another process has it locked. */
export type Patient = <T>(work: () => T) => Promise<T>;

/** SQLite takes back what a migration began where it fails, which Kysely's own adapter does not count on. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class OneConnection implements Driver {
  readonly #database: SqlDatabase;
  readonly #patient: Patient;
  readonly #connection: DatabaseConnection;
  readonly #waiting: (() => void)[] = [];
  #taken = false;

  constructor(database: SqlDatabase, patient: Patient) {
    this.#database = database;
    this.#patient = patient;
    this.#connection = connectionOf(database, patient);
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
    return this.#patient(() => {
      this.#database.exec(sql);
    });
  }
}

function connectionOf(database: SqlDatabase, patient: Patient): DatabaseConnection {
  return {
    executeQuery: <Row>(query: CompiledQuery): Promise<QueryResult<Row>> =>
      patient(() => {
        const statement = database.prepare(query.sql);
        const parameters = query.parameters as readonly SqlValue[];
        return readsRows(query)
          ? { rows: statement.all(...parameters) as unknown as Row[] }
          : { rows: [], numAffectedRows: BigInt(statement.run(...parameters)) };
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
