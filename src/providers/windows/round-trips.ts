import { isTransportError, TransportError } from '../../transports/transport-error';
import { isInOrder } from './bridge/order';
import {
  bridgeVersion,
  changesState,
  type BridgeHost,
  type BridgeOperation,
  type BridgeResult,
  type BridgeStep,
} from './bridge/protocol';
import { isAnsweredBy, ReadCache } from './read-cache';
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

/** What was spent on a machine: bench/remote and tests print it. */
export interface RoundTripCount {
  readonly roundTrips: number;
  readonly operations: number;
  /** Round trips with changes that reached the machine, or may have. */
  readonly changes: number;
}

/**
 * Requests to one machine, counted. What a round trip brings along in advance is kept until it is asked for; a change
 * makes it worthless. Where the connection is lost while changes are on their way, the state is read again over a new
 * connection and the error says what is true now.
 */
export class RoundTrips {
  readonly #runner: ScriptRunner;
  readonly #translate: (error: unknown) => unknown;
  readonly #cache = new ReadCache();
  #count = { roundTrips: 0, operations: 0, changes: 0 };
  #host: BridgeHost | null = null;

  constructor(runner: ScriptRunner, translate: (error: unknown) => unknown = (error) => error) {
    this.#runner = runner;
    this.#translate = translate;
  }

  get count(): RoundTripCount {
    return { ...this.#count };
  }

  /** What the machine said of itself in its latest answer; null before the first. */
  get host(): BridgeHost | null {
    return this.#host;
  }

  /** The result of a read that an earlier round trip brought along, once; null where there is none. */
  takeKept(operation: BridgeOperation): BridgeResult | null {
    return this.#cache.take(operation);
  }

  /** Whether all of these were brought along and nobody asked for them yet. */
  keepsAll(operations: readonly BridgeOperation[]): boolean {
    return operations.every((operation) => this.#cache.has(operation));
  }

  /**
   * Reads in advance, in one round trip, and keeps what succeeds; the first one's result is given back too. What stands in
   * `again` is kept once more for a second reader of the same moment, and asked for once only.
   */
  async readAhead(
    first: BridgeOperation,
    others: readonly BridgeOperation[],
    again: readonly BridgeOperation[] = [],
  ): Promise<BridgeResult> {
    const asked = [first, ...others];
    const more = again.filter((operation) => !asked.some((each) => isAnsweredBy(each, operation)));
    const operations = [...asked, ...more];
    const results = await this.exchange(operations);
    results.forEach((result, index) => {
      const operation = operations[index];
      if (operation !== undefined) this.#cache.keep(operation, result);
    });
    for (const operation of again) {
      const at = asked.findIndex((each) => isAnsweredBy(each, operation));
      const [kept, result] = [asked[at], results[at]];
      if (kept !== undefined && result !== undefined) this.#cache.keep(kept, result);
    }
    const [result] = results;
    if (result === undefined) throw new Error('an exchange without a result');
    return result;
  }

  /**
   * Sends operations in one round trip. The results are as many as were done: fewer than asked for when a change
   * failed, since nothing behind it is done then.
   */
  async exchange(operations: readonly BridgeOperation[]): Promise<readonly BridgeResult[]> {
    const changes = operations.some(changesState);
    if (changes) this.#cache.forgetState();
    try {
      const results = await this.#request(operations);
      if (changes) this.#count.changes += 1;
      return results;
    } catch (error) {
      if (!changes || !isTransportError(error) || !mayHaveArrived(error)) throw this.#translate(error);
      this.#count.changes += 1;
      throw this.#translate(await this.#tellTheTruth(operations, error));
    }
  }

  async close(): Promise<void> {
    await this.#runner.close();
  }

  async #request(operations: readonly BridgeOperation[]): Promise<readonly BridgeResult[]> {
    const steps = operations.map(stepFor);
    this.#count.roundTrips += 1;
    this.#count.operations += steps.length;
    const answer = await this.#runner.run({ v: bridgeVersion, steps });
    this.#host = answer.host;
    if (!isInOrder(steps, answer.results)) {
      throw new TransportError({
        step: 'answer',
        cause: 'garbage',
        message: `the answer's ${String(answer.results.length)} results are not those of ${String(operations.length)} questions`,
      });
    }
    return answer.results;
  }

  async #tellTheTruth(operations: readonly BridgeOperation[], cut: TransportError): Promise<TransportError> {
    const { reads, describe } = stateAfterCut(operations);
    const now = await this.#request(reads).catch(() => null);
    const { step, failure, message, advice } = cut;
    return new TransportError(
      { step, cause: failure, message, advice: [...advice, ...describe(now)] },
      { cause: cut },
    );
  }
}

/** Whether a request may have reached the machine although no answer came back. */
function mayHaveArrived(error: TransportError): boolean {
  return error.step === 'command' || error.step === 'answer';
}
