import fc from 'fast-check';
import { cacheLifetimeMs, MemoryCountingCache } from '../../../src/kms/engine/counting-cache';
import { currentCount } from '../../../src/kms/engine/host';
import { type ActivationRequest } from '../../../src/kms/engine/messages';
import { asServer, cmid, day, foreignSku, remembered, start, TestHost } from './fixtures';

interface Step {
  readonly client: number;
  readonly kind: 'client' | 'server' | 'foreign';
  readonly afterMs: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  client: fc.integer({ min: 0, max: 70 }),
  kind: fc.constantFrom('client', 'server', 'foreign'),
  afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 * day })),
});
const course = fc.array(step, { maxLength: 250 });

function requestOf({ client, kind }: Step): Partial<ActivationRequest> {
  const clientMachineId = cmid(client);
  switch (kind) {
    case 'client':
      return { clientMachineId };
    case 'server':
      return { clientMachineId, ...asServer };
    case 'foreign':
      return { clientMachineId, activationId: foreignSku };
  }
}

/** What section 2 says, told the slow way: every counted request, newest last, one entry for each client. */
class Reference {
  #entries: readonly { readonly id: string; readonly at: number }[] = [];
  #threshold = 0;

  count(id: string, threshold: number, now: number): number {
    this.#threshold = Math.max(this.#threshold, threshold);
    const live = this.#entries.filter((entry) => entry.id !== id && now - entry.at < cacheLifetimeMs);
    this.#entries = [...live, { id, at: now }].slice(-2 * this.#threshold);
    return this.#entries.length;
  }

  ids(): readonly string[] {
    return this.#entries.map(({ id }) => id);
  }
}

describe('the counting cache', () => {
  test('answers as the written rules, told slowly, and never beyond twice the greatest threshold', () => {
    fc.assert(
      fc.property(course, (steps) => {
        const host = new TestHost();
        const reference = new Reference();
        let now = start;
        for (const one of steps) {
          now += one.afterMs;
          const { answer } = host.ask(requestOf(one), now);
          if (answer.kind === 'refusal') continue;
          const threshold = one.kind === 'server' ? 5 : 25;
          expect(answer.count).toBe(reference.count(cmid(one.client), threshold, now));
          expect(answer.count).toBeLessThanOrEqual(2 * host.cache.greatestThreshold('windows'));
          expect(currentCount(host.facts, host.cache, 'windows', now)).toBe(answer.count);
        }
        expect(remembered(host.cache)).toEqual(reference.ids());
      }),
      { numRuns: 60 },
    );
  });

  test('a renewal at once leaves the count and every other entry as they are', () => {
    fc.assert(
      fc.property(course, fc.integer({ min: 0, max: 70 }), (steps, client) => {
        const host = new TestHost();
        let now = start;
        for (const one of steps) host.ask(requestOf(one), (now += one.afterMs));
        const first = host.count({ clientMachineId: cmid(client) }, now);
        const before = new Set(remembered(host.cache));
        expect(host.count({ clientMachineId: cmid(client) }, now)).toBe(first);
        expect(new Set(remembered(host.cache))).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });

  test('applying the changes to a copy made from rows gives the same cache', () => {
    fc.assert(
      fc.property(course, (steps) => {
        const host = new TestHost();
        let copy = new MemoryCountingCache();
        let now = start;
        for (const one of steps) {
          const { cacheChanges } = host.ask(requestOf(one), (now += one.afterMs));
          copy = new MemoryCountingCache(copy.rows());
          copy.apply(cacheChanges);
        }
        expect(copy.rows()).toEqual(host.cache.rows());
      }),
      { numRuns: 30 },
    );
  });
});
