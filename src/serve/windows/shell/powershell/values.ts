/** A line that Select-String found; it prints with empty lines around its kind. */
export interface Match {
  readonly line: string;
}

/** What expressions and pipelines of PowerShell hold. */
export type Value = string | number | boolean | null | Match | readonly Value[];

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** As text: lists with blanks between their items. */
export function textOf(value: Value): string {
  if (value === null) return '';
  if (isList(value)) return value.map(textOf).join(' ');
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'object' ? value.line : String(value);
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

/** As PowerShell writes values out. */
export function printed(values: readonly Value[]): string {
  let text = '';
  let inMatches = false;
  for (const value of values.flatMap((each) => (isList(each) ? each : [each]))) {
    const isMatch = typeof value === 'object' && value !== null;
    if (isMatch !== inMatches) text += isMatch ? '\r\n' : '\r\n\r\n';
    inMatches = isMatch;
    text += value === null ? '' : `${textOf(value)}\r\n`;
  }
  return inMatches ? `${text}\r\n\r\n` : text;
}

/** A whole number as an exit status; null for what is none. */
export function statusOf(value: Value): number | null {
  if (value === null) return 0;
  const number = Number(textOf(value));
  return Number.isInteger(number) && textOf(value).trim() !== '' ? number | 0 : null;
}
