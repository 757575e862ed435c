import { groupActivates, hostGroup, hostGroupOf } from '../../licensing/catalogue/host-groups';
import { adActivationEra, generationFacts } from '../../licensing/catalogue/generations';
import type { HostGroupId } from '../../licensing/catalogue/types';
import type { Path, Problems } from '../scenario/problems';
import type { Scenario, ScenarioChange } from '../scenario/schema';
import type { Making } from './build-groups';
import { findWindows } from './names-and-times';
import type { Action, HostRecord, PlannedSite } from './plan';

/** Outages of hosts, and their settings as they change. */
export function hostActions(scenario: Scenario, making: Making): readonly Action[] {
  const outages = Object.keys(scenario.hosts ?? {}).flatMap((name, host) =>
    outageActions(scenario, { name, host }, making),
  );
  const settings = (scenario.changes ?? []).flatMap((change, at) => {
    refuseMisfits(change, ['changes', at], making.problems);
    return settingActions(change, ['changes', at], making);
  });
  return [...outages, ...settings];
}

function outageActions(
  scenario: Scenario,
  { name, host }: { readonly name: string; readonly host: number },
  { timeline, problems }: Making,
): readonly Action[] {
  const spans = (scenario.hosts?.[name]?.outages ?? []).map((outage, at) => {
    const path: Path = ['hosts', name, 'outages', at];
    const from = timeline.at(outage.from, [...path, 'from']);
    return { from, to: from + outage.for, path };
  });
  const sorted = spans.toSorted((a, b) => a.from - b.from);
  return sorted.flatMap(({ from, to, path }, at): readonly Action[] => {
    const before = sorted[at - 1];
    if (before !== undefined && from < before.to) {
      problems.add(path, 'begins before another outage of this host is over');
    }
    const down: Action = { kind: 'host', at: from, host, set: { isUp: false } };
    return to > timeline.minutes ? [down] : [down, { kind: 'host', at: to, host, set: { isUp: true } }];
  });
}

function settingActions(
  { host: name, at, intervals, activated }: ScenarioChange,
  path: Path,
  { names, timeline }: Making,
): readonly Action[] {
  const host = name === undefined ? null : names.find('hosts', name, [...path, 'host']);
  if (host === null || (intervals === undefined && activated === undefined)) return [];
  const set = {
    ...(activated === undefined ? {} : { isActivated: activated }),
    ...(intervals?.activation === undefined ? {} : { activationInterval: intervals.activation }),
    ...(intervals?.renewal === undefined ? {} : { renewalInterval: intervals.renewal }),
  };
  return [{ kind: 'host', at: timeline.at(at, [...path, 'at']), host, set }];
}

const keysOf = {
  host: ['intervals', 'activated', 'priority', 'weight'],
  site: ['hosts', 'activeDirectory'],
  pool: ['size'],
} as const;

/** A change is of one host, one site or one pool, and says what of it changes. */
function refuseMisfits(change: ScenarioChange, path: Path, problems: Problems): void {
  const about = (['host', 'site', 'pool'] as const).filter((key) => change[key] !== undefined);
  const [kind] = about;
  if (kind === undefined || about.length > 1) {
    problems.add(path, 'must name one host, one site or one pool that changes');
    return;
  }
  const own: readonly string[] = keysOf[kind];
  for (const key of Object.values(keysOf).flat()) {
    if (change[key] !== undefined && !own.includes(key))
      problems.add([...path, key], `a ${kind} has nothing of this`);
  }
  if (own.every((key) => change[key as keyof ScenarioChange] === undefined)) {
    problems.add(path, `says nothing that changes: ${own.join(', ')}`);
  }
}

/** Sizes of pools as they change. */
export function poolActions(scenario: Scenario, { names, timeline }: Making): readonly Action[] {
  return (scenario.changes ?? []).flatMap((change, at): readonly Action[] => {
    const path: Path = ['changes', at];
    if (change.pool === undefined || change.size === undefined) return [];
    const pool = names.find('pools', change.pool, [...path, 'pool']);
    if (pool === null) return [];
    return [{ kind: 'pool', at: timeline.at(change.at, [...path, 'at']), pool, size: change.size }];
  });
}

/** What a site's DNS has from a minute on. */
interface DnsState {
  hosts: readonly number[];
  readonly missing: Set<number>;
}

/** Sites as they begin, and how their records and directories change. */
export function siteActions(
  scenario: Scenario,
  making: Making,
): { readonly sites: readonly PlannedSite[]; readonly actions: readonly Action[] } {
  const records = new RecordsTimeline(scenario, making);
  const sites: PlannedSite[] = [];
  const actions: Action[] = [];
  for (const [index, [name, site]] of Object.entries(scenario.sites).entries()) {
    const path: Path = ['sites', name, 'activeDirectory'];
    const directory =
      site.activeDirectory === undefined ? null : directoryKey(site.activeDirectory, path, making.problems);
    const { first, later } = records.of(name, index);
    sites.push({ name, records: first, directory });
    actions.push(...later);
  }
  for (const [at, change] of scenario.changes?.entries() ?? []) {
    const path: Path = ['changes', at];
    if (change.site === undefined) continue;
    const site = making.names.find('sites', change.site, [...path, 'site']);
    if (site === null || change.activeDirectory === undefined) continue;
    const directory =
      change.activeDirectory === null
        ? null
        : directoryKey(change.activeDirectory, [...path, 'activeDirectory'], making.problems);
    actions.push({ kind: 'directory', at: making.timeline.at(change.at, [...path, 'at']), site, directory });
  }
  return { sites, actions };
}

/** Group of the host key that an activation object is made with: of Windows 8 / Server 2012 or later (K15.1). */
function directoryKey(product: string, path: Path, problems: Problems): HostGroupId | null {
  const edition = findWindows(product, path, problems);
  if (edition?.release.of !== 'windows') return null;
  const group = hostGroup(hostGroupOf(edition));
  if (generationFacts(edition.release.generation).era < adActivationEra || !groupActivates(group, edition)) {
    problems.add(path, `a host key of ${edition.friendlyName} makes no activation object`);
    return null;
  }
  return group.id;
}

/** One thing that happens to a site's DNS. */
interface DnsEvent {
  readonly at: number;
  readonly change: (state: DnsState, settings: Map<number, HostRecord>) => void;
}

/** The SRV records of sites through time: hosts of the site, priorities and weights, and what is missing. */
class RecordsTimeline {
  readonly #scenario: Scenario;
  readonly #making: Making;

  constructor(scenario: Scenario, making: Making) {
    this.#scenario = scenario;
    this.#making = making;
  }

  of(
    name: string,
    site: number,
  ): { readonly first: readonly HostRecord[]; readonly later: readonly Action[] } {
    const state: DnsState = { hosts: this.#hostsOf(name), missing: new Set() };
    const settings = new Map<number, HostRecord>();
    for (const [host, { priority = 0, weight = 0 }] of Object.values(this.#scenario.hosts ?? {}).entries()) {
      settings.set(host, { host, priority, weight });
    }
    const recordsNow = (): readonly HostRecord[] =>
      state.hosts.flatMap((host) => (state.missing.has(host) ? [] : (settings.get(host) ?? [])));
    const first = recordsNow();
    const later: Action[] = [];
    for (const { at, change } of this.#events(name).toSorted((a, b) => a.at - b.at)) {
      change(state, settings);
      later.push({ kind: 'records', at, site, records: recordsNow() });
    }
    return { first, later };
  }

  #hostsOf(name: string): readonly number[] {
    const { names } = this.#making;
    const listed = (this.#scenario.sites[name]?.hosts ?? []).flatMap(
      (host, at) => names.find('hosts', host, ['sites', name, 'hosts', at]) ?? [],
    );
    const own = Object.entries(this.#scenario.hosts ?? {}).flatMap(([host, { site }]) => {
      if (site === undefined || names.find('sites', site, ['hosts', host, 'site']) === null) return [];
      return site === name ? (names.find('hosts', host, ['hosts', host]) ?? []) : [];
    });
    return [...new Set([...listed, ...own])];
  }

  #events(name: string): readonly DnsEvent[] {
    return [...this.#missing(name), ...this.#changes(name)];
  }

  #missing(name: string): readonly DnsEvent[] {
    const { names, timeline } = this.#making;
    return (this.#scenario.dns?.missing ?? []).flatMap((entry, index): readonly DnsEvent[] => {
      const path: Path = ['dns', 'missing', index];
      if (entry.site !== undefined && names.find('sites', entry.site, [...path, 'site']) === null) return [];
      const host = names.find('hosts', entry.host, [...path, 'host']);
      if (host === null || (entry.site !== undefined && entry.site !== name)) return [];
      const from = timeline.at(entry.from, [...path, 'from']);
      const gone: DnsEvent = { at: from, change: ({ missing }) => missing.add(host) };
      if (entry.for === undefined) return [gone];
      return [gone, { at: from + entry.for, change: ({ missing }) => missing.delete(host) }];
    });
  }

  #changes(name: string): readonly DnsEvent[] {
    const { names, timeline } = this.#making;
    return (this.#scenario.changes ?? []).flatMap((entry, index): readonly DnsEvent[] => {
      const path: Path = ['changes', index];
      const at = (): number => timeline.at(entry.at, [...path, 'at']);
      if (entry.site === name && entry.hosts !== undefined) {
        const hosts = entry.hosts.flatMap(
          (host, n) => names.find('hosts', host, [...path, 'hosts', n]) ?? [],
        );
        return [{ at: at(), change: (state) => (state.hosts = hosts) }];
      }
      if (entry.host === undefined || (entry.priority === undefined && entry.weight === undefined)) return [];
      const host = names.find('hosts', entry.host, [...path, 'host']);
      if (host === null) return [];
      const { priority, weight } = entry;
      return [
        {
          at: at(),
          change: (_state, settings) => {
            const before = settings.get(host) ?? { host, priority: 0, weight: 0 };
            settings.set(host, {
              host,
              priority: priority ?? before.priority,
              weight: weight ?? before.weight,
            });
          },
        },
      ];
    });
  }
}
