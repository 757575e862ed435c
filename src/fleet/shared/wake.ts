/** Something to wait for that others call. A call before the wait is not lost. */
export class Wake {
  #isCalled = false;
  #resolve: () => void = () => undefined;

  call(): void {
    this.#isCalled = true;
    this.#resolve();
  }

  /** Resolves when it is called, or after so many milliseconds. */
  async within(
    milliseconds: number,
    sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const over = new AbortController();
    const called = new Promise<void>((resolve) => {
      this.#resolve = resolve;
      if (this.#isCalled) resolve();
    });
    await Promise.race([called, sleep(milliseconds, over.signal)]);
    over.abort();
    this.#isCalled = false;
  }
}
