import { textOf } from '../../../licensing/values';
import { type CimValue } from '../../../licensing/provider';
import { wmiCode, wmiFault } from './fault';
import { type WqlCondition, type WqlConstant, type WqlOperator } from './wql';

/** Longest pattern of LIKE: a match is looked for once for each of its characters. */
const longestPattern = 512;

/** The properties that conditions name, as they are written. */
export function propertiesOfConditions(where: WqlCondition | null): readonly string[] {
  if (where === null) return [];
  switch (where.kind) {
    case 'and':
    case 'or':
      return where.parts.flatMap(propertiesOfConditions);
    case 'not':
      return propertiesOfConditions(where.part);
    case 'compare':
    case 'like':
      return [where.property];
  }
}

/** Whether only products with a key can fulfil conditions. */
export function asksForKey(where: WqlCondition | null): boolean {
  if (where?.kind === 'and') return where.parts.some(asksForKey);
  return (
    where?.kind === 'compare' &&
    where.value === null &&
    where.operator === '<>' &&
    where.property.toLowerCase() === 'partialproductkey'
  );
}

/**
 * A test of instances: texts compare without case, numbers unsigned, what is not there equals NULL alone, as in
 * Microsoft's own evaluator (OMI's).
 * @throws WsmanServerFault "invalid query" for a number or a pattern that is none
 */
export function fulfils(where: WqlCondition | null, valueOf: (property: string) => CimValue): boolean {
  if (where === null) return true;
  switch (where.kind) {
    case 'and':
      return where.parts.every((part) => fulfils(part, valueOf));
    case 'or':
      return where.parts.some((part) => fulfils(part, valueOf));
    case 'not':
      return !fulfils(where.part, valueOf);
    case 'compare':
      return compares(valueOf(where.property), where.operator, where.value);
    case 'like': {
      const value = valueOf(where.property);
      return value !== null && isLike(textOf(value).toLowerCase(), where.pattern.toLowerCase());
    }
  }
}

function compares(value: CimValue, operator: WqlOperator, wanted: WqlConstant): boolean {
  if (value === null || wanted === null) {
    const areSame = value === null && wanted === null;
    return operator === '=' ? areSame : operator === '<>' && !areSame;
  }
  const order = orderOf(value, wanted);
  switch (operator) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function orderOf(value: Exclude<CimValue, null>, wanted: Exclude<WqlConstant, null>): number {
  if (typeof value === 'number') return unsigned(value) - numberOf(wanted);
  if (typeof value === 'boolean') return Number(value) - flagOf(wanted);
  const [a, b] = [textOf(value).toLowerCase(), String(wanted).toLowerCase()];
  return a === b ? 0 : a < b ? -1 : 1;
}

function unsigned(value: number): number {
  return value < 0 ? value >>> 0 : value;
}

function numberOf(wanted: Exclude<WqlConstant, null>): number {
  const number = typeof wanted === 'string' && wanted.trim() === '' ? Number.NaN : Number(wanted);
  if (Number.isNaN(number)) throw invalidQuery();
  return number;
}

function flagOf(wanted: Exclude<WqlConstant, null>): number {
  const text = String(wanted).toLowerCase();
  if (text === 'true') return 1;
  return text === 'false' ? 0 : Math.min(1, Math.abs(numberOf(wanted)));
}

export function invalidQuery(): Error {
  return wmiFault(wmiCode.invalidQuery, 'Invalid query ');
}

type Atom = (character: string) => boolean;

/** `%` any characters, `_` one, `[a-c]` one of these, `[^a-c]` none of these. */
function isLike(text: string, pattern: string): boolean {
  const atoms = atomsOf(pattern);
  let [at, from] = [0, 0];
  let [star, resume] = [-1, 0];
  while (at < text.length) {
    const atom = atoms[from];
    if (atom === 'any') {
      [star, resume] = [from, at];
      from += 1;
    } else if (atom?.(text[at] ?? '') === true) {
      at += 1;
      from += 1;
    } else if (star >= 0) {
      resume += 1;
      [at, from] = [resume, star + 1];
    } else return false;
  }
  return atoms.slice(from).every((atom) => atom === 'any');
}

function atomsOf(pattern: string): readonly (Atom | 'any')[] {
  if (pattern.length > longestPattern) throw invalidQuery();
  return [...pattern.matchAll(/\[\^?[^\]]+\]|[^]/g)].map(([piece]): Atom | 'any' => {
    if (piece === '%') return 'any';
    if (piece === '_') return () => true;
    return piece.length === 1 ? (character) => character === piece : setOf(piece.slice(1, -1));
  });
}

function setOf(body: string): Atom {
  const isNot = body.startsWith('^');
  const ranges = [...body.slice(isNot ? 1 : 0).matchAll(/([^])-([^])|[^]/g)].map(
    ([whole, first = whole, last = whole]) => [first, last] as const,
  );
  return (character) => ranges.some(([first, last]) => character >= first && character <= last) !== isNot;
}
