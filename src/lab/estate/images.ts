import { clone } from '../model/lifecycle';
import { generalize } from '../model/sysprep';
import type { MachineState } from '../model/state';
import { formatHresult } from '../../licensing/hresult';
import { EstateError } from './errors';
import { changeEstate, type Laboratory } from './laboratory';
import { addOne } from './machines';
import { checkMachineName, requireMachine } from './names';
import { catchUp, perform } from './perform';
import type { StoredMachine } from './store-port';

export interface Generalized {
  readonly state: MachineState;
  /** False with SkipRearm=1: the licensing state stays as it is (K2.7). */
  readonly rearmed: boolean;
}

/**
 * Sysprep /generalize: shuts the machine down; at its next start it has a new CMID and its first state. It takes a
 * rearm.
 * @throws EstateError `not-possible` with 0xC004D307 where no rearm is left; the machine is shut down all the same
 */
export async function sysprepMachine(laboratory: Laboratory, name: string): Promise<Generalized> {
  const { state, result } = await perform(laboratory, name, generalize);
  if (!result.ok) {
    const code = formatHresult(result.hresult);
    const end = `ends with ${code}, no rearm is left: the activation timers are as they were`;
    throw new EstateError('not-possible', `${state.name} is shut down, but sysprep ${end}.`);
  }
  return { state, rearmed: state.pendingRearm?.scope === 'generalize' };
}

/**
 * Copies a machine with everything on it, its client machine ID included (K2.6, K2.7).
 * @throws EstateError for an unknown machine, a name that is taken or none
 */
export async function cloneMachine(
  laboratory: Laboratory,
  name: string,
  copy: string,
): Promise<StoredMachine> {
  checkMachineName(copy);
  await catchUp(laboratory);
  return changeEstate(laboratory, (change) => {
    const { state } = requireMachine(change.writer, name);
    return addOne(change, clone(state, copy, change.context));
  });
}
