import * as z from 'zod';
import { joinSources } from '../../../fleet/targets/known-targets';
import type { Laboratory } from '../../../lab/estate/laboratory';
import { listMachines } from '../../../lab/estate/machines';
import { UsageError, type CommandContext, type Positional } from '../../framework/command';
import { wholeNumber } from '../../framework/fields';
import type { OptionName } from '../../options';
import { tell } from '../../output/tell';
import { choiceOf } from '../../runs/choice';
import { chooseMany } from '../../runs/own-options';
import { chosenNames } from '../../targets/chosen-names';
import { inventoryTargets, isElsewhere } from '../../targets/inventory-targets';
import { rawOptions } from '../../targets/open-target';
import { machineName, machineWords, namesThatExist } from './fields';

/** Options that choose machines of the laboratory, beside words or in their place. */
export const labChoosing = [
  'where',
  'rerun',
  'exclude',
  'pick',
  'pick-first',
  'store',
] as const satisfies readonly OptionName[];

/** The words that these options may stand for. */
export const chosenWords: Positional = { ...machineWords, optional: true };

/** What words and options hold. */
export const labChoosingInput = {
  names: z.array(machineName).default([]),
  pick: wholeNumber(1, 1_000_000).optional(),
  'pick-first': wholeNumber(1, 1_000_000).optional(),
};

/**
 * The machines of the laboratory that words and options mean. --where leaves out those that the inventory knows to be
 * elsewhere under a name of the laboratory.
 * @throws EstateError for a name of no machine, Refusal where nobody is left, UsageError where nobody is named
 */
export async function chosenMachines(
  laboratory: Laboratory,
  words: readonly string[],
  context: CommandContext,
): Promise<readonly string[]> {
  const options = rawOptions(context);
  const isNamed = words.length > 0;
  if (!isNamed && !chooseMany(options)) throw new UsageError('names: a name is missing');
  const all = isNamed ? [] : listMachines(laboratory).map(({ state }) => state.name);
  const names = isNamed ? namesThatExist(laboratory, words) : all;
  if (labChoosing.every((name) => options[name] === undefined)) return names;
  const { choice, rerun } = await choiceOf(names, options, context);
  if (rerun !== null) tell(context.console, `slmgr: ${rerun.sentence}.`);
  const { chosen, find } = await inventoryTargets(options, context);
  const where =
    chosen?.filter((name) => {
      const known = find(name);
      return known !== null && !isElsewhere(known);
    }) ?? null;
  const known = joinSources([{ kind: 'lab', label: 'lab', names, groups: new Map() }]);
  return chosenNames({ ...choice, where }, known);
}
