import { catalogue } from '../../licensing/catalogue/catalogue';
import { generationFacts, windows7Era } from '../../licensing/catalogue/generations';
import { groupRunsOn, hostGroup, hostGroupOf } from '../../licensing/catalogue/host-groups';
import type { Edition, HostGroupId } from '../../licensing/catalogue/types';
import { defaultActivationInterval, defaultRenewalInterval } from '../../lab/model/settings';
import type { Path, Problems } from '../scenario/problems';
import { limits, type Scenario, type ScenarioHost } from '../scenario/schema';
import { GroupBuilder } from './build-groups';
import { hostActions, poolActions } from './build-actions';
import type { Plan, PlannedHost, PlannedPool } from './plan';
import { findWindows, Names, Timeline } from './names-and-times';
import { refuseIdle } from './idle-settings';
import { siteActions } from './site-actions';

/** Actions that a plan may have: a scenario whose machines come one by one for years has more. */
const greatestActions = 1_000_000;

/**
 * Makes a scenario ready for the engine. What cannot be goes to `problems`; null where there is nothing to play.
 */
export function buildPlan(scenario: Scenario, problems: Problems): Plan | null {
  const timeline = new Timeline(scenario.start, scenario.days, problems);
  const hostFacts = Object.entries(scenario.hosts ?? {});
  const names = new Names(scenario, problems);
  const hosts = hostFacts.map(([name, host]) => plannedHost(name, host, scenario, problems));
  const pools = Object.entries(scenario.pools ?? {}).map(([name, { size }]): PlannedPool => ({ name, size }));
  const groups = new GroupBuilder(scenario, { names, timeline, problems });
  for (const [siteIndex, site] of Object.keys(scenario.sites).entries()) groups.addSite(site, siteIndex);
  if (groups.machines > limits.machines) {
    problems.add(['sites'], `has ${groups.machines} machines in all; ${limits.machines} are possible`);
  }
  const sites = siteActions(scenario, { names, timeline, problems });
  const actions = [
    ...groups.actions,
    ...hostActions(scenario, { names, timeline, problems }),
    ...sites.actions,
    ...poolActions(scenario, { names, timeline, problems }),
  ];
  if (actions.length > greatestActions)
    problems.add(['sites'], 'grows in too many steps: choose a longer "every"');
  names.tellUnused();
  refuseIdle(scenario, timeline, problems);
  if (problems.found.length > 0 || groups.groups.length === 0) return null;
  return {
    start: scenario.start,
    minutes: timeline.minutes,
    seed: scenario.seed ?? 1,
    hosts: hosts.flatMap((host) => host ?? []),
    sites: sites.sites,
    groups: groups.groups,
    pools,
    actions: actions.sort((a, b) => a.at - b.at),
    machines: groups.machines,
  };
}

function plannedHost(
  name: string,
  host: ScenarioHost,
  scenario: Scenario,
  problems: Problems,
): PlannedHost | null {
  const path: Path = ['hosts', name];
  const edition = findWindows(host.product, [...path, 'product'], problems);
  const keyEdition = host.key === undefined ? edition : findWindows(host.key, [...path, 'key'], problems);
  if (edition === null || keyEdition === null) return null;
  const keyGroup = keyGroupOn(edition, keyEdition);
  if (keyGroup === null) {
    const message = `${edition.friendlyName} takes no KMS host key of ${keyEdition.friendlyName}`;
    problems.add([...path, host.key === undefined ? 'product' : 'key'], message);
    return null;
  }
  return {
    name,
    edition,
    keyGroup,
    countsPhysicalOnly:
      edition.release.of === 'windows' && generationFacts(edition.release.generation).era < windows7Era,
    isUp: true,
    isActivated: host.activated ?? true,
    ...intervalsOf(host, scenario),
  };
}

function intervalsOf(
  { intervals: own }: ScenarioHost,
  { intervals: all }: Scenario,
): Pick<PlannedHost, 'activationInterval' | 'renewalInterval'> {
  return {
    activationInterval: own?.activation ?? all?.activation ?? defaultActivationInterval,
    renewalInterval: own?.renewal ?? all?.renewal ?? defaultRenewalInterval,
  };
}

/** The group of an edition's host key, where that key may be installed on the host's own edition. */
function keyGroupOn(edition: Edition, keyEdition: Edition): HostGroupId | null {
  const id = hostGroupOf(keyEdition);
  const isReal = catalogue().activatedBy(id).size > 0;
  return isReal && groupRunsOn(hostGroup(id), edition) ? id : null;
}
