import type { ClockRecord } from './store-port';

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
