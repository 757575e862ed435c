import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { InventoryTarget, MachineWay } from '../../fleet/inventory/way';
import type { ConnectionPlan } from '../../remote/plan';
import type { ConfiguredTarget, TargetsFile } from '../../remote/targets-file';
import { optionValue, type OptionValues } from '../argv/option-values';
import { dataFolder } from '../commands/kms/home';
import { fleetFileName } from '../fleet/fleet-file';
import type { Surroundings } from '../parts';
import { Refusal, refusalOf } from '../refusal';

/** What the inventory knows of machines as targets. */
export interface InventoryTargets {
  readonly all: readonly InventoryTarget[];
  /** Names that fulfil --where; null where it does not stand. */
  readonly chosen: readonly string[] | null;
  readonly find: (name: string) => InventoryTarget | null;
  /** Why it could not be read, where nothing of the line wanted it for sure. */
  readonly failure: Refusal | null;
}

const nothing: InventoryTargets = { all: [], chosen: null, find: () => null, failure: null };

/** Whether there is an inventory: one that is named, or the file of this user. Nothing is made. */
export function inventoryIsThere(options: OptionValues, { console }: Pick<Surroundings, 'console'>): boolean {
  const named = optionValue(options, 'store') ?? console.env['SLMGR_FLEET_STORE'] ?? '';
  return named !== '' || existsSync(join(dataFolder(console), fleetFileName));
}

/**
 * The machines of the inventory as targets. One that cannot be read does not stand in the way of names that others know.
 * @throws Refusal for a mistake in --where, and where --where stands and the inventory cannot be read
 */
export async function inventoryTargets(
  options: OptionValues,
  around: Surroundings,
): Promise<InventoryTargets> {
  const where = optionValue(options, 'where') ?? null;
  if (!inventoryIsThere(options, around)) {
    if (where === null) return nothing;
    throw new Refusal('--where asks the inventory, and there is none yet: "slmgr fleet scan" makes one.');
  }
  try {
    const { all, chosen } = await around.parts.fleet().inventoryTargets(where, options, around);
    const byName = new Map(all.map((target) => [target.name.toLowerCase(), target]));
    return { all, chosen, find: (name) => byName.get(name.toLowerCase()) ?? null, failure: null };
  } catch (error) {
    const told = refusalOf(error);
    if (told === null || where !== null || optionValue(options, 'store') !== undefined) throw error;
    return { ...nothing, failure: new Refusal(told.message, { cause: error }) };
  }
}

/** Whether a way leads to another machine than the laboratory's one of the same name. */
export function isElsewhere({ way }: InventoryTarget): boolean {
  return way !== null && way.via !== 'lab';
}

/**
 * A machine of the inventory in the form of a targets file's entry; null where its name is all that is known of it.
 * @throws Refusal where going by the name alone might reach another machine
 */
export function wayToInventoryTarget({ name, way, wasSeen }: InventoryTarget): ConfiguredTarget | null {
  if (way === null) {
    if (!wasSeen) return null;
    throw new Refusal(
      `${name} of the inventory was read before slmgr kept the way to a machine: read it again with "slmgr fleet scan", or give a --targets file that has it. Nothing was sent.`,
    );
  }
  const { via, address, user, port } = way;
  if (via === 'lab') {
    throw new Refusal(
      `${name} of the inventory is a machine of the laboratory, which this line leaves out or which is gone there. Nothing was sent.`,
    );
  }
  if (via === 'file' || address === null) {
    throw new Refusal(
      `${name} of the inventory is reached as only a targets file says (a jump host, an agent): give that file with --targets. Nothing was sent.`,
    );
  }
  return {
    name,
    host: address,
    transport: via,
    ...(user === null ? {} : { user }),
    ...(port === null ? {} : { port }),
  };
}

/** How a machine is reached, as the inventory keeps it. */
export function wayOfPlan({ transport, host, user, port, jump, agent }: ConnectionPlan): MachineWay {
  // With less than the file says, the same words could lead to another machine.
  if ((jump?.length ?? 0) > 0 || agent !== false)
    return { via: 'file', address: null, user: null, port: null };
  return { via: transport, address: host, user: user ?? null, port: port ?? null };
}

/** The way to a machine of the laboratory. */
export const wayToLab: MachineWay = { via: 'lab', address: null, user: null, port: null };

/** A targets file with the entries of machines that only the inventory knows. */
export function withEntries(
  files: TargetsFile | undefined,
  entries: ReadonlyMap<string, ConfiguredTarget>,
): TargetsFile | undefined {
  if (entries.size === 0) return files;
  return {
    names: files?.names ?? [],
    groups: files?.groups ?? {},
    find: (name) => entries.get(name.toLowerCase()) ?? files?.find(name) ?? null,
  };
}
