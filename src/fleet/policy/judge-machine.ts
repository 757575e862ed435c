import { differencesOf, type Differences } from './differences';
import type { MachineState } from './machine-state';
import type { DesiredState, KeySource } from './policy';
import { keyForMachine, type FoundKey } from './wanted-key';

/** How a machine stands to a policy, and the key that would be installed. */
export interface Judgement extends Differences {
  /** The whole key, for /ipk alone; it goes into no plan, no log and no message. */
  readonly key: string | null;
}

/** Holds a machine against what should be so on it. */
export function judgeMachine(
  desired: DesiredState,
  state: MachineState,
  keyOf: (source: KeySource) => FoundKey,
): Judgement {
  const key = keyForMachine(desired, state, keyOf);
  const problem = key.kind === 'problem' ? key.problem : null;
  const wanted = key.kind === 'wanted' ? key.wanted : null;
  return {
    ...differencesOf(desired, state, wanted, problem),
    key: key.kind === 'wanted' ? key.key : null,
  };
}
