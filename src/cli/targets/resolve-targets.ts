import { storeIsThere } from '../../lab/store/find-store';
import { isAddress } from '../../fleet/targets/cidr';
import { foldNames } from '../../fleet/targets/fold';
import { joinSources, type TargetCatalogue, type TargetSource } from '../../fleet/targets/known-targets';
import { nearestWords } from '../../licensing/nearest';
import type { ConfiguredTarget, TargetsFile } from '../../remote/targets-file';
import type { OptionValues } from '../argv/option-values';
import { dataFolder } from '../commands/kms/home';
import { tell } from '../output/tell';
import type { Surroundings } from '../parts';
import { Refusal } from '../refusal';
import { chosenNames, type TargetChoice } from './chosen-names';
import type { SaidWay } from './find-machine';
import {
  inventoryTargets,
  isElsewhere,
  wayToInventoryTarget,
  withEntries,
  type InventoryTargets,
} from './inventory-targets';
import type { ResolvedTarget, ResolvedTargets } from './resolved-target';

export type { ResolvedTarget };

/**
 * The machines that an expression means, in its order. Nothing is connected.
 * @throws Refusal for a mistake in the expression and for names that nobody knows; StoreError where the laboratory
 *     cannot be read: whether a name is one of its machines cannot be told then
 */
export async function resolveTargets(
  choice: TargetChoice,
  { options, targets: said }: SaidWay,
  around: Surroundings,
): Promise<ResolvedTargets> {
  const { console, parts } = around;
  const usual = said === undefined ? await parts.remote().usualTargets(console) : null;
  const inventory = await inventoryTargets(options, around);
  const known = joinSources(
    sourcesOf({ said, usual, inventory }, options, around),
    (name, names) => nearestWords(name, [...names])[0] ?? null,
  );
  const names = refusing(inventory, () => chosenNames({ ...choice, where: inventory.chosen }, known));
  refuseGuesses(names, { known, inventory });
  tellWhichAreMeant(names, { known, inventory }, around);
  const files = withEntries(said ?? usual ?? undefined, entriesOf(names, { known, inventory }));
  const run = parts.remote().openRun({ options, console, parts, targets: files });
  const targets = names.map((name): ResolvedTarget => {
    const source = known.sourceOf(name);
    const tagged = inventory.find(name)?.site ?? null;
    if (source?.kind === 'lab' || /^lab:\/\//i.test(name)) {
      const label = source?.label ?? 'line';
      return { name, kind: 'simulated', via: 'lab', source: label, jump: null, site: tagged };
    }
    const { transport: via, site, jump } = run.wayTo(name);
    const label = source?.label ?? (isAddress(name) ? 'cidr' : 'line');
    return { name, kind: 'windows', via, source: label, jump, site: site ?? tagged };
  });
  return { targets, files };
}

/** An error of an expression by its name: it says what is wrong, and where. An inventory that cannot be read goes first. */
function refusing<T>({ failure }: InventoryTargets, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && error.name === 'ExpressionError') {
      const unread = failure === null ? '' : `\nThe inventory may know more: ${failure.message}`;
      throw new Refusal(`${error.message}${unread}`, { cause: error });
    }
    throw error;
  }
}

/** A name that the inventory may know goes before OpenSSH's configuration: whether it does cannot be told. */
function refuseGuesses(names: readonly string[], { known, inventory: { failure } }: Known): void {
  if (failure === null) return;
  const word = names.find((name) => known.sourceOf(name)?.kind === 'ssh-config');
  if (word === undefined) return;
  throw new Refusal(
    `${failure.message} ${word} may be one of its machines, so no other machine is asked (ssh://${word} would name one).`,
    { cause: failure },
  );
}

interface Known {
  readonly known: TargetCatalogue;
  readonly inventory: InventoryTargets;
}

/** The ways to the machines that only the inventory knows. */
function entriesOf(
  names: readonly string[],
  { known, inventory }: Known,
): ReadonlyMap<string, ConfiguredTarget> {
  const entries = new Map<string, ConfiguredTarget>();
  if (inventory.all.length === 0) return entries;
  for (const name of names) {
    const target = known.sourceOf(name)?.kind === 'inventory' ? inventory.find(name) : null;
    const entry = target === null ? null : wayToInventoryTarget(target);
    if (entry !== null) entries.set(name.toLowerCase(), entry);
  }
  return entries;
}

/** Says so where a machine of the laboratory is meant and the inventory knows another one by its name. */
function tellWhichAreMeant(
  names: readonly string[],
  { known, inventory }: Known,
  { console }: Surroundings,
): void {
  if (inventory.all.length === 0) return;
  const both = names.filter((name) => {
    const other = inventory.find(name);
    return other !== null && isElsewhere(other) && known.sourceOf(name)?.kind === 'lab';
  });
  if (both.length === 0) return;
  const folded = foldNames(both);
  const shown = folded.length > 200 ? `${folded.slice(0, 200)}…` : folded;
  tell(
    console,
    `slmgr: ${shown} of the laboratory ${both.length === 1 ? 'is' : 'are'} meant, not what the inventory knows by ${both.length === 1 ? 'that name' : 'those names'} (--where or --targets would name it).`,
  );
}

function sourcesOf(
  {
    said: targets,
    usual,
    inventory,
  }: {
    readonly said: TargetsFile | undefined;
    readonly usual: TargetsFile | null;
    readonly inventory: InventoryTargets;
  },
  options: OptionValues,
  around: Surroundings,
): readonly TargetSource[] {
  const { console, parts } = around;
  const files = Array.isArray(options.targets) ? options.targets.join(', ') : '';
  const none: TargetSource['groups'] = new Map();
  const useLab = options.transport === undefined && storeIsThere(dataFolder(console));
  return [
    ...(targets === undefined ? [] : [ofFile('file', files, targets)]),
    ...(useLab ? [ofLab(parts.lab().allMachineNames(around), inventory)] : []),
    // A file that nobody named goes behind the laboratory, and gives single names and groups only.
    ...(usual === null ? [] : [ofFile('usual-file', 'targets.yaml', usual)]),
    { kind: 'inventory', label: 'inventory', names: inventory.all.map(({ name }) => name), groups: none },
    {
      kind: 'ssh-config',
      label: 'ssh-config',
      names: parts.remote().configuredNames(console),
      groups: none,
    },
  ];
}

function ofFile(kind: 'file' | 'usual-file', label: string, file: TargetsFile): TargetSource {
  return { kind, label, names: file.names, groups: new Map(Object.entries(file.groups)) };
}

/** With --where, what the inventory knows to be elsewhere is meant, and not a machine of the laboratory of its name. */
function ofLab(names: readonly string[], { chosen, find }: InventoryTargets): TargetSource {
  const own =
    chosen === null
      ? names
      : names.filter((name) => {
          const other = find(name);
          return other === null || !isElsewhere(other);
        });
  return { kind: 'lab', label: 'lab', names: own, groups: new Map() };
}
