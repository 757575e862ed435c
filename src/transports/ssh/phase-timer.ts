import { type Deadline } from '../deadline';

/** A phase's time limit within the verb's; both stand still while a person is asked something. */
export class PhaseTimer {
  readonly #expire: () => void;
  readonly #deadline: Deadline;
  #left: number;
  #startedAt = 0;
  #timer: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(milliseconds: number, deadline: Deadline, expire: () => void) {
    this.#left = deadline.within(milliseconds);
    this.#deadline = deadline;
    this.#expire = expire;
    this.resume();
  }

  resume(): void {
    if (this.#timer !== null || this.#isOver) return;
    this.#deadline.resume();
    this.#startedAt = performance.now();
    this.#timer = setTimeout(this.#expire, Math.max(0, this.#left));
  }

  pause(): void {
    if (this.#timer === null) return;
    this.#halt();
    this.#deadline.pause();
  }

  /** The phase has ended; the verb's time goes on. */
  stop(): void {
    this.#halt();
    this.#isOver = true;
    this.#deadline.resume();
  }

  /** Runs something during which no time is counted. */
  async outside<T>(run: () => Promise<T>): Promise<T> {
    this.pause();
    try {
      return await run();
    } finally {
      this.resume();
    }
  }

  #halt(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#left -= performance.now() - this.#startedAt;
  }
}
