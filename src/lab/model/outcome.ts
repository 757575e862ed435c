import type { MethodOutput } from '../../licensing/provider';
import type { Hresult } from '../../licensing/hresult';
import type { EventEntry } from './events';
import type { MachineName, MachineState } from './state';

/**
 * What a machine wants done outside after a change; the estate carries it out. `publish-dns`: publish the KMS
 * host's records (K7.2, K11.3). `log`: an entry for another machine's event log.
 */
export type Wish =
  | { readonly kind: 'publish-dns' }
  | { readonly kind: 'log'; readonly machine: MachineName; readonly event: EventEntry };

/** The result of a method: its out parameters, or the error that Windows raises. */
export type MethodResult =
  { readonly ok: true; readonly output: MethodOutput } | { readonly ok: false; readonly hresult: Hresult };

/** State after a method, a timer or a laboratory command. A failed call may have changed the state, too. */
export interface Outcome {
  readonly state: MachineState;
  readonly result: MethodResult;
  readonly events: readonly EventEntry[];
  readonly wishes: readonly Wish[];
}
