import { canUseDirectory } from '../../lab/model/directory';
import type { Action, Plan, PlannedGroup } from '../plan/plan';
import { number, span } from './words';

const day = 1440;

/** A change that might keep everybody licensed, in sizes from the smallest on. */
export interface Remedy {
  readonly kind: string;
  /** Sizes to try, from 1 (the smallest) to this; a greater one never does less. */
  readonly sizes: number;
  readonly applied: (size: number) => Plan;
  readonly text: (size: number) => string;
}

/** What is worth trying for a plan, the least effort first. */
export function remediesOf(plan: Plan): readonly Remedy[] {
  return [
    ...dnsKept(plan),
    ...uniqueCmids(plan),
    ...shorterOutages(plan),
    ...greaterPools(plan),
    ...moreVisits(plan),
    ...moreMachines(plan),
    ...moreHosts(plan),
    ...directories(plan),
  ];
}

function withGroups(plan: Plan, change: (group: PlannedGroup) => PlannedGroup): Plan {
  return { ...plan, groups: plan.groups.map(change) };
}

function dnsKept(plan: Plan): readonly Remedy[] {
  if (!plan.actions.some(({ kind }) => kind === 'records')) return [];
  const actions = plan.actions.filter(({ kind }) => kind !== 'records');
  return [
    {
      kind: 'dns',
      sizes: 1,
      applied: () => ({ ...plan, actions }),
      text: () => 'keep the records of DNS as they are at the start',
    },
  ];
}

function uniqueCmids(plan: Plan): readonly Remedy[] {
  if (!plan.groups.some(({ isCloned }) => isCloned)) return [];
  return [
    {
      kind: 'image',
      sizes: 1,
      applied: () => withGroups(plan, (group) => ({ ...group, isCloned: false })),
      text: () => 'make the image with sysprep /generalize, so that each machine has a CMID of its own',
    },
  ];
}

/** Outages that end so many days earlier. */
function shorterOutages(plan: Plan): readonly Remedy[] {
  const ends = (action: Action): boolean => action.kind === 'host' && action.set.isUp !== undefined;
  const downs = plan.actions.filter((action) => action.kind === 'host' && action.set.isUp === false);
  if (downs.length === 0) return [];
  const spans = downs.map((down) => {
    const host = down.kind === 'host' ? down.host : -1;
    const up = plan.actions.find(
      (action) =>
        action.at > down.at && action.kind === 'host' && action.host === host && action.set.isUp === true,
    );
    return { at: down.at, host, to: up?.at ?? plan.minutes };
  });
  const longest = Math.ceil(Math.max(...spans.map(({ at, to }) => to - at)) / day);
  const applied = (size: number): Plan => {
    const most = (longest - size) * day;
    const outages = spans.flatMap(({ at, host, to }): readonly Action[] => {
      const until = Math.min(to, at + most);
      if (until <= at) return [];
      const up: Action = { kind: 'host', at: until, host, set: { isUp: true } };
      return [{ kind: 'host', at, host, set: { isUp: false } }, ...(until < plan.minutes ? [up] : [])];
    });
    const others = plan.actions.filter((action) => !ends(action));
    return { ...plan, actions: [...others, ...outages].sort((a, b) => a.at - b.at) };
  };
  const text = (size: number): string =>
    size === longest
      ? 'let no host be down'
      : `let no host be down for more than ${span((longest - size) * day)}`;
  return [{ kind: 'outage', sizes: longest, applied, text }];
}

function greaterPools(plan: Plan): readonly Remedy[] {
  return plan.pools.map((pool, index) => {
    const machines = plan.groups.filter((group) => group.pool === index);
    const most = machines.reduce((sum, { count, reinstallEvery }) => {
      const times = reinstallEvery === null ? 1 : 2 + Math.floor(plan.minutes / reinstallEvery);
      return sum + count * times;
    }, 0);
    return {
      kind: 'pool',
      sizes: most,
      applied: (size) => ({
        ...plan,
        pools: plan.pools.map((each, at) => (at === index ? { ...each, size: each.size + size } : each)),
      }),
      text: (size) => `buy ${number(size)} more activations for the MAK pool ${pool.name}`,
    };
  });
}

/** Machines that come home more often: so many days sooner. */
function moreVisits(plan: Plan): readonly Remedy[] {
  const rounds = plan.groups.flatMap(({ online }) => (online.kind === 'visits' ? [online.every] : []));
  const longest = Math.floor(Math.max(0, ...rounds) / day);
  if (longest < 2) return [];
  const applied = (size: number): Plan =>
    withGroups(plan, (group) => {
      const { online } = group;
      if (online.kind !== 'visits') return group;
      const every = Math.min(online.every, (longest - size) * day);
      const jitter = Math.min(online.jitter, Math.floor(every / 4));
      const stay = Math.min(online.stay, every - jitter - 1);
      return { ...group, online: { ...online, every, jitter, stay } };
    });
  return [
    {
      kind: 'visits',
      sizes: longest - 1,
      applied,
      text: (size) => `let every machine come home at least every ${span((longest - size) * day)}`,
    },
  ];
}

/** Always-on machines that a site's host counts in addition. */
function moreMachines(plan: Plan): readonly Remedy[] {
  return plan.sites.flatMap((site, index): readonly Remedy[] => {
    const model = plan.groups.find((group) => group.site === index && group.channel === 'gvlk');
    if (model === undefined || site.records.length === 0) return [];
    const applied = (size: number): Plan => ({
      ...plan,
      machines: plan.machines + size,
      groups: [
        ...plan.groups,
        {
          ...model,
          name: `${site.name}: more machines`,
          first: plan.machines,
          count: size,
          atStart: size,
          online: { kind: 'always' },
          isCloned: false,
          rearm: null,
          reinstallEvery: null,
          isVirtual: false,
        },
      ],
    });
    const text = (size: number): string =>
      `add ${number(size)} physical machine${size === 1 ? '' : 's'} to ${site.name}`;
    return [{ kind: 'machines', sizes: model.edition.threshold, applied, text }];
  });
}

/** Further hosts like the first one that a site finds, found by every site that finds that one. */
function moreHosts(plan: Plan): readonly Remedy[] {
  const [host] = plan.hosts;
  if (host === undefined || plan.hosts.length >= 250) return [];
  const applied = (size: number): Plan => {
    const added = Array.from({ length: size }, (_, n) => plan.hosts.length + n);
    const found = (records: Plan['sites'][number]['records']): Plan['sites'][number]['records'] =>
      records.length === 0
        ? records
        : [...records, ...added.map((index) => ({ host: index, priority: 0, weight: 0 }))];
    return {
      ...plan,
      hosts: [
        ...plan.hosts,
        ...added.map((n) => ({ ...host, name: `more${n}`, isUp: true, isActivated: true })),
      ],
      sites: plan.sites.map((site) => ({ ...site, records: found(site.records) })),
      actions: plan.actions.map((action) =>
        action.kind === 'records' ? { ...action, records: found(action.records) } : action,
      ),
    };
  };
  const text = (size: number): string =>
    `add ${size === 1 ? 'one KMS host' : `${size} KMS hosts`} like ${host.name}`;
  return [{ kind: 'hosts', sizes: 2, applied, text }];
}

function directories(plan: Plan): readonly Remedy[] {
  const isAble = ({ channel, edition }: PlannedGroup): boolean =>
    channel !== 'gvlk' || canUseDirectory(edition);
  if (!plan.groups.every(isAble) || plan.sites.every(({ directory }) => directory !== null)) return [];
  return [
    {
      kind: 'activeDirectory',
      sizes: 1,
      applied: () => ({
        ...plan,
        sites: plan.sites.map((site) => ({ ...site, directory: 'ws2025' })),
        groups: plan.groups.map((group) => ({ ...group, activationType: 0 })),
        actions: plan.actions.filter(({ kind }) => kind !== 'directory'),
      }),
      text: () => 'activate by Active Directory, with a key of Windows Server 2025',
    },
  ];
}
