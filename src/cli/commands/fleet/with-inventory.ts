import { evaluate } from '../../../fleet/targets/evaluate';
import { parseExpression } from '../../../fleet/targets/expression';
import { joinSources, type TargetCatalogue } from '../../../fleet/targets/known-targets';
import type { Condition } from '../../../fleet/where/condition';
import type { Inventory, MachinesQuery } from '../../../fleet/inventory/inventory';
import { nearestWords } from '../../../licensing/nearest';
import type { CommandContext } from '../../framework/command';
import { wholeNumber } from '../../framework/fields';
import type { OptionName } from '../../options';
import { tell } from '../../output/tell';
import { Refusal } from '../../refusal';
import { choiceOf } from '../../runs/choice';
import { chooseMany } from '../../runs/own-options';
import { chosenNames } from '../../targets/chosen-names';
import { rawOptions } from '../../targets/open-target';
import { condition } from './condition-option';

/** Opens the inventory that a line means for one piece of work, and closes it. */
export async function withInventory<T>(
  context: CommandContext,
  work: (inventory: Inventory) => Promise<T>,
): Promise<T> {
  const inventory = await context.parts.fleet().openInventory(rawOptions(context), context);
  try {
    return await work(inventory);
  } finally {
    await inventory.close();
  }
}

/** Now, in seconds, as the inventory counts time. */
export function secondsNow({ console }: Pick<CommandContext, 'console'>): number {
  return Math.floor(console.now() / 1000);
}

/** Options that choose machines of the inventory, beside an expression or in its place. */
export const inventoryChoosing = [
  'where',
  'rerun',
  'exclude',
  'pick',
  'pick-first',
] as const satisfies readonly OptionName[];

/** What these options hold, where the command has them. */
export const inventoryChoosingInput = {
  where: condition.optional(),
  pick: wholeNumber(1, 1_000_000).optional(),
  'pick-first': wholeNumber(1, 1_000_000).optional(),
};

/** The words of a command that takes one expression. */
export function wordsOf(expression: string | undefined): readonly string[] {
  return expression === undefined ? [] : [expression];
}

/** Whether options say by themselves which machines are meant. */
export function namesMachines(context: CommandContext): boolean {
  return chooseMany(rawOptions(context));
}

/** What a line says of the machines of the inventory that it means. */
export interface Meant {
  readonly words: readonly string[];
  readonly where: Condition | undefined;
  /** Whether it is an answer, and no mistake, that nobody fulfils the condition. */
  readonly mayBeEmpty: boolean;
}

/**
 * The same as a query of the inventory: a condition that stands alone is left to the database.
 * @throws as {@link machinesMeant} does
 */
export async function machinesQuery(
  meant: Meant,
  inventory: Inventory,
  context: CommandContext,
): Promise<MachinesQuery> {
  const { words, where, mayBeEmpty } = meant;
  const options = rawOptions(context);
  const isAlone =
    words.length === 0 &&
    mayBeEmpty &&
    inventoryChoosing.every((name) => name === 'where' || options[name] === undefined);
  if (isAlone && where !== undefined) return { where: { condition: where, now: secondsNow(context) } };
  return { names: await machinesMeant(meant, inventory, context) };
}

/**
 * The machines of the inventory that the words and options of a line mean; undefined, for all, where they say nothing.
 * @throws Refusal for mistakes, for names that are not in the inventory, and where nobody is left who has to be
 */
export async function machinesMeant(
  { words, where, mayBeEmpty }: Meant,
  inventory: Inventory,
  context: CommandContext,
): Promise<readonly string[] | undefined> {
  const options = rawOptions(context);
  if (words.length === 0 && inventoryChoosing.every((name) => options[name] === undefined)) return undefined;
  const { choice, rerun } = await choiceOf(words.length === 0 ? '@all' : words, options, context);
  if (rerun !== null) tell(context.console, `slmgr: ${rerun.sentence}.`);
  const chosen =
    where === undefined ? null : await inventory.names({ condition: where, now: secondsNow(context) });
  const names = await inventory.names();
  const isQuestion = mayBeEmpty && where !== undefined;
  if (isQuestion && names.length === 0 && words.length === 0) return [];
  return inPlace(inventory, () =>
    chosenNames({ ...choice, where: chosen, mayBeEmpty: isQuestion }, knownNames(names)),
  );
}

/**
 * The names of the inventory that an expression means; undefined, for all, where there is none.
 * @throws Refusal for a mistake in it and for names that are not in the inventory
 */
export async function namesMeant(
  expression: string | undefined,
  inventory: Inventory,
): Promise<readonly string[] | undefined> {
  if (expression === undefined) return undefined;
  const known = knownNames(await inventory.names());
  return inPlace(inventory, () => evaluate(parseExpression(expression), known));
}

function knownNames(names: readonly string[]): TargetCatalogue {
  return joinSources(
    [{ kind: 'inventory', label: 'inventory', names, groups: new Map() }],
    (name, all) => nearestWords(name, [...all])[0] ?? null,
  );
}

/** An error of an expression names the inventory that it was held against. */
function inPlace<T>({ place }: Inventory, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && error.name === 'ExpressionError') {
      throw new Refusal(`In the inventory ${place}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}
