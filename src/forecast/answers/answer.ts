import type { Change, Forecast } from './forecast';
import type { Played } from './forecast-run';
import { verdictsOf } from './verdicts';

/** The answers of a run, with the changes that were found to keep everybody licensed. */
export function answerOf(scenario: string, played: Played, changes: readonly Change[]): Forecast {
  const { simulation, series, end, sites, hosts, pools } = played;
  const { plan, tally } = simulation;
  return {
    scenario,
    start: new Date(plan.start).toISOString(),
    days: plan.minutes / 1440,
    seed: plan.seed,
    machines: plan.machines,
    events: tally.events,
    end,
    series: [...series],
    sites: [...sites],
    hosts: [...hosts],
    pools: [...pools],
    verdicts: [...verdictsOf(played)],
    changes: [...changes],
  };
}
