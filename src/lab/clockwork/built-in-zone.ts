import type { ResolveSrvAnswer, SrvRecord } from '../../kms/engine/client-types';
import { kmsServiceName, type PublishedRecord, type PublishPlan } from '../../kms/engine/publish-plan';
import { clientError } from '../../kms/engine/refusals';
import { hresult, type Hresult } from '../../licensing/hresult';
import type { DnsRecord } from '../estate/store-port';

/** A secure zone refuses the update of a record set that another host owns (K7.4). */
export const updateRefused = hresult(0x80072338);

const longestAliasChain = 8;

function normal(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

function parseSrv(data: string): readonly SrvRecord[] {
  const match = /^(\d{1,5})\s+(\d{1,5})\s+(\d{1,5})\s+(\S+)$/.exec(data.trim());
  if (match === null) return [];
  const [, priority, weight, port, target = ''] = match;
  return [{ priority: Number(priority), weight: Number(weight), port: Number(port), target: normal(target) }];
}

/** Follows CNAME records from a name in lower case; the last name of the chain. */
export function aliasedInZone(records: readonly DnsRecord[], from: string): string {
  let name = from;
  for (let step = 0; step < longestAliasChain; step += 1) {
    const alias = records.find((record) => record.type === 'CNAME' && normal(record.name) === name);
    if (alias === undefined) return name;
    name = normal(alias.data);
  }
  return name;
}

/**
 * What the estate's own DNS says of the KMS hosts of a zone: their records, 0x8007251D where the name exists without
 * any, 0x8007232B where it does not exist (K6.11).
 */
export function resolveInZone(records: readonly DnsRecord[], zone: string): ResolveSrvAnswer {
  const name = aliasedInZone(records, `${kmsServiceName}.${normal(zone)}`);
  const found = records.filter((record) => record.type === 'SRV' && normal(record.name) === name);
  const services = found.flatMap(({ data }) => parseSrv(data));
  if (services.length > 0) return { kind: 'resolve-srv', result: { ok: true, records: services } };
  const exists = records.some((each) => normal(each.name) === name || normal(each.name).endsWith(`.${name}`));
  const code = exists ? clientError.dnsNoRecords : clientError.dnsNameError;
  return { kind: 'resolve-srv', result: { ok: false, hresult: code } };
}

/** Addresses of a name in the estate's own DNS. */
export function addressesInZone(records: readonly DnsRecord[], host: string): readonly string[] {
  const name = aliasedInZone(records, normal(host));
  return records
    .filter(({ type, name: owner }) => (type === 'A' || type === 'AAAA') && normal(owner) === name)
    .map(({ data }) => data);
}

/** One change of the zone, to be made in order. */
export type ZoneChange =
  | { readonly kind: 'remove'; readonly record: DnsRecord }
  | { readonly kind: 'put'; readonly record: DnsRecord };

/** How publishing in one domain ended: 0 for event 12294, else 12293 (K10.6, K10.7). */
export interface DomainPublished {
  readonly domain: string;
  readonly hresult: Hresult;
}

function dnsRecordOf(record: PublishedRecord): DnsRecord {
  const data =
    record.type === 'SRV'
      ? `${record.priority} ${record.weight} ${record.port} ${record.target}`
      : record.address;
  return { name: record.name, type: record.type, ttl: record.ttl, data };
}

/** Records in place of which a new one stands: those of the same host, an SRV by its target, addresses by name. */
function superseded(records: readonly DnsRecord[], published: PublishedRecord): readonly DnsRecord[] {
  const sameName = records.filter(({ name }) => normal(name) === published.name);
  if (published.type !== 'SRV') return sameName.filter(({ type }) => type === 'A' || type === 'AAAA');
  return sameName.filter(
    ({ type, data }) => type === 'SRV' && parseSrv(data)[0]?.target === published.target,
  );
}

function isOwnedByOther(records: readonly DnsRecord[], published: PublishedRecord): boolean {
  if (published.type !== 'SRV') return false;
  const others = records.filter(({ type, name }) => type === 'SRV' && normal(name) === published.name);
  return others.length > 0 && superseded(records, published).length === 0;
}

/**
 * Publishes a plan in the estate's own DNS (K7.1, K7.2). `secure`: the first host owns the record set of a domain, and
 * a second one is refused with 0x80072338 (K7.4); otherwise every host has the rights.
 */
export function publishInZone(
  records: readonly DnsRecord[],
  plan: Pick<PublishPlan, 'records'>,
  secure: boolean,
): { readonly changes: readonly ZoneChange[]; readonly domains: readonly DomainPublished[] } {
  const changes: ZoneChange[] = [];
  const domains: DomainPublished[] = [];
  const planned = plan.records.map(dnsRecordOf);
  for (const [index, published] of plan.records.entries()) {
    const refused = secure && isOwnedByOther(records, published);
    if (published.type === 'SRV')
      domains.push({ domain: published.zone, hresult: refused ? updateRefused : hresult(0) });
    const record = planned[index];
    if (refused || record === undefined) continue;
    const stale = superseded(records, published).filter(
      (old) => !planned.some((wanted) => isSame(old, wanted)),
    );
    changes.push(...stale.map((old) => ({ kind: 'remove' as const, record: old })));
    changes.push({ kind: 'put', record });
  }
  return { changes, domains };
}

function isSame(one: DnsRecord, other: DnsRecord): boolean {
  return (
    one.type === other.type &&
    normal(one.name) === normal(other.name) &&
    normal(one.data) === normal(other.data)
  );
}

/** Records of a plan that stand in the zone: what `kms unpublish` removes (K7.3: nobody else does). */
export function unpublishInZone(
  records: readonly DnsRecord[],
  plan: Pick<PublishPlan, 'records'>,
): readonly DnsRecord[] {
  return [...new Set(plan.records.flatMap((published) => superseded(records, published)))];
}
