import { type Hresult } from '../licensing/hresult';
import { DnsError, dnsHresult, hresultOfRcode, rcodeName } from './dns-error';
import { type DnsExchange, type ExchangeOptions } from './exchange';
import { DnsFormatError } from './format-error';
import { canonicalAddress, ipVersion } from './ip-address';
import { joinNames, sameName, type DomainName } from './name';
import { rcode, recordType } from './protocol';
import { type SrvData } from './record';
import { findZone, KMS_SERVICE, resolve } from './resolver';
import { formatServerAddress } from './server-address';
import { type TsigKey } from './tsig-key';
import { makeUpdate, type RecordToChange, type ZoneChange } from './update';

/** One SRV record `_vlmcs._tcp.<domain>` of a host (K7.1). */
export interface ServicePublication {
  readonly domain: DomainName;
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** The host's full name. Records with this target are the host's own; all others are left alone. */
  readonly target: DomainName;
}

/** The addresses of a host's name: all that the name is to have. */
export interface AddressPublication {
  readonly name: DomainName;
  readonly addresses: readonly string[];
}

/** What a host publishes, or takes back. */
export interface PublicationPlan {
  readonly services: readonly ServicePublication[];
  readonly addresses: readonly AddressPublication[];
  /** Seconds that others may keep the records. */
  readonly ttl: number;
}

/** How one part of a plan went. */
export interface PublicationOutcome {
  readonly kind: 'service' | 'address';
  /** The domain of a service, the host name of addresses. */
  readonly subject: DomainName;
  /** The zone that was updated; null where none was found. */
  readonly zone: DomainName | null;
  /** 0 for success: event 12294; anything else: event 12293 (K10.6, K10.7). */
  readonly hresult: Hresult;
  /** Null for success. */
  readonly problem: string | null;
}

/** What both directions need. */
export interface PublishOptions {
  /** Signs the updates; unsigned without. */
  readonly key?: TsigKey;
}

/**
 * Publishes a plan by dynamic update (RFC 2136): each SRV record beside those of other hosts, in place of older ones
 * of its own target; each host name with exactly its addresses. Doing it again changes nothing. Never rejects for what
 * DNS does: each part has its own outcome, addresses first.
 */
export async function publish(
  dns: DnsExchange,
  plan: PublicationPlan,
  options: PublishOptions = {},
): Promise<readonly PublicationOutcome[]> {
  const outcomes: PublicationOutcome[] = [];
  for (const part of plan.addresses) {
    const changes = (): ZoneChange[] => addressChanges(part, plan.ttl);
    outcomes.push(
      await outcomeOf(dns, options, { kind: 'address', subject: part.name, owner: () => part.name, changes }),
    );
  }
  for (const part of plan.services) {
    const changes = (owner: DomainName): Promise<ZoneChange[]> => serviceChanges(dns, owner, part, plan.ttl);
    outcomes.push(await outcomeOf(dns, options, { ...serviceSubject(part), changes }));
  }
  return outcomes;
}

/**
 * Takes a plan back: every SRV record of the host's target in the plan's domains, whatever its port and priority, and
 * the plan's addresses. Records of others stay. Doing it again changes nothing.
 */
export async function unpublish(
  dns: DnsExchange,
  plan: PublicationPlan,
  options: PublishOptions = {},
): Promise<readonly PublicationOutcome[]> {
  const outcomes: PublicationOutcome[] = [];
  for (const part of plan.services) {
    const changes = async (owner: DomainName): Promise<ZoneChange[]> =>
      (await ownServices(dns, owner, part.target)).map((data) => deletion(serviceRecord(owner, data)));
    outcomes.push(await outcomeOf(dns, options, { ...serviceSubject(part), changes }));
  }
  for (const part of plan.addresses) {
    const changes = (): ZoneChange[] => addressRecords(part).map(deletion);
    outcomes.push(
      await outcomeOf(dns, options, { kind: 'address', subject: part.name, owner: () => part.name, changes }),
    );
  }
  return outcomes;
}

interface Part {
  readonly kind: 'service' | 'address';
  readonly subject: DomainName;
  readonly owner: () => DomainName;
  /** Changes to make, none where there is nothing to do. */
  readonly changes: (owner: DomainName) => ZoneChange[] | Promise<ZoneChange[]>;
}

function serviceSubject(part: ServicePublication): Pick<Part, 'kind' | 'subject' | 'owner'> {
  return { kind: 'service', subject: part.domain, owner: () => joinNames(KMS_SERVICE, part.domain) };
}

async function outcomeOf(dns: DnsExchange, options: PublishOptions, part: Part): Promise<PublicationOutcome> {
  const { kind, subject } = part;
  let zone: DomainName | null = null;
  try {
    const owner = part.owner();
    zone = await findZone(dns, owner);
    const changes = await part.changes(owner);
    if (changes.length > 0) await sendUpdate(dns, options, { zone, owner, changes });
    return { kind, subject, zone, hresult: dnsHresult.success, problem: null };
  } catch (error) {
    if (error instanceof DnsError)
      return { kind, subject, zone, hresult: error.hresult, problem: error.message };
    if (error instanceof DnsFormatError) {
      return { kind, subject, zone, hresult: dnsHresult.invalidName, problem: error.message };
    }
    throw error;
  }
}

/** New addresses replace the whole set, so that one that the host no longer has does not stay. */
function addressChanges(part: AddressPublication, ttl: number): ZoneChange[] {
  const { name } = part;
  return [
    { kind: 'delete-set', name, type: recordType.A },
    { kind: 'delete-set', name, type: recordType.AAAA },
    ...addressRecords(part).map((record): ZoneChange => ({ kind: 'add', record, ttl })),
  ];
}

function addressRecords(part: AddressPublication): RecordToChange[] {
  return part.addresses.map((text) => {
    const address = canonicalAddress(text);
    const type = ipVersion(address) === 4 ? recordType.A : recordType.AAAA;
    return { name: part.name, type, data: { kind: 'address', address } };
  });
}

async function serviceChanges(
  dns: DnsExchange,
  owner: DomainName,
  part: ServicePublication,
  ttl: number,
): Promise<ZoneChange[]> {
  const { priority, weight, port, target } = part;
  const wanted: SrvData = { kind: 'srv', priority, weight, port, target };
  const stale = (await ownServices(dns, owner, target)).filter((data) => !sameService(data, wanted));
  return [
    ...stale.map((data) => deletion(serviceRecord(owner, data))),
    { kind: 'add', record: serviceRecord(owner, wanted), ttl },
  ];
}

/** The SRV records at a name that point to a host. Rejects where DNS cannot tell. */
async function ownServices(
  dns: DnsExchange,
  owner: DomainName,
  target: DomainName,
): Promise<readonly SrvData[]> {
  const found = await resolve(dns, owner, recordType.SRV);
  if (!found.ok) {
    if (found.error.step === 'name') return [];
    throw found.error;
  }
  return found.records.flatMap(({ data }) =>
    data.kind === 'srv' && sameName(data.target, target) ? [data] : [],
  );
}

function sameService(left: SrvData, right: SrvData): boolean {
  return (
    left.priority === right.priority &&
    left.weight === right.weight &&
    left.port === right.port &&
    sameName(left.target, right.target)
  );
}

function serviceRecord(owner: DomainName, data: SrvData): RecordToChange {
  return { name: owner, type: recordType.SRV, data };
}

function deletion(record: RecordToChange): ZoneChange {
  return { kind: 'delete-record', record };
}

interface UpdateToSend {
  readonly zone: DomainName;
  readonly owner: DomainName;
  readonly changes: readonly ZoneChange[];
}

/**
 * A server ignores records added beside an alias without a word (RFC 2136 section 3.4.2.2), so that none may be there
 * is required first.
 */
async function sendUpdate(dns: DnsExchange, options: PublishOptions, update: UpdateToSend): Promise<void> {
  const { zone, owner, changes } = update;
  const request = makeUpdate({
    zone,
    prerequisites: [{ kind: 'set-absent', name: owner, type: recordType.CNAME }],
    changes,
  });
  const exchangeOptions: ExchangeOptions = options.key === undefined ? {} : { key: options.key };
  const { message, server } = await dns.exchange(request, exchangeOptions);
  if (message.rcode === rcode.NOERROR) return;
  const { code, words } = updateRefusal(message.rcode, update, options.key);
  throw new DnsError('update', code, `the DNS server ${formatServerAddress(server)} ${words}`);
}

/** K7.4: a host that the server knows by its key but that has no rights on the record gets 0x80072338. */
function updateRefusal(
  code: number,
  update: UpdateToSend,
  key: TsigKey | undefined,
): { code: Hresult; words: string } {
  const { zone, owner } = update;
  switch (code) {
    case rcode.REFUSED:
      return key === undefined
        ? {
            code: dnsHresult.refused,
            words: `refuses unsigned updates of the zone ${zone}: give a key, or allow updates there`,
          }
        : {
            code: dnsHresult.badSignature,
            words: `gives the key ${key.name} no rights on ${owner}, or its zone ${zone} allows no updates`,
          };
    case rcode.YXRRSET:
      return { code: dnsHresult.setExists, words: `has an alias at ${owner}: remove it first` };
    case rcode.NOTAUTH:
      return {
        code: dnsHresult.notAuthoritative,
        words: `is not responsible for the zone ${zone}: name its primary server`,
      };
    default:
      return {
        code: hresultOfRcode(code),
        words: `answered ${rcodeName(code)} to an update of the zone ${zone}`,
      };
  }
}
