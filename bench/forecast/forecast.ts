/**
 * The forecast's speed: the least scenario (two hosts, one of them down for ten days) at four sizes and in each pattern of
 * being online, which shows how the cost grows; and 10,000 machines through a year. Prints processor time, which a busy
 * computer changes little.
 * Usage: tsx bench/forecast/forecast.ts [GREATEST]
 */
import { ForecastRun } from '../../src/forecast/answers/forecast-run';
import { readScenario } from '../../src/forecast/scenario/read-scenario';

const greatest = Number(process.argv[2] ?? 1_000_000);

type Online = 'always' | 'office hours' | 'rarely' | { readonly home: string };

function scenario(count: number, days: number, online: Online): string {
  return JSON.stringify({
    version: 1,
    start: '2026-01-05T08:00:00Z',
    days,
    sites: { hq: { clients: [{ product: 'Windows 7 Enterprise', count, online }], hosts: ['k1', 'k2'] } },
    hosts: {
      k1: { product: 'Windows Server 2008 R2 Standard', outages: [{ from: '60d', for: '10d' }] },
      k2: { product: 'Windows Server 2008 R2 Standard' },
    },
  });
}

function measure(count: number, days: number, online: Online = 'always'): void {
  const { plan } = readScenario(scenario(count, days, online), 'bench');
  const [cpu, wall] = [process.cpuUsage(), process.hrtime.bigint()];
  const { simulation } = new ForecastRun(plan).playAll();
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (user + system) / 1e6;
  const passed = Number(process.hrtime.bigint() - wall) / 1e9;
  const { events } = simulation.tally;
  console.log(
    [
      `${String(count).padStart(8)} machines ${String(days)} days, ${typeof online === 'string' ? online : `home every ${online.home}`}`,
      `${seconds.toFixed(2)} s of processor (${passed.toFixed(2)} s passed)`,
      `${String(events)} steps, ${(events / seconds / 1e6).toFixed(1)} million/s`,
      `${((seconds * 1e9) / events).toFixed(0)} ns each`,
      `${String(Math.round(process.memoryUsage.rss() / 1048576))} MiB`,
    ].join('; '),
  );
}

measure(10_000, 365);
const patterns: readonly Online[] = ['always', 'office hours', { home: '14d' }, 'rarely'];
for (const online of patterns) {
  for (const part of [8, 4, 2, 1]) measure(Math.round(greatest / part), 180, online);
}
