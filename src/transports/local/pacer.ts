/** What waits until the next of many things may begin: `rate` of them in a second, evenly; at once after the signal. */
export function pacer(rate: number, signal: AbortSignal): () => Promise<void> {
  const gap = 1000 / rate;
  let next = performance.now();
  return () => {
    const now = performance.now();
    next = Math.max(next + gap, now);
    const wait = next - now;
    // Timers are no finer than this; a whole group of them begins together then.
    if (wait < 2 || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, wait);
      signal.addEventListener('abort', done, { once: true });
    });
  };
}
