import * as z from 'zod';
import { minuteText } from '../../../fleet/inventory/columns';
import { daysUntil, type HistoryEntry, type InventoryMachine } from '../../../fleet/inventory/machine';
import { statusWord } from '../../../fleet/inventory/status-words';
import { nearestWords } from '../../../licensing/nearest';
import { defineCommand, type Style } from '../../framework/command';
import { option, text, wholeNumber } from '../../framework/fields';
import { coloured, facts, plain, table, type Cell } from '../../output/table';
import { Refusal } from '../../refusal';
import { moodOf } from '../lab/list';
import { historyData, historyDataOf, historyHead, historyRow } from './history-data';
import { machineData, machineDataOf } from './machine-data';
import { secondsNow, withInventory } from './with-inventory';

const usualHistory = 20;

/** slmgr fleet show NAME */
export const fleetShow = defineCommand({
  name: 'fleet show',
  summary: 'Show a machine of the inventory with what changed',
  positionals: [{ name: 'name', summary: 'A name of the inventory' }],
  options: ['last', 'store', 'tsv'],
  examples: [
    { line: 'slmgr fleet show PC-001', does: 'as it was last seen, with its history' },
    { line: 'slmgr fleet show PC-001 --last 200 --json', does: 'with more of it, as JSON' },
  ],
  data: machineData.extend({ history: z.array(historyData) }),
  input: z.object({
    name: text,
    last: wholeNumber(1, 1_000_000).default(usualHistory),
    store: option.optional(),
  }),
  run: async ({ name, last }, context) => {
    const now = secondsNow(context);
    const { machine, history } = await withInventory(context, async (inventory) => {
      const [found] = await inventory.machines({ names: [name] });
      if (found === undefined) {
        const [near] = nearestWords(name, await inventory.names());
        throw new Refusal(
          `The inventory ${inventory.place} has no machine ${name}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
        );
      }
      return { machine: found, history: await inventory.history({ names: [found.name], most: last }) };
    });
    return {
      data: { ...machineDataOf(machine, now), history: history.map(historyDataOf) },
      text: (style) => showText(machine, history, now, style),
      table: { head: productHead, rows: productRows(machine, now, plain) },
      target: machine.kind === null ? null : { kind: machine.kind, machine: machine.name },
    };
  },
});

function showText(
  machine: InventoryMachine,
  history: readonly HistoryEntry[],
  now: number,
  style: Style,
): string {
  const { failure } = machine;
  const tags = Object.entries(machine.tags).map(([key, value]) => `${key}=${value}`);
  const about = facts(
    [
      ['Name', machine.name],
      ['System', machine.system],
      ['Edition', machine.edition],
      ['Build', machine.build],
      ['UUID', machine.uuid],
      ['Client machine ID', machine.cmid],
      ['KMS host set', machine.kmsSet],
      ['Rearms left', machine.rearms],
      ['Tags', tags.join(', ')],
      ['First seen', minuteText(machine.firstSeen)],
      ['Last seen', minuteText(machine.lastSeen)],
      ...(failure === null
        ? []
        : ([
            ['Not reached since', minuteText(failure.at)],
            ['Failure', [failure.step, failure.hresult, failure.message].filter(Boolean).join(': ')],
          ] as const)),
    ],
    style,
  );
  const products =
    machine.products.length === 0 ? '' : `\n${table(productHead, productRows(machine, now, style), style)}`;
  const changes =
    history.length === 0
      ? ''
      : `\n${table(
          historyHead.slice(1),
          history.map((entry) => historyRow(entry).slice(1)),
          style,
        )}`;
  return about + products + changes;
}

const productHead = ['Product', 'Channel', 'Key', 'Status', 'Days', 'Until (UTC)', 'KMS host', 'Count'];

function productRows(machine: InventoryMachine, now: number, style: Style): readonly (readonly Cell[])[] {
  return machine.products.map((product) => [
    product.name,
    product.channel,
    product.partialKey,
    coloured(statusWord(product.status), moodOf(product.status), style),
    daysUntil(product.expires, now),
    minuteText(product.expires),
    product.kmsHost,
    product.hostCount,
  ]);
}
