import { never, status } from '../plan/machine-rules';
import type { Plan } from '../plan/plan';

/** States that a machine may be in, and one more for those that are not there. */
const states = 8;

/** Something that happened to a machine, first. */
export interface FirstTime {
  /** Minute; {@link never} where it has not come. */
  readonly at: number;
  readonly machine: number;
}

/** What happened in one group of clients, summed up. */
export interface GroupTally {
  /** Attempts that a host answered with too low a count (K1.6). */
  lowCounts: number;
  /** Attempts that no host served. */
  unserved: number;
  /** Attempts that a MAK pool had nothing left for. */
  poolRefusals: number;
  /** Activations that were the first since the machine was installed. */
  activated: number;
  firstActivated: FirstTime;
  /** The latest first activation. */
  lastActivated: number;
  /** Licensed machines whose activation ran out. */
  dropped: number;
  firstDropped: FirstTime;
  /** First graces that ran out. */
  ranOut: number;
  firstRanOut: FirstTime;
  reinstalled: number;
  rearmed: number;
  /** Rearms that there was none left for. */
  rearmsRefused: number;
}

function newTally(): GroupTally {
  const notYet: FirstTime = { at: never, machine: -1 };
  return {
    lowCounts: 0,
    unserved: 0,
    poolRefusals: 0,
    activated: 0,
    firstActivated: notYet,
    lastActivated: never,
    dropped: 0,
    firstDropped: notYet,
    ranOut: 0,
    firstRanOut: notYet,
    reinstalled: 0,
    rearmed: 0,
    rearmsRefused: 0,
  };
}

/** Keeps count of the states of machines, and of what happened, by group. */
export class Tally {
  readonly groups: readonly GroupTally[];
  /** Steps that machines took: installations, starts, rearms, ends of states, attempts. */
  events = 0;
  readonly #counts: Float64Array;

  constructor({ groups }: Pick<Plan, 'groups'>) {
    this.groups = groups.map(newTally);
    this.#counts = new Float64Array(groups.length * states);
  }

  /** Machines of a group in a state. */
  count(group: number, state: number): number {
    return this.#counts[group * states + state] ?? 0;
  }

  enters(group: number, state: number): void {
    const at = group * states + state;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  leaves(group: number, state: number): void {
    const at = group * states + state;
    this.#counts[at] = (this.#counts[at] ?? 0) - 1;
  }

  /** A machine was activated that was not since it was installed. */
  activated(group: number, first: FirstTime): void {
    const tally = this.groups[group];
    if (tally === undefined) return;
    tally.activated += 1;
    tally.lastActivated = first.at;
    if (tally.firstActivated.at === never) tally.firstActivated = first;
  }

  /** The time of a state ended. */
  ended(group: number, state: number, first: FirstTime): void {
    const tally = this.groups[group];
    if (tally === undefined) return;
    if (state === status.licensed) {
      tally.dropped += 1;
      if (tally.firstDropped.at === never) tally.firstDropped = first;
    } else if (state === status['oob-grace']) {
      tally.ranOut += 1;
      if (tally.firstRanOut.at === never) tally.firstRanOut = first;
    }
  }

  lowCount(group: number): void {
    const tally = this.groups[group];
    if (tally !== undefined) tally.lowCounts += 1;
  }

  unserved(group: number): void {
    const tally = this.groups[group];
    if (tally !== undefined) tally.unserved += 1;
  }

  refusedByPool(group: number): void {
    const tally = this.groups[group];
    if (tally !== undefined) tally.poolRefusals += 1;
  }

  reinstalled(group: number): void {
    const tally = this.groups[group];
    if (tally !== undefined) tally.reinstalled += 1;
  }

  rearmed(group: number, isDone: boolean): void {
    const tally = this.groups[group];
    if (tally === undefined) return;
    if (isDone) tally.rearmed += 1;
    else tally.rearmsRefused += 1;
  }
}
