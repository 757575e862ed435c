import { stringify } from 'csv-stringify/sync';
import { columnNames, findColumn } from '../../fleet/inventory/columns';
import type { InventoryMachine } from '../../fleet/inventory/machine';
import { isGood } from '../../fleet/report/summary';

/**
 * Machines as CSV: UTF-8 with a mark, a column for each column of lists and each tag. A spreadsheet opens it safely: what
 * would be a formula is text. `counted` says who is counted as licensed.
 */
export function machinesCsv(machines: readonly InventoryMachine[], now: number): string {
  const tags = [...new Set(machines.flatMap((machine) => Object.keys(machine.tags)))].sort();
  const columns = [...columnNames, ...tags.map((tag) => `tag.${tag}`)].flatMap(
    (name) => findColumn(name) ?? [],
  );
  const rows = machines.map((machine) => [
    ...columns.map((column) => {
      const value = column.value(machine, now);
      return typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
    }),
    isGood(machine, now) ? 'yes' : 'no',
  ]);
  return stringify([[...columns.map(({ name }) => name), 'counted'], ...rows], {
    bom: true,
    escape_formulas: true,
    record_delimiter: 'windows',
  });
}
