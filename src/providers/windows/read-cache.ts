import { type BridgeOperation, type BridgeResult, type BridgeValue } from './bridge/protocol';

type Query = Extract<BridgeOperation, { op: 'query' }>;
type Row = Readonly<Record<string, BridgeValue>>;

interface KeptQuery {
  readonly query: Query;
  readonly rows: readonly Row[];
}

function isRow(value: BridgeValue): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function rowsOf(result: BridgeResult): readonly Row[] | null {
  if (!result.ok || !Array.isArray(result.value)) return null;
  const values: readonly BridgeValue[] = result.value;
  return values.every(isRow) ? values : null;
}

function project(row: Row, select: readonly string[]): Row {
  return Object.fromEntries(select.flatMap((name) => (name in row ? [[name, row[name] ?? null]] : [])));
}

/** The rows of a kept query that fulfil another query, or null where the kept one cannot tell. */
function answerFrom(kept: KeptQuery, query: Query): readonly Row[] | null {
  if (kept.query.class !== query.class) return null;
  if (!query.select.every((name) => kept.query.select.includes(name))) return null;
  const filter = query.filter;
  if (JSON.stringify(kept.query.filter) === JSON.stringify(filter)) return kept.rows;
  if (filter.kind !== 'id') return null;
  const keyName = kept.query.select[0];
  if (keyName === undefined) return null;
  const wanted = filter.id.toLowerCase();
  const rows = kept.rows.filter((row) => {
    const key = row[keyName];
    return typeof key === 'string' && key.toLowerCase() === wanted;
  });
  return rows.length > 0 ? rows : null;
}

/**
 * Reads that came with an earlier round trip. A query is answered from a kept one of the same class when every
 * property it selects is there; a query for one instance also from a list that holds that instance.
 */
export class ReadCache {
  #queries: KeptQuery[] = [];
  readonly #stable = new Map<string, BridgeResult>();

  keep(operation: BridgeOperation, result: BridgeResult): void {
    if (operation.op === 'query') {
      const rows = rowsOf(result);
      if (rows !== null) this.#queries.push({ query: operation, rows });
    } else if (operation.op === 'registry-check-access' && result.ok) {
      this.#stable.set(JSON.stringify(operation), result);
    }
  }

  /** After a change of the machine: what was read before is not true any more. Whether a key exists stays true. */
  forgetState(): void {
    this.#queries = [];
  }

  find(operation: BridgeOperation): BridgeResult | null {
    if (operation.op === 'registry-check-access') return this.#stable.get(JSON.stringify(operation)) ?? null;
    if (operation.op !== 'query') return null;
    for (const kept of this.#queries) {
      const rows = answerFrom(kept, operation);
      if (rows !== null) return { ok: true, value: rows.map((row) => project(row, operation.select)) };
    }
    return null;
  }
}
