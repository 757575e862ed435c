/** A line that Select-String found; it prints with empty lines around its kind. */
export interface Match {
  readonly kind: 'match';
  readonly line: string;
}

/** A service as Get-Service gives it; it prints as a table. */
export interface Service {
  readonly kind: 'service';
  readonly name: string;
  readonly displayName: string;
  readonly status: 'Running' | 'Stopped';
}

/** What expressions and pipelines of PowerShell hold. */
export type Value = string | number | boolean | null | Match | Service | readonly Value[];

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** As text: lists with blanks between their items. */
export function textOf(value: Value): string {
  if (value === null) return '';
  if (isList(value)) return value.map(textOf).join(' ');
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return String(value);
  return value.kind === 'match' ? value.line : 'System.ServiceProcess.ServiceController';
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

/** As PowerShell writes values out: found lines and services stand between empty lines, services below a head. */
export function printed(values: readonly Value[]): string {
  let text = '';
  let before: 'plain' | 'match' | 'service' = 'plain';
  for (const value of values.flatMap((each) => (isList(each) ? each : [each]))) {
    const kind = kindOf(value);
    if (kind !== before) {
      if (before !== 'plain') text += '\r\n\r\n';
      if (kind !== 'plain') text += '\r\n';
      if (kind === 'service') text += serviceHead;
    }
    before = kind;
    text += value === null ? '' : `${lineOf(value)}\r\n`;
  }
  return before === 'plain' ? text : `${text}\r\n\r\n`;
}

function kindOf(value: Value): 'plain' | 'match' | 'service' {
  return typeof value === 'object' && value !== null && !isList(value) ? value.kind : 'plain';
}

const serviceLine = (status: string, name: string, display: string): string =>
  `${status.padEnd(8)} ${name.padEnd(18)} ${display.padEnd(38)}`;
const serviceHead = `${serviceLine('Status', 'Name', 'DisplayName')}\r\n${serviceLine('------', '----', '-----------')}\r\n`;

function lineOf(value: Value): string {
  if (typeof value !== 'object' || value === null || isList(value) || value.kind === 'match')
    return textOf(value);
  return serviceLine(value.status, value.name, value.displayName);
}

/** Members of values that are simulated, in lower case. */
export const memberNames = [
  'count',
  'length',
  'trim',
  'tostring',
  'line',
  'status',
  'name',
  'displayname',
] as const;
export type MemberName = (typeof memberNames)[number];

/** A member of a value; of a list each item's, but for its length. What a value does not have is nothing. */
export function memberOf(value: Value, name: MemberName): Value {
  if (name === 'count' || name === 'length') return lengthOf(value, name);
  if (!isList(value)) return memberOfOne(value, name);
  const found = value.map((each) => memberOfOne(each, name)).filter((each) => each !== null);
  return collected(found);
}

function lengthOf(value: Value, name: 'count' | 'length'): number {
  if (isList(value)) return value.length;
  if (name === 'length' && typeof value === 'string') return value.length;
  return value === null ? 0 : 1;
}

function memberOfOne(value: Value, name: Exclude<MemberName, 'count' | 'length'>): Value {
  if (name === 'trim') return textOf(value).trim();
  if (name === 'tostring') return textOf(value);
  if (typeof value !== 'object' || value === null || isList(value)) return null;
  if (value.kind === 'match') return name === 'line' ? value.line : null;
  const members = { status: value.status, name: value.name, displayname: value.displayName, line: null };
  return members[name];
}

/** A whole number as an exit status; null for what is none. */
export function statusOf(value: Value): number | null {
  if (value === null) return 0;
  const number = Number(textOf(value));
  return Number.isInteger(number) && textOf(value).trim() !== '' ? number | 0 : null;
}
