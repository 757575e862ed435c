import { failure } from './failure';
import { isList, isTrue, textOf, type Value } from './values';

/** Order of two values; NaN, which is no order, where they have none. The left one says how the right one is read. */
export function order(left: Value, right: Value, caseSensitive: boolean): number {
  if (left === null || right === null) return left === right ? 0 : Number.NaN;
  if (typeof left === 'number') return left - toNumber(right);
  if (typeof left === 'boolean') return Number(left) - Number(isTrue(right));
  if (isThing(left)) return left === right ? 0 : Number.NaN;
  const cased = (value: Value): string => (caseSensitive ? textOf(value) : textOf(value).toLowerCase());
  const [a, b] = [cased(left), cased(right)];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A value that is the same as itself alone. */
function isThing(value: Value): boolean {
  return typeof value === 'object' && value !== null && !isList(value) && value.kind !== 'match';
}

function toNumber(value: Value): number {
  if (typeof value === 'boolean') return Number(value);
  const text = textOf(value).trim();
  if (text === '') return 0;
  return /^0x[0-9a-f]+$/i.test(text) ? Number.parseInt(text, 16) : Number(text);
}

/** A number for arithmetic. */
export function numberOf(value: Value): number {
  const number = value === null ? 0 : toNumber(value);
  if (Number.isNaN(number))
    throw failure(
      `Cannot convert value "${textOf(value)}" to type "System.Int32". Error: "Input string was not in a correct format."`,
      'System.Management.Automation.RuntimeException',
    );
  return number;
}
