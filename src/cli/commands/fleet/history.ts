import * as z from 'zod';
import { parseInstant, parseDuration } from '../../../lab/estate/duration';
import { defineCommand, UsageError } from '../../framework/command';
import { option, text, wholeNumber } from '../../framework/fields';
import { table } from '../../output/table';
import { historyData, historyDataOf, historyHead, historyRow } from './history-data';
import {
  inventoryChoosing,
  inventoryChoosingInput,
  machinesMeant,
  secondsNow,
  withInventory,
  wordsOf,
} from './with-inventory';

const usualMost = 1000;

/** slmgr fleet history */
export const fleetHistory = defineCommand({
  name: 'fleet history',
  summary: 'What changed on machines of the inventory, or what was known at a time',
  description:
    'Changes come the newest first, at most --last of them. With --as-of each field has the value that it had then.',
  positionals: [
    { name: 'expression', summary: 'Machines of the inventory; all if none is named', optional: true },
  ],
  options: [...inventoryChoosing, 'since', 'as-of', 'last', 'store', 'tsv'],
  examples: [
    { line: 'slmgr fleet history --since 7d', does: 'what changed within a week' },
    { line: "slmgr fleet history 'PC-*' --as-of 2026-10-01", does: 'what was known of some on a day' },
  ],
  data: z.object({ changes: z.array(historyData) }),
  input: z.object({
    expression: text.optional(),
    ...inventoryChoosingInput,
    since: option.optional(),
    'as-of': option.optional(),
    last: wholeNumber(1, 10_000_000).default(usualMost),
    store: option.optional(),
  }),
  run: async (input, context) => {
    const now = secondsNow(context);
    const since = input.since === undefined ? undefined : timeOf(input.since, now, 'since');
    const asOf = input['as-of'] === undefined ? null : timeOf(input['as-of'], now, 'as-of');
    if (since !== undefined && asOf !== null)
      throw new UsageError('--since and --as-of contradict each other.');
    const entries = await withInventory(context, async (inventory) => {
      const names = await machinesMeant(
        { words: wordsOf(input.expression), where: input.where, mayBeEmpty: true },
        inventory,
        context,
      );
      return asOf === null
        ? inventory.history({ names, since, most: input.last })
        : inventory.valuesAsOf(asOf, names);
    });
    const rows = entries.map(historyRow);
    return {
      data: { changes: entries.map(historyDataOf) },
      text: (style) => (rows.length === 0 ? 'Nothing changed.\n' : table(historyHead, rows, style)),
      table: { head: historyHead, rows },
    };
  },
});

/** A length of time before now, or an instant; in seconds. */
function timeOf(word: string, now: number, name: string): number {
  try {
    return now - Math.floor(parseDuration(word) / 1000);
  } catch {
    try {
      return Math.floor(parseInstant(word) / 1000);
    } catch (error) {
      throw new UsageError(`--${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
