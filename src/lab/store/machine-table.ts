import type { MachineId, StoredMachine } from '../estate/store-port';
import type { MachineState, ProductState, RequestCounters } from '../model/state';
import type { SqlDatabase, SqlRow } from './driver';
import { DamagedRow, json, number, numberOrNull, text } from './columns';

/**
 * Machines as JSON beside what is searched for. The request counters of a KMS host also live in a table of their
 * own, as additions since the state was last written, so that a busy host need not write its whole state for
 * every answer; a read adds them, a write takes them in.
 */
export function machineTable(database: SqlDatabase): {
  readonly byName: (name: string) => StoredMachine | null;
  readonly idOf: (name: string) => MachineId | null;
  readonly all: () => readonly StoredMachine[];
  readonly names: () => readonly string[];
  readonly earliestDue: () => number | null;
  readonly due: (until: number, limit: number) => readonly StoredMachine[];
  readonly add: (state: MachineState, nextDue: number | null) => MachineId;
  readonly put: (id: MachineId, state: MachineState, nextDue: number | null) => void;
  readonly remove: (id: MachineId) => void;
} {
  const stored = (row: SqlRow): StoredMachine => {
    const id = number(row, 'id') as MachineId;
    return {
      id,
      state: withCounters(database, id, stateOf(row)),
      nextDue: numberOrNull(row, 'next_due'),
    };
  };
  return {
    byName: (name) => {
      const row = database.prepare('SELECT id, name, next_due, state FROM machine WHERE name = ?').get(name);
      return row === undefined ? null : stored(row);
    },
    idOf: (name) => {
      const row = database.prepare('SELECT id FROM machine WHERE name = ?').get(name);
      return row === undefined ? null : (number(row, 'id') as MachineId);
    },
    all: () =>
      database.prepare('SELECT id, name, next_due, state FROM machine ORDER BY id').all().map(stored),
    names: () =>
      database
        .prepare('SELECT name FROM machine ORDER BY id')
        .all()
        .map((row) => text(row, 'name')),
    earliestDue: () => {
      const row = database
        .prepare('SELECT min(next_due) AS due FROM machine WHERE next_due IS NOT NULL')
        .get();
      return row === undefined ? null : numberOrNull(row, 'due');
    },
    due: (until, limit) =>
      database
        .prepare(
          'SELECT id, name, next_due, state FROM machine WHERE next_due <= ? ORDER BY next_due, name LIMIT ?',
        )
        .all(until, limit)
        .map(stored),
    add: (state, nextDue) => {
      const row = database
        .prepare('INSERT INTO machine (name, next_due, state) VALUES (?, ?, ?) RETURNING id')
        .all(state.name, nextDue, JSON.stringify(state))[0];
      if (row === undefined) throw new Error('the insertion gave no id');
      return number(row, 'id') as MachineId;
    },
    put: (id, state, nextDue) => {
      database
        .prepare('UPDATE machine SET name = ?, next_due = ?, state = ? WHERE id = ?')
        .run(state.name, nextDue, JSON.stringify(state), id);
      database.prepare('DELETE FROM kms_counter WHERE host = ?').run(id);
    },
    remove: (id) => {
      database.prepare('DELETE FROM machine WHERE id = ?').run(id);
    },
  };
}

const parts = ['dns', 'applications', 'registry', 'loadedHost'] as const;
const lists = ['editions', 'products', 'tokenLicenses', 'certificates'] as const;

/** A machine as it was written: enough of it is looked at to tell another program's text from this one's. */
function stateOf(row: SqlRow): MachineState {
  const state = json(row, 'state') as MachineState;
  const isMachine =
    (state.schema as number) === 1 &&
    state.name === row['name'] &&
    parts.every((part) => isObject(state[part])) &&
    lists.every((list) => Array.isArray(state[list])) &&
    state.products.every(
      (product) => isObject(product) && isObject(product.license) && isObject(product.kmsClient),
    );
  if (isMachine) return state;
  throw new DamagedRow(`the state of the machine ${JSON.stringify(row['name'])} is none`);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function withCounters(database: SqlDatabase, id: MachineId, state: MachineState): MachineState {
  if (!state.products.some((product) => product.kmsHost !== null)) return state;
  const rows = database.prepare('SELECT activation_id, name, value FROM kms_counter WHERE host = ?').all(id);
  if (rows.length === 0) return state;
  return { ...state, products: state.products.map((product) => addCounters(product, rows)) };
}

function addCounters(product: ProductState, rows: readonly SqlRow[]): ProductState {
  if (product.kmsHost === null) return product;
  const requests: { -readonly [K in keyof RequestCounters]: number } = { ...product.kmsHost.requests };
  for (const row of rows) {
    const name = text(row, 'name');
    if (text(row, 'activation_id') === product.activationId && isCounter(requests, name)) {
      requests[name] += number(row, 'value');
    }
  }
  return { ...product, kmsHost: { ...product.kmsHost, requests } };
}

function isCounter(requests: RequestCounters, name: string): name is keyof RequestCounters {
  return name in requests;
}
