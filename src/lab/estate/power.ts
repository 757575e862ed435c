import { formatHresult } from '../../licensing/hresult';
import { restart, start, stop } from '../model/lifecycle';
import type { MachineState } from '../model/state';
import { EstateError } from './errors';
import type { Laboratory } from './laboratory';
import { catchUp, perform, type Deed } from './perform';

/** Starts a machine: a pending rearm is done, settings are read, clients try to activate, a host publishes itself. */
export function startMachine(laboratory: Laboratory, name: string): Promise<MachineState> {
  return performAndFollow(laboratory, name, start);
}

/** Stops a machine: it sends and answers nothing; its grace and its validity run on. */
export function stopMachine(laboratory: Laboratory, name: string): Promise<MachineState> {
  return performAndFollow(laboratory, name, stop);
}

/** Stops and starts a machine, and with it its licensing service. */
export function restartMachine(laboratory: Laboratory, name: string): Promise<MachineState> {
  return performAndFollow(laboratory, name, restart);
}

/** What a start makes due at once happens at once: the machine as it is afterwards. */
async function performAndFollow(laboratory: Laboratory, name: string, deed: Deed): Promise<MachineState> {
  const { state } = await mustPerform(laboratory, name, deed);
  await catchUp(laboratory);
  return laboratory.store.read((reader) => reader.machine(name)?.state ?? state);
}

/**
 * Performs what the laboratory asks of a machine.
 * @throws EstateError `not-possible` with the HRESULT where the machine refuses
 */
export async function mustPerform(
  laboratory: Laboratory,
  name: string,
  deed: Deed,
): Promise<{ readonly state: MachineState }> {
  const { state, result } = await perform(laboratory, name, deed);
  if (result.ok) return { state };
  const code = formatHresult(result.hresult);
  throw new EstateError('not-possible', `${state.name} refuses with ${code} (slmgr explain ${code}).`);
}
