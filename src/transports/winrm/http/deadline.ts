/** The time that a verb has on a machine, whatever the machine does: all its requests share it. */
export class Deadline {
  readonly #milliseconds: number;
  readonly #now: () => number;
  #endsAt = Infinity;
  #isExtended = false;

  /** `now` is a clock that never goes back. */
  constructor(milliseconds: number, now: () => number = () => performance.now()) {
    this.#milliseconds = milliseconds;
    this.#now = now;
  }

  /** From here on the time runs: a password was asked for before. */
  begin(): void {
    this.#endsAt = this.#now() + this.#milliseconds;
  }

  /** Milliseconds that are left, 0 at the end. */
  get remaining(): number {
    return Math.max(0, this.#endsAt - this.#now());
  }

  get isOver(): boolean {
    return this.remaining === 0;
  }

  /** Gives some time more, once: to look what became of a change whose answer did not come. */
  extendOnce(milliseconds: number): void {
    if (this.#isExtended) return;
    this.#isExtended = true;
    this.#endsAt = Math.max(this.#endsAt, this.#now() + milliseconds);
  }
}
