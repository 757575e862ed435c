import fc from 'fast-check';
import { seededRandom } from '../../../src/lab/estate/random';

test('drawing can be interrupted anywhere: the numbers are those of one row', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), fc.nat(200), fc.nat(50), (seed, before, after) => {
      const whole = seededRandom(seed, 0);
      for (let i = 0; i < before; i += 1) whole.next();
      const resumed = seededRandom(seed, whole.draws());
      for (let i = 0; i < after; i += 1) expect(resumed.next()).toBe(whole.next());
      expect(resumed.draws()).toBe(before + after);
    }),
  );
});

test('numbers lie from 0 to 1 and spread evenly', () => {
  const { next } = seededRandom(1, 0);
  const buckets = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 10_000; i += 1) {
    const value = next();
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThan(1);
    buckets[Math.floor(value * 10)]! += 1;
  }
  for (const count of buckets) expect(Math.abs(count - 1000)).toBeLessThan(150);
});
