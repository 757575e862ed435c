import { oneLine } from './colour-seal';
import type { Cell } from './table';

/** A table for programs: what `--tsv` prints. */
export interface Tabular {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A line of tab-separated cells. Tabs and line ends in a cell become blanks; one without a value is empty. */
export function tsvLine(cells: readonly Cell[]): string {
  return `${cells.map(cellOf).join('\t')}\n`;
}

function cellOf(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return oneLine(String(value));
}
