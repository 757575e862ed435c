import type { MachineState } from '../model/state';
import { nextDue as dueByModel } from '../model/step';

/** True for a machine that stayed due whatever it did, and was set aside: something is due, and nothing is planned. */
export function isSetAside({
  state,
  nextDue: planned,
}: {
  state: MachineState;
  nextDue: number | null;
}): boolean {
  return planned === null && nextDue(state) !== null;
}

/**
 * When a machine next does something of itself; null: never. What fell due while it was stopped is due at its start,
 * not before.
 */
export function nextDue(machine: MachineState): number | null {
  const due = dueByModel(machine);
  return due === null || !machine.running ? due : Math.max(due, machine.startedAt ?? machine.addedAt);
}
