import type { Path, Problems } from '../scenario/problems';
import type { Scenario, ScenarioChange } from '../scenario/schema';
import { lengthText } from '../scenario/times';
import type { Timeline } from './names-and-times';

/** Refuses what would be ignored: settings that somebody else has of his own, that come too late, or that another overrides. */
export function refuseIdle(scenario: Scenario, timeline: Timeline, problems: Problems): void {
  refuseIdleIntervals(scenario, problems);
  refuseIdleOffsets(scenario, problems);
  refuseLateRearms(scenario, timeline, problems);
  refuseContradictions(scenario.changes ?? [], timeline, problems);
}

function refuseIdleIntervals({ intervals, hosts = {} }: Scenario, problems: Problems): void {
  for (const key of ['activation', 'renewal'] as const) {
    if (intervals?.[key] === undefined) continue;
    const isUsed = Object.values(hosts).some((host) => host.intervals?.[key] === undefined);
    if (!isUsed) problems.add(['intervals', key], 'there is no host that has none of its own');
  }
}

function refuseIdleOffsets({ sites }: Scenario, problems: Problems): void {
  for (const [name, { utcOffset, clients }] of Object.entries(sites)) {
    const isUsed = clients.some(
      ({ online }) => online === 'office hours' || (typeof online === 'object' && 'office' in online),
    );
    if (utcOffset !== undefined && !isUsed)
      problems.add(['sites', name, 'utcOffset'], 'only clients with office hours have this');
  }
}

function refuseLateRearms({ images = {} }: Scenario, { minutes }: Timeline, problems: Problems): void {
  for (const [name, { rearm }] of Object.entries(images)) {
    if (rearm === undefined) continue;
    const [key, after] =
      'after' in rearm ? (['after', rearm.after] as const) : (['every', rearm.every] as const);
    if (after > minutes)
      problems.add(
        ['images', name, 'rearm', key],
        `is longer than the scenario, which ends at ${lengthText(minutes)}`,
      );
  }
}

/** Of two changes of the same at the same minute one would have no effect. */
function refuseContradictions(
  changes: readonly ScenarioChange[],
  timeline: Timeline,
  problems: Problems,
): void {
  const seen = new Map<string, number>();
  for (const [index, change] of changes.entries()) {
    const path: Path = ['changes', index];
    const { at, host, site, pool, intervals, ...settings } = change;
    const minute = timeline.at(at, [...path, 'at']);
    const changed = [
      ...Object.keys(settings).map((key) => [key]),
      ...Object.keys(intervals ?? {}).map((key) => ['intervals', key]),
    ];
    for (const setting of changed) {
      const key = JSON.stringify([minute, host, site, pool, setting]);
      const before = seen.get(key);
      if (before === undefined) seen.set(key, index);
      else problems.add([...path, ...setting], `changes[${before}] changes this at the same minute`);
    }
  }
}
