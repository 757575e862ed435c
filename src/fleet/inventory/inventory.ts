import type { HistoryEntry, InventoryMachine } from './machine';
import type { Observation } from './observation';

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
  /** Names of all machines, in their order. */
  names(): Promise<readonly string[]>;
  /** The machines with these names; all where none are given. In the order of their names. */
  machines(names?: readonly string[]): Promise<readonly InventoryMachine[]>;
  /** Changes of a machine, the newest first, at most so many. */
  history(query: HistoryQuery): Promise<readonly HistoryEntry[]>;
  /** What it counts now, kept for the trend. */
  count(now: number): Promise<TrendPoint>;
  close(): Promise<void>;
}

/** Which changes are asked for. Times are seconds since 1970. */
export interface HistoryQuery {
  readonly names?: readonly string[];
  readonly since?: number;
  readonly until?: number;
  readonly most: number;
}
