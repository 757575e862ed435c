import { memberOf, propertiesOf } from './members';
import { isList, textOf, type PsObject, type Value } from './values';

/** Columns of a console that nobody sees. */
export const screenWidth = 80;

/** A property to be shown under a label. */
export interface Column {
  readonly label: string;
  readonly valueOf: (value: Value) => Value;
}

/** As PowerShell writes values out: texts as lines, found lines between empty lines, objects as tables and lists. */
export function printed(values: readonly Value[]): string {
  const all = values.flatMap((each) => (isList(each) ? each : [each]));
  let text = '';
  for (let at = 0; at < all.length;) {
    const group = groupAt(all, at);
    text += groupText(group);
    at += group.length;
  }
  return text;
}

/** Values that are shown together from here on. */
function groupAt(values: readonly Value[], from: number): readonly Value[] {
  const shape = shapeOf(values[from] ?? null);
  let to = from + 1;
  while (to < values.length && shape !== 'plain' && shapeOf(values[to] ?? null) === shape) to += 1;
  return values.slice(from, to);
}

type Shape = 'plain' | 'match' | 'service' | 'table' | 'object';

function shapeOf(value: Value): Shape {
  if (typeof value !== 'object' || value === null || isList(value)) return 'plain';
  switch (value.kind) {
    case 'match':
    case 'service':
    case 'table':
    case 'object':
      return value.kind;
    default:
      return 'plain';
  }
}

/** More properties than these are shown as a list. */
const mostColumns = 4;

function groupText(group: readonly Value[]): string {
  const [first = null] = group;
  switch (shapeOf(first)) {
    case 'plain':
      return plainText(first);
    case 'match':
      return `\r\n${group.map((each) => `${textOf(each)}\r\n`).join('')}\r\n\r\n`;
    case 'service':
      return serviceTable(group);
    case 'table':
      return hashText(group);
    case 'object': {
      const columns = columnsOf(first);
      return columns.length > mostColumns ? listText(group, null) : tableText(group, columns, {});
    }
  }
}

function plainText(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'object' && !isList(value)) {
    if (value.kind === 'formatted') return value.text;
    if (value.kind === 'error') return `${value.message}\r\n`;
  }
  return `${textOf(value)}\r\n`;
}

const serviceLine = (status: string, name: string, display: string): string =>
  `${status.padEnd(8)} ${name.padEnd(18)} ${display.padEnd(38)}`;

function serviceTable(group: readonly Value[]): string {
  const lines = group.map((each) => {
    const [status = '', name = '', display = ''] = ['Status', 'Name', 'DisplayName'].map((member) =>
      textOf(memberOf(each, member)),
    );
    return `${serviceLine(status, name, display)}\r\n`;
  });
  const head = `${serviceLine('Status', 'Name', 'DisplayName')}\r\n${serviceLine('------', '----', '-----------')}\r\n`;
  return `\r\n${head}${lines.join('')}\r\n\r\n`;
}

/** Hashtables are shown entry by entry, the first column 30 wide. */
function hashText(group: readonly Value[]): string {
  const entries = group.flatMap((each) =>
    typeof each === 'object' && each !== null && !isList(each) && each.kind === 'table'
      ? [...each.entries.values()]
      : [],
  );
  const line = (name: string, value: string): string =>
    `${fitted(name, 30).padEnd(30)} ${fitted(value, screenWidth - 31).padEnd(screenWidth - 31)}\r\n`;
  const lines = entries.map(({ name, value }) => line(name, cellText(value)));
  return `\r\n${line('Name', 'Value')}${line('----', '-----')}${lines.join('')}\r\n\r\n`;
}

/** The columns that an object is shown with where nobody chose any. */
export function columnsOf(value: Value): readonly Column[] {
  const names = [...propertiesOf(value).values()].map(({ name }) => name);
  return names.map((name) => ({ label: name, valueOf: (each) => memberOf(each, name) }));
}

/** A list: `NAME : VALUE`, the names as wide as the longest, long values wrapped. Columns null: each object's own. */
export function listText(values: readonly Value[], columns: readonly Column[] | null): string {
  const blocks = values.map((value) => {
    const own = columns ?? columnsOf(value);
    if (own.length === 0) return `\r\n${textOf(value)}\r\n`;
    const width = Math.max(...own.map(({ label }) => label.length));
    const lines = own.map(({ label, valueOf }) => entryLines(label.padEnd(width), cellText(valueOf(value))));
    return `\r\n${lines.join('')}`;
  });
  return blocks.length === 0 ? '' : `\r\n${blocks.join('')}\r\n\r\n\r\n`;
}

function entryLines(label: string, text: string): string {
  const indent = label.length + 3;
  const room = Math.max(10, screenWidth - indent);
  const lines = text.split(/\r?\n/).flatMap((line) => wrapped(line, room));
  return `${label} : ${lines.join(`\r\n${' '.repeat(indent)}`)}\r\n`;
}

function wrapped(text: string, room: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > room) {
    const blank = rest.lastIndexOf(' ', room - 1);
    const at = blank > 0 ? blank + 1 : room;
    lines.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return [...lines, rest];
}

interface Cell {
  readonly text: string;
  readonly isNumber: boolean;
}

/** A table with columns as wide as what is in them, numbers to the right; what does not fit the screen is left out. */
export function tableText(
  values: readonly Value[],
  columns: readonly Column[],
  { hidesHeads = false }: { readonly hidesHeads?: boolean },
): string {
  if (values.length === 0 || columns.length === 0) return '';
  const rows = values.map((value) => columns.map(({ valueOf }) => cellOf(valueOf(value))));
  // The first value says how a column stands.
  const isRight = columns.map((_, at) => rows[0]?.[at]?.isNumber === true);
  const widths = fittedWidths(
    columns.map(({ label }, at) =>
      Math.max(hidesHeads ? 1 : label.length, ...rows.map((row) => row[at]?.text.length ?? 0)),
    ),
  );
  const line = (texts: readonly string[]): string =>
    `${widths
      .map((width, at) => {
        const text = fitted(texts[at] ?? '', width);
        return isRight[at] === true ? text.padStart(width) : text.padEnd(width);
      })
      .join(' ')}\r\n`;
  const labels = columns.map(({ label }) => label);
  const head = hidesHeads ? '' : line(labels) + line(labels.map((label) => '-'.repeat(label.length)));
  return `\r\n${head}${rows.map((row) => line(row.map(({ text }) => text))).join('')}\r\n\r\n`;
}

/** As many columns as the screen has room for, the last of them cut. */
function fittedWidths(widths: readonly number[]): readonly number[] {
  const kept: number[] = [];
  let left = screenWidth;
  for (const width of widths) {
    if (kept.length > 0 && left < 4) break;
    kept.push(Math.min(width, left));
    left -= width + 1;
    if (left <= 0) break;
  }
  return kept;
}

function fitted(text: string, width: number): string {
  if (text.length <= width) return text;
  return width > 3 ? `${text.slice(0, width - 3)}...` : text.slice(0, width);
}

function cellOf(value: Value): Cell {
  return { text: cellText(value).replaceAll(/\r?\n/g, ' '), isNumber: typeof value === 'number' };
}

/** Most items of a list that a cell shows. */
const mostItems = 4;

/** A value within a table or a list. */
function cellText(value: Value): string {
  if (isList(value)) {
    const shown = value.slice(0, mostItems).map(textOf).join(', ');
    return `{${shown}${value.length > mostItems ? '...' : ''}}`;
  }
  if (typeof value === 'object' && value !== null && value.kind === 'table') {
    const entries = [...value.entries.values()].slice(0, mostItems);
    return `{${entries.map(({ name }) => name).join(', ')}${value.entries.size > mostItems ? '...' : ''}}`;
  }
  return textOf(value);
}

/** An object that has properties to be shown. */
export function isObject(value: Value): value is PsObject {
  return typeof value === 'object' && value !== null && !isList(value) && value.kind === 'object';
}
