import { DnsError, dnsHresult, hresultOfRcode, rcodeName } from './dns-error';
import { type DnsAnswer, type DnsExchange } from './exchange';
import { DnsFormatError } from './format-error';
import { canonicalAddress, ipVersion } from './ip-address';
import { makeQuery, type DnsMessage } from './message';
import { canonicalName, encodeName, isWithin, joinNames, sameName, type DomainName } from './name';
import { nameOfCode, rcode, recordClass, recordType } from './protocol';
import { type ResourceRecord, type SrvData } from './record';
import { formatServerAddress } from './server-address';

/** What was found, or why nothing was. */
export type Resolution<T> =
  { readonly ok: true; readonly records: readonly T[] } | { readonly ok: false; readonly error: DnsError };

/** A service location record as this project uses it. The target has no trailing dot. */
export type SrvRecord = Omit<SrvData, 'kind'>;

/** Where KMS hosts are looked for below a domain (K6.5). */
export const KMS_SERVICE = '_vlmcs._tcp';

/** How many aliases are followed, one after another, before a name counts as broken. */
const MAX_ALIASES = 8;

/**
 * The SRV records of the KMS hosts of a domain, in the answer's order; targets "." (RFC 2782: no service here) are left
 * out. K6.11: 0x8007232B no such name, 0x8007251D no such record, 0x8007232A a failing or silent server, 0x8007007B no
 * valid domain.
 */
export async function resolveKmsService(
  dns: DnsExchange,
  domain: DomainName,
): Promise<Resolution<SrvRecord>> {
  const name = serviceName(domain);
  if (name instanceof DnsError) return { ok: false, error: name };
  const found = await resolve(dns, name, recordType.SRV);
  if (!found.ok) return found;
  const records = found.records.flatMap(({ data }) =>
    data.kind === 'srv' && data.target !== '.'
      ? [{ priority: data.priority, weight: data.weight, port: data.port, target: data.target }]
      : [],
  );
  return records.length > 0 ? { ok: true, records } : { ok: false, error: noRecords(name, recordType.SRV) };
}

function serviceName(domain: DomainName): DomainName | DnsError {
  if (domain.trim() === '')
    return new DnsError('name', dnsHresult.invalidName, 'there is no DNS suffix to ask for');
  try {
    return joinNames(KMS_SERVICE, domain);
  } catch (error) {
    return invalidName(error);
  }
}

/**
 * The addresses of a host, IPv4 before IPv6. An IP address resolves to itself. Fails only where neither kind of record
 * is there, with the graver of the two errors.
 */
export async function resolveHost(dns: DnsExchange, host: string): Promise<Resolution<string>> {
  if (ipVersion(host) !== 0) return { ok: true, records: [canonicalAddress(host)] };
  const [ipv4, ipv6] = await Promise.all([
    resolve(dns, host, recordType.A),
    resolve(dns, host, recordType.AAAA),
  ]);
  const addresses = [ipv4, ipv6].flatMap((found) =>
    found.ok ? found.records.flatMap(({ data }) => (data.kind === 'address' ? [data.address] : [])) : [],
  );
  if (addresses.length > 0) return { ok: true, records: [...new Set(addresses)] };
  const errors = [ipv4, ipv6].flatMap((found) => (found.ok ? [] : [found.error]));
  return { ok: false, error: gravest(errors) ?? noRecords(host, recordType.A) };
}

/** A server's failure tells more than a missing name, and that more than a missing record. */
function gravest(errors: readonly DnsError[]): DnsError | undefined {
  return [...errors].sort((left, right) => gravity(right) - gravity(left))[0];
}

function gravity(error: DnsError): number {
  if (error.hresult === dnsHresult.noRecords) return 0;
  return error.hresult === dnsHresult.nameError ? 1 : 2;
}

/**
 * All records of a name and type, class IN, through aliases. Never rejects: a server that fails, an answer code, or
 * the absence of records is an error in the result.
 */
export async function resolve(
  dns: DnsExchange,
  name: DomainName,
  type: number,
): Promise<Resolution<ResourceRecord>> {
  try {
    return await followAliases(dns, name, type);
  } catch (error) {
    if (error instanceof DnsError) return { ok: false, error };
    if (error instanceof DnsFormatError) return { ok: false, error: invalidName(error) };
    throw error;
  }
}

async function followAliases(
  dns: DnsExchange,
  name: DomainName,
  type: number,
): Promise<Resolution<ResourceRecord>> {
  encodeName(name);
  const seen = new Set<string>();
  let asked = name;
  for (;;) {
    const answer = await dns.exchange(makeQuery(asked, type));
    const end = endOfAliases(answer.message, asked, seen);
    const records = recordsOf(answer.message, end, type);
    if (records.length > 0) return { ok: true, records };
    checkRcode(answer, end);
    if (sameName(end, asked)) return { ok: false, error: noRecords(name, type) };
    asked = end;
  }
}

/** Follows the aliases that an answer holds; the name at which they end. */
function endOfAliases(message: DnsMessage, from: DomainName, seen: Set<string>): DomainName {
  let name = from;
  for (;;) {
    const alias = recordsOf(message, name, recordType.CNAME)[0];
    if (alias?.data.kind !== 'name') return name;
    seen.add(canonicalName(name));
    name = alias.data.target;
    if (seen.has(canonicalName(name)) || seen.size > MAX_ALIASES) {
      throw new DnsError(
        'answer',
        dnsHresult.serverFailure,
        `the aliases of ${from} lead in a circle or too far`,
      );
    }
  }
}

function recordsOf(message: DnsMessage, name: DomainName, type: number): readonly ResourceRecord[] {
  return message.answers.filter(
    (record) => record.type === type && record.class === recordClass.IN && sameName(record.name, name),
  );
}

function checkRcode(answer: DnsAnswer, name: DomainName): void {
  const code = answer.message.rcode;
  if (code === rcode.NOERROR) return;
  const server = formatServerAddress(answer.server);
  const words =
    code === rcode.NXDOMAIN
      ? `the name ${name} does not exist (says the DNS server ${server})`
      : `the DNS server ${server} answered ${rcodeName(code)} for ${name}`;
  throw new DnsError(code === rcode.NXDOMAIN ? 'name' : 'answer', hresultOfRcode(code), words);
}

function noRecords(name: DomainName, type: number): DnsError {
  const kind = nameOfCode(recordType, type);
  return new DnsError('name', dnsHresult.noRecords, `the name ${name} has no ${kind} record`);
}

function invalidName(error: unknown): DnsError {
  if (!(error instanceof DnsFormatError)) throw error;
  return new DnsError('name', dnsHresult.invalidName, error.message);
}

/**
 * The zone that a name belongs to on the servers asked, by the start of authority that they answer with (as nsupdate
 * finds it). Rejects with {@link DnsError}.
 */
export async function findZone(dns: DnsExchange, name: DomainName): Promise<DomainName> {
  for (let asked = canonicalName(name); asked !== '.'; asked = parentOf(asked)) {
    const answer = await dns.exchange(makeQuery(asked, recordType.SOA));
    if (answer.message.rcode !== rcode.NXDOMAIN) checkRcode(answer, asked);
    const { answers, authorities } = answer.message;
    const zone = [...answers, ...authorities].find(
      (record) => record.type === recordType.SOA && isWithin(asked, record.name),
    )?.name;
    if (zone === '.') break;
    if (zone !== undefined) return zone;
  }
  throw new DnsError('name', dnsHresult.notAuthoritative, `no DNS zone for ${name} was found`);
}

/** The canonical name without its first label. */
function parentOf(name: DomainName): DomainName {
  const dot = /^(?:[^.\\]|\\\d{3}|\\[^\d])*\./.exec(name);
  return dot === null ? '.' : name.slice(dot[0].length);
}
