/**
 * The time that one verb has for everything it does over the network, however many connections and questions that
 * takes. It stands still while a person is asked something.
 */
export class Deadline {
  #left: number;
  #runningSince: number | null;

  /** Starts at once. */
  constructor(milliseconds: number) {
    this.#left = milliseconds;
    this.#runningSince = performance.now();
  }

  /** Milliseconds that are left; 0 where it is over. */
  get left(): number {
    const spent = this.#runningSince === null ? 0 : performance.now() - this.#runningSince;
    return Math.max(0, this.#left - spent);
  }

  /** A phase's own limit, or less where less is left. */
  within(milliseconds: number): number {
    return Math.min(milliseconds, this.left);
  }

  pause(): void {
    this.#left = this.left;
    this.#runningSince = null;
  }

  resume(): void {
    this.#runningSince ??= performance.now();
  }
}
