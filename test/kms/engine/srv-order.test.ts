import fc from 'fast-check';
import { type SrvRecord } from '../../../src/kms/engine/client-types';
import { orderAtRandom, orderByPriorityAndWeight } from '../../../src/kms/engine/srv-order';
import { srv } from './client-fixtures';

/** A small generator of numbers from 0 to 1, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const record: fc.Arbitrary<SrvRecord> = fc.record({
  priority: fc.integer({ min: 0, max: 5 }),
  weight: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 65_535 })),
  port: fc.constant(1688),
  target: fc.string({ minLength: 1, maxLength: 3 }),
});

function targets(records: readonly SrvRecord[]): readonly string[] {
  return records.map(({ target }) => target);
}

describe('the order of SRV records', () => {
  test.each([
    ['by priority and weight', orderByPriorityAndWeight],
    ['at random', orderAtRandom],
  ])('%s keeps every record once', (_name, order) => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), fc.nat(), (records, seed) => {
        const ordered = order(records, seeded(seed));
        expect([...ordered].sort(compare)).toEqual([...records].sort(compare));
      }),
    );
  });

  test('K6.13 a lower priority number always comes first', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), fc.nat(), (records, seed) => {
        const priorities = orderByPriorityAndWeight(records, seeded(seed)).map(({ priority }) => priority);
        expect(priorities).toEqual([...priorities].sort((a, b) => a - b));
      }),
    );
  });

  test('K6.13 weight shares the load between equal priorities', () => {
    const random = seeded(7);
    const records = [srv('light', 0, 10), srv('heavy', 0, 90)];
    let heavyFirst = 0;
    for (let n = 0; n < 2000; n += 1) {
      if (targets(orderByPriorityAndWeight(records, random))[0] === 'heavy') heavyFirst += 1;
    }
    expect(heavyFirst / 2000).toBeGreaterThan(0.85);
    expect(heavyFirst / 2000).toBeLessThan(0.94);
  });

  test('K6.13 weight 0 beside others keeps a very small chance, zeros alone are picked evenly', () => {
    const random = seeded(11);
    const beside = [srv('zero', 0, 0), srv('one', 0, 1000)];
    let zeroFirst = 0;
    let firstOfZeros = 0;
    for (let n = 0; n < 2000; n += 1) {
      if (targets(orderByPriorityAndWeight(beside, random))[0] === 'zero') zeroFirst += 1;
      if (targets(orderByPriorityAndWeight([srv('x'), srv('y')], random))[0] === 'x') firstOfZeros += 1;
    }
    expect(zeroFirst).toBeLessThan(30);
    expect(firstOfZeros / 2000).toBeGreaterThan(0.42);
    expect(firstOfZeros / 2000).toBeLessThan(0.58);
  });

  test('K6.12 Vista picks evenly, whatever priority and weight say', () => {
    const random = seeded(3);
    const records = [srv('far', 9, 0), srv('near', 0, 100)];
    let farFirst = 0;
    for (let n = 0; n < 2000; n += 1) if (targets(orderAtRandom(records, random))[0] === 'far') farFirst += 1;
    expect(farFirst / 2000).toBeGreaterThan(0.42);
    expect(farFirst / 2000).toBeLessThan(0.58);
  });
});

function compare(a: SrvRecord, b: SrvRecord): number {
  return (
    a.priority - b.priority || a.weight - b.weight || (a.target < b.target ? -1 : Number(a.target > b.target))
  );
}
