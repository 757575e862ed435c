import type { MachineFailure } from '../../fleet/inventory/observation';
import { readMachine } from '../../fleet/inventory/read-machine';
import { isInterrupted } from '../../fleet/runs/interruption';
import { isLicensingError, type LicensingProvider } from '../../licensing/provider';
import type { ResolvedTarget } from '../targets/resolve-targets';
import type { RunMachines } from './open-machines';
import { isRemoteProvider } from './record-line';
import type { RunMemory } from './run-memory';

/** What a turn needs to tell the inventory of its machine. */
export interface Remembering {
  readonly machines: RunMachines;
  /** Null where the inventory is left out. */
  readonly memory: Pick<RunMemory, 'remember'> | null;
  readonly now: () => number;
}

/** Reads an open machine for the inventory. Whatever becomes of that, what the turn found out stands. */
export async function rememberMachine(
  provider: LicensingProvider,
  target: ResolvedTarget,
  { memory, machines, now }: Remembering,
): Promise<void> {
  if (memory === null) return;
  try {
    if (isRemoteProvider(provider)) await provider.expectScan();
    const reading = await readMachine(target.name, provider, now);
    await memory.remember({ ...reading, way: machines.wayTo(target) });
  } catch (error) {
    if (!isLicensingError(error)) throw error;
  }
}

/** ERROR_TIMEOUT as an HRESULT. */
export const timedOut = '0x800705B4';

/** Why a machine was not read that had not ended when its time was over. */
export const outOfTime = 'It did not come to an end in its time.';

/** Tells the inventory that a machine could not be read; not of one that the end of the run kept from it. */
export async function rememberFailure(
  target: ResolvedTarget,
  { step, hresult, message }: Pick<MachineFailure, 'step' | 'hresult' | 'message'>,
  { memory, machines, now, signal }: Remembering & { readonly signal: AbortSignal },
): Promise<void> {
  if (memory === null || isInterrupted(signal)) return;
  const at = Math.floor(now() / 1000);
  const { name } = target;
  const why = signal.aborted ? { hresult: timedOut, message: outOfTime } : { hresult, message };
  const facts = { outcome: 'failed', name, at, step, ...why } as const;
  await memory.remember({ ...facts, way: machines.wayTo(target) });
}
