import type { ModelContext } from './context';
import { modelError } from './errors';
import { stop } from './lifecycle';
import { failed, type Outcome } from './outcome';
import { isRearmSkipped, pending } from './rearm';
import type { MachineState } from './state';

/**
 * Sysprep /generalize: shuts the machine down; at its next start it has a new CMID and its first state. Takes one
 * rearm; with SkipRearm=1 it takes none and changes nothing (K2.7); without a rearm left it ends with 0xC004D307 and
 * leaves the timers (the machine is shut down all the same).
 */
export function generalize(machine: MachineState, context: ModelContext): Outcome {
  const down = stop(machine, context);
  if (isRearmSkipped(machine)) return down;
  if (machine.windowsRearmsLeft <= 0)
    return failed(down.state, modelError.noRearmsLeft, { events: down.events });
  const state = pending(
    {
      ...down.state,
      windowsRearmsLeft: machine.windowsRearmsLeft - 1,
      generalizeRearms: machine.generalizeRearms + 1,
    },
    { scope: 'generalize' },
  );
  return { ...down, state };
}
