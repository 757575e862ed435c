import { hresult } from '../../licensing/hresult';
import { LicensingError } from '../../licensing/provider';
import type { Laboratory } from '../../lab/estate/laboratory';
import { requireMachine } from '../../lab/estate/names';
import type { EstateReader, StoredMachine } from '../../lab/estate/store-port';
import { estateTime } from '../../lab/estate/time';

/** "The RPC server is unavailable": what Windows says of a machine that is switched off. */
const unreachable = hresult(0x800706ba);

/** A machine as the ports of its provider reach it. */
export interface MachineAccess {
  readonly laboratory: Laboratory;
  readonly machine: string;
  /** Rights of who asks; null: as the machine's own setting says. */
  readonly elevated: boolean | null;
}

/** Whether who asks has an administrator's rights. */
export function isElevated({ elevated }: MachineAccess, state: StoredMachine['state']): boolean {
  return elevated ?? state.elevated;
}

/** Reads the machine in one transaction, with the estate's time. */
export function read<T>(
  { laboratory, machine }: MachineAccess,
  work: (reader: EstateReader, stored: StoredMachine, now: number) => T,
): T {
  return laboratory.store.read((reader) =>
    work(reader, runningMachine(reader, machine), estateTime(reader.clock(), laboratory.realNow())),
  );
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
