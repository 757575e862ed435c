import type { MachineState } from '../model/state';
import { nextDue as dueByModel } from '../model/step';

/**
 * When a machine next does something of itself; null: never. What fell due while it was stopped is due at its start,
 * not before.
 */
export function nextDue(machine: MachineState): number | null {
  const due = dueByModel(machine);
  return due === null || !machine.running ? due : Math.max(due, machine.startedAt ?? machine.addedAt);
}
