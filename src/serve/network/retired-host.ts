import { dnsHresult } from '../../dns/dns-error';
import type { EstateDns } from '../../dns/estate-dns';
import { ipVersion } from '../../dns/ip-address';
import { sameName } from '../../dns/name';
import { createServerEstateDns } from '../../dns/net/server-estate-dns';
import { kmsServiceName, type PublishedRecord } from '../../kms/engine/publish-plan';
import { parsePublishList } from '../../kms/engine/publish-list';
import { absoluteName, forgetRetiredHost } from '../../lab/estate/dns';
import { requireEstate } from '../../lab/estate/laboratory';
import type { EstateRecord, EstateStore } from '../../lab/estate/store-port';
import { hresult } from '../../licensing/hresult';
import { type DomainOutcome, publisherFor } from '../kms-host/publish-port';
import type { Unpublished } from './host-records';

/**
 * Removes the records of a KMS host that is no machine of the estate any more: the SRV records that point to it, and the
 * addresses of its name where there is such a record. A real DNS server is asked in the domain of its name, in the estate's
 * and in those that the estate's machines are in or publish in. Null: no record points to it.
 */
export async function unpublishRetiredHost(store: EstateStore, name: string): Promise<Unpublished | null> {
  const estate = store.read((reader) => requireEstate(reader.estate()));
  const { dns } = estate.settings;
  if (dns.kind === 'built-in') {
    const domains = forgetRetiredHost({ store }, name);
    if (domains.length === 0) return null;
    return {
      machine: name,
      domains: domains.map((domain) => ({ domain, hresult: hresult(0), problem: null })),
    };
  }
  const target = absoluteName(name, estate.domain);
  const asking = createServerEstateDns({ servers: [{ address: dns.address, port: dns.port }] });
  const { records, failed } = await recordsTo(asking, target, zonesOf(store, estate, target));
  if (records.length === 0) return failed.length === 0 ? null : { machine: name, domains: failed };
  const removed = await publisherFor(dns, store).unpublish({ records, problems: [] });
  return { machine: name, domains: [...removed, ...failed] };
}

/** The SRV records of these zones that point to a host, with its addresses where there is one; and zones that could not be asked. */
async function recordsTo(
  dns: EstateDns,
  target: string,
  zones: readonly string[],
): Promise<{ readonly records: readonly PublishedRecord[]; readonly failed: readonly DomainOutcome[] }> {
  const records: PublishedRecord[] = [];
  const failed: DomainOutcome[] = [];
  for (const zone of zones) {
    const found = await dns.resolveKmsService(zone);
    if (found.ok) {
      const own = found.records.find((record) => sameName(record.target, target));
      const name = `${kmsServiceName}.${zone}`;
      if (own !== undefined) records.push({ type: 'SRV', zone, name, ttl: 0, ...own, target });
    } else if (!isAbsence(found.error.hresult)) {
      failed.push({ domain: zone, hresult: found.error.hresult, problem: found.error.message });
    }
  }
  const [first] = records;
  const addresses = first === undefined ? null : await dns.resolveHost(target);
  for (const address of addresses?.ok === true ? addresses.records : []) {
    const type = ipVersion(address) === 4 ? 'A' : 'AAAA';
    records.push({ type, zone: first?.zone ?? target, name: target, ttl: 0, address });
  }
  return { records, failed };
}

function isAbsence(code: number): boolean {
  return code === dnsHresult.nameError || code === dnsHresult.noRecords;
}

/** Domains in which a host of the estate may have published itself. */
function zonesOf(
  store: EstateStore,
  { domain }: Pick<EstateRecord, 'domain'>,
  target: string,
): readonly string[] {
  const machines = store.read((reader) => reader.machines().map(({ state }) => state));
  const zones = [
    target.split('.').slice(1).join('.'),
    domain,
    ...machines.flatMap(({ dns, domain: member, loadedHost }) => [
      dns.primary,
      member,
      ...parsePublishList(loadedHost.publishList).entries.map(({ text }) => text),
    ]),
  ];
  return [...new Set(zones.flatMap((zone) => (zone == null || zone === '' ? [] : [zone.toLowerCase()])))];
}
