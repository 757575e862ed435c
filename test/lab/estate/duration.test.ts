import fc from 'fast-check';
import { parseDuration, parseInstant } from '../../../src/lab/estate/duration';

test.each([
  ['250ms', 250],
  ['90', 90_000],
  ['90s', 90_000],
  ['30m', 1_800_000],
  ['1.5h', 5_400_000],
  ['7d', 604_800_000],
  ['7D', 604_800_000],
  ['0', 0],
])('%s is a duration', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', 'd', '7w', '-1h', '1h30m', 'one', '1e3', '99999999d', '1 000', 'NaN'])(
  '"%s" is none',
  (text) => {
    expect(() => parseDuration(text)).toThrow(/is no duration/);
  },
);

test('a sign is taken where it may stand', () => {
  expect(parseDuration('-5h', 'signed')).toBe(-18_000_000);
  expect(parseDuration('+5h', 'signed')).toBe(18_000_000);
  expect(Object.is(parseDuration('-0', 'signed'), 0)).toBe(true);
});

test('a whole number of any unit is exact', () => {
  const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 36_000 }),
      fc.constantFrom('ms', 's', 'm', 'h', 'd'),
      (n, unit) => parseDuration(`${n}${unit}`) === n * units[unit],
    ),
  );
});

test.each([
  ['2026-01-05T08:00:00Z', '2026-01-05T08:00:00.000Z'],
  ['2026-01-05T08:00:00.5+02:00', '2026-01-05T06:00:00.500Z'],
  ['2026-01-05 08:00', '2026-01-05T08:00:00.000Z'],
  ['2026-01-05', '2026-01-05T00:00:00.000Z'],
])('%s is an instant', (text, iso) => {
  expect(new Date(parseInstant(text)).toISOString()).toBe(iso);
});

test.each([
  '',
  'now',
  '2026-02-30',
  '2026-13-01',
  '1999-12-31',
  '2200-01-01',
  '2026-01-05T25:00Z',
  '5.1.2026',
])('"%s" is none', (text) => {
  expect(() => parseInstant(text)).toThrow(/is no time/);
});
