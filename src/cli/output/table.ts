import chalk from 'chalk';
import CliTable from 'cli-table3';
import { stripControls } from './controls';
import type { Style } from '../framework/command';

/** What a cell may hold; null and undefined show as a dash. */
export type Cell = string | number | boolean | null | undefined;

const plainBorders = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((part) => [part, part === 'middle' ? '  ' : '']),
);

/** A table for people: columns in line, a head in bold on a coloured terminal, no borders, a line feed at the end. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], style: Style): string {
  const bold = (text: string): string => (style.colour ? new chalk.Instance({ level: 1 }).bold(text) : text);
  const cells = [head.map(bold), ...rows.map((row) => row.map(cellText))];
  const colWidths = head.map((_name, at) => Math.max(...cells.map((row) => columnsOf(row[at] ?? ''))));
  const lines: string[] = [];
  for (let at = 0; at < cells.length; at += partRows) {
    const part = new CliTable({
      colWidths,
      chars: plainBorders,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    });
    part.push(...cells.slice(at, at + partRows));
    lines.push(...part.toString().split('\n'));
  }
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** cli-table3 takes time by the square of its rows: 20,000 at once would be a minute. */
const partRows = 50;
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;

/** Columns that a cell takes on a terminal, its colours not counted; never too few. */
function columnsOf(cell: string): number {
  // eslint-disable-next-line no-control-regex -- the escape character begins a colour
  const plain = cell.replace(/\u001b\[[\d;]*m/g, '');
  return plain.length + (plain.match(wide)?.length ?? 0);
}

/** Facts one a line, names in line. */
export function facts(rows: readonly (readonly [string, Cell])[], style: Style): string {
  const width = Math.max(...rows.map(([name]) => name.length)) + 1;
  const dim = (text: string): string => (style.colour ? new chalk.Instance({ level: 1 }).dim(text) : text);
  return rows.map(([name, value]) => `${dim(`${name}:`.padEnd(width))} ${cellText(value)}\n`).join('');
}

/** A licence status coloured by how good it is. */
export function coloured(text: string, mood: 'good' | 'warning' | 'bad', style: Style): string {
  if (!style.colour) return text;
  const paint = new chalk.Instance({ level: 1 });
  return { good: paint.green, warning: paint.yellow, bad: paint.red }[mood](text);
}

function cellText(value: Cell): string {
  if (value === null || value === undefined || value === '') return '-';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return stripControls(String(value));
}
