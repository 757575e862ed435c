import chalk from 'chalk';
import CliTable from 'cli-table3';
import { shrink, widestLine, widestWord } from './columns';
import { oneLine, painted, sealed } from './colour-seal';
import type { Style } from './style';
import { wrapText } from './wrap';

/** What a cell may hold; null and undefined show as a dash. */
export type Cell = string | number | boolean | null | undefined;

const plainBorders = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((part) => [part, part === 'middle' ? '  ' : '']),
);

/** How text looks that a program reads: no colour, nothing folded. */
export const plain: Style = { colour: false, terminal: false, width: 80 };

/** Blanks between two columns. */
const gap = 2;

/**
 * A table for people: columns in line, a head in bold on a coloured terminal, no borders, a line feed at the end. On a
 * terminal it fits the width: columns shrink and fold at blanks. Where the longest words alone are too wide, each row
 * stands as a block of lines, a cell each, and no word is ever cut.
 */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], style: Style): string {
  const cells = [head.map((name) => bold(name, style)), ...rows.map((row) => row.map(cellText))];
  const across = (measure: (text: string) => number): readonly number[] =>
    head.map((_name, at) => Math.max(...cells.map((row) => measure(row[at] ?? ''))));
  const natural = across(widestLine);
  if (!style.terminal) return inColumns(cells, natural);
  const widths = shrink(natural, across(widestWord), style.width - gap * (head.length - 1));
  if (widths === null) return rows.map((row) => block(head, row, style)).join('\n');
  return inColumns(
    cells.map((row) => row.map((cell, at) => wrapText(cell, widths[at] ?? cell.length))),
    widths,
  );
}

function inColumns(cells: readonly (readonly string[])[], colWidths: readonly number[]): string {
  const lines: string[] = [];
  for (let at = 0; at < cells.length; at += partRows) {
    const part = new CliTable({
      colWidths: [...colWidths],
      chars: plainBorders,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    });
    part.push(...cells.slice(at, at + partRows).map((row) => [...row]));
    lines.push(...sealed(part.toString()).split('\n'));
  }
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** cli-table3 takes time by the square of its rows: 20,000 at once would be a minute. */
const partRows = 50;

/** A row as lines, a cell each; a cell that stands empty on purpose has none. */
function block(head: readonly string[], row: readonly Cell[], style: Style): string {
  const named = head.map((name, at) => [name, row[at]] as const);
  return facts(
    named.filter(([, cell]) => !(typeof cell === 'string' && /^ +$/.test(cell))),
    style,
  );
}

/** Facts one a line, names in line; on a terminal a long one folds at blanks. */
export function facts(rows: readonly (readonly [string, Cell])[], style: Style): string {
  const width = Math.max(...rows.map(([name]) => name.length)) + 1;
  const dim = (text: string): string => (style.colour ? painted(text, paint().dim) : text);
  return rows
    .map(([name, value]) => {
      const line = `${dim(`${name}:`.padEnd(width))} ${cellText(value)}`;
      return `${style.terminal ? wrapText(line, style.width, width + 1) : line}\n`;
    })
    .join('');
}

function bold(text: string, style: Style): string {
  return style.colour ? painted(text, paint().bold) : text;
}

/** A licence status coloured by how good it is. */
export function coloured(text: string, mood: 'good' | 'warning' | 'bad', style: Style): string {
  if (!style.colour) return text;
  const { green, yellow, red } = paint();
  return painted(text, { good: green, warning: yellow, bad: red }[mood]);
}

function paint(): chalk.Chalk {
  return new chalk.Instance({ level: 1 });
}

function cellText(value: Cell): string {
  if (value === null || value === undefined || value === '') return '-';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return oneLine(String(value));
}
