import { hresult, parseHresult } from '../../licensing/hresult';
import { LicensingError } from '../../licensing/provider';
import { type BridgeOperation, type BridgeResult, type BridgeValue } from './bridge/protocol';
import { type RoundTrips } from './round-trips';

/** Does one operation on the machine, sooner or later: the provider stands on it. */
export interface Performer {
  perform(operation: BridgeOperation): Promise<BridgeValue>;
}

const unspecified = hresult(0x80041001);

/** The value of a result; throws a {@link LicensingError} with the step's HRESULT, which is never 0, for a failed one. */
export function valueOf(result: BridgeResult): BridgeValue {
  if (result.ok) return result.value;
  const number = parseHresult(result.error.hresult);
  throw new LicensingError(number === null || number === 0 ? unspecified : number, result.error.message);
}

interface Waiting {
  readonly operation: BridgeOperation;
  readonly give: (result: BridgeResult) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * One operation after another, each at once. What is asked for in the same turn of the event loop (with
 * `Promise.all`) goes over in one round trip.
 */
export class DirectPerformer implements Performer {
  readonly #trips: RoundTrips;
  #waiting: Waiting[] = [];
  #busy = false;

  constructor(trips: RoundTrips) {
    this.#trips = trips;
  }

  async perform(operation: BridgeOperation): Promise<BridgeValue> {
    const cached = this.#busy || this.#waiting.length > 0 ? null : this.#trips.takeKept(operation);
    if (cached !== null) return valueOf(cached);
    const result = await new Promise<BridgeResult>((give, fail) => {
      this.#waiting.push({ operation, give, fail });
      if (!this.#busy) void this.#drain();
    });
    return valueOf(result);
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      await Promise.resolve();
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#exchange(batch);
    }
    this.#busy = false;
  }

  async #exchange(batch: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.#trips.exchange(batch.map(({ operation }) => operation));
      batch.slice(0, results.length).forEach(({ give }, index) => give(results[index] ?? notDone));
      // What stood behind a failed change was asked for on its own: it gets its own round trip.
      this.#waiting.unshift(...batch.slice(results.length));
    } catch (error) {
      batch.forEach(({ fail }) => fail(error));
    }
  }
}

const notDone: BridgeResult = {
  ok: false,
  error: { hresult: '0x80004005', message: 'not done', stage: 'exchange' },
};
