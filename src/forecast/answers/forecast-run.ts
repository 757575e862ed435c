import { Simulation } from '../engine/simulation';
import { never, status } from '../plan/machine-rules';
import type { Plan } from '../plan/plan';
import type { Counts, Forecast, HostAnswer, PoolAnswer, SeriesRow, SiteAnswer } from './forecast';

const minuteMs = 60_000;
const hourMinutes = 60;
const dayMinutes = 1440;
/** A forecast of so many days at most has a row for each hour, a longer one for each day. */
const hourlyDays = 14;

/** A forecast without its verdicts, and the engine as it is at the end. */
export interface Played {
  readonly simulation: Simulation;
  readonly series: readonly SeriesRow[];
  readonly end: Forecast['end'];
  readonly sites: readonly SiteAnswer[];
  readonly hosts: readonly HostAnswer[];
  readonly pools: readonly PoolAnswer[];
}

interface Peak {
  requests: number;
  at: number;
}

/** One run of a plan, an hour at a time, with what is recorded on the way. */
export class ForecastRun {
  readonly simulation: Simulation;
  readonly #series: SeriesRow[] = [];
  readonly #every: number;
  readonly #peaks: Peak[];
  readonly #requestsBefore: Float64Array;
  readonly #usedUpAt: number[];
  #sampledRequests = 0;

  constructor(plan: Plan) {
    this.simulation = new Simulation(plan);
    this.#every = plan.minutes <= hourlyDays * dayMinutes ? hourMinutes : dayMinutes;
    this.#peaks = plan.hosts.map(() => ({ requests: 0, at: never }));
    this.#requestsBefore = new Float64Array(plan.hosts.length);
    this.#usedUpAt = plan.pools.map(() => never);
  }

  /** The minute that it reached. */
  get now(): number {
    return Math.max(this.simulation.now, 0);
  }

  get isOver(): boolean {
    return this.simulation.now >= this.simulation.plan.minutes;
  }

  /** Plays to the end of the hour. */
  playHour(): void {
    const { simulation } = this;
    const to = simulation.now < 0 ? 0 : simulation.now + hourMinutes;
    simulation.runTo(Math.min(to, simulation.plan.minutes));
    this.#lookAtHour();
    if (simulation.now % this.#every === 0) this.#sample();
  }

  /** Plays to the end, without a pause. */
  playAll(): Played {
    while (!this.isOver) this.playHour();
    return this.result();
  }

  result(): Played {
    const { simulation } = this;
    const { plan } = simulation;
    const { minutes } = plan;
    return {
      simulation,
      series: this.#series,
      end: { at: instant(plan, minutes), counts: this.#counts(() => true) },
      sites: plan.sites.map(({ name }, site) => this.#site(name, site)),
      hosts: plan.hosts.map(({ name }, host) => ({
        name,
        count: simulation.hosts.count(host, minutes),
        requests: simulation.hosts.requests[host] ?? 0,
        peakPerHour: this.#peaks[host]?.requests ?? 0,
        peakAt: instantOrNull(plan, this.#peaks[host]?.at ?? never),
      })),
      pools: plan.pools.map(({ name }, pool) => ({
        name,
        size: simulation.sites.sizeOf(pool),
        used: simulation.sites.usedOf(pool),
        usedUpAt: instantOrNull(plan, this.#usedUpAt[pool] ?? never),
      })),
    };
  }

  #lookAtHour(): void {
    const { now, hosts, sites, plan } = this.simulation;
    for (const [host, peak] of this.#peaks.entries()) {
      const requests = hosts.requests[host] ?? 0;
      const inHour = requests - (this.#requestsBefore[host] ?? 0);
      this.#requestsBefore[host] = requests;
      if (inHour > peak.requests) this.#peaks[host] = { requests: inHour, at: now };
    }
    for (let pool = 0; pool < plan.pools.length; pool += 1) {
      const isUsedUp = sites.usedOf(pool) >= sites.sizeOf(pool);
      if (isUsedUp && this.#usedUpAt[pool] === never) this.#usedUpAt[pool] = now;
    }
  }

  #sample(): void {
    const { now, hosts, plan } = this.simulation;
    const requests = hosts.requests.reduce((sum, each) => sum + each, 0);
    this.#series.push({
      at: instant(plan, now),
      day: now / dayMinutes,
      counts: this.#counts(() => true),
      requests: requests - this.#sampledRequests,
      hostCounts: plan.hosts.map((_, host) => hosts.count(host, now)),
    });
    this.#sampledRequests = requests;
  }

  #counts(isMeant: (group: number) => boolean): Counts {
    const { tally, plan } = this.simulation;
    const sum = (state: number): number =>
      plan.groups.reduce((all, _, group) => all + (isMeant(group) ? tally.count(group, state) : 0), 0);
    return {
      licensed: sum(status.licensed),
      initialGrace: sum(status['oob-grace']),
      additionalGrace: sum(status['oot-grace']),
      notification: sum(status.notification),
      unlicensed: sum(status.unlicensed),
    };
  }

  #site(name: string, site: number): SiteAnswer {
    const { plan, tally } = this.simulation;
    const own = plan.groups.flatMap((group, index) =>
      group.site === site ? (tally.groups[index] ?? []) : [],
    );
    const counts = this.#counts((group) => plan.groups[group]?.site === site);
    const least = (times: readonly number[]): string | null => instantOrNull(plan, Math.min(never, ...times));
    const reached = own.map(({ lastActivated }) => lastActivated).filter((at) => at !== never);
    return {
      name,
      machines: Object.values(counts).reduce((sum, count) => sum + count, 0),
      counts,
      firstActivated: least(own.map(({ firstActivated }) => firstActivated.at)),
      lastActivated: reached.length === 0 ? null : instant(plan, Math.max(...reached)),
      dropped: own.reduce((sum, { dropped }) => sum + dropped, 0),
      firstDropped: least(own.map(({ firstDropped }) => firstDropped.at)),
      ranOut: own.reduce((sum, { ranOut }) => sum + ranOut, 0),
      firstRanOut: least(own.map(({ firstRanOut }) => firstRanOut.at)),
    };
  }
}

function instant({ start }: Plan, minute: number): string {
  return new Date(start + minute * minuteMs).toISOString();
}

function instantOrNull(plan: Plan, minute: number): string | null {
  return minute === never ? null : instant(plan, minute);
}
