import { type PublishListEntry, type PublishListProblem, parsePublishList } from './publish-list';

/** Owner name of the KMS SRV records below a zone (K7.1). */
export const kmsServiceName = '_vlmcs._tcp';

/** Seconds that published records may be kept by resolvers. */
const publishedTtl = 3600;

/** What a host publishes depends on. */
export interface PublishFacts {
  /** Name of the machine, without a domain. */
  readonly hostName: string;
  /** Its primary DNS suffix; null: none. */
  readonly hostDomain: string | null;
  readonly port: number;
  /** IPv4 and IPv6 addresses at which it can be reached. */
  readonly addresses: readonly string[];
  /** False after /cdns (K7.2, K8.4). */
  readonly dnsPublishing: boolean;
  /** DnsDomainPublishList (K7.5). */
  readonly publishList: readonly string[];
  /** K7.6 [C]: true: the own domain is published beside the list; false: the list replaces it. */
  readonly ownDomainBesideList: boolean;
  /** K7.7 [C]: what the first word of a list line is. Hosts are published in the own domain. */
  readonly listNames: 'domains' | 'hosts';
}

/** `_vlmcs._tcp.<zone>` SRV. Names are lower case and absolute, without the last dot. */
interface PublishedSrv {
  readonly type: 'SRV';
  readonly zone: string;
  readonly name: string;
  readonly ttl: number;
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

/** The address record of a target (K7.1). */
interface PublishedAddress {
  readonly type: 'A' | 'AAAA';
  readonly zone: string;
  readonly name: string;
  readonly ttl: number;
  readonly address: string;
}

export type PublishedRecord = PublishedSrv | PublishedAddress;

/** Records to write, SRV first in each zone; and what could not be planned. */
export interface PublishPlan {
  readonly records: readonly PublishedRecord[];
  readonly problems: readonly PublishListProblem[];
}

interface Target {
  readonly zone: string;
  readonly target: string;
  readonly priority: number;
  readonly weight: number;
}

function absolute(name: string, domain: string): string {
  return (name.includes('.') ? name : `${name}.${domain}`).toLowerCase();
}

function ownDomain(facts: PublishFacts): string | null {
  const domain = facts.hostDomain?.replace(/\.$/, '').toLowerCase() ?? '';
  return domain === '' ? null : domain;
}

function inDomain(
  facts: PublishFacts,
  zone: string,
  entry: Pick<PublishListEntry, 'priority' | 'weight'>,
): Target {
  const target = absolute(facts.hostName, ownDomain(facts) ?? zone);
  return { zone, target, priority: entry.priority, weight: entry.weight };
}

function targetsOf(facts: PublishFacts, entries: readonly PublishListEntry[]): readonly Target[] {
  const own = ownDomain(facts);
  const self = own === null ? [] : [inDomain(facts, own, { priority: 0, weight: 0 })];
  if (entries.length === 0) return self;
  const listed = entries.flatMap((entry) => {
    if (facts.listNames === 'domains') return [inDomain(facts, entry.text.toLowerCase(), entry)];
    if (own === null) return [];
    return [{ zone: own, target: absolute(entry.text, own), priority: entry.priority, weight: entry.weight }];
  });
  return facts.ownDomainBesideList ? [...listed, ...self] : listed;
}

function srv({ zone, target, priority, weight }: Target, port: number): PublishedSrv {
  return {
    type: 'SRV',
    zone,
    name: `${kmsServiceName}.${zone}`,
    ttl: publishedTtl,
    priority,
    weight,
    port,
    target,
  };
}

/** Address records of the host itself; they lie in its own domain, or without one in each zone of the list. */
function addresses(facts: PublishFacts, targets: readonly Target[]): readonly PublishedAddress[] {
  const own = ownDomain(facts);
  const zones = own === null ? [...new Set(targets.map(({ zone }) => zone))] : [own];
  return zones.flatMap((zone) =>
    facts.addresses.map((address) => ({
      type: address.includes(':') ? ('AAAA' as const) : ('A' as const),
      zone,
      name: absolute(facts.hostName, zone),
      ttl: publishedTtl,
      address,
    })),
  );
}

/** The records of a host whatever /cdns says: for manual creation (K7.1, K7.5 to K7.7). */
export function hostRecords(facts: PublishFacts): PublishPlan {
  const { entries, problems } = parsePublishList(facts.publishList);
  const seen = new Set<string>();
  const targets = targetsOf(facts, entries).filter(({ zone, target }) => {
    const key = `${zone} ${target}`;
    return seen.has(key) ? false : seen.add(key);
  });
  if (targets.length === 0) return { records: [], problems };
  return {
    records: [...targets.map((target) => srv(target, facts.port)), ...addresses(facts, targets)],
    problems,
  };
}

/** What the host publishes by itself: nothing after /cdns (K7.2), else {@link hostRecords}. */
export function publishPlan(facts: PublishFacts): PublishPlan {
  return facts.dnsPublishing ? hostRecords(facts) : { records: [], problems: [] };
}
