import { EstateError } from './errors';
import { requireEstate, type Laboratory } from './laboratory';
import type { ClockRecord } from './store-port';
import { estateTime, heldClock, runningClock } from './time';

export interface ClockView {
  readonly mode: ClockRecord['mode'];
  /** The estate's time, epoch ms. */
  readonly now: number;
  /** When something is due next; null: never. */
  readonly nextDue: number | null;
}

/** What the estate's clock shows. */
export function showClock(laboratory: Laboratory): ClockView {
  return laboratory.store.read((reader) => {
    const clock = reader.clock();
    return { mode: clock.mode, now: estateTime(clock, laboratory.realNow()), nextDue: reader.earliestDue() };
  });
}

/** The estate's clock stands still from now on, for every process. */
export function holdClock(laboratory: Laboratory): ClockView {
  return changeClock(laboratory, heldClock);
}

/** The estate's clock runs on from what it shows. */
export function runClock(laboratory: Laboratory): ClockView {
  return changeClock(laboratory, runningClock);
}

function changeClock(
  laboratory: Laboratory,
  change: (clock: ClockRecord, realNow: number) => ClockRecord,
): ClockView {
  laboratory.store.write((writer) => {
    requireEstate(writer.estate());
    writer.putClock(change(writer.clock(), laboratory.realNow()));
  });
  return showClock(laboratory);
}

/**
 * The instant that `lab clock set` asks for: later than the estate's time, since what happened stays.
 * @throws EstateError `not-possible` for an earlier one
 */
export function checkLater(now: number, target: number): number {
  if (target >= now) return target;
  throw new EstateError(
    'not-possible',
    `The estate's clock cannot go back: it shows ${new Date(now).toISOString()}. What happened stays.`,
  );
}
