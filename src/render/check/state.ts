/** States of a monitoring plugin with the status of each. */
export const checkStates = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const;
export type CheckState = keyof typeof checkStates;

/** From good to bad, in the order of the monitoring plugins: what is known to be bad goes before what is not known. */
const order: readonly CheckState[] = ['OK', 'UNKNOWN', 'WARNING', 'CRITICAL'];

/** The worst of some states; unknown where there are none. */
export function worstState(states: readonly CheckState[]): CheckState {
  if (states.length === 0) return 'UNKNOWN';
  return order[Math.max(...states.map((state) => order.indexOf(state)))] ?? 'UNKNOWN';
}
