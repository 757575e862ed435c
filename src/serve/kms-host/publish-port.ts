import { type PublishPlan } from '../../kms/engine/publish-plan';
import { type EstateDns } from '../../dns/estate-dns';
import { createServerEstateDns } from '../../dns/net/server-estate-dns';
import { dnsHresult } from '../../dns/dns-error';
import { type PublicationPlan, type PublicationOutcome } from '../../dns/publication';
import { parseTsigKey } from '../../dns/tsig-key';
import { publishInZone, unpublishInZone } from '../../lab/clockwork/built-in-zone';
import { type DnsSetting } from '../../lab/estate/settings';
import { type EstateStore } from '../../lab/estate/store-port';
import { hresult, type Hresult } from '../../licensing/hresult';
import { messageOf } from '../../kms/net/system-error';
import { decodeExactText, fileLimits, readPlainFileUpTo } from '../../transports/local/bounded-file';

/** How publishing in one domain ended: 0 for event 12294, else 12293 (K10.6, K10.7). */
export interface DomainOutcome {
  readonly domain: string;
  readonly hresult: Hresult;
  /** Null where all of it was done; beside a record that was written, what became of its host's addresses. */
  readonly problem: string | null;
}

/** Where a host's records are written to. Neither function rejects for what DNS does. */
export interface RecordPublisher {
  publish(plan: PublishPlan): Promise<readonly DomainOutcome[]>;
  unpublish(plan: PublishPlan): Promise<readonly DomainOutcome[]>;
}

/** The publisher for what the estate is set to: its own zone, or a real DNS server. */
export function publisherFor(setting: DnsSetting, store: EstateStore): RecordPublisher {
  return setting.kind === 'built-in' ? builtInPublisher(store) : serverPublisher(() => serverDns(setting));
}

/** Publishes into the zone that the estate itself keeps. */
function builtInPublisher(store: EstateStore): RecordPublisher {
  return {
    publish: (plan) => {
      const domains = store.write((writer) => {
        const owned = writer.estate()?.settings.firstHostOwnsRecords === true;
        const { changes, domains: published } = publishInZone(writer.dnsRecords(), plan, owned);
        for (const { kind, record } of changes) {
          if (kind === 'put') writer.putDnsRecord(record);
          else writer.removeDnsRecords(record);
        }
        return published;
      });
      return Promise.resolve(domains.map((each) => ({ ...each, problem: null })));
    },
    unpublish: (plan) => {
      store.write((writer) => {
        for (const record of unpublishInZone(writer.dnsRecords(), plan)) writer.removeDnsRecords(record);
      });
      return Promise.resolve(
        domainsOf(plan).map((domain) => ({ domain, hresult: hresult(0), problem: null })),
      );
    },
  };
}

/** Publishes to a real server; the key's file is read anew each time, so that a new key needs no restart. */
function serverPublisher(open: () => EstateDns): RecordPublisher {
  const attempt = async (
    plan: PublishPlan,
    addressesCount: boolean,
    act: (dns: EstateDns, plan: PublicationPlan) => Promise<readonly PublicationOutcome[]>,
  ): Promise<readonly DomainOutcome[]> => {
    try {
      return byDomain(plan, await act(open(), publicationPlan(plan)), addressesCount);
    } catch (error) {
      const problem = messageOf(error);
      return domainsOf(plan).map((domain) => ({ domain, hresult: dnsHresult.badKey, problem }));
    }
  };
  return {
    publish: (plan) => attempt(plan, false, (dns, wanted) => dns.publish(wanted)),
    unpublish: (plan) => attempt(plan, true, (dns, wanted) => dns.unpublish(wanted)),
  };
}

function serverDns(setting: Extract<DnsSetting, { kind: 'server' }>): EstateDns {
  const servers = [{ address: setting.address, port: setting.port }];
  if (setting.keyFile === null) return createServerEstateDns({ servers });
  const text = decodeExactText(readPlainFileUpTo(setting.keyFile, fileLimits.secret));
  return createServerEstateDns({ servers, key: parseTsigKey(text) });
}

/** The plan of the host engine in the words of the DNS update. */
export function publicationPlan(plan: PublishPlan): PublicationPlan {
  const services = plan.records.flatMap((record) =>
    record.type === 'SRV'
      ? [
          {
            domain: record.zone,
            priority: record.priority,
            weight: record.weight,
            port: record.port,
            target: record.target,
          },
        ]
      : [],
  );
  const addresses = new Map<string, string[]>();
  for (const record of plan.records) {
    if (record.type !== 'SRV')
      addresses.set(record.name, [...(addresses.get(record.name) ?? []), record.address]);
  }
  return {
    services,
    addresses: [...addresses].map(([name, list]) => ({ name, addresses: list })),
    ttl: plan.records[0]?.ttl ?? 0,
  };
}

function domainsOf(plan: PublishPlan): readonly string[] {
  return [...new Set(plan.records.map(({ zone }) => zone))];
}

/**
 * One outcome for each domain: that of its SRV record, with what became of the addresses beside it in words.
 *
 * @param addressesCount an address that failed is the domain's failure: what was to be removed has to be gone
 */
function byDomain(
  plan: PublishPlan,
  outcomes: readonly PublicationOutcome[],
  addressesCount: boolean,
): readonly DomainOutcome[] {
  const failedAddress = outcomes.find(({ kind, hresult: code }) => kind === 'address' && code !== 0);
  const services = outcomes.filter(({ kind }) => kind === 'service');
  const seen = new Map<string, DomainOutcome>();
  for (const service of services) {
    const told = addressesCount && service.hresult === 0 ? (failedAddress ?? service) : service;
    const problem = service.problem ?? failedAddress?.problem ?? null;
    const before = seen.get(service.subject);
    if (before === undefined || before.hresult === 0) {
      seen.set(service.subject, { domain: service.subject, hresult: told.hresult, problem });
    }
  }
  return seen.size > 0
    ? [...seen.values()]
    : domainsOf(plan).map((domain) => ({ domain, hresult: hresult(0), problem: null }));
}
