/** Answers per second over a sliding window, from a counter that is read now and then. */
export class SlidingRate {
  readonly #windowMs: number;
  readonly #samples: { readonly at: number; readonly count: number }[] = [];

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** Notes the counter at an instant (ms of any steady clock) and gives the rate since the window's beginning. */
  sample(at: number, count: number): number {
    this.#samples.push({ at, count });
    while (this.#samples.length > 2 && at - (this.#samples[1]?.at ?? at) >= this.#windowMs)
      this.#samples.shift();
    const [first] = this.#samples;
    if (first === undefined || first.at === at) return 0;
    return Math.round(((count - first.count) / (at - first.at)) * 10_000) / 10;
  }
}
