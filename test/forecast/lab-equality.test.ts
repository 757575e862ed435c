import fc from 'fast-check';
import { Simulation } from '../../src/forecast/engine/simulation';
import { type Plan } from '../../src/forecast/plan/plan';
import { status } from '../../src/forecast/plan/machine-rules';
import { readScenario } from '../../src/forecast/scenario/read-scenario';
import { LabTwin } from './lab-twin';
import { randomScenario, workingScenario } from './random-scenario';

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

/** Plays a scenario in both; in how many hours the engine had machines in a routine. */
function playBoth(text: string): number {
  const { plan } = readScenario(text, 'random');
  const simulation = new Simulation(plan);
  const twin = new LabTwin(plan);
  let hours = 0;
  for (let minute = 0; minute <= plan.minutes; minute += 60) {
    simulation.runTo(minute);
    twin.runTo(minute);
    const found = differences(plan, simulation, twin);
    if (found.length > 0) throw new Error(`minute ${String(minute)}: ${found.slice(0, 3).join('; ')}`);
    if (simulation.clients.inRoutine > 0) hours += 1;
    for (const host of plan.hosts.keys()) {
      const [own, lab] = [simulation.hosts.count(host, minute), twin.countOf(host, minute)];
      if (own !== lab)
        throw new Error(
          `minute ${String(minute)}: host ${String(host)} counts ${String(own)}, not ${String(lab)}`,
        );
    }
  }
  return hours;
}

test(
  'random scenarios: states, ends and counts of every hour are those of the laboratory',
  () => {
    fc.assert(
      fc.property(randomScenario(machines), (text) => {
        playBoth(text);
      }),
      { numRuns: scenarios, endOnFailure: true, ...(seed === undefined ? {} : { seed: Number(seed) }) },
    );
  },
  20 * 60_000,
);

test(
  'working days: machines to whom nothing new happens are those of the laboratory too',
  () => {
    let hours = 0;
    const numRuns = Math.ceil(scenarios / 20);
    fc.assert(
      fc.property(workingScenario(machines), (text) => {
        hours += playBoth(text);
      }),
      { numRuns, endOnFailure: true, ...(seed === undefined ? {} : { seed: Number(seed) }) },
    );
    expect(hours).toBeGreaterThan(numRuns);
  },
  20 * 60_000,
);

const office = { office: { from: '08:00', to: '17:00', jitter: '0m' } };
const servers = (count: number, more: object = {}): object => ({
  product: 'Windows Server 2008 Standard',
  count,
  online: office,
  ...more,
});

test.each([
  {
    what: 'a count that falls after others have gone',
    clients: [servers(20, { until: '6d' }), servers(4)],
    host: {},
  },
  {
    what: 'an outage in the minute of the start',
    clients: [servers(15)],
    host: { outages: [{ from: '224h', for: '2d' }] },
  },
  {
    what: 'virtual machines at a host that does not count them',
    clients: [servers(15, { until: '6d' }), servers(12, { virtual: true })],
    host: {},
  },
])('$what: as in the laboratory', ({ clients, host }) => {
  const hours = playBoth(
    JSON.stringify({
      version: 1,
      start: '2026-01-05T00:00:00Z',
      days: 45,
      sites: { hq: { clients, hosts: ['k1'] } },
      hosts: { k1: { product: 'Windows Server 2008 Standard', ...host } },
    }),
  );
  expect(hours).toBeGreaterThan(100);
});
