/**
 * The time that one verb has for everything it does over the network, however many connections and questions that
 * takes. It stands still while a person is asked something.
 */
export class Deadline {
  readonly #now: () => number;
  #left: number;
  #runningSince: number | null;
  #isExtended = false;

  /** Starts at once. `now` is a clock that never goes back, in milliseconds. */
  constructor(milliseconds: number, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#left = milliseconds;
    this.#runningSince = now();
  }

  /** Milliseconds that are left; 0 where it is over. */
  get left(): number {
    const spent = this.#runningSince === null ? 0 : this.#now() - this.#runningSince;
    return Math.max(0, this.#left - spent);
  }

  get isOver(): boolean {
    return this.left === 0;
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
    this.#runningSince ??= this.#now();
  }

  /** Gives at least so much time, once: to look what became of a change whose answer did not come. */
  extendOnce(milliseconds: number): void {
    if (this.#isExtended) return;
    this.#isExtended = true;
    this.#left = Math.max(milliseconds, this.left);
    if (this.#runningSince !== null) this.#runningSince = this.#now();
  }
}
