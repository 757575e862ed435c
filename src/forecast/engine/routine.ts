import type { PlannedGroup } from '../plan/plan';
import { arrival, lastStart, nextOpening, type Office } from './sessions';

const notIn = 0;

/**
 * The machines of one group with office hours to whom nothing new happens from one working day to the next. They are
 * in no list of the wheel: when each starts is worked out once a day for all of them, in the order of their numbers,
 * which costs a fraction of what looking each up in memory costs.
 */
export class Routine {
  readonly #group: PlannedGroup;
  readonly #pattern: Office;
  readonly #seed: number;
  /** By machine: what it asks ({@link join}); 0: it is not in here. */
  #asked = new Uint8Array(0);
  /** The day's machines, by the minute in which they start; in each minute by number. */
  #order = new Int32Array(0);
  #arrivals = new Uint16Array(0);
  /** By minute after the opening: where its machines begin in the order. */
  readonly #begins: Int32Array;
  #opensAt: number;
  /** The opening of the day whose order is worked out; null: of none. */
  #opened: number | null = null;
  #size = 0;

  constructor(group: PlannedGroup, pattern: Office, seed: number) {
    this.#group = group;
    this.#pattern = pattern;
    this.#seed = seed;
    this.#begins = new Int32Array(pattern.jitter + 2);
    this.#opensAt = nextOpening(pattern, 0);
  }

  /** How many machines are in it. */
  get size(): number {
    return this.#size;
  }

  /** The last minute of the day that opens next, or opened last, in which a machine starts. */
  lastArrival(opening: number): number {
    return opening + this.#pattern.jitter;
  }

  /** Whether this is the minute in which the office opens. */
  opensAt(now: number): boolean {
    if (now < this.#opensAt) return false;
    this.#opensAt = nextOpening(this.#pattern, now + 1);
    return true;
  }

  /** Takes a machine in. @param asked what it asks: 1 to 255 */
  join(machine: number, asked: number): void {
    if (this.#asked.length === 0) {
      this.#asked = new Uint8Array(this.#group.count);
      this.#order = new Int32Array(this.#group.count);
      this.#arrivals = new Uint16Array(this.#group.count);
    }
    this.#asked[machine - this.#group.first] = asked;
    this.#size += 1;
  }

  leave(machine: number): void {
    this.#asked[machine - this.#group.first] = notIn;
    this.#size -= 1;
  }

  /** Forgets the order of the day, after all have left. */
  close(): void {
    this.#opened = null;
  }

  /** What a machine asks; 0 where it is not in here. */
  askedBy(machine: number): number {
    return this.#asked[machine - this.#group.first] ?? notIn;
  }

  /** All machines in here, by number. A machine may leave when its turn comes. */
  *members(): Generator<number> {
    if (this.#size === 0) return;
    for (let place = 0; place < this.#asked.length; place += 1) {
      if (this.#asked[place] !== notIn) yield this.#group.first + place;
    }
  }

  /** When a machine started last, up to a minute that is included. */
  lastStart(machine: number, minute: number): number {
    return lastStart(this.#pattern, minute, this.#seed, machine);
  }

  /** Works out who starts in which minute of the day that opens now: a counting sort. */
  open(now: number): void {
    const begins = this.#begins.fill(0);
    const { first } = this.#group;
    const places = this.#asked.length;
    for (let place = 0; place < places; place += 1) {
      if (this.#asked[place] === notIn) continue;
      const minute = arrival(this.#pattern, now, this.#seed, first + place);
      this.#arrivals[place] = minute;
      begins[minute + 1] = (begins[minute + 1] ?? 0) + 1;
    }
    for (let minute = 1; minute < begins.length; minute += 1) {
      begins[minute] = (begins[minute] ?? 0) + (begins[minute - 1] ?? 0);
    }
    const next = begins.slice();
    for (let place = 0; place < places; place += 1) {
      if (this.#asked[place] === notIn) continue;
      const minute = this.#arrivals[place] ?? 0;
      const at = next[minute] ?? 0;
      this.#order[at] = first + place;
      next[minute] = at + 1;
    }
    this.#opened = now;
  }

  /** The machines that start in a minute, by number. */
  startingAt(now: number): Int32Array | null {
    if (this.#opened === null) return null;
    const minute = now - this.#opened;
    if (minute > this.#pattern.jitter) return null;
    return this.#order.subarray(this.#begins[minute] ?? 0, this.#begins[minute + 1] ?? 0);
  }
}
