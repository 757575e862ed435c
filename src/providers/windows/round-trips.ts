import { isTransportError, TransportError } from '../../transports/transport-error';
import {
  bridgeVersion,
  changesState,
  type BridgeHost,
  type BridgeOperation,
  type BridgeResult,
  type BridgeStep,
} from './bridge/protocol';
import { ReadCache } from './read-cache';
import { type ScriptRunner } from './script-runner';
import { stateAfterCut } from './state-after-cut';

/** Registry return codes after which the steps behind may run: done, or there was nothing to delete. */
const goOnCodes: Readonly<Partial<Record<BridgeOperation['op'], readonly number[]>>> = {
  'registry-set': [0],
  'registry-delete': [0, 2],
};

function stepFor(operation: BridgeOperation): BridgeStep {
  const accept = goOnCodes[operation.op];
  const onError = changesState(operation) ? 'stop' : 'go-on';
  return accept === undefined ? { do: operation, onError } : { do: operation, onError, accept };
}

/** What a set of round trips was good for: bench/remote and tests print it. */
export interface RoundTripCount {
  readonly roundTrips: number;
  readonly operations: number;
}

/**
 * Requests to one machine, counted. The first request brings along what the verb is known to read; a change makes
 * what was read before worthless. Where the connection is lost while changes are on their way, the state is read
 * again over a new connection and the error says what is true now.
 */
export class RoundTrips {
  readonly #runner: ScriptRunner;
  readonly #cache = new ReadCache();
  #expected: readonly BridgeOperation[];
  #count = { roundTrips: 0, operations: 0 };
  #host: BridgeHost | null = null;

  constructor(runner: ScriptRunner, expectedReads: readonly BridgeOperation[] = []) {
    this.#runner = runner;
    this.#expected = expectedReads;
  }

  get count(): RoundTripCount {
    return { ...this.#count };
  }

  /** What the machine said of itself in its latest answer; null before the first. */
  get host(): BridgeHost | null {
    return this.#host;
  }

  /** The result of a read that an earlier round trip brought along, or null. */
  cached(operation: BridgeOperation): BridgeResult | null {
    return this.#cache.find(operation);
  }

  /**
   * Sends operations in one round trip. The results are as many as were done: fewer than asked for when a change
   * failed, since nothing behind it is done then.
   */
  async exchange(operations: readonly BridgeOperation[]): Promise<readonly BridgeResult[]> {
    const changes = operations.some(changesState);
    const extra = changes ? [] : this.#takeExpected(operations);
    const all = [...operations, ...extra];
    const results = await this.#send(all, changes);
    const done = changes ? results.slice(0, operations.length) : results;
    this.#remember(all, done);
    return done.slice(0, operations.length);
  }

  async close(): Promise<void> {
    await this.#runner.close();
  }

  #takeExpected(operations: readonly BridgeOperation[]): readonly BridgeOperation[] {
    const asked = new Set(operations.map((operation) => JSON.stringify(operation)));
    const extra = this.#expected.filter((operation) => !asked.has(JSON.stringify(operation)));
    this.#expected = [];
    return extra;
  }

  #remember(operations: readonly BridgeOperation[], results: readonly BridgeResult[]): void {
    results.forEach((result, index) => {
      const operation = operations[index];
      if (operation === undefined) return;
      if (changesState(operation)) this.#cache.forgetState();
      else this.#cache.keep(operation, result);
    });
  }

  async #send(operations: readonly BridgeOperation[], changes: boolean): Promise<readonly BridgeResult[]> {
    try {
      const answer = await this.#request(operations);
      return answer;
    } catch (error) {
      if (!changes || !isTransportError(error) || !mayHaveArrived(error)) throw error;
      throw await this.#tellTheTruth(operations, error);
    }
  }

  async #request(operations: readonly BridgeOperation[]): Promise<readonly BridgeResult[]> {
    const steps = operations.map(stepFor);
    this.#count.roundTrips += 1;
    this.#count.operations += steps.length;
    const answer = await this.#runner.run({ v: bridgeVersion, steps });
    this.#host = answer.host;
    if (!isComplete(operations, answer.results)) {
      throw new TransportError({
        step: 'answer',
        cause: 'garbage',
        message: `the answer holds ${String(answer.results.length)} results for ${String(operations.length)} questions`,
      });
    }
    return answer.results;
  }

  async #tellTheTruth(operations: readonly BridgeOperation[], cut: TransportError): Promise<TransportError> {
    this.#cache.forgetState();
    const { reads, describe } = stateAfterCut(operations);
    const now = await this.#request(reads).catch(() => null);
    return new TransportError(
      {
        step: cut.step,
        cause: cut.failure,
        message: cut.message,
        advice: [...cut.advice, ...describe(now)],
      },
      { cause: cut },
    );
  }
}

/** Whether a request may have reached the machine although no answer came back. */
function mayHaveArrived(error: TransportError): boolean {
  return error.step === 'command' || error.step === 'answer';
}

/** Every question has a result, or the last result there is says why the rest was not done. */
function isComplete(operations: readonly BridgeOperation[], results: readonly BridgeResult[]): boolean {
  if (results.length === operations.length) return true;
  if (results.length > operations.length) return false;
  const last = operations[results.length - 1];
  return last !== undefined && changesState(last);
}
