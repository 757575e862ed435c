import type { Forecast } from './forecast';
import type { Played } from './forecast-run';
import { verdictsOf } from './verdicts';

/** The answers of a run. */
export function answerOf(scenario: string, played: Played): Forecast {
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
  };
}
