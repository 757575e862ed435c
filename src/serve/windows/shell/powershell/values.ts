import { type Block } from './syntax';

/** A line that Select-String found; it prints with empty lines around its kind. */
export interface Match {
  readonly kind: 'match';
  readonly line: string;
  readonly number: number;
  readonly pattern: string;
}

/** A service as Get-Service gives it; it prints as a table. */
export interface Service {
  readonly kind: 'service';
  readonly name: string;
  readonly displayName: string;
  readonly status: 'Running' | 'Stopped';
}

/** A value under a name, as it was written. */
export interface Member {
  readonly name: string;
  readonly value: Value;
}

/** A hashtable: names in any case. */
export interface Table {
  readonly kind: 'table';
  readonly isOrdered: boolean;
  readonly entries: Map<string, Member>;
}

/** An instance of a WMI class, its key and methods. */
export interface CimOrigin {
  readonly className: string;
  readonly key: string;
  readonly keyValue: string;
  readonly methods: readonly string[];
  /** Of Get-WmiObject: methods are called as its own. */
  readonly isWmi: boolean;
}

/** An object with properties: one that a script makes, an instance of a class, values of a registry key. */
export interface PsObject {
  readonly kind: 'object';
  /** The type's name as `ToString()` of such objects prints it; null for what prints as `@{…}`. */
  readonly typeName: string | null;
  readonly properties: Map<string, Member>;
  readonly origin?: CimOrigin;
}

/** What `$_` is in `catch`. */
export interface ErrorRecord {
  readonly kind: 'error';
  readonly message: string;
  /** HRESULT as a signed number. */
  readonly hresult: number;
  readonly exception: string;
}

/** Lines that Format-Table or Format-List made: nothing but to be printed. */
export interface Formatted {
  readonly kind: 'formatted';
  readonly text: string;
}

/** What expressions and pipelines of PowerShell hold. */
export type Value =
  | string
  | number
  | boolean
  | null
  | Match
  | Service
  | Table
  | PsObject
  | ErrorRecord
  | Block
  | Formatted
  | readonly Value[];

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** A hashtable of members. */
export function tableOf(members: Iterable<Member>, isOrdered = false): Table {
  return { kind: 'table', isOrdered, entries: membersOf(members) };
}

/** An object that prints as its properties. */
export function objectOf(members: Iterable<Member>, typeName: string | null = null): PsObject {
  return { kind: 'object', typeName, properties: membersOf(members) };
}

function membersOf(members: Iterable<Member>): Map<string, Member> {
  const found = new Map<string, Member>();
  for (const member of members) found.set(member.name.toLowerCase(), member);
  return found;
}

/** As text: lists with blanks between their items. */
export function textOf(value: Value): string {
  if (value === null) return '';
  if (isList(value)) return value.map(textOf).join(' ');
  switch (typeof value) {
    case 'boolean':
      return value ? 'True' : 'False';
    case 'string':
      return value;
    case 'number':
      return numberText(value);
    default:
      return thingText(value);
  }
}

/** A number as .NET Framework writes it. */
export function numberText(value: number): string {
  if (Number.isInteger(value)) return Object.is(value, -0) ? '0' : String(value);
  return String(Number(value.toPrecision(15)));
}

function thingText(value: Exclude<Value, string | number | boolean | null | readonly Value[]>): string {
  switch (value.kind) {
    case 'match':
      return value.line;
    case 'service':
      return 'System.ServiceProcess.ServiceController';
    case 'table':
      return value.isOrdered
        ? 'System.Collections.Specialized.OrderedDictionary'
        : 'System.Collections.Hashtable';
    case 'error':
      return value.message;
    case 'block':
    case 'formatted':
      return value.text;
    case 'object':
      return (
        value.typeName ??
        `@{${[...value.properties.values()].map((each) => `${each.name}=${textOf(each.value)}`).join('; ')}}`
      );
  }
}

/** What a condition makes of a value. */
export function isTrue(value: Value): boolean {
  if (isList(value)) return value.length > 1 || (value.length === 1 && isTrue(value[0] ?? null));
  return typeof value === 'object' ? value !== null : Boolean(value);
}

/** The items of a value that a pipeline passes on one by one. */
export function itemsOf(value: Value): readonly Value[] {
  if (isList(value)) return value;
  return value === null ? [] : [value];
}

/** What a pipeline leaves in a variable: nothing, one value, or a list. */
export function collected(values: readonly Value[]): Value {
  return values.length > 1 ? values : (values[0] ?? null);
}

/** A whole number as an exit status; null for what is none. */
export function statusOf(value: Value): number | null {
  if (value === null) return 0;
  const number = Number(textOf(value));
  return Number.isInteger(number) && textOf(value).trim() !== '' ? number | 0 : null;
}
