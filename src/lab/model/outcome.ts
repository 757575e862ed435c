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

/** What a change brings beside the state. */
export interface Extras {
  readonly events?: readonly EventEntry[];
  readonly wishes?: readonly Wish[];
  readonly output?: MethodOutput;
}

/** A call that did what it was asked for. */
export function succeeded(state: MachineState, extras: Extras = {}): Outcome {
  const { events = [], wishes = [], output = {} } = extras;
  return { state, result: { ok: true, output }, events, wishes };
}

/** A call that Windows answers with an error. */
export function failed(state: MachineState, code: Hresult, extras: Omit<Extras, 'output'> = {}): Outcome {
  const { events = [], wishes = [] } = extras;
  return { state, result: { ok: false, hresult: code }, events, wishes };
}
