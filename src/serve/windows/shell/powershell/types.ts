import { NotSimulated } from '../not-simulated';
import { failure } from './failure';
import { numberOf } from './numbers';
import { isList, isTrue, itemsOf, objectOf, tableOf, textOf, type Value } from './values';

type Cast = (value: Value) => Value;

const integer =
  (least: number, most: number, name: string): Cast =>
  (value) => {
    const number = roundHalfEven(numberOf(value));
    if (number < least || number > most)
      throw failure(
        `Cannot convert value "${textOf(value)}" to type "System.${name}". Error: "Value was either too large or too small for an ${name}."`,
      );
    return number;
  };

/** .NET rounds a half to the even neighbour. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

const casts: ReadonlyMap<string, Cast> = new Map<string, Cast>([
  ['string', textOf],
  ['bool', isTrue],
  ['boolean', isTrue],
  ['switch', isTrue],
  ['int', integer(-0x8000_0000, 0x7fff_ffff, 'Int32')],
  ['int32', integer(-0x8000_0000, 0x7fff_ffff, 'Int32')],
  ['uint32', integer(0, 0xffff_ffff, 'UInt32')],
  ['uint16', integer(0, 0xffff, 'UInt16')],
  ['byte', integer(0, 255, 'Byte')],
  ['long', integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 'Int64')],
  ['int64', integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 'Int64')],
  ['double', numberOf],
  ['decimal', numberOf],
  ['float', numberOf],
  ['void', () => null],
  ['object', (value) => value],
  ['psobject', (value) => value],
  ['scriptblock', (value) => value],
  ['array', (value) => (isList(value) ? value : value === null ? null : [value])],
  ['object[]', (value) => itemsOf(value)],
  ['string[]', (value) => itemsOf(value).map(textOf)],
  ['int[]', (value) => itemsOf(value).map((each) => roundHalfEven(numberOf(each)))],
  ['hashtable', (value) => value],
  [
    'pscustomobject',
    (value) =>
      typeof value === 'object' && value !== null && !isList(value) && value.kind === 'table'
        ? objectOf(value.entries.values())
        : value,
  ],
  ['ordered', (value) => value],
]);

/**
 * Whether a type is one that values may be cast to.
 * @throws NotSimulated where it is not
 */
export function checkType(type: string): void {
  if (!casts.has(plain(type))) throw new NotSimulated(`the type [${type}] of PowerShell`);
}

/** A value as one of a type. */
export function castTo(type: string, value: Value): Value {
  return casts.get(plain(type))?.(value) ?? null;
}

function plain(type: string): string {
  return type.toLowerCase().replace(/^system\./, '');
}

/** `-is [TYPE]`. */
export function typeMatches(value: Value, type: string): boolean {
  return typesOf(value).includes(plain(type.replace(/^\[|\]$/g, '')));
}

/** The names that the type of a value has. */
function typesOf(value: Value): readonly string[] {
  if (isList(value)) return ['array', 'object[]', 'object'];
  switch (typeof value) {
    case 'string':
      return ['string', 'object'];
    case 'boolean':
      return ['bool', 'boolean', 'object'];
    case 'number':
      return Number.isInteger(value) ? ['int', 'int32', 'object'] : ['double', 'object'];
    default:
      if (value === null) return [];
      return value.kind === 'table' ? ['hashtable', 'object'] : ['object', 'psobject', 'pscustomobject'];
  }
}

type StaticMember = (args: readonly Value[], facts: StaticFacts) => Value;

/** What static members may ask of the machine. */
export interface StaticFacts {
  readonly computerName: string;
  readonly user: string;
}

const first = (args: readonly Value[]): Value => args[0] ?? null;

const statics: ReadonlyMap<string, StaticMember> = new Map<string, StaticMember>([
  ['string::empty', () => ''],
  ['string::isnullorempty()', (args) => textOf(first(args)) === ''],
  ['string::isnullorwhitespace()', (args) => textOf(first(args)).trim() === ''],
  [
    'string::join()',
    ([by = '', ...items]) =>
      items
        .flatMap((each) => itemsOf(each))
        .map(textOf)
        .join(textOf(by)),
  ],
  ['environment::machinename', (_, { computerName }) => computerName],
  ['environment::username', (_, { user }) => user],
  ['environment::newline', () => '\r\n'],
  ['math::abs()', (args) => Math.abs(numberOf(first(args)))],
  ['math::floor()', (args) => Math.floor(numberOf(first(args)))],
  ['math::ceiling()', (args) => Math.ceil(numberOf(first(args)))],
  ['math::truncate()', (args) => Math.trunc(numberOf(first(args)))],
  ['math::max()', ([a = 0, b = 0]) => Math.max(numberOf(a), numberOf(b))],
  ['math::min()', ([a = 0, b = 0]) => Math.min(numberOf(a), numberOf(b))],
  ['math::round()', ([value = 0, places = 0]) => rounded(numberOf(value), numberOf(places))],
  ['convert::toint32()', ([value = '', base = 10]) => Number.parseInt(textOf(value), numberOf(base)) | 0],
  [
    'convert::tostring()',
    ([value = '', base = 10]) =>
      typeof value === 'number' ? (value < 0 ? value >>> 0 : value).toString(numberOf(base)) : textOf(value),
  ],
  ['regex::escape()', (args) => textOf(first(args)).replaceAll(/[\\*+?|{[()^$.# ]/g, String.raw`\$&`)],
  ['int::maxvalue', () => 0x7fff_ffff],
  ['hashtable::new()', () => tableOf([])],
]);

function rounded(value: number, places: number): number {
  const factor = 10 ** Math.min(15, Math.max(0, places));
  return roundHalfEven(Number((value * factor).toPrecision(15))) / factor;
}

const staticKey = (type: string, name: string, isCall: boolean): string =>
  `${plain(type)}::${name.toLowerCase()}${isCall ? '()' : ''}`;

/** @throws NotSimulated for a static member that is not known */
export function checkStatic(type: string, name: string, isCall: boolean): void {
  if (!statics.has(staticKey(type, name, isCall))) throw new NotSimulated(`[${type}]::${name} of .NET`);
}

/** A static member of .NET. */
export function staticOf(
  type: string,
  name: string,
  args: readonly Value[] | null,
  facts: StaticFacts,
): Value {
  return statics.get(staticKey(type, name, args !== null))?.(args ?? [], facts) ?? null;
}
