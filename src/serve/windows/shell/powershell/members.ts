import { NotSimulated } from '../not-simulated';
import { shown } from './format-operator';
import { failure } from './failure';
import { numberOf, order } from './numbers';
import {
  collected,
  isList,
  objectOf,
  type ErrorRecord,
  textOf,
  type Match,
  type PsObject,
  type Service,
  type Table,
  type Value,
} from './values';

/** A member of a value; of a list each item's, but for its length. What a value does not have is nothing. */
export function memberOf(value: Value, name: string): Value {
  const key = name.toLowerCase();
  if (isList(value)) {
    if (key === 'count' || key === 'length' || key === 'longlength') return value.length;
    return collected(
      value.map((each) => memberOf(each, name)).flatMap((each) => (each === null ? [] : [each])),
    );
  }
  if (value === null) return key === 'count' || key === 'length' ? 0 : null;
  const own = ownMember(value, key);
  if (own !== undefined) return own;
  return key === 'count' || (key === 'length' && typeof value !== 'string') ? 1 : null;
}

type Single = Exclude<Value, null | readonly Value[]>;

function ownMember(value: Single, key: string): Value | undefined {
  if (typeof value === 'string') return key === 'length' ? value.length : undefined;
  return typeof value === 'object' ? thingMember(value, key) : undefined;
}

function thingMember(value: Exclude<Single, string | number | boolean>, key: string): Value | undefined {
  switch (value.kind) {
    case 'match':
      return matchMember(value, key);
    case 'service':
      return serviceMember(value, key);
    case 'table':
      return tableMember(value, key);
    case 'object':
      return value.properties.get(key)?.value;
    case 'error':
      return key === 'exception' ? exceptionOf(value) : undefined;
    case 'block':
    case 'formatted':
      return undefined;
  }
}

function exceptionOf({ message, hresult, exception }: ErrorRecord): PsObject {
  const members = [
    { name: 'Message', value: message },
    { name: 'HResult', value: hresult },
    { name: 'InnerException', value: null },
  ];
  return objectOf(members, `${exception}: ${message}`);
}

function matchMember({ line, number, pattern }: Match, key: string): Value | undefined {
  return {
    line,
    linenumber: number,
    pattern,
    filename: 'InputStream',
    path: 'InputStream',
    ignorecase: true,
  }[key];
}

function serviceMember({ name, displayName, status }: Service, key: string): Value | undefined {
  return {
    name,
    servicename: name,
    displayname: displayName,
    status,
    starttype: 'Automatic',
    machinename: '.',
  }[key];
}

function tableMember({ entries }: Table, key: string): Value | undefined {
  const found = entries.get(key);
  if (found !== undefined) return found.value;
  if (key === 'keys') return [...entries.values()].map(({ name }) => name);
  if (key === 'values') return [...entries.values()].map(({ value }) => value);
  return key === 'count' ? entries.size : undefined;
}

/** Assigns to a property of an object or an entry of a table. */
export function setMember(value: Value, name: string, to: Value): void {
  const key = name.toLowerCase();
  if (typeof value === 'object' && value !== null && !isList(value)) {
    if (value.kind === 'table') {
      value.entries.set(key, { name: value.entries.get(key)?.name ?? name, value: to });
      return;
    }
    if (value.kind === 'object' && value.origin === undefined && value.properties.has(key)) {
      value.properties.set(key, { name: value.properties.get(key)?.name ?? name, value: to });
      return;
    }
  }
  throw failure(
    `The property '${name}' cannot be found on this object. Verify that the property exists and can be set.`,
  );
}

/** What stands at an index: of a list and a text by number, from the end where it is negative; of a table by key. */
export function indexOf(value: Value, index: Value): Value {
  if (isList(index)) return index.map((each) => indexOf(value, each));
  if (value === null) throw failure('Cannot index into a null array.');
  if (isList(value) || typeof value === 'string') {
    const at = numberOf(index);
    return value.at(at < -value.length ? value.length : at) ?? null;
  }
  if (typeof value === 'object' && value.kind === 'table') return tableIndex(value, index);
  return numberOf(index) === 0 || numberOf(index) === -1 ? value : null;
}

function tableIndex({ entries, isOrdered }: Table, index: Value): Value {
  if (isOrdered && typeof index === 'number') return [...entries.values()].at(index)?.value ?? null;
  return entries.get(textOf(index).toLowerCase())?.value ?? null;
}

/** Assigns to an index of a list or a table. */
export function setIndex(value: Value, index: Value, to: Value): void {
  if (isList(value)) {
    const at = numberOf(index);
    const real = at < 0 ? value.length + at : at;
    if (real < 0 || real >= value.length) throw failure('Index was outside the bounds of the array.');
    (value as Value[])[real] = to;
    return;
  }
  if (typeof value === 'object' && value !== null && value.kind === 'table') {
    setMember(value, textOf(index), to);
    return;
  }
  throw failure('Unable to index into an object of this type.');
}

type Method = (value: string, args: readonly Value[]) => Value;

const arg = (args: readonly Value[], at = 0): string => textOf(args[at] ?? null);

function trimmed(value: string, args: readonly Value[], ends: 'both' | 'start' | 'end'): string {
  const characters = args.map(textOf).join('');
  const isCut = (character: string | undefined): boolean =>
    character !== undefined && (characters === '' ? /\s/.test(character) : characters.includes(character));
  let [from, to] = [0, value.length];
  while (ends !== 'end' && from < to && isCut(value[from])) from += 1;
  while (ends !== 'start' && to > from && isCut(value[to - 1])) to -= 1;
  return value.slice(from, to);
}

function part(value: string, args: readonly Value[]): string {
  const from = numberOf(args[0] ?? 0);
  const length = args[1] === undefined ? value.length - from : numberOf(args[1]);
  if (from < 0 || length < 0 || from + length > value.length)
    throw failure(
      'Exception calling "Substring" with "2" argument(s): "Index and length must refer to a location within the string."',
    );
  return value.slice(from, from + length);
}

const textMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['trim', (value, args) => trimmed(value, args, 'both')],
  ['trimstart', (value, args) => trimmed(value, args, 'start')],
  ['trimend', (value, args) => trimmed(value, args, 'end')],
  ['toupper', (value) => value.toUpperCase()],
  ['tolower', (value) => value.toLowerCase()],
  ['toupperinvariant', (value) => value.toUpperCase()],
  ['tolowerinvariant', (value) => value.toLowerCase()],
  ['startswith', (value, args) => value.startsWith(arg(args))],
  ['endswith', (value, args) => value.endsWith(arg(args))],
  ['contains', (value, args) => value.includes(arg(args))],
  ['indexof', (value, args) => value.indexOf(arg(args))],
  ['lastindexof', (value, args) => value.lastIndexOf(arg(args))],
  ['replace', (value, args) => (arg(args) === '' ? value : value.replaceAll(arg(args), () => arg(args, 1)))],
  ['substring', part],
  ['padleft', (value, args) => value.padStart(numberOf(args[0] ?? 0), arg(args, 1) || ' ')],
  ['padright', (value, args) => value.padEnd(numberOf(args[0] ?? 0), arg(args, 1) || ' ')],
  ['split', (value, args) => splitAt(value, args.map(textOf).join(''))],
  ['tostring', (value) => value],
  ['equals', (value, args) => value === arg(args)],
]);

/** `.Split('ab')` of .NET Framework parts at each of the characters; without any at white space. */
function splitAt(value: string, characters: string): readonly string[] {
  const parts = [''];
  for (const character of value) {
    if (characters === '' ? /\s/.test(character) : characters.includes(character)) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${character}`);
  }
  return parts;
}

/** Methods of values that are simulated, in lower case, those of WMI's classes not among them. */
export const methodNames: ReadonlySet<string> = new Set([
  ...textMethods.keys(),
  ...['containskey', 'containsvalue', 'add', 'remove', 'getenumerator'],
]);

/**
 * Calls a method that acts on a value alone.
 * @throws Failure where the value has no such method
 */
export function callMethod(value: Value, name: string, args: readonly Value[]): Value {
  const key = name.toLowerCase();
  if (value === null) throw failure('You cannot call a method on a null-valued expression.');
  if (isList(value))
    return listMethod(value, key, args) ?? collected(value.map((each) => callMethod(each, name, args)));
  if (typeof value === 'object' && value.kind === 'table') return tableMethod(value, key, args);
  const method = typeof value === 'string' ? textMethods.get(key) : undefined;
  if (method !== undefined) return method(textOf(value), args);
  return commonMethod(value, key, args) ?? missing(value, name);
}

/** What every value has; undefined for another method. */
function commonMethod(value: Single, key: string, args: readonly Value[]): Value | undefined {
  if (key === 'tostring') return shown(value, arg(args));
  if (key === 'equals') return order(value, args[0] ?? null, true) === 0;
  return undefined;
}

function missing(value: Value, name: string): never {
  const types = new Map<string, string>([
    ...([
      ['string', 'System.String'],
      ['number', 'System.Int32'],
      ['boolean', 'System.Boolean'],
    ] as const),
  ]);
  const type = types.get(typeof value);
  throw failure(
    `Method invocation failed because [${type ?? 'System.Management.Automation.PSCustomObject'}] does not contain a method named '${name}'.`,
  );
}

function listMethod(value: readonly Value[], key: string, args: readonly Value[]): Value | undefined {
  switch (key) {
    case 'contains':
      return value.some((each) => order(each, args[0] ?? null, true) === 0);
    case 'indexof':
      return value.findIndex((each) => order(each, args[0] ?? null, true) === 0);
    case 'add':
    case 'remove':
      throw failure(
        `Exception calling "${key === 'add' ? 'Add' : 'Remove'}" with "1" argument(s): "Collection was of a fixed size."`,
      );
    default:
      return undefined;
  }
}

function tableMethod(table: Table, key: string, args: readonly Value[]): Value {
  const name = arg(args);
  switch (key) {
    case 'containskey':
    case 'contains':
      return table.entries.has(name.toLowerCase());
    case 'containsvalue':
      return [...table.entries.values()].some(({ value }) => order(value, args[0] ?? null, true) === 0);
    case 'add':
      if (table.entries.has(name.toLowerCase()))
        throw failure(
          `Exception calling "Add" with "2" argument(s): "Item has already been added. Key in dictionary: '${name}'  Key being added: '${name}'"`,
        );
      setMember(table, name, args[1] ?? null);
      return null;
    case 'remove':
      table.entries.delete(name.toLowerCase());
      return null;
    case 'getenumerator':
      return [...table.entries.values()].map((entry) =>
        objectOf(
          [
            { name: 'Name', value: entry.name },
            { name: 'Key', value: entry.name },
            { name: 'Value', value: entry.value },
          ],
          'System.Collections.DictionaryEntry',
        ),
      );
    case 'tostring':
      return textOf(table);
    default:
      throw new NotSimulated(`.${key}() of a hashtable`);
  }
}

/** The properties that Select-Object, Format-List and the like see of a value, in order. */
export function propertiesOf(value: Value): PsObject['properties'] {
  if (typeof value !== 'object' || value === null || isList(value)) return new Map();
  switch (value.kind) {
    case 'object':
      return value.properties;
    case 'service':
      return objectOf([
        { name: 'Status', value: value.status },
        { name: 'Name', value: value.name },
        { name: 'DisplayName', value: value.displayName },
      ]).properties;
    case 'match':
      return objectOf([{ name: 'Line', value: value.line }]).properties;
    default:
      return new Map();
  }
}
