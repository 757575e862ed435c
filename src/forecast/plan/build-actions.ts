import type { Path, Problems } from '../scenario/problems';
import type { Scenario, ScenarioChange } from '../scenario/schema';
import type { Making } from './build-groups';
import type { Action } from './plan';

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
  const host = name === undefined ? null : names.look('hosts', name, [...path, 'host']);
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
    const pool = names.look('pools', change.pool, [...path, 'pool']);
    if (pool === null) return [];
    return [{ kind: 'pool', at: timeline.at(change.at, [...path, 'at']), pool, size: change.size }];
  });
}
