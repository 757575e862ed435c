import fc from 'fast-check';
import { NumberSorter } from '../../src/forecast/engine/number-sorter';

test('few numbers and many, again and again, are in their order', () => {
  const limit = 200_000;
  const sorter = new NumberSorter(limit);
  const start = fc.integer({ min: 0, max: limit - 1 });
  fc.assert(
    fc.property(start, fc.integer({ min: 0, max: 3000 }), fc.constantFrom(1, 7, 31), (from, count, step) => {
      const numbers = Int32Array.from({ length: count }, (_, n) => (from + (count - n) * step) % limit);
      const expected = Int32Array.from([...numbers].toSorted((one, other) => one - other));
      expect(sorter.sort(numbers)).toEqual(expected);
    }),
    { numRuns: 60 },
  );
  expect(sorter.sort(Int32Array.of(limit - 1, 31, 32, 0, 63))).toEqual(
    Int32Array.of(0, 31, 32, 63, limit - 1),
  );
});
