import fc from 'fast-check';
import { Simulation } from '../../src/forecast/engine/simulation';
import { type Plan } from '../../src/forecast/plan/plan';
import { status } from '../../src/forecast/plan/machine-rules';
import { readScenario } from '../../src/forecast/scenario/read-scenario';
import { LabTwin } from './lab-twin';
import { randomScenario } from './random-scenario';

/** More by hand: SLMGR_FORECAST_SCENARIOS=5000 SLMGR_FORECAST_MACHINES=300 SLMGR_FORECAST_SEED=1. */
const scenarios = Number(process.env['SLMGR_FORECAST_SCENARIOS'] ?? 200);
const machines = Number(process.env['SLMGR_FORECAST_MACHINES'] ?? 30);
const seed = process.env['SLMGR_FORECAST_SEED'];

/** All machines of engine and laboratory at an hour, with the counts by state. */
function differences(plan: Plan, simulation: Simulation, twin: LabTwin): readonly string[] {
  const found: string[] = [];
  const counts = new Map<string, number>();
  for (const [group, { first, count }] of plan.groups.entries()) {
    for (let machine = first; machine < first + count; machine += 1) {
      const lab = twin.stateOf(machine);
      const own = {
        status: simulation.clients.statusOf(machine),
        until: simulation.clients.untilOf(machine),
      };
      if (lab === null ? own.status !== null : own.status !== lab.status || own.until !== lab.until) {
        found.push(
          `machine ${String(machine)}: ${JSON.stringify(own)}, in the laboratory ${JSON.stringify(lab)}`,
        );
      }
      if (lab !== null) {
        const key = `${String(group)} ${String(lab.status)}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    for (const code of Object.values(status)) {
      const lab = counts.get(`${String(group)} ${String(code)}`) ?? 0;
      if (simulation.tally.count(group, code) !== lab)
        found.push(`group ${String(group)}: count of ${String(code)}`);
    }
  }
  return found;
}

test(
  'random scenarios: states, ends and counts of every hour are those of the laboratory',
  () => {
    fc.assert(
      fc.property(randomScenario(machines), (text) => {
        const { plan } = readScenario(text, 'random');
        const simulation = new Simulation(plan);
        const twin = new LabTwin(plan);
        for (let minute = 0; minute <= plan.minutes; minute += 60) {
          simulation.runTo(minute);
          twin.runTo(minute);
          const found = differences(plan, simulation, twin);
          if (found.length > 0) throw new Error(`minute ${String(minute)}: ${found.slice(0, 3).join('; ')}`);
        }
      }),
      { numRuns: scenarios, endOnFailure: true, ...(seed === undefined ? {} : { seed: Number(seed) }) },
    );
  },
  20 * 60_000,
);
