import { type ActivationAnswer, type ActivationRequest } from '../engine/messages';
import { formatHresult } from '../../licensing/hresult';
import { type Endpoint } from './endpoint';
import { LatencyHistogram, type LatencySummary } from './latency';
import { RpcConnection } from './rpc-client';
import { isRpcError, type RpcFailure } from './rpc-error';

export interface LoadOptions {
  readonly endpoint: Endpoint;
  /** The request number `index` of the run, counted from 0. */
  readonly request: (index: number) => ActivationRequest;
  /** Connections that stay open with one request outstanding each; null: a connection for each request. */
  readonly connections: number | null;
  /** Requests that are under way at once without kept connections. */
  readonly parallel?: number;
  /** Requests begun per second at most; null: as many as go. */
  readonly rate: number | null;
  readonly durationMs: number;
  /** For each step of a request. */
  readonly timeoutMs?: number;
  /** Called about twice a second. */
  readonly progress?: (soFar: LoadCounts) => void;
  /** Ends the run early; what is outstanding is still waited for. */
  readonly signal?: AbortSignal;
}

export interface LoadCounts {
  /** Requests begun: answered and failed together, once the run is over. */
  readonly sent: number;
  readonly answered: number;
  /** Requests without an answer: no connection, a connection lost, a fault, too late. */
  readonly failed: number;
}

export interface LoadReport extends LoadCounts {
  /** From the first request to the last answer. */
  readonly seconds: number;
  /** Answers per second. */
  readonly perSecond: number;
  readonly latencyMs: LatencySummary;
  /** Answers that were refusals, by HRESULT. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Failed requests by what went wrong. */
  readonly failures: Readonly<Partial<Record<RpcFailure, number>>>;
}

const defaultParallel = 32;
const progressMs = 500;
/** A worker that cannot get an answer waits before it tries again: a dead host is no reason to spin. */
const afterFailureMs = 100;

/** Asks a host for so long and reports, whatever happens to the host meanwhile. */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const run = new LoadRun(options);
  const workers = options.connections ?? options.parallel ?? defaultParallel;
  const ticker = setInterval(() => options.progress?.(run.counts), progressMs);
  try {
    await Promise.all(Array.from({ length: workers }, () => run.work()));
  } finally {
    clearInterval(ticker);
  }
  return run.report();
}

class LoadRun {
  readonly #options: LoadOptions;
  readonly #began = performance.now();
  readonly #latencies = new LatencyHistogram();
  readonly #refusals: Record<string, number> = {};
  readonly #failures: Partial<Record<RpcFailure, number>> = {};
  #sent = 0;
  #answered = 0;
  #failed = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  get counts(): LoadCounts {
    return { sent: this.#sent, answered: this.#answered, failed: this.#failed };
  }

  report(): LoadReport {
    const seconds = (performance.now() - this.#began) / 1000;
    return {
      ...this.counts,
      seconds: Math.round(seconds * 1000) / 1000,
      perSecond: Math.round((this.#answered / seconds) * 10) / 10,
      latencyMs: this.#latencies.summary(),
      refusals: this.#refusals,
      failures: this.#failures,
    };
  }

  /** One worker: a request at a time until the time is over. */
  async work(): Promise<void> {
    let kept: RpcConnection | null = null;
    while (await this.#mayBegin()) {
      const index = this.#sent;
      this.#sent += 1;
      const sentAt = performance.now();
      try {
        const connection: RpcConnection = kept?.isUsable === true ? kept : await this.#open();
        kept = connection;
        // The binding of a kept connection is no part of its requests.
        const askedAt = this.#options.connections === null ? sentAt : performance.now();
        this.#record(await connection.call(this.#options.request(index)), performance.now() - askedAt);
        if (this.#options.connections === null) connection.close();
      } catch (error) {
        kept?.close();
        kept = null;
        await this.#recordFailure(error);
      }
      if (this.#options.connections === null) kept = null;
    }
    kept?.close();
  }

  #open(): Promise<RpcConnection> {
    const { endpoint, timeoutMs } = this.#options;
    return RpcConnection.open(endpoint, timeoutMs === undefined ? {} : { timeoutMs });
  }

  /** Waits for the request's turn where there is a rate; false once the run is over. */
  async #mayBegin(): Promise<boolean> {
    const { rate, durationMs, signal } = this.#options;
    const elapsed = (): number => performance.now() - this.#began;
    while (elapsed() < durationMs && signal?.aborted !== true) {
      const wait = rate === null ? 0 : (this.#sent / rate) * 1000 - elapsed();
      if (wait <= 0) return true;
      await pause(Math.min(wait, durationMs - elapsed(), progressMs));
    }
    return false;
  }

  #record(answer: ActivationAnswer, milliseconds: number): void {
    this.#answered += 1;
    this.#latencies.add(milliseconds);
    if (answer.kind === 'refusal') {
      const code = formatHresult(answer.hresult);
      this.#refusals[code] = (this.#refusals[code] ?? 0) + 1;
    }
  }

  async #recordFailure(error: unknown): Promise<void> {
    if (!isRpcError(error)) throw error;
    this.#failed += 1;
    this.#failures[error.failure] = (this.#failures[error.failure] ?? 0) + 1;
    await pause(afterFailureMs);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(milliseconds, 1)));
}
