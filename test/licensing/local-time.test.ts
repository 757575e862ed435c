import * as fc from 'fast-check';
import { formatLocalDate, formatLocalDateTime, processZone, utc } from '../../src/licensing/local-time';

const at = (...parts: [number, number, number, number?, number?, number?]): number => Date.UTC(...parts);

describe('local times as slmgr prints them', () => {
  test.each([
    [at(2026, 0, 2, 0, 0, 0), '1/2/2026'],
    [at(2026, 0, 2, 0, 0, 1), '1/2/2026 12:00:01 AM'],
    [at(2026, 10, 20, 11, 59, 59), '11/20/2026 11:59:59 AM'],
    [at(2026, 10, 20, 12, 0, 0), '11/20/2026 12:00:00 PM'],
    [at(2026, 10, 20, 23, 5, 9), '11/20/2026 11:05:09 PM'],
  ])('%d is %s', (instant, text) => {
    expect(formatLocalDateTime(instant, utc)).toBe(text);
  });

  test('the zone moves the clock and the day', () => {
    const instant = at(2026, 10, 20, 23, 30);
    expect(formatLocalDateTime(instant, () => 60)).toBe('11/21/2026 12:30:00 AM');
    expect(formatLocalDateTime(instant, () => -480)).toBe('11/20/2026 3:30:00 PM');
    expect(formatLocalDateTime(instant, () => 30)).toBe('11/21/2026');
  });

  test('the offset is asked for the very instant, so that daylight saving counts', () => {
    const summer = (instant: number): number => (instant < at(2026, 9, 25) ? 120 : 60);
    expect(formatLocalDateTime(at(2026, 6, 1, 10), summer)).toBe('7/1/2026 12:00:00 PM');
    expect(formatLocalDateTime(at(2026, 11, 1, 10), summer)).toBe('12/1/2026 11:00:00 AM');
  });

  test("the process's own zone is that of Date", () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), (date) => {
        expect(processZone(date.getTime())).toBe(0 - date.getTimezoneOffset());
      }),
    );
  });

  test('the date alone of a local text', () => {
    expect(formatLocalDate('2026-01-02 03:04:05')).toBe('1/2/2026');
    expect(formatLocalDate('soon')).toBe('soon');
  });
});
