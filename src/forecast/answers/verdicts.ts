import { never } from '../plan/machine-rules';
import type { Plan, PlannedGroup } from '../plan/plan';
import type { GroupTally } from '../engine/tally';
import type { Counts, SiteAnswer, Verdict } from './forecast';
import type { Played } from './forecast-run';
import { dayOf, dayOfMinute, number, span } from './words';

/** Clients of a site from which on a second host is worth it (Microsoft's guide to KMS hosts). */
const clientsForTwoHosts = 50;
/** A request and its reply, in bytes (K3.6). */
const bytesOfRequest = 500;

/** One line for each question that a forecast answers. */
export function verdictsOf(played: Played): readonly Verdict[] {
  return [
    overall(played),
    ...played.sites.flatMap((site, index) => threshold(played, site, index)),
    ...played.sites.flatMap((site, index) => hostsOfSite(played, site, index)),
    ...groupsOf(played).flatMap(({ group, tally }) => [
      ...visits(played.simulation.plan, group, tally),
      ...clones(played, group, tally),
      ...rearms(group, tally),
      ...evaluation(played.simulation.plan, group, tally),
    ]),
    ...budgets(played),
    ...load(played),
  ];
}

/** Whether everybody was licensed and stayed so. */
export function isKept({ simulation, end }: Pick<Played, 'simulation' | 'end'>): boolean {
  const { tally, plan } = simulation;
  const isSteady = tally.groups.every(
    ({ dropped, ranOut, poolRefusals }) => dropped === 0 && ranOut === 0 && poolRefusals === 0,
  );
  return isSteady && total(end.counts) - end.counts.licensed <= justInstalled(plan);
}

/** Machines that may still be on the way at the end: installed in the last day, or installed anew all the time. */
function justInstalled({ actions, groups, minutes }: Plan): number {
  const added = actions.reduce(
    (sum, action) => sum + (action.kind === 'add' && action.at > minutes - 1440 ? action.count : 0),
    0,
  );
  return groups.reduce(
    (sum, { reinstallEvery, count }) => sum + (reinstallEvery === null ? 0 : count),
    added,
  );
}

function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function overall(played: Played): Verdict {
  const { licensed } = played.end.counts;
  const all = total(played.end.counts);
  const text =
    licensed === all
      ? `All ${number(all)} machines are licensed at the end.`
      : `${number(licensed)} of ${number(all)} machines are licensed at the end.`;
  return { question: 'licensed', subject: null, ok: isKept(played), text };
}

function threshold({ simulation: { plan } }: Played, site: SiteAnswer, index: number): readonly Verdict[] {
  const { name, firstActivated, dropped, firstDropped, ranOut, firstRanOut } = site;
  if (!plan.groups.some((group) => group.site === index && group.channel === 'gvlk')) return [];
  const base = { question: 'threshold', subject: name };
  if (firstActivated === null)
    return [{ ...base, ok: false, text: `${name}: no machine is ever activated.` }];
  const reached = `${name}: activation begins on ${dayOf(plan, firstActivated)}`;
  if (firstDropped !== null) {
    const text = `${reached}; ${number(dropped)} activations run out, the first on ${dayOf(plan, firstDropped)}.`;
    return [{ ...base, ok: false, text }];
  }
  if (firstRanOut !== null) {
    const text = `${reached}; ${number(ranOut)} initial graces run out, the first on ${dayOf(plan, firstRanOut)}.`;
    return [{ ...base, ok: false, text }];
  }
  return [{ ...base, ok: true, text: `${reached}; nobody drops out.` }];
}

function hostsOfSite(
  { simulation: { plan } }: Played,
  { name }: SiteAnswer,
  index: number,
): readonly Verdict[] {
  const clients = plan.groups
    .filter(({ site, channel }) => site === index && channel === 'gvlk')
    .reduce((sum, { count }) => sum + count, 0);
  const hosts = plan.sites[index]?.records.length ?? 0;
  if (clients <= clientsForTwoHosts || hosts !== 1) return [];
  const text = `${name}: one KMS host serves ${number(clients)} clients; a second takes over while it is down.`;
  return [{ question: 'hosts', subject: name, ok: false, text }];
}

function groupsOf({ simulation: { plan, tally } }: Played): readonly {
  readonly group: PlannedGroup;
  readonly tally: GroupTally;
}[] {
  return plan.groups.flatMap((group, index) => {
    const own = tally.groups[index];
    return own === undefined ? [] : [{ group, tally: own }];
  });
}

function visits(plan: Plan, { online, name }: PlannedGroup, tally: GroupTally): readonly Verdict[] {
  if (online.kind !== 'visits') return [];
  const { dropped, firstDropped } = tally;
  const coming = `${name}, home every ${span(online.every)}`;
  const text =
    dropped === 0
      ? `${coming}: no activation runs out while they are away.`
      : `${coming}: ${number(dropped)} activations run out, the first on ${dayOfMinute(plan, firstDropped.at)}.`;
  return [{ question: 'visits', subject: name, ok: dropped === 0, text }];
}

function clones(
  { simulation: { plan } }: Played,
  group: PlannedGroup,
  tally: GroupTally,
): readonly Verdict[] {
  if (!group.isCloned) return [];
  const base = { question: 'clones', subject: group.name };
  const many = `${group.name}: ${number(group.count)} clones have one CMID, so that a host counts them as one`;
  const { at } = tally.firstActivated;
  if (at === never) return [{ ...base, ok: false, text: `${many}; none is ever activated.` }];
  return [{ ...base, ok: true, text: `${many}; the first is activated on ${dayOfMinute(plan, at)}.` }];
}

function rearms({ name, rearm }: PlannedGroup, { rearmed, rearmsRefused }: GroupTally): readonly Verdict[] {
  if (rearm === null) return [];
  const text =
    rearmsRefused === 0
      ? `${name}: ${number(rearmed)} rearms are done, and none is refused.`
      : `${name}: ${number(rearmsRefused)} rearms are refused, as none is left (0xC004D307).`;
  return [{ question: 'rearm', subject: name, ok: rearmsRefused === 0, text }];
}

function evaluation(plan: Plan, { name, channel }: PlannedGroup, tally: GroupTally): readonly Verdict[] {
  if (channel !== 'evaluation') return [];
  const { dropped, firstDropped } = tally;
  const text =
    dropped === 0
      ? `${name}: no evaluation is over before the end.`
      : `${name}: ${number(dropped)} evaluations are over, the first on ${dayOfMinute(plan, firstDropped.at)}.`;
  return [{ question: 'evaluation', subject: name, ok: dropped === 0, text }];
}

function budgets({ simulation: { plan, tally }, pools }: Played): readonly Verdict[] {
  return pools.map(({ name, size, used, usedUpAt }, pool) => {
    const refused = plan.groups.reduce(
      (sum, group, index) => sum + (group.pool === pool ? (tally.groups[index]?.poolRefusals ?? 0) : 0),
      0,
    );
    const base = { question: 'budget', subject: name };
    const so = `MAK pool ${name}: ${number(used)} of ${number(size)} activations are used`;
    if (refused === 0) return { ...base, ok: true, text: `${so}.` };
    const since = usedUpAt === null ? '' : `, the last on ${dayOf(plan, usedUpAt)}`;
    return {
      ...base,
      ok: false,
      text: `${so}${since}; ${number(refused)} attempts find none left (0xC004C020).`,
    };
  });
}

function load({ hosts }: Played): readonly Verdict[] {
  const [busiest] = hosts.toSorted((a, b) => b.peakPerHour - a.peakPerHour);
  if (busiest === undefined || busiest.peakPerHour === 0) return [];
  const perSecond = busiest.peakPerHour / 3600;
  const rate = perSecond < 1 ? 'less than one' : number(Math.ceil(perSecond));
  const kilobytes = number(Math.ceil((busiest.peakPerHour * bytesOfRequest) / 1000));
  const text = `Load: at most ${number(busiest.peakPerHour)} requests in an hour at ${busiest.name} (${rate} a second, ${kilobytes} kB).`;
  return [{ question: 'load', subject: busiest.name, ok: true, text }];
}
