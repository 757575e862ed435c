import type { EstateSettings } from '../estate/settings';
import type { ModelContext } from '../model/context';
import type { EventEntry } from '../model/events';
import type { Outcome } from '../model/outcome';
import type { ModelAnswer, ModelRequest, Procedure } from '../model/outside';
import type { MachineName, MachineState } from '../model/state';
import type { ZoneChange } from './built-in-zone';
import type { HostContact, Neighbours } from './network';

/** Something that a machine does at `context.now`: a step of its own, or a method that somebody calls. */
export type MachineAct = (state: MachineState, context: ModelContext) => Procedure<Outcome>;

/** A machine that acts at an instant of the estate's time. */
export interface Acting {
  readonly state: MachineState;
  readonly at: number;
}

/** An answer of the lab's own services, and what it writes once the machine's step is done. */
export interface ServiceAnswer {
  readonly answer: ModelAnswer;
  readonly apply: (() => void) | null;
}

/** An entry for the event log of a machine. */
export interface LoggedEvent {
  readonly machine: MachineName;
  readonly event: EventEntry;
}

/** All that one step of one machine brought, to be recorded together. */
export interface PlayedStep {
  /** The machine after it; what its host service counted meanwhile is kept. */
  readonly state: MachineState;
  readonly nextDue: number | null;
  readonly contacts: readonly HostContact[];
  readonly logs: readonly LoggedEvent[];
  readonly zoneChanges: readonly ZoneChange[];
}

/**
 * The estate during a span of play: one transaction of a store, or an estate in memory. What is recorded is seen at
 * once by everything later in the span.
 */
export interface Span extends Neighbours {
  readonly settings: EstateSettings;
  readonly random: () => number;
  /** The machine that is due first at or before `until`, of several at one time the first by name; null: none. */
  nextDue(until: number): Acting | null;
  /** Microsoft, the directory and hypervisors, as the lab plays them. */
  serve(request: ModelRequest, now: number): ServiceAnswer;
  record(step: PlayedStep): void;
  /** Lets a machine do nothing more of itself, as it is: until something else changes it. */
  setAside(name: string): void;
  /** Requests that a host answered outside a step of the span: log, cache and counters of the host. */
  recordContact(contact: HostContact): void;
  /** The estate's time, epoch milliseconds. */
  readonly now: number;
  /** The estate's time is now this: everything due before it was played. */
  setTime(at: number): void;
}

/** Where spans come from. */
export interface SpanSource {
  /** Runs work over the estate: all of it is recorded when it returns, nothing when it throws. */
  span<T>(work: (span: Span) => T): T;
}
