import type { HistoryEntry, InventoryMachine } from './machine';
import type { Condition } from '../where/condition';
import type { Hold } from './hold';
import type { KeptRun, RunSummary } from './kept-run';
import type { ImportedMachine } from './machine-lines';
import type { Observation } from './observation';
import type { InventoryTarget, NamedWay } from './way';
import type { ProxyRequests } from './proxy-requests';

/** What the inventory counted at a time (seconds since 1970). */
export interface TrendPoint {
  readonly at: number;
  readonly machines: number;
  readonly licensed: number;
  readonly notReached: number;
  readonly expiring30: number;
  readonly expiring90: number;
}

/** The inventory of machines: a file of this user, or a team's database. Every method may fail with a FleetStoreError. */
export interface Inventory {
  /** The file or the database, for messages; never with a password. */
  readonly place: string;
  /** Keeps what came of looking at machines: all of it or nothing. One that is older than what is known is left out. */
  record(observations: readonly Observation[]): Promise<void>;
  /** Names of all machines, or of those that fulfil a condition, in their order. */
  names(where?: MachinesQuery['where']): Promise<readonly string[]>;
  /** All machines, or those that fulfil a condition, as targets: their names and the ways to them. */
  targets(where?: MachinesQuery['where']): Promise<readonly InventoryTarget[]>;
  /** The machines with these names that fulfil a condition; all where none is given. In the order of their names. */
  machines(query?: MachinesQuery): Promise<readonly InventoryMachine[]>;
  /** Changes, the newest first, at most so many. */
  history(query: HistoryQuery): Promise<readonly HistoryEntry[]>;
  /** What each field held at a time: the last change by then. */
  valuesAsOf(at: number, names?: readonly string[]): Promise<readonly HistoryEntry[]>;
  /**
   * Machines that are to be known from now on. Those that are known already stay as they are, but that one of which the
   * name is all that is known takes the way. How many were new.
   */
  add(machines: readonly NamedWay[], now: number): Promise<number>;
  /** Sets tags of machines; null takes one away. */
  tag(names: readonly string[], tags: Readonly<Record<string, string | null>>): Promise<void>;
  /** Forgets machines with their history. How many there were. */
  forget(names: readonly string[]): Promise<number>;
  /** Makes one machine of several: the history of `others` becomes that of `into`, their names are other names of it. */
  merge(into: string, others: readonly string[]): Promise<void>;
  /** Makes another name of a machine a machine of its own; what was read so far stays where it is. */
  split(name: string, other: string, now: number): Promise<void>;
  /** What is known of products that wait for confirmation IDs, and of those that got them. */
  readonly proxy: ProxyRequests;
  /** What was counted after scans, the newest last. */
  trend(most: number): Promise<readonly TrendPoint[]>;
  /** What it counts now, kept for the trend. */
  count(now: number): Promise<TrendPoint>;
  /** Keeps a run that has ended or was cut short; one that is kept already stays as it is. */
  keepRun(run: KeptRun): Promise<void>;
  /** Which of these runs are kept. */
  knownRuns(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Runs of everybody, the newest first, at most so many. */
  runs(most: number): Promise<readonly RunSummary[]>;
  /** A run with its machines; null where there is none of that id. */
  findRun(id: string): Promise<KeptRun | null>;
  /** Takes machines over from elsewhere: all of them or none. */
  import(machines: readonly ImportedMachine[], now: number): Promise<void>;
  /** Holds a piece of work for this process alone among all that use this inventory; null where another process has it. */
  holdAlone(name: string): Promise<Hold | null>;
  close(): Promise<void>;
}

/** Which machines are asked for. `now` (seconds) decides about days. */
export interface MachinesQuery {
  readonly names?: readonly string[] | undefined;
  readonly where?: { readonly condition: Condition; readonly now: number } | undefined;
}

/** Which changes are asked for. Times are seconds since 1970. */
export interface HistoryQuery {
  readonly names?: readonly string[] | undefined;
  readonly since?: number | undefined;
  readonly most: number;
}
