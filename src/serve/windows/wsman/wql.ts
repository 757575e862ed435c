import { type InstanceFilter } from '../../../licensing/provider';

/** A query that the simulated target understands. `select` null is `*`. */
export interface WqlQuery {
  readonly className: string;
  readonly select: readonly string[] | null;
  readonly filter: InstanceFilter;
  /** Equalities on other properties, compared without case after the read. */
  readonly equals: readonly { readonly property: string; readonly value: string }[];
}

const shape = /^\s*SELECT\s+(\*|[\w\s,]+?)\s+FROM\s+(\w+)\s*(?:WHERE\s+([\s\S]+?))?\s*$/i;
const notNull = /^PartialProductKey\s*(?:<>\s*null|!=\s*null|IS\s+NOT\s+NULL)$/i;
const equality = /^(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\d+)|(true|false))$/i;

/** Reads the WQL that licensing tools send: a projection, one class, conditions joined by AND. Null for anything else. */
export function parseWql(text: string): WqlQuery | null {
  const [, list, className, where] = shape.exec(text) ?? [];
  if (list === undefined || className === undefined) {
    return null;
  }
  const select = list === '*' ? null : list.split(',').map((name) => name.trim());
  const conditions = where === undefined ? [] : where.split(/\s+AND\s+/i).map(parseCondition);
  if (select?.some((name) => !/^\w+$/.test(name)) === true || conditions.includes(null)) {
    return null;
  }
  return {
    className,
    select,
    filter: conditions.includes('has-product-key') ? { kind: 'has-product-key' } : { kind: 'all' },
    equals: conditions.filter((condition) => condition !== null && condition !== 'has-product-key'),
  };
}

type Condition = 'has-product-key' | { readonly property: string; readonly value: string } | null;

function parseCondition(text: string): Condition {
  const condition = text.trim().replace(/^\((.*)\)$/, '$1');
  if (notNull.test(condition)) {
    return 'has-product-key';
  }
  const [, property, ...values] = equality.exec(condition) ?? [];
  const value = values.find((candidate: string | undefined) => candidate !== undefined);
  return property === undefined || value === undefined
    ? null
    : { property, value: value.replace(/\\(.)/g, '$1') };
}
