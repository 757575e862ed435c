import { linePattern } from '../programs/line-pattern';
import { type BinaryOperator } from './syntax';
import { isList, isTrue, textOf, type Value } from './values';

interface Comparison {
  readonly operator: BinaryOperator;
  readonly caseSensitive: boolean;
}

/** What an operator makes of two values. A list on the left is filtered. */
export function compare({ operator, caseSensitive }: Comparison, left: Value, right: Value): Value {
  switch (operator) {
    case 'and':
      return isTrue(left) && isTrue(right);
    case 'or':
      return isTrue(left) || isTrue(right);
    case 'contains':
      return (isList(left) ? left : [left]).some((each) => order(each, right, caseSensitive) === 0);
    default: {
      const test = testOf(operator, right, caseSensitive);
      return isList(left) ? left.filter(test) : test(left);
    }
  }
}

function testOf(
  operator: Exclude<BinaryOperator, 'and' | 'or' | 'contains'>,
  right: Value,
  caseSensitive: boolean,
): (value: Value) => boolean {
  switch (operator) {
    case 'eq':
      return (value) => order(value, right, caseSensitive) === 0;
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
    case 'like':
    case 'notlike': {
      const fits = linePattern(textOf(right), 'wildcard', !caseSensitive);
      return (value) => fits(textOf(value)) === (operator === 'like');
    }
    case 'match':
    case 'notmatch': {
      const fits = linePattern(textOf(right), 'regex', !caseSensitive);
      return (value) => fits(textOf(value)) === (operator === 'match');
    }
  }
}

/** Order of two values; NaN, which is no order, where they have none. The left one says how the right one is read. */
function order(left: Value, right: Value, caseSensitive: boolean): number {
  if (left === null || right === null) return left === right ? 0 : Number.NaN;
  if (typeof left === 'number') return left - Number(textOf(right));
  if (typeof left === 'boolean') return Number(left) - Number(isTrue(right));
  const [a, b] = [textOf(left), textOf(right)].map((text) => (caseSensitive ? text : text.toLowerCase()));
  return a === b ? 0 : (a ?? '') < (b ?? '') ? -1 : 1;
}
