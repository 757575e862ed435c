import { foldNames } from '../../../fleet/targets/fold';
import type { Condition } from '../../../fleet/where/condition';
import { showClock } from '../../../lab/estate/clock';
import { listMachines } from '../../../lab/estate/machines';
import { catalogue } from '../../../licensing/catalogue/catalogue';
import { UsageError, type CommandContext } from '../../framework/command';
import { tell } from '../../output/tell';
import { Refusal } from '../../refusal';
import { withLaboratory } from '../../targets/laboratory';
import { namesMeant, secondsNow, withInventory } from '../fleet/with-inventory';
import { scenarioText } from './scenario-file';

/** The text of a scenario that can be played, and what it came from. */
export type Read = Readonly<Record<'file' | 'content', string>>;

/** What a line says of its scenario. */
interface Said {
  readonly scenario?: string | undefined;
  readonly 'from-lab': boolean;
  readonly 'from-inventory': boolean;
  readonly where?: Condition | undefined;
  readonly store?: string | undefined;
}

/** What messages call a scenario's source. */
export function sourceOf({ file }: Read): string {
  return file === '-' ? 'standard input' : file;
}

/** The text of a scenario that can be played: both are read before the first is. */
export async function scenarioOf(file: string, context: CommandContext): Promise<Read> {
  const read = { file, content: await scenarioText(file, context) };
  context.parts.forecast().readScenario(read.content, sourceOf(read));
  return read;
}

/**
 * What is played: a file, the machines of the laboratory, or those of the inventory.
 * @throws UsageError where it is none or several of them
 */
export async function playedScenario(said: Said, context: CommandContext): Promise<Read> {
  const { scenario: word } = said;
  if (word !== undefined && said['from-lab'] && !said['from-inventory']) {
    throw new UsageError(`Name a scenario or say --from-lab, not both: ${word} is too much.`);
  }
  const known = await knownScenario(said, context);
  if (known !== null) return known;
  if (word === undefined) throw new UsageError('Name a scenario, or say --from-lab or --from-inventory.');
  return scenarioOf(word, context);
}

/**
 * The scenario of the machines of the laboratory or of the inventory; null where a line says neither.
 * @throws UsageError where it says both, or says of the inventory what goes with nothing
 */
export async function knownScenario(
  { scenario, where, store, ...from }: Said,
  context: CommandContext,
): Promise<Read | null> {
  if (from['from-inventory']) {
    if (from['from-lab']) throw new UsageError('Say --from-lab or --from-inventory, not both.');
    return ofInventory(scenario, where, context);
  }
  if (where !== undefined || store !== undefined) {
    throw new UsageError('--where and --store are about the inventory: say --from-inventory with them.');
  }
  return from['from-lab'] ? ofLaboratory(context) : null;
}

async function ofLaboratory(context: CommandContext): Promise<Read> {
  const part = context.parts.forecast();
  const { content, leftOut } = await withLaboratory(context, (laboratory) => {
    const { now } = showClock(laboratory);
    const machines = listMachines(laboratory).map(({ state }) => state);
    return part.labScenario(machines, laboratory.catalogue, now);
  });
  part.readScenario(content, 'the laboratory');
  if (leftOut.length > 0) {
    const names = foldNames(leftOut);
    tell(context.console, `slmgr: Left out, since they have a MAK or no key of Windows: ${names}.`);
  }
  return { file: 'the laboratory', content };
}

async function ofInventory(
  expression: string | undefined,
  where: Condition | undefined,
  context: CommandContext,
): Promise<Read> {
  const part = context.parts.forecast();
  const machines = await withInventory(context, async (inventory) =>
    inventory.machines({
      names: await namesMeant(expression, inventory),
      where: where === undefined ? undefined : { condition: where, now: secondsNow(context) },
    }),
  );
  const made = part.inventoryScenario(machines, catalogue(), context.console.now());
  for (const [reason, names] of made.leftOut) {
    tell(context.console, `slmgr: Left out, since ${reason}: ${foldNames(names)}.`);
  }
  if (made.assumedHosts.length > 0) {
    const names = foldNames(made.assumedHosts);
    tell(
      context.console,
      `slmgr: Taken for activated hosts of Windows Server 2022, since the inventory does not tell more of them: ${names}.`,
    );
  }
  const left = [...made.leftOut.values()].reduce((sum, names) => sum + names.length, 0);
  if (left === machines.length) {
    throw new Refusal('The inventory has no machine of which there is something to forecast.');
  }
  part.readScenario(made.content, 'the inventory');
  return { file: 'the inventory', content: made.content };
}
