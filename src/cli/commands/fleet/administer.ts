import * as z from 'zod';
import { defineCommand, UsageError } from '../../framework/command';
import { flag, option, text } from '../../framework/fields';
import { Refusal } from '../../refusal';
import {
  inventoryChoosing,
  inventoryChoosingInput,
  machinesMeant,
  namesMachines,
  secondsNow,
  withInventory,
  wordsOf,
} from './with-inventory';

const tagWord = /^([a-z][a-z0-9_-]{0,39})=(.{0,200})$/i;

/** slmgr fleet tag */
export const fleetTag = defineCommand({
  name: 'fleet tag',
  summary: 'Set tags of machines of the inventory',
  description:
    'A tag is a key with a value, as site=berlin; an empty value takes it away. Tags are columns (tag.site) of lists, conditions, the report ' +
    'and exports.',
  positionals: [
    {
      name: 'words',
      summary: 'Expressions of machines, then KEY=VALUE; --where can stand for the first',
      many: true,
    },
  ],
  options: [...inventoryChoosing, 'store'],
  examples: [
    { line: "slmgr fleet tag 'PC-[001-050]' site=berlin owner=it", does: 'two tags on fifty machines' },
    { line: 'slmgr fleet tag PC-001 owner=', does: 'take one away' },
    { line: 'slmgr fleet tag site=berlin --where \'name ~ "B-*"\'', does: 'those that fulfil a condition' },
  ],
  data: z.object({ machines: z.array(z.string()), tags: z.record(z.string(), z.string().nullable()) }),
  input: z.object({ words: z.array(text), ...inventoryChoosingInput, store: option.optional() }),
  run: async ({ words, where }, context) => {
    const found = words.flatMap((word) => {
      const [, key, value] = tagWord.exec(word) ?? [];
      return key === undefined || value === undefined
        ? []
        : [[key.toLowerCase(), value === '' ? null : value] as const];
    });
    const expressions = words.filter((word) => !tagWord.test(word));
    const wrong = expressions.find((word) => word.includes('='));
    if (wrong !== undefined) throw new UsageError(`"${wrong}" is no tag: KEY=VALUE, as site=berlin.`);
    if (found.length === 0) throw new UsageError('Tags are missing: KEY=VALUE, as site=berlin.');
    if (expressions.length === 0 && !namesMachines(context))
      throw new UsageError('Machines are missing: PC-001, PC-[001-050].');
    const tags = Object.fromEntries(found);
    const names = await withInventory(context, async (inventory) => {
      const meant =
        (await machinesMeant({ words: expressions, where, mayBeEmpty: false }, inventory, context)) ?? [];
      await inventory.tag(meant, tags);
      return meant;
    });
    return {
      data: { machines: [...names], tags },
      text: () => `${names.length} machine${names.length === 1 ? '' : 's'} tagged.\n`,
    };
  },
});

/** slmgr fleet forget */
export const fleetForget = defineCommand({
  name: 'fleet forget',
  summary: 'Forget machines of the inventory with their history',
  description: 'Nothing is done to the machines themselves. More than one machine wants --yes.',
  positionals: [
    { name: 'expression', summary: 'Machines of the inventory; --where can stand for it', optional: true },
  ],
  options: ['yes', ...inventoryChoosing, 'store'],
  examples: [
    { line: "slmgr fleet forget 'OLD-*' --yes", does: 'those that are gone' },
    { line: "slmgr fleet forget --where 'age > 365' --yes", does: 'those that nobody saw for a year' },
  ],
  data: z.object({ machines: z.array(z.string()) }),
  input: z.object({
    expression: text.optional(),
    ...inventoryChoosingInput,
    yes: flag,
    store: option.optional(),
  }),
  run: async ({ expression, where, yes }, context) => {
    if (expression === undefined && !namesMachines(context))
      throw new UsageError('Machines are missing: PC-001, PC-[001-050], --where CONDITION.');
    const names = await withInventory(context, async (inventory) => {
      const meant =
        (await machinesMeant({ words: wordsOf(expression), where, mayBeEmpty: false }, inventory, context)) ??
        [];
      if (meant.length > 1 && !yes) {
        throw new Refusal(
          `That means ${meant.length} machines, and their history would be gone: --yes says that it is meant. Nothing was changed.`,
        );
      }
      await inventory.forget(meant);
      return meant;
    });
    return {
      data: { machines: [...names] },
      text: () => `${names.length} machine${names.length === 1 ? '' : 's'} forgotten.\n`,
    };
  },
});

/** slmgr fleet merge */
export const fleetMerge = defineCommand({
  name: 'fleet merge',
  summary: 'Make one machine of several entries of the inventory',
  description:
    'For a machine that is in the inventory under several names. The others become further names of the first: what is read under them is ' +
    'kept with it. Machines are told apart by the UUID of their board, then by client machine ID and name (docs/inventory.md).',
  positionals: [
    { name: 'name', summary: 'The entry that stays' },
    { name: 'others', summary: 'Entries that become part of it', many: true },
  ],
  options: ['store'],
  examples: [{ line: 'slmgr fleet merge PC-001 pc-001.corp.example', does: 'two names of one machine' }],
  data: z.object({ machine: z.string(), merged: z.array(z.string()) }),
  input: z.object({ name: text, others: z.array(text), store: option.optional() }),
  run: async ({ name, others }, context) => {
    await withInventory(context, (inventory) => inventory.merge(name, others));
    return {
      data: { machine: name, merged: others },
      text: () => `${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} ${name} from now on.\n`,
    };
  },
});

/** slmgr fleet split */
export const fleetSplit = defineCommand({
  name: 'fleet split',
  summary: 'Make a further name of a machine an entry of its own again',
  description: 'What was read so far stays with the machine that it was kept with.',
  positionals: [
    { name: 'name', summary: 'The entry' },
    { name: 'other', summary: 'The further name of it, of an earlier merge' },
  ],
  options: ['store'],
  examples: [{ line: 'slmgr fleet split PC-001 pc-001.corp.example', does: 'two machines from now on' }],
  data: z.object({ machine: z.string(), split: z.string() }),
  input: z.object({ name: text, other: text, store: option.optional() }),
  run: async ({ name, other }, context) => {
    await withInventory(context, (inventory) => inventory.split(name, other, secondsNow(context)));
    return {
      data: { machine: name, split: other },
      text: () => `${other} is a machine of its own from now on.\n`,
    };
  },
});
