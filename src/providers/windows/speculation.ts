import {
  type BridgeOperation,
  type BridgeResult,
  type BridgeValue,
  methodsWithOutput,
} from './bridge/protocol';
import { type Performer, valueOf } from './performer';
import { type RoundTrips } from './round-trips';

/** A step of a verb with the machine's real answer. */
interface Done {
  readonly key: string;
  readonly result: BridgeResult;
}

interface Asked {
  readonly operation: BridgeOperation;
  /** What the verb was told before the machine was asked, or null for one that waits for the answer. */
  readonly assumed: BridgeResult | null;
  readonly give: (result: BridgeResult) => void;
  readonly fail: (error: unknown) => void;
}

/** What a verb may be told of a change before it is made: that it succeeded. Null: the answer is needed. */
function assumption(operation: BridgeOperation): BridgeResult | null {
  switch (operation.op) {
    case 'invoke':
      return methodsWithOutput.has(operation.method) ? null : { ok: true, value: {} };
    case 'registry-set':
    case 'registry-delete':
      return { ok: true, value: { code: 0 } };
    default:
      return null;
  }
}

/** What is assumed has named parts, a code among them or none; an answer of another kind was not assumed. */
function isAsAssumed(assumed: BridgeResult, real: BridgeResult): boolean {
  if (!assumed.ok || !real.ok) return false;
  const parts = (value: BridgeValue): Readonly<Record<string, BridgeValue>> | null =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, BridgeValue>>)
      : null;
  const answered = parts(real.value);
  return answered !== null && (parts(assumed.value)?.['code'] ?? null) === (answered['code'] ?? null);
}

/** Thrown into a verb whose assumptions turned out wrong: it is run again with the real answers. */
class Mistaken extends Error {
  constructor() {
    super('the verb is run again with the real answers');
    this.name = 'Mistaken';
  }
}

const ignore = (): void => undefined;

/**
 * One run of a verb. Changes are gathered and told to have succeeded; they go over together with the first question
 * whose answer the verb waits for, and the machine stops at the first that fails. `history` holds the real answers
 * of earlier runs, in order.
 */
class Speculation implements Performer {
  readonly #trips: RoundTrips;
  readonly #history: Done[];
  #position = 0;
  #asked: Asked[] = [];
  #flushing = false;
  #mistaken = false;

  constructor(trips: RoundTrips, history: Done[]) {
    this.#trips = trips;
    this.#history = history;
  }

  get isMistaken(): boolean {
    return this.#mistaken;
  }

  /** True where nothing that the verb was told is still to be confirmed. */
  get isSettled(): boolean {
    return this.#asked.length === 0 && !this.#mistaken;
  }

  async perform(operation: BridgeOperation): Promise<BridgeValue> {
    if (this.#mistaken) throw new Mistaken();
    const done = this.#replayed(operation);
    if (done !== null) return valueOf(done);
    const assumed = assumption(operation);
    if (assumed !== null) {
      this.#asked.push({ operation, assumed, give: ignore, fail: ignore });
      return valueOf(assumed);
    }
    return valueOf(await this.#cachedOrAsked(operation));
  }

  /** Sends the changes that nobody waited for. */
  async settle(): Promise<void> {
    if (this.#asked.length > 0) await this.#flush();
  }

  #replayed(operation: BridgeOperation): BridgeResult | null {
    const done = this.#history[this.#position];
    if (done === undefined) return null;
    if (done.key !== JSON.stringify(operation)) {
      throw new Error(
        `run again with the same answers, the verb asked for ${operation.op} where it had not before`,
      );
    }
    this.#position += 1;
    return done.result;
  }

  #cachedOrAsked(operation: BridgeOperation): BridgeResult | Promise<BridgeResult> {
    const stable = operation.op === 'registry-check-access';
    const cached = stable || this.#asked.length === 0 ? this.#trips.takeKept(operation) : null;
    if (cached !== null && this.#asked.length === 0) {
      this.#record(operation, cached);
      return cached;
    }
    return new Promise<BridgeResult>((give, fail) => {
      if (cached === null) {
        this.#asked.push({ operation, assumed: null, give, fail });
        void this.#start().catch(fail);
      } else {
        // Known, but its place is behind changes that are still to be made.
        this.#asked.push({ operation, assumed: cached, give: ignore, fail: ignore });
        give(cached);
      }
    });
  }

  async #start(): Promise<void> {
    if (this.#flushing) return;
    this.#flushing = true;
    try {
      await Promise.resolve();
      while (this.#asked.some(({ assumed }) => assumed === null)) await this.#flush();
    } finally {
      this.#flushing = false;
    }
  }

  #record(operation: BridgeOperation, result: BridgeResult): void {
    this.#history.push({ key: JSON.stringify(operation), result });
    this.#position = this.#history.length;
  }

  async #flush(): Promise<void> {
    const asked = this.#asked;
    this.#asked = [];
    try {
      const results = await this.#trips.exchange(asked.map(({ operation }) => operation));
      this.#accept(asked, results);
    } catch (error) {
      asked.forEach(({ fail }) => fail(error));
      throw error;
    }
  }

  #accept(asked: readonly Asked[], results: readonly BridgeResult[]): void {
    results.forEach((result, index) => {
      const entry = asked[index];
      if (entry === undefined) return;
      this.#record(entry.operation, result);
      if (entry.assumed !== null && !isAsAssumed(entry.assumed, result)) this.#mistaken = true;
    });
    if (results.length < asked.length) this.#mistaken = true;
    asked.forEach((entry, index) => {
      const result = results[index];
      if (this.#mistaken || result === undefined) entry.fail(new Mistaken());
      else entry.give(result);
    });
  }
}

/** More runs than a verb has changes cannot be needed: each adds at least one real answer. */
const mostRuns = 2000;

/**
 * Runs a verb so that its changes cost as few round trips as their order allows, and gives its results in order. The
 * verb is told at once that a change succeeded; the changes go over together, in order, and the machine stops at the
 * first that fails. Was one of them not as assumed, the verb is run again from its beginning with the machine's real
 * answers in place of the assumed ones: what was done is not done again, and a result is only given when everything
 * before it has really happened.
 *
 * The verb must be a function of the machine's answers alone: same answers, same questions, same results.
 */
export async function* gather<R>(
  trips: RoundTrips,
  start: (performer: Performer) => AsyncIterable<R>,
): AsyncGenerator<R, void, undefined> {
  const history: Done[] = [];
  let given = 0;
  for (let run = 0; run < mostRuns; run += 1) {
    const speculation = new Speculation(trips, history);
    const held: R[] = [];
    let seen = 0;
    let failure: { readonly error: unknown } | null = null;
    try {
      for await (const result of start(speculation)) {
        seen += 1;
        if (seen > given) held.push(result);
        if (!speculation.isSettled) continue;
        given += held.length;
        yield* held.splice(0);
      }
    } catch (error) {
      failure = { error };
    }
    if (!speculation.isMistaken) await speculation.settle();
    if (speculation.isMistaken) continue;
    yield* held;
    if (failure !== null) throw failure.error;
    return;
  }
  throw new Error('the verb never came to an end');
}
