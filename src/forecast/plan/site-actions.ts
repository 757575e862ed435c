import { groupActivates, hostGroup, hostGroupOf } from '../../licensing/catalogue/host-groups';
import { adActivationEra, generationFacts } from '../../licensing/catalogue/generations';
import type { HostGroupId } from '../../licensing/catalogue/types';
import type { Path, Problems } from '../scenario/problems';
import type { Scenario } from '../scenario/schema';
import type { Making } from './build-groups';
import { findWindows } from './names-and-times';
import type { Action, HostRecord, PlannedSite } from './plan';

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
    const everNamed = this.#everNamed();
    this.#refuseIdleMissing(everNamed);
    this.#refuseIdleSettings(everNamed);
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

  /** By site, the hosts that its DNS names at one time or another. */
  #everNamed(): ReadonlyMap<string, ReadonlySet<string>> {
    const { sites, hosts = {}, changes = [] } = this.#scenario;
    const named = new Map(Object.entries(sites).map(([site, { hosts: own = [] }]) => [site, new Set(own)]));
    for (const [host, { site }] of Object.entries(hosts)) named.get(site ?? '')?.add(host);
    for (const { site, hosts: own = [] } of changes) {
      for (const host of own) named.get(site ?? '')?.add(host);
    }
    return named;
  }

  /** A record that was never there cannot be missing, and one that is missing cannot go missing. */
  #refuseIdleMissing(everNamed: ReadonlyMap<string, ReadonlySet<string>>): void {
    const { problems, timeline } = this.#making;
    const entries = this.#scenario.dns?.missing ?? [];
    const spans = entries.map(({ host, site, from, for: length }, at) => {
      const path: Path = ['dns', 'missing', at];
      const sites = [...everNamed].filter(([name]) => site === undefined || site === name);
      const isUnknown = !(host in (this.#scenario.hosts ?? {})) || sites.length === 0;
      if (!isUnknown && !sites.some(([, named]) => named.has(host))) {
        problems.add([...path, 'host'], `the DNS of ${site ?? 'all sites'} never names this host`);
      }
      const begin = timeline.at(from, [...path, 'from']);
      return { host, site, path, begin, end: begin + (length ?? Infinity) };
    });
    const sorted = spans.toSorted((one, other) => one.begin - other.begin);
    for (const [at, span] of sorted.entries()) {
      const isLater = sorted
        .slice(0, at)
        .some(
          ({ host, site, end }) =>
            host === span.host &&
            (site === undefined || span.site === undefined || site === span.site) &&
            end > span.begin,
        );
      if (isLater) problems.add(span.path, 'begins while this record is missing already');
    }
  }

  #refuseIdleSettings(everNamed: ReadonlyMap<string, ReadonlySet<string>>): void {
    const { problems } = this.#making;
    const isNamed = (host: string): boolean => [...everNamed.values()].some((named) => named.has(host));
    const tell = (host: string, settings: object, path: Path): void => {
      for (const key of ['priority', 'weight'] as const) {
        if (key in settings && !isNamed(host)) problems.add([...path, key], 'no DNS names this host');
      }
    };
    for (const [name, host] of Object.entries(this.#scenario.hosts ?? {})) tell(name, host, ['hosts', name]);
    for (const [at, change] of this.#scenario.changes?.entries() ?? []) {
      if (change.host !== undefined) tell(change.host, change, ['changes', at]);
    }
  }

  /** The numbers of a list of hosts, each of which may stand there once. */
  #listed(hosts: readonly string[], path: Path): readonly number[] {
    const { names, problems } = this.#making;
    return hosts.flatMap((host, at) => {
      if (hosts.indexOf(host) < at) problems.add([...path, at], `"${host}" stands twice`);
      return names.find('hosts', host, [...path, at]) ?? [];
    });
  }

  #hostsOf(name: string): readonly number[] {
    const { names } = this.#making;
    const listed = this.#listed(this.#scenario.sites[name]?.hosts ?? [], ['sites', name, 'hosts']);
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
      const host = names.look('hosts', entry.host, [...path, 'host']);
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
        const hosts = this.#listed(entry.hosts, [...path, 'hosts']);
        return [{ at: at(), change: (state) => (state.hosts = hosts) }];
      }
      if (entry.host === undefined || (entry.priority === undefined && entry.weight === undefined)) return [];
      const host = names.look('hosts', entry.host, [...path, 'host']);
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
