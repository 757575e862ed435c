import { hresult } from '../../licensing/hresult';
import { LicensingError } from '../../licensing/provider';
import { accessDenied, requireRole, roleOn, type Actor } from '../../lab/estate/authorization';
import type { Laboratory } from '../../lab/estate/laboratory';
import { requireMachine } from '../../lab/estate/names';
import type { EstateReader, StoredMachine } from '../../lab/estate/store-port';
import { estateTime } from '../../lab/estate/time';
import { filtersLocalAccounts, isManagementOpen } from '../../lab/model/reachable';

/** "The RPC server is unavailable": what Windows says of a machine that is switched off. */
const unreachable = hresult(0x800706ba);

/** A machine as the ports of its provider reach it. */
export interface MachineAccess {
  readonly laboratory: Laboratory;
  readonly machine: string;
  /** Who acts; null: the estate's own administrator, with the rights that the machine's own setting gives. */
  readonly actor: Actor | null;
}

/** Whether who acts has an administrator's rights on the machine now. */
export function isElevated(
  { actor }: MachineAccess,
  reader: EstateReader,
  { state }: Pick<StoredMachine, 'state'>,
): boolean {
  if (actor === null) return state.elevated;
  return roleOn(reader, actor, state.name) === 'administrator' && (state.elevated || !actor.isFiltered);
}

/**
 * Reads the machine in one transaction, with the estate's time; every act begins so.
 * @throws LicensingError 0x800706BA where the machine is stopped, 0x80070005 where who acts has no account there (any more)
 */
export function read<T>(
  { laboratory, machine, actor }: MachineAccess,
  work: (reader: EstateReader, stored: StoredMachine, now: number) => T,
): T {
  return laboratory.store.read((reader) => {
    const stored = runningMachine(reader, machine);
    if (actor !== null) requireReach(reader, actor, stored.state);
    return work(reader, stored, estateTime(reader.clock(), laboratory.realNow()));
  });
}

/** What stands between a person and a machine: its firewall, its accounts, its policy for those that are local. */
function requireReach(reader: EstateReader, actor: Actor, state: StoredMachine['state']): void {
  if (actor.isFiltered && !isManagementOpen(state)) {
    throw new LicensingError(unreachable, `The firewall of ${state.name} has no exception for WMI.`);
  }
  const role = requireRole(reader, actor, state.name);
  if (actor.isFiltered && role === 'administrator' && filtersLocalAccounts(state, actor.user)) {
    throw new LicensingError(
      accessDenied,
      `${state.name} is in a workgroup and filters the rights of its own administrators over the network: ` +
        `set LocalAccountTokenFilterPolicy to 1 ("slmgr lab registry ${state.name} set LocalAccountTokenFilterPolicy 1").`,
    );
  }
}

/** The machine as it is stored; 0x800706BA where it is stopped. */
export function runningMachine(reader: EstateReader, name: string): StoredMachine {
  const stored = requireMachine(reader, name);
  if (stored.state.running) return stored;
  throw new LicensingError(
    unreachable,
    `${stored.state.name} is stopped: start it with "slmgr lab start ${stored.state.name}".`,
  );
}
