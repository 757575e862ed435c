import * as z from 'zod';
import {
  columnNames,
  findColumn,
  sortMachines,
  usualColumns,
  type Column,
  type SortKey,
} from '../../../fleet/inventory/columns';
import type { InventoryMachine } from '../../../fleet/inventory/machine';
import { nearest } from '../../../licensing/nearest';
import { defineCommand, type Style } from '../../framework/command';
import { option, single, text } from '../../framework/fields';
import { coloured, plain, table, type Cell } from '../../output/table';
import { moodOf } from '../lab/list';
import { machineData, machineDataOf } from './machine-data';
import {
  inventoryChoosing,
  inventoryChoosingInput,
  machinesQuery,
  secondsNow,
  withInventory,
  wordsOf,
} from './with-inventory';

/** Names with commas, each read by `read`; null from it is a column that does not exist. */
function columnList<T>(read: (word: string) => T | null): z.ZodType<readonly T[]> {
  return single(
    z.string('names are missing').transform((value, context) =>
      value.split(',').flatMap((word) => {
        const found = read(word.trim());
        if (found !== null) return [found];
        const near = nearest(word.trim().toLowerCase().replace(/^-/, ''), columnNames);
        context.addIssue(
          `there is no column "${word.trim()}"${near === null ? `: ${columnNames.join(', ')}, tag.KEY` : `; did you mean ${near}?`}`,
        );
        return [];
      }),
    ),
  );
}

const sortKeys = columnList((word): SortKey | null => {
  const column = findColumn(word.replace(/^-/, ''));
  return column === null ? null : { column, isDescending: word.startsWith('-') };
});

/** slmgr fleet list */
export const fleetList = defineCommand({
  name: 'fleet list',
  summary: 'List the machines of the inventory as they were last seen',
  description:
    `Connects to nobody. An expression is held against the names of the inventory. Columns are ${columnNames.join(', ')} and ` +
    'tag.KEY. The status of a machine is that of its product that is worst off, its days are those that end first.',
  positionals: [
    { name: 'expression', summary: 'Machines: PC-[001-050], PC-*; all if none is named', optional: true },
  ],
  options: [...inventoryChoosing, 'columns', 'sort', 'store', 'tsv'],
  examples: [
    { line: 'slmgr fleet list', does: 'all of them' },
    { line: "slmgr fleet list 'PC-*' --sort days", does: 'some, the one that ends first on top' },
    {
      line: "slmgr fleet list --where 'status != licensed or days < 30'",
      does: 'those that somebody has to look at',
    },
    { line: 'slmgr fleet list --columns name,status,kms,tag.site --tsv', does: 'for a spreadsheet' },
  ],
  data: z.object({ machines: z.array(machineData) }),
  input: z.object({
    expression: text.optional(),
    ...inventoryChoosingInput,
    columns: columnList(findColumn).optional(),
    sort: sortKeys.optional(),
    store: option.optional(),
  }),
  run: async (input, context) => {
    const now = secondsNow(context);
    const found = await withInventory(context, async (inventory) =>
      inventory.machines(
        await machinesQuery(
          { words: wordsOf(input.expression), where: input.where, mayBeEmpty: true },
          inventory,
          context,
        ),
      ),
    );
    const machines = sortMachines(found, input.sort ?? [], now);
    const columns = input.columns ?? usualColumns.flatMap((name) => findColumn(name) ?? []);
    const head = columns.map((column) => column.head);
    const rows = (style: Style): readonly (readonly Cell[])[] =>
      machines.map((machine) => columns.map((column) => cell(column, machine, now, style)));
    return {
      // Of thousands of machines only the form that is wanted is made.
      get data() {
        return { machines: machines.map((machine) => machineDataOf(machine, now)) };
      },
      text: (style) =>
        machines.length === 0
          ? 'The inventory has no such machine: "slmgr fleet scan EXPRESSION" reads machines.\n'
          : table(head, rows(style), style),
      get table() {
        return { head, rows: rows(plain) };
      },
    };
  },
});

function cell(column: Column, machine: InventoryMachine, now: number, style: Style): Cell {
  const value = column.value(machine, now);
  if (column.name !== 'status' || machine.status === null) return value;
  return coloured(String(value), moodOf(machine.status), style);
}
