/** Latencies in milliseconds of a run. */
export interface LatencySummary {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Each bucket is this much wider than the one before: what a percentile may be off. */
const growth = 1.01;
const smallestMs = 0.001;
const buckets = Math.ceil(Math.log(600_000 / smallestMs) / Math.log(growth)) + 1;

/** Counts latencies in buckets of one per cent, so that a run of any length takes the same memory. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(buckets);
  #total = 0;
  #max = 0;

  /** Adds one latency in milliseconds. */
  add(milliseconds: number): void {
    const bucket = Math.ceil(Math.log(Math.max(milliseconds, smallestMs) / smallestMs) / Math.log(growth));
    const index = Math.min(bucket, buckets - 1);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total += 1;
    if (milliseconds > this.#max) this.#max = milliseconds;
  }

  /** The latency that the share `quantile` (0 to 1) of all stays within; 0 where there are none. */
  quantile(quantile: number): number {
    const wanted = Math.ceil(quantile * this.#total);
    let seen = 0;
    for (const [index, count] of this.#counts.entries()) {
      seen += count;
      if (count > 0 && seen >= wanted) return Math.min(smallestMs * growth ** index, this.#max);
    }
    return 0;
  }

  /** Percentiles and the greatest, rounded to a microsecond. */
  summary(): LatencySummary {
    return {
      p50: micro(this.quantile(0.5)),
      p95: micro(this.quantile(0.95)),
      p99: micro(this.quantile(0.99)),
      max: micro(this.#max),
    };
  }
}

function micro(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
