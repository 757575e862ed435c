import { EstateError } from './errors';
import type { ClockRecord } from './store-port';

/** Times that an estate's clock may be set to, epoch ms: the years 2000 to 2199. */
export const clockRange = { least: Date.UTC(2000, 0, 1), greatest: Date.UTC(2200, 0, 1) - 1 } as const;

/**
 * A time that an estate's clock can show.
 * @throws EstateError `not-possible` behind the end of the range
 */
export function checkClock(at: number): number {
  if (at <= clockRange.greatest) return at;
  throw new EstateError('not-possible', "An estate's clock goes to the end of the year 2199.");
}

/** The estate's time for a real time, epoch ms. */
export function estateTime(clock: ClockRecord, realNow: number): number {
  return clock.mode === 'held' ? clock.at : realNow + clock.aheadByMs;
}

/** The clock that shows `at` now and goes on as it did: standing still, or running. */
export function clockSetTo(clock: ClockRecord, at: number, realNow: number): ClockRecord {
  return clock.mode === 'held' ? { mode: 'held', at } : { mode: 'running', aheadByMs: at - realNow };
}

/** The clock that stands still at what it shows. */
export function heldClock(clock: ClockRecord, realNow: number): ClockRecord {
  return { mode: 'held', at: estateTime(clock, realNow) };
}

/** The clock that runs on from what it shows. */
export function runningClock(clock: ClockRecord, realNow: number): ClockRecord {
  return { mode: 'running', aheadByMs: estateTime(clock, realNow) - realNow };
}
