import type { HostRecord } from '../plan/plan';

/** Records that a site may have. */
export const greatestRecords = 254;

/** A site's records, ready to be drawn from: by priority, weight 0 first of those with one priority (RFC 2782). */
export interface OrderedRecords {
  /** Hosts in the order of DNS's answer, in which the Vista era draws from them. */
  readonly answered: Int32Array;
  readonly hosts: Int32Array;
  readonly priorities: Int32Array;
  readonly weights: Int32Array;
}

/** Puts records in the order in which kms/engine/srv-order goes through them. */
export function orderedRecords(records: readonly HostRecord[]): OrderedRecords {
  const sorted = records.toSorted(
    (a, b) => a.priority - b.priority || Number(a.weight !== 0) - Number(b.weight !== 0),
  );
  return {
    answered: Int32Array.from(records, ({ host }) => host),
    hosts: Int32Array.from(sorted, ({ host }) => host),
    priorities: Int32Array.from(sorted, ({ priority }) => priority),
    weights: Int32Array.from(sorted, ({ weight }) => weight),
  };
}

/**
 * Hosts of a site in the order in which one client tries them, as kms/engine/srv-order has it (K6.12, K6.13), one after
 * the other: most clients need the first alone, so that the others are not drawn.
 */
export class HostOrder {
  readonly #hosts = new Int32Array(greatestRecords);
  readonly #priorities = new Int32Array(greatestRecords);
  readonly #weights = new Int32Array(greatestRecords);
  #left = 0;
  #isAtRandom = false;

  /** Begins with all records; `isAtRandom`: a client of the Vista era. */
  begin(records: OrderedRecords, isAtRandom: boolean): void {
    this.#left = records.hosts.length;
    const hosts = isAtRandom ? records.answered : records.hosts;
    for (let at = 0; at < this.#left; at += 1) {
      this.#hosts[at] = hosts[at] ?? 0;
      this.#priorities[at] = records.priorities[at] ?? 0;
      this.#weights[at] = records.weights[at] ?? 0;
    }
    this.#isAtRandom = isAtRandom;
  }

  get isEmpty(): boolean {
    return this.#left === 0;
  }

  /** The next host. @param random from 0 (included) to 1 (not included) */
  next(random: number): number {
    const at = this.#isAtRandom ? Math.floor(random * this.#left) : this.#chosen(random);
    const host = this.#hosts[at] ?? 0;
    this.#left -= 1;
    for (let to = at; to < this.#left; to += 1) {
      this.#hosts[to] = this.#hosts[to + 1] ?? 0;
      this.#priorities[to] = this.#priorities[to + 1] ?? 0;
      this.#weights[to] = this.#weights[to + 1] ?? 0;
    }
    return host;
  }

  /** Among the records with the lowest priority, each with a chance of its weight. */
  #chosen(random: number): number {
    const priority = this.#priorities[0];
    let equals = 0;
    let total = 0;
    while (equals < this.#left && this.#priorities[equals] === priority) {
      total += this.#weights[equals] ?? 0;
      equals += 1;
    }
    if (total === 0) return Math.floor(random * equals);
    const wanted = Math.floor(random * (total + 1));
    let running = 0;
    for (let at = 0; at < equals; at += 1) {
      running += this.#weights[at] ?? 0;
      if (running >= wanted) return at;
    }
    return equals - 1;
  }
}
