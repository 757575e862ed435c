import { evaluate } from '../../../fleet/targets/evaluate';
import { parseExpression } from '../../../fleet/targets/expression';
import { joinSources } from '../../../fleet/targets/known-targets';
import type { Inventory } from '../../../fleet/inventory/inventory';
import { nearestWords } from '../../../licensing/nearest';
import type { CommandContext } from '../../framework/command';
import { Refusal } from '../../refusal';
import { rawOptions } from '../../targets/open-target';

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

/**
 * The names of the inventory that an expression means; undefined, for all, where there is none.
 * @throws Refusal for a mistake in it and for names that are not in the inventory
 */
export async function namesMeant(
  expression: string | undefined,
  inventory: Inventory,
): Promise<readonly string[] | undefined> {
  if (expression === undefined) return undefined;
  const names = await inventory.names();
  const known = joinSources(
    [{ kind: 'inventory', label: 'inventory', names, groups: new Map() }],
    (name, all) => nearestWords(name, [...all])[0] ?? null,
  );
  try {
    return evaluate(parseExpression(expression), known);
  } catch (error) {
    if (error instanceof Error && error.name === 'ExpressionError') {
      throw new Refusal(`In the inventory ${inventory.place}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}
