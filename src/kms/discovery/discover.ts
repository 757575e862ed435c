import { type DnsError, dnsHresult } from '../../dns/dns-error';
import { type EstateDns } from '../../dns/estate-dns';
import { type Resolution, type SrvRecord } from '../../dns/resolver';
import { formatHresult, type Hresult } from '../../licensing/hresult';
import { mapWithLimit } from './map-with-limit';
import { isReachable, type KmsProbe, type ProbeFinding, type ProbeResult } from './probe';

/** What discovery needs of the world. */
export interface DiscoveryPorts {
  readonly dns: Pick<EstateDns, 'resolveKmsService' | 'resolveHost'>;
  readonly probe: KmsProbe;
}

/** Why a name or a domain gave nothing. */
export interface DiscoveryProblem {
  readonly hresult: Hresult;
  readonly message: string;
}

/** A domain that was asked for SRV records, in the order asked. */
export interface AskedDomain {
  readonly domain: string;
  readonly problem: DiscoveryProblem | null;
}

/** One address of a host and what was found there. */
export interface ProbedAddress extends ProbeResult {
  readonly address: string;
}

/** One SRV record, its target's addresses, and what answers there. */
export interface DiscoveredHost extends SrvRecord {
  /** The best finding of its addresses; `unresolved` where the name has none. */
  readonly finding: ProbeFinding | 'unresolved';
  readonly reachable: boolean;
  readonly addresses: readonly ProbedAddress[];
  /** Why the name could not be resolved. */
  readonly problem: DiscoveryProblem | null;
}

/** Exit status: 0 every host is reachable, 1 some are not, 2 none is, 3 no records or no DNS. */
export type DiscoveryStatus = 0 | 1 | 2 | 3;

/** What discovery found. */
export interface DiscoveryReport {
  readonly status: DiscoveryStatus;
  /** The domain whose records these are; null where no domain has any. */
  readonly domain: string | null;
  readonly asked: readonly AskedDomain[];
  /** In the order in which a client of Windows 7 or later most likely tries them (K6.12, K6.13). */
  readonly hosts: readonly DiscoveredHost[];
  /** Records beyond {@link MAX_HOSTS}, which were not probed. */
  readonly leftOut: number;
  /** Null where there are records; otherwise what a client would show (K6.11). */
  readonly problem: DiscoveryProblem | null;
}

/** More hosts than any organisation has; a hostile answer may hold thousands. */
export const MAX_HOSTS = 128;
/** Addresses of one name that are probed. */
export const MAX_ADDRESSES = 8;
/** Probes and look-ups under way at once. */
const CONCURRENCY = 16;

/**
 * Finds the KMS hosts of an organisation: the SRV records of the first domain that has any (K6.10), each target
 * resolved and each address probed once. Never rejects for what DNS or hosts do.
 */
export async function discoverKmsHosts(
  ports: DiscoveryPorts,
  domains: readonly string[],
): Promise<DiscoveryReport> {
  const asked: AskedDomain[] = [];
  for (const domain of domains) {
    const found = await ports.dns.resolveKmsService(domain);
    asked.push({ domain, problem: found.ok ? null : problemOf(found.error) });
    if (found.ok) return reportOf(asked, domain, await examine(ports, inOrderOfTrial(found.records)));
  }
  return { status: 3, domain: null, asked, hosts: [], leftOut: 0, problem: problemOfAll(asked) };
}

function problemOf(error: DnsError): DiscoveryProblem {
  return { hresult: error.hresult, message: error.message };
}

/** A server that fails may hide records: it tells more than a domain that has none. */
function problemOfAll(asked: readonly AskedDomain[]): DiscoveryProblem {
  const problems = asked.flatMap(({ problem }) => (problem === null ? [] : [problem]));
  const failure = problems.find(({ hresult }) => hresult === dnsHresult.serverFailure);
  return (
    failure ??
    problems[0] ?? {
      hresult: dnsHresult.invalidName,
      message: 'this machine has no DNS suffix: name a domain',
    }
  );
}

/**
 * Lower priority first; among equal priorities the greater weight, which the random choice of clients prefers
 * (RFC 2782), so that the same records always stand in the same order.
 */
export function inOrderOfTrial(records: readonly SrvRecord[]): readonly SrvRecord[] {
  return [...records].sort(
    (left, right) =>
      left.priority - right.priority ||
      right.weight - left.weight ||
      compareText(left.target.toLowerCase(), right.target.toLowerCase()) ||
      left.port - right.port,
  );
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

interface Examination {
  readonly hosts: readonly DiscoveredHost[];
  readonly leftOut: number;
}

async function examine(ports: DiscoveryPorts, records: readonly SrvRecord[]): Promise<Examination> {
  const chosen = records.slice(0, MAX_HOSTS);
  const resolved = await mapWithLimit(chosen, CONCURRENCY, ({ target }) => ports.dns.resolveHost(target));
  const endpoints = new Map<string, Endpoint>();
  chosen.forEach((record, index) => {
    for (const address of addressesOf(resolved[index])) {
      endpoints.set(keyOf(address, record.port), { address, port: record.port });
    }
  });
  const probed = await mapWithLimit([...endpoints.values()], CONCURRENCY, ({ address, port }) =>
    ports.probe(address, port),
  );
  const results = new Map([...endpoints.keys()].map((key, index) => [key, probed[index]]));
  const hosts = chosen.map((record, index) => {
    const addresses = addressesOf(resolved[index]).flatMap((address) => {
      const result = results.get(keyOf(address, record.port));
      return result === undefined ? [] : [{ address, ...result }];
    });
    return hostOf(record, addresses, resolved[index]);
  });
  return { hosts, leftOut: records.length - chosen.length };
}

interface Endpoint {
  readonly address: string;
  readonly port: number;
}

function keyOf(address: string, port: number): string {
  return `${address} ${port}`;
}

function addressesOf(resolution: Resolution<string> | undefined): readonly string[] {
  return resolution?.ok === true ? resolution.records.slice(0, MAX_ADDRESSES) : [];
}

const findingsBestFirst: readonly ProbeFinding[] = [
  'emulated-host',
  'rpc-refuses-interface',
  'not-rpc',
  'hung-up',
  'closed',
  'silent',
];

function hostOf(
  record: SrvRecord,
  addresses: readonly ProbedAddress[],
  resolution: Resolution<string> | undefined,
): DiscoveredHost {
  const best = findingsBestFirst.find((finding) => addresses.some((address) => address.finding === finding));
  return {
    ...record,
    finding: best ?? 'unresolved',
    reachable: best !== undefined && isReachable(best),
    addresses,
    problem: resolution?.ok === false ? problemOf(resolution.error) : null,
  };
}

function reportOf(asked: readonly AskedDomain[], domain: string, examination: Examination): DiscoveryReport {
  return { status: statusOf(examination.hosts), domain, asked, ...examination, problem: null };
}

function statusOf(hosts: readonly DiscoveredHost[]): DiscoveryStatus {
  const reachable = hosts.filter((host) => host.reachable).length;
  if (reachable === 0) return 2;
  return reachable === hosts.length ? 0 : 1;
}

/** The problem as one line: "0x8007232B: the name … does not exist". */
export function problemLine(problem: DiscoveryProblem): string {
  return `${formatHresult(problem.hresult)}: ${problem.message}`;
}
