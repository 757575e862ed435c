import * as fc from 'fast-check';
import { formatDmtf, parseDmtf } from '../../src/licensing/dmtf';

describe('DMTF dates', () => {
  test.each([
    ['20261120095912.000000-000', Date.UTC(2026, 10, 20, 9, 59, 12)],
    ['20261120095912.987654-000', Date.UTC(2026, 10, 20, 9, 59, 12, 987)],
    ['20261120101112.000000+060', Date.UTC(2026, 10, 20, 9, 11, 12)],
    ['20261231233000.000000-480', Date.UTC(2027, 0, 1, 7, 30)],
    ['20261120000000', Date.UTC(2026, 10, 20)],
  ])('%s', (text, instant) => {
    expect(parseDmtf(text)).toBe(instant);
  });

  test.each([
    '',
    '16010101000000.000000-000',
    '20261320000000.000000-000',
    '20260230000000',
    '20260228240000',
    '20260228236000.000000-000',
    '16001231235959.000000-000',
    '99991231235959.000000-480',
    'tomorrow',
    '0',
  ])('%j is none', (text) => {
    expect(parseDmtf(text)).toBeNull();
  });

  test('none is written as the service writes it', () => {
    expect(formatDmtf(null)).toBe('16010101000000.000000-000');
  });

  test('what is written is read again', () => {
    const instants = fc.integer({ min: Date.UTC(1602, 0, 1), max: Date.UTC(9999, 11, 31) });
    fc.assert(fc.property(instants, (instant) => parseDmtf(formatDmtf(instant)) === instant));
  });

  test('no text makes it throw', () => {
    fc.assert(fc.property(fc.string(), (text) => Number.isFinite(parseDmtf(text) ?? 0)));
  });
});

test.each([8.64e15, 8.64e15 + 1, -8.64e15, Date.UTC(10_000, 0, 1), NaN, Infinity])(
  'the instant %d is none: DMTF has no digits for it',
  (instant) => {
    expect(formatDmtf(instant)).toBe('16010101000000.000000-000');
  },
);
