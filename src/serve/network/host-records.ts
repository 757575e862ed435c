import { createServerEstateDns } from '../../dns/net/server-estate-dns';
import { type DomainOutcome, publisherFor } from '../kms-host/publish-port';
import { servedAt } from '../kms-host/served-lock';
import { hostRecords, type PublishedRecord, type PublishPlan } from '../../kms/engine/publish-plan';
import { addressesInZone } from '../../lab/clockwork/built-in-zone';
import { kmsPublishFacts } from '../../lab/clockwork/host-facts';
import { fullName, simulatedAddress } from '../../lab/clockwork/names';
import { EstateError } from '../../lab/estate/errors';
import { requireEstate } from '../../lab/estate/laboratory';
import { requireMachine } from '../../lab/estate/names';
import { type EstateSettings } from '../../lab/estate/settings';
import { type EstateStore } from '../../lab/estate/store-port';
import { type MachineState } from '../../lab/model/state';
import { type SqlDriver } from '../../lab/store/driver';

export interface HostRecordPorts {
  readonly store: EstateStore;
  readonly driver: SqlDriver;
  /** The data directory, absolute. */
  readonly home: string;
}

/** The DNS records of a KMS host. */
export interface HostRecords {
  readonly machine: string;
  readonly records: readonly PublishedRecord[];
  /** Whether a process serves the host: without one the address is the lab's own, which no network reaches. */
  readonly served: boolean;
}

/**
 * The records that a KMS host needs, for manual creation: whatever /cdns says, with its priority, weight and domains
 * (DnsDomainPublishList).
 *
 * @param addresses where the host is reached, in place of where it listens; empty: where it listens
 * @throws EstateError for an unknown machine, and one without any domain
 */
export function recordsOfHost(
  ports: HostRecordPorts,
  name: string,
  addresses: readonly string[] = [],
): HostRecords {
  const { host, settings } = hostOf(ports.store, name);
  const facts = servedAt(ports.driver, ports.home, host.name);
  const reached = addresses.length > 0 ? addresses : (facts?.reachedAt ?? [simulatedAddress(host.name)]);
  const { records } = planOf(host, settings, reached);
  return { machine: host.name, records, served: facts !== null };
}

/** How taking the records back went. */
export interface Unpublished {
  readonly machine: string;
  readonly domains: readonly DomainOutcome[];
}

/**
 * Removes a host's records from the DNS that the estate uses: its SRV records in each of its domains and the addresses
 * of its name. Records of other hosts stay. A host that goes on publishing comes back within a day.
 * @throws EstateError for an unknown machine, and one without any domain
 */
export async function unpublishHost(ports: HostRecordPorts, name: string): Promise<Unpublished> {
  const { store } = ports;
  const { host, settings } = hostOf(store, name);
  const plan = planOf(host, settings, await publishedAddresses(store, host, settings));
  const domains = await publisherFor(settings.dns, store).unpublish(plan);
  return { machine: host.name, domains };
}

function hostOf(
  store: EstateStore,
  name: string,
): { readonly host: MachineState; readonly settings: EstateSettings } {
  return store.read((reader) => ({
    host: requireMachine(reader, name).state,
    settings: requireEstate(reader.estate()).settings,
  }));
}

function planOf(host: MachineState, settings: EstateSettings, addresses: readonly string[]): PublishPlan {
  const plan = hostRecords(kmsPublishFacts(host, settings, { addresses }));
  if (plan.records.length > 0) return plan;
  throw new EstateError(
    'not-possible',
    `${host.name} has no DNS domain to be published in: give it one with "slmgr lab set ${host.name} --dns-suffix".`,
  );
}

/** Addresses that the DNS has for the host's name now, wherever the host listened when it published them. */
async function publishedAddresses(
  store: EstateStore,
  host: MachineState,
  { dns }: EstateSettings,
): Promise<readonly string[]> {
  const name = fullName(host);
  if (dns.kind === 'built-in') return store.read((reader) => addressesInZone(reader.dnsRecords(), name));
  const { address, port } = dns;
  const found = await createServerEstateDns({ servers: [{ address, port }] }).resolveHost(name);
  return found.ok ? found.records : [];
}
