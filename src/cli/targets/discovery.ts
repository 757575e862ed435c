import type { EstateDns } from '../../dns/estate-dns';
import { createServerEstateDns } from '../../dns/net/server-estate-dns';
import { systemDomains, systemServers } from '../../dns/net/system';
import { formatServerAddress, type DnsServerAddress } from '../../dns/server-address';
import type { KmsProbe } from '../../kms/discovery/probe';
import { createKmsProbe } from '../../kms/net/probe';
import type { EstateRecord, EstateStore } from '../../lab/estate/store-port';
import { estateProbe, zoneDns } from '../../serve/network/zone-dns';
import { sqliteDriver } from '../../lab/store/drivers';
import { storeIsThere } from '../../lab/store/find-store';
import { dataFolder } from '../commands/kms/home';
import type { Console } from '../console';
import { openNamedStore } from './laboratory';

/** Where `discover` looks. */
export interface DiscoveryPlan {
  readonly dns: Pick<EstateDns, 'resolveKmsService' | 'resolveHost'>;
  readonly probe: KmsProbe;
  /** Domains to ask, in order. */
  readonly domains: readonly string[];
  readonly source: DnsSource;
  readonly close: () => void;
}

/** Which DNS is asked: one that was named, that of the estate, or that of this computer. */
export interface DnsSource {
  readonly kind: 'server' | 'estate' | 'system';
  /** ADDR:PORT of the servers; none for the estate's own zone. */
  readonly servers: readonly string[];
}

/**
 * The DNS and the domains of a discovery: the server named; else the estate's DNS for its own domain, and for every
 * domain where it is set to a real server; else the DNS of this computer and the domains that it appends to names.
 */
export function planDiscovery(
  console: Console,
  domain: string | null,
  server: DnsServerAddress | null,
): DiscoveryPlan {
  // What was named in full needs no estate, not even one that can be read.
  const opened = domain !== null && server !== null ? null : openEstate(console);
  const own = opened?.estate.domain ?? null;
  const domains = domain === null ? domainsHere(own, console) : [domain];
  if (server !== null) {
    opened?.store.close();
    return overNetwork('server', [server], domains);
  }
  if (opened === null) return overNetwork('system', systemServers(), domains);
  const { store, estate } = opened;
  const { dns } = estate.settings;
  if (dns.kind === 'server') {
    store.close();
    return overNetwork('estate', [dns], domains);
  }
  if (!domains.every((each) => isWithin(each, own))) {
    store.close();
    return overNetwork('system', systemServers(), domains);
  }
  const ports = { store, driver: sqliteDriver(), home: dataFolder(console) };
  return {
    dns: zoneDns(ports),
    probe: estateProbe(ports, createKmsProbe()),
    domains,
    source: { kind: 'estate', servers: [] },
    close: () => {
      store.close();
    },
  };
}

function domainsHere(own: string | null, { env }: Console): readonly string[] {
  return own === null ? systemDomains(env) : [own];
}

function overNetwork(
  kind: DnsSource['kind'],
  servers: readonly DnsServerAddress[],
  domains: readonly string[],
): DiscoveryPlan {
  return {
    dns: createServerEstateDns({ servers: servers.map(({ address, port }) => ({ address, port })) }),
    probe: createKmsProbe(),
    domains,
    source: { kind, servers: servers.map(formatServerAddress) },
    close: () => undefined,
  };
}

/** The estate of this user; null where there is none, without making anything. */
function openEstate(console: Console): { readonly store: EstateStore; readonly estate: EstateRecord } | null {
  const folder = dataFolder(console);
  if (!storeIsThere(folder)) return null;
  const store = openNamedStore(folder, console);
  const estate = store.read((reader) => reader.estate());
  if (estate?.kind === 'lab') return { store, estate };
  store.close();
  return null;
}

function isWithin(domain: string, zone: string | null): boolean {
  if (zone === null) return false;
  const [name, suffix] = [domain, zone].map((each) => each.toLowerCase().replace(/\.$/, ''));
  return name === suffix || name?.endsWith(`.${suffix ?? ''}`) === true;
}
