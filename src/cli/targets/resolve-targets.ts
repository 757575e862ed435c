import { storeIsThere } from '../../lab/store/find-store';
import { isAddress } from '../../fleet/targets/cidr';
import { joinSources, type TargetSource } from '../../fleet/targets/known-targets';
import { nearestWords } from '../../licensing/nearest';
import type { TargetsFile } from '../../remote/targets-file';
import type { OptionValues } from '../argv/option-values';
import { dataFolder } from '../commands/kms/home';
import type { Surroundings } from '../parts';
import { Refusal } from '../refusal';
import { chosenNames, type TargetChoice } from './chosen-names';
import type { SaidWay } from './find-machine';

/** A machine that is meant, and the way to it. */
export interface ResolvedTarget {
  readonly name: string;
  readonly kind: 'simulated' | 'windows';
  readonly via: 'lab' | 'ssh' | 'winrm' | 'winrms';
  readonly source: string;
  /** The first machine on the way, where it is reached through one. */
  readonly jump: string | null;
  /** Where it stands, as its targets file says. */
  readonly site: string | null;
}

/** The machines that an expression means, and the targets file in force for the way to them. */
export interface ResolvedTargets {
  readonly targets: readonly ResolvedTarget[];
  readonly files: TargetsFile | undefined;
}

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
  const known = joinSources(
    sourcesOf({ said, usual }, options, around),
    (name, names) => nearestWords(name, [...names])[0] ?? null,
  );
  const names = refusing(() => chosenNames(choice, known));
  const files = said ?? usual ?? undefined;
  const run = parts.remote().openRun({ options, console, parts, targets: files });
  const targets = names.map((name): ResolvedTarget => {
    const source = known.sourceOf(name);
    if (source?.kind === 'lab' || /^lab:\/\//i.test(name)) {
      return { name, kind: 'simulated', via: 'lab', source: source?.label ?? 'line', jump: null, site: null };
    }
    const { transport: via, site } = run.planned({ machine: name, account: null });
    const label = source?.label ?? (isAddress(name) ? 'cidr' : 'line');
    return { name, kind: 'windows', via, source: label, jump: run.jumpTo(name), site };
  });
  return { targets, files };
}

/** An error of an expression by its name: it says what is wrong, and where. */
function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && error.name === 'ExpressionError')
      throw new Refusal(error.message, { cause: error });
    throw error;
  }
}

function sourcesOf(
  { said: targets, usual }: { readonly said: TargetsFile | undefined; readonly usual: TargetsFile | null },
  options: OptionValues,
  around: Surroundings,
): readonly TargetSource[] {
  const { console, parts } = around;
  const files = Array.isArray(options.targets) ? options.targets.join(', ') : '';
  const none: TargetSource['groups'] = new Map();
  const useLab = options.transport === undefined && storeIsThere(dataFolder(console));
  return [
    ...(targets === undefined
      ? []
      : [
          {
            kind: 'file',
            label: files,
            names: targets.names,
            groups: new Map(Object.entries(targets.groups)),
          } as const,
        ]),
    ...(useLab
      ? [{ kind: 'lab', label: 'lab', names: parts.lab().allMachineNames(around), groups: none } as const]
      : []),
    // A file that nobody named goes behind the laboratory, and gives single names and groups only.
    ...(usual === null
      ? []
      : [
          {
            kind: 'ssh-config',
            label: 'targets.yaml',
            names: usual.names,
            groups: new Map(Object.entries(usual.groups)),
          } as const,
        ]),
    {
      kind: 'ssh-config',
      label: 'ssh-config',
      names: parts.remote().configuredNames(console),
      groups: none,
    },
  ];
}
