import { setMaxListeners } from 'node:events';
import { DnsError } from '../../dns/dns-error';
import type { DnsExchange } from '../../dns/exchange';
import { transferZone } from '../../dns/net/transfer';
import { sameName, type DomainName } from '../../dns/name';
import { recordType } from '../../dns/protocol';
import type { ResourceRecord } from '../../dns/record';
import { resolve, resolveHost } from '../../dns/resolver';
import { formatServerAddress, type DnsServerAddress } from '../../dns/server-address';
import { mapWithLimit } from '../../kms/discovery/map-with-limit';
import { hostNameOf, mergeCandidates, type Candidate } from './candidate';
import type { Discovered } from './discovered';

/** Services whose SRV records name machines of an organisation, and what such a machine is. */
const services: readonly (readonly [service: string, what: string, via: 'ssh' | null])[] = [
  ['_vlmcs._tcp', 'KMS host', null],
  ['_ldap._tcp.dc._msdcs', 'domain controller', null],
  ['_kerberos._tcp', 'Kerberos', null],
  ['_ssh._tcp', 'SSH', 'ssh'],
];

const questionsAtOnce = 32;
const usualSshPort = 22;
/** Servers of a zone that are asked for it. */
const mostServers = 8;

/** What is looked for in DNS. */
export interface DnsSearch {
  readonly dns: DnsExchange;
  readonly domain: DomainName;
  /** Names within the domain whose addresses are asked for. */
  readonly names: readonly string[];
  /** Servers that are asked for the whole zone; those of its NS records where none is named, nobody where it is empty. */
  readonly transferFrom: readonly DnsServerAddress[] | null;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Machines of a domain: targets of its SRV records, names that have an address, and the names of the whole zone where
 * a server of it gives that.
 * @throws DnsError where no server answers at all
 */
export async function dnsCandidates(search: DnsSearch): Promise<Discovered> {
  // Each question that is open listens to it.
  setMaxListeners(0, search.signal);
  const fromServices = await serviceCandidates(search);
  const named = await namedCandidates(search);
  const zone = await zoneCandidates(search);
  return {
    candidates: mergeCandidates([...fromServices, ...named.candidates, ...zone.candidates]),
    notes: [...named.notes, ...zone.notes],
    problems: [...named.problems, ...zone.problems],
  };
}

async function serviceCandidates({ dns, domain, signal }: DnsSearch): Promise<readonly Candidate[]> {
  const found = await Promise.all(
    services.map(async ([service, what, via]) => {
      const answer = await resolve(dns, `${service}.${domain}`, recordType.SRV);
      if (!answer.ok) {
        // A name or a record that is not there is an answer; a server that is silent or refuses is none.
        if (answer.error.step !== 'name') throw answer.error;
        return [];
      }
      return answer.records.flatMap(({ data }): readonly Candidate[] => {
        const name = data.kind === 'srv' ? hostNameOf(data.target) : null;
        if (data.kind !== 'srv' || name === null) return [];
        const port = via === null || data.port === usualSshPort ? null : data.port;
        return [{ name, address: null, via, port, from: `SRV ${service}`, detail: what }];
      });
    }),
  );
  return mapWithLimit(mergeCandidates(found.flat()), questionsAtOnce, async (each) => {
    if (signal.aborted) return each;
    const answer = await resolveHost(dns, each.name);
    return answer.ok ? { ...each, address: answer.records[0] ?? null } : each;
  });
}

async function namedCandidates({ dns, domain, names, signal }: DnsSearch): Promise<Discovered> {
  const problems: string[] = [];
  let without = 0;
  const found = await mapWithLimit(names, questionsAtOnce, async (word): Promise<readonly Candidate[]> => {
    if (signal.aborted) return [];
    const name = word.includes('.') ? word : `${word}.${domain}`;
    const answer = await resolveHost(dns, name);
    if (answer.ok) {
      const [address = null] = answer.records;
      return [{ name, address, via: null, port: null, from: 'address', detail: null }];
    }
    if (answer.error.step === 'name') without += 1;
    else problems.push(`${name}: ${answer.error.message}`);
    return [];
  });
  const notes = without === 0 ? [] : [`${without} of ${names.length} names have no address`];
  return { candidates: found.flat(), notes, problems };
}

async function zoneCandidates(search: DnsSearch): Promise<Discovered> {
  const { domain, timeoutMs, signal } = search;
  const servers = (await transferServers(search)).slice(0, mostServers);
  const refusals: string[] = [];
  for (const server of servers) {
    const taken = new ZoneNames(domain);
    try {
      await transferZone({ server, zone: domain, timeoutMs, signal, keep: (record) => taken.keep(record) });
    } catch (error) {
      if (!(error instanceof DnsError)) throw error;
      refusals.push(error.message);
      if (signal.aborted) break;
      continue;
    }
    const from = `zone of ${formatServerAddress(server)}`;
    return { candidates: taken.candidates(from), notes: [], problems: [] };
  }
  // Most servers give a zone to their secondaries alone: that is as it should be.
  return { candidates: [], notes: refusals, problems: [] };
}

async function transferServers({
  dns,
  domain,
  transferFrom,
}: DnsSearch): Promise<readonly DnsServerAddress[]> {
  if (transferFrom !== null) return transferFrom;
  const answer = await resolve(dns, domain, recordType.NS);
  if (!answer.ok) return [];
  const names = answer.records.flatMap(({ data }) => (data.kind === 'name' ? [data.target] : []));
  const found = await mapWithLimit(names.slice(0, mostServers), questionsAtOnce, async (name) => {
    const addresses = await resolveHost(dns, name);
    return addresses.ok ? addresses.records.slice(0, 1) : [];
  });
  return found.flat().map((address) => ({ address, port: 53 }));
}

/** Names of a zone that have an address, without those that are no machine: the zone itself, services, wildcards. */
class ZoneNames {
  readonly #domain: DomainName;
  readonly #addresses = new Map<string, Candidate>();

  constructor(domain: DomainName) {
    this.#domain = domain;
  }

  keep({ name: owner, data }: ResourceRecord): void {
    if (data.kind !== 'address') return;
    const name = hostNameOf(owner);
    if (name === null || sameName(name, this.#domain) || isOfDirectory(name, this.#domain)) return;
    const key = name.toLowerCase();
    if (this.#addresses.has(key)) return;
    const { address } = data;
    this.#addresses.set(key, { name, address, via: null, port: null, from: '', detail: null });
  }

  candidates(from: string): readonly Candidate[] {
    return [...this.#addresses.values()].map((each) => ({ ...each, from }));
  }
}

/** Names with addresses that Active Directory keeps for itself in its zone. */
function isOfDirectory(name: string, domain: string): boolean {
  const inner = name.slice(0, -domain.replace(/\.$/, '').length - 1).toLowerCase();
  return /(?:^|\.)_/.test(inner) || inner === 'domaindnszones' || inner === 'forestdnszones';
}
