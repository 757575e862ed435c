import { linePattern } from '../programs/line-pattern';
import { regexOf, type Found } from '../programs/regex';
import { failure } from './failure';
import { formatted } from './format-operator';
import { numberOf, order } from './numbers';
import { typeMatches } from './types';
import { type BinaryOperator } from './syntax';
import { isList, isTrue, itemsOf, tableOf, textOf, type Table, type Value } from './values';

interface Comparison {
  readonly operator: BinaryOperator;
  readonly caseSensitive: boolean;
}

/** Takes what `-match` found, for `$Matches`. */
export type Note = (matches: Table) => void;

/** What an operator makes of two values. A list on the left is filtered, or changed item by item. */
export function operate(
  { operator, caseSensitive }: Comparison,
  left: Value,
  right: Value,
  note: Note,
): Value {
  return made[operator](left, right, { operator, caseSensitive, note });
}

interface Way extends Comparison {
  readonly note: Note;
}

type Make = (left: Value, right: Value, way: Way) => Value;

const filtering: Make = (left, right, { operator, caseSensitive }) => {
  const test = testOf(operator, right, caseSensitive);
  return isList(left) ? left.filter(test) : test(left);
};
const matching: Make = (left, right, way) => matched(way.operator === 'match', left, textOf(right), way);
const holding: Make = (left, right, { operator, caseSensitive }) =>
  holds(left, right, caseSensitive) === (operator === 'contains');
const within: Make = (left, right, { operator, caseSensitive }) =>
  holds(right, left, caseSensitive) === (operator === 'in');
const typing: Make = (left, right, { operator }) => typeMatches(left, textOf(right)) === (operator === 'is');

const made: Readonly<Record<BinaryOperator, Make>> = {
  and: (left, right) => isTrue(left) && isTrue(right),
  or: (left, right) => isTrue(left) || isTrue(right),
  '+': sum,
  '-': (left, right) => arithmetic('-', left, right),
  '*': (left, right) => arithmetic('*', left, right),
  '/': (left, right) => arithmetic('/', left, right),
  '%': (left, right) => arithmetic('%', left, right),
  '..': (left, right) => range(numberOf(left), numberOf(right)),
  f: (left, right) => formatted(textOf(left), itemsOf(right)),
  join: (left, right) => itemsOf(left).map(textOf).join(textOf(right)),
  split: (left, right, { caseSensitive }) => split(left, right, caseSensitive),
  replace: (left, right, { caseSensitive }) => replaced(left, right, caseSensitive),
  ...{ contains: holding, notcontains: holding, in: within, notin: within, is: typing, isnot: typing },
  ...{ match: matching, notmatch: matching, like: filtering, notlike: filtering },
  ...{ eq: filtering, ne: filtering, gt: filtering, ge: filtering, lt: filtering, le: filtering },
};

function holds(list: Value, item: Value, caseSensitive: boolean): boolean {
  return (isList(list) ? list : [list]).some((each) => order(each, item, caseSensitive) === 0);
}

function split(left: Value, right: Value, caseSensitive: boolean): Value {
  const [pattern = '', most = 0] = isList(right) ? [right[0] ?? '', right[1] ?? 0] : [right];
  const regex = regexOf(textOf(pattern), !caseSensitive);
  return (isList(left) ? left : [left]).flatMap((each) => regex.split(textOf(each), Number(textOf(most))));
}

function replaced(left: Value, right: Value, caseSensitive: boolean): Value {
  const [pattern = '', by = ''] = isList(right) ? [right[0] ?? '', right[1] ?? ''] : [right];
  const regex = regexOf(textOf(pattern), !caseSensitive);
  const one = (value: Value): string => regex.replace(textOf(value), textOf(by));
  return isList(left) ? left.map(one) : one(left);
}

function matched(
  wanted: boolean,
  left: Value,
  pattern: string,
  { caseSensitive, note }: { readonly caseSensitive: boolean; readonly note: Note },
): Value {
  const regex = regexOf(pattern, !caseSensitive);
  if (isList(left)) return left.filter((each) => (regex.find(textOf(each)) !== null) === wanted);
  const found = regex.find(textOf(left));
  if (found !== null) note(matchesOf(found));
  return (found !== null) === wanted;
}

function matchesOf({ groups, names }: Found): Table {
  const numbered = groups.map((text, at) => ({ name: String(at), value: text }));
  const named = [...names].map(([name, text]) => ({ name, value: text }));
  return tableOf([...numbered, ...named].filter(({ value }) => value !== null));
}

type Test = (value: Value) => boolean;

function testOf(operator: BinaryOperator, right: Value, caseSensitive: boolean): Test {
  switch (operator) {
    case 'like':
    case 'notlike': {
      const fits = linePattern(textOf(right), 'wildcard', !caseSensitive);
      return (value) => fits(textOf(value)) === (operator === 'like');
    }
    case 'ne':
      return (value) => order(value, right, caseSensitive) !== 0;
    case 'gt':
      return (value) => order(value, right, caseSensitive) > 0;
    case 'ge':
      return (value) => order(value, right, caseSensitive) >= 0;
    case 'lt':
      return (value) => order(value, right, caseSensitive) < 0;
    case 'le':
      return (value) => order(value, right, caseSensitive) <= 0;
    default:
      return (value) => order(value, right, caseSensitive) === 0;
  }
}

function sum(left: Value, right: Value): Value {
  if (left === null) return right;
  if (isList(left)) return [...left, ...(isList(right) ? right : [right])];
  if (typeof left === 'string') return left + textOf(right);
  if (typeof left === 'number' || typeof left === 'boolean') return numberOf(left) + numberOf(right);
  if (
    left.kind === 'table' &&
    right !== null &&
    !isList(right) &&
    typeof right === 'object' &&
    right.kind === 'table'
  )
    return tableOf([...left.entries.values(), ...right.entries.values()], left.isOrdered);
  throw failure(`Method invocation failed because the value does not contain a method named 'op_Addition'.`);
}

function arithmetic(operator: '-' | '*' | '/' | '%', left: Value, right: Value): Value {
  if (operator === '*' && typeof left === 'string') return repeated(left, numberOf(right));
  const [a, b] = [numberOf(left), numberOf(right)];
  switch (operator) {
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
    case '%':
      if (b === 0) throw failure('Attempted to divide by zero.');
      return operator === '/' ? a / b : a % b;
  }
}

const longestText = 1_000_000;

function repeated(text: string, times: number): string {
  if (text.length * times > longestText)
    throw failure('Exception of type System.OutOfMemoryException was thrown.');
  return text.repeat(Math.max(0, Math.round(times)));
}

const longestRange = 50_000;

function range(from: number, to: number): Value {
  const [first, last] = [Math.round(from), Math.round(to)];
  const count = Math.abs(last - first) + 1;
  if (count > longestRange) throw failure('The range is too large.');
  const step = first <= last ? 1 : -1;
  return Array.from({ length: count }, (_, at) => first + at * step);
}
