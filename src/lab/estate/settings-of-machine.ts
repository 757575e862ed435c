import { generationFacts, generations } from '../../licensing/catalogue/generations';
import { changeHardware } from '../model/lifecycle';
import { succeeded } from '../model/outcome';
import type { Firewall, MachineState, Slic, Subscription } from '../model/state';
import { EstateError } from './errors';
import type { Laboratory } from './laboratory';
import { checkDomain } from './names';
import { mustPerform } from './power';

export interface MachineSettings {
  /** Whether commands on it run as an elevated administrator. */
  readonly elevated?: boolean;
  /** How far its own clock is ahead of the estate's, in ms; negative: behind. */
  readonly clockSkewMs?: number;
  readonly slic?: Slic;
  /** Primary DNS suffix; null: none. */
  readonly dnsSuffix?: string | null;
  /** The DNS suffix search list; empty: none. */
  readonly searchList?: readonly string[];
  /** What the firewall lets in; null: nothing is blocked. */
  readonly firewall?: Firewall | null;
  /** Whether the updates are installed by which a KMS host takes host keys of newer systems. */
  readonly kmsUpdates?: boolean;
  /** What grants the edition by subscription; null: nothing does. */
  readonly subscription?: Subscription | null;
}

/**
 * Changes what a machine is like.
 * @throws EstateError for an unknown machine, nothing to set, a suffix that is no domain, a subscription of a Windows
 * that knows none
 */
export async function setMachine(
  laboratory: Laboratory,
  name: string,
  settings: MachineSettings,
): Promise<MachineState> {
  const { dnsSuffix, searchList, ...plain } = settings;
  if (Object.keys(settings).length === 0) throw new EstateError('invalid', 'Nothing to set.');
  const primary = dnsSuffix == null ? null : checkDomain(dnsSuffix);
  const suffixes = searchList?.map(checkDomain);
  const { state } = await mustPerform(laboratory, name, (machine) =>
    succeeded({
      ...mayHave(machine, plain.subscription ?? null),
      ...plain,
      dns: {
        ...machine.dns,
        ...(dnsSuffix === undefined ? {} : { primary }),
        ...(suffixes === undefined ? {} : { searchList: suffixes }),
      },
    }),
  );
  return state;
}

/** Windows 10 and Server 2025 are the first that a subscription grants the edition of. */
function mayHave(machine: MachineState, subscription: Subscription | null): MachineState {
  const { era, kind, title } = generationFacts(machine.generation);
  if (subscription === null || era >= generations[kind === 'client' ? 'win10' : 'ws2025'].era) return machine;
  throw new EstateError(
    'not-possible',
    `${title} knows no subscription: Windows 10, Windows Server 2025 and later do.`,
  );
}

/** Hardware changes past the tolerance of the activation (K4.5). */
export async function changeMachineHardware(laboratory: Laboratory, name: string): Promise<MachineState> {
  const { state } = await mustPerform(laboratory, name, (machine, context) =>
    succeeded(changeHardware(machine, context)),
  );
  return state;
}
