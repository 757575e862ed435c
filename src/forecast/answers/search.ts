import type { Plan } from '../plan/plan';
import type { Change } from './forecast';
import { ForecastRun } from './forecast-run';
import { type Remedy, remediesOf } from './remedies';
import { isKept } from './verdicts';

/** Lets others run, and tells how far a search is; it may throw to end it. */
export type Pause = (line: string) => Promise<void>;

/**
 * The changes of a plan that alone keep everybody licensed, each in its smallest size, the least effort first. Every
 * answer was played: the size, and one less, which is not enough.
 */
export async function smallestChanges(plan: Plan, pause: Pause): Promise<readonly Change[]> {
  const found: Change[] = [];
  for (const remedy of remediesOf(plan)) {
    const size = await smallestSize(remedy, pause);
    if (size !== null) found.push({ kind: remedy.kind, size, text: remedy.text(size) });
  }
  return found;
}

/** The smallest size that is enough; null where the greatest is not. */
async function smallestSize(remedy: Remedy, pause: Pause): Promise<number | null> {
  const isEnough = (size: number): Promise<boolean> => keeps(remedy.applied(size), pause, remedy.text(size));
  if (!(await isEnough(remedy.sizes))) return null;
  let tooSmall = 0;
  let enough = remedy.sizes;
  while (enough - tooSmall > 1) {
    const size = Math.floor((tooSmall + enough) / 2);
    if (await isEnough(size)) enough = size;
    else tooSmall = size;
  }
  return enough;
}

/** Whether a plan keeps everybody licensed; it is played no further than the first who is not. */
async function keeps(plan: Plan, pause: Pause, what: string): Promise<boolean> {
  const run = new ForecastRun(plan);
  const { tally } = run.simulation;
  while (!run.isOver) {
    run.playHour();
    if (tally.groups.some(({ dropped, ranOut, poolRefusals }) => dropped + ranOut + poolRefusals > 0))
      return false;
    await pause(`looking for the smallest change: ${what}`);
  }
  return isKept(run.result());
}
