import type { MachineState, ProductState } from '../model/state';

/** When the present licence state of a product ends; null: it lasts, or its grace stands still (K5.10). */
function stateEnds({ license, pausedGraceMinutes }: ProductState): number | null {
  return pausedGraceMinutes === null ? license.until : null;
}

function earliest(instants: readonly (number | null)[]): number | null {
  const known = instants.filter((instant) => instant !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/**
 * When a machine next does something of itself: the end of a licence state, which comes on a stopped machine, too, and
 * on a running one its attempts, renewals and DNS publishing (K1.6, K3.3, K3.4). Null: never. What fell due while the
 * machine was stopped is due at its start.
 */
export function nextDue(machine: MachineState): number | null {
  const ends = machine.products.map(stateEnds);
  if (!machine.running) return earliest(ends);
  const acts = [machine.publishAt, ...machine.products.map(({ timer }) => timer?.at ?? null)];
  const notBefore = machine.startedAt ?? machine.addedAt;
  return earliest([...ends, ...acts.map((at) => (at === null ? null : Math.max(at, notBefore)))]);
}
