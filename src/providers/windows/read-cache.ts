import { type BridgeOperation, type BridgeResult, type BridgeValue } from './bridge/protocol';

type Query = Extract<BridgeOperation, { op: 'query' }>;
type Row = Readonly<Record<string, BridgeValue>>;

interface Kept {
  readonly operation: BridgeOperation;
  readonly result: BridgeResult;
}

function isRow(value: BridgeValue): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function project(value: BridgeValue, select: readonly string[]): BridgeValue {
  if (!Array.isArray(value)) return value;
  const rows: readonly BridgeValue[] = value;
  return rows.map((row) => (isRow(row) ? projectRow(row, select) : row));
}

function projectRow(row: Row, select: readonly string[]): Row {
  return Object.fromEntries(select.flatMap((name) => (name in row ? [[name, row[name] ?? null]] : [])));
}

/** Whether a kept query has everything that another one asks for. */
function covers(kept: Query, query: Query): boolean {
  return (
    kept.class === query.class &&
    JSON.stringify(kept.filter) === JSON.stringify(query.filter) &&
    query.select.every((name) => kept.select.includes(name))
  );
}

/** Whether the answer to one read has all that another one asks for. */
export function isAnsweredBy(kept: BridgeOperation, operation: BridgeOperation): boolean {
  if (kept.op === 'query' && operation.op === 'query') return covers(kept, operation);
  return JSON.stringify(kept) === JSON.stringify(operation);
}

/**
 * Reads that an earlier round trip brought along. Each is given once: who asks a second time wants to know what has
 * changed. A query is answered from a kept one of the same instances that has all its properties.
 */
export class ReadCache {
  #kept: Kept[] = [];

  keep(operation: BridgeOperation, result: BridgeResult): void {
    if (result.ok) this.#kept.push({ operation, result });
  }

  /** After a change of the machine: what was read before is not true any more. Whether a registry key exists is. */
  forgetState(): void {
    this.#kept = this.#kept.filter(({ operation }) => operation.op === 'registry-check-access');
  }

  /** Whether a read would be answered. */
  has(operation: BridgeOperation): boolean {
    return this.#kept.some((kept) => isAnsweredBy(kept.operation, operation));
  }

  /** The result of a read, which is then forgotten; null where there is none. */
  take(operation: BridgeOperation): BridgeResult | null {
    const place = this.#kept.findIndex((kept) => isAnsweredBy(kept.operation, operation));
    const [kept] = place < 0 ? [] : this.#kept.splice(place, 1);
    if (kept === undefined) return null;
    if (operation.op !== 'query' || !kept.result.ok) return kept.result;
    return { ok: true, value: project(kept.result.value, operation.select) };
  }
}
