import {
  AndFilter,
  EqualityFilter,
  ExtensibleFilter,
  FilterParser,
  GreaterThanEqualsFilter,
  NotFilter,
  type Entry,
  type Filter,
} from 'ldapts';
import { searchDirectory, type DirectoryServer } from '../../transports/ldap/directory';
import { detailOf, hostNameOf, mergeCandidates, type Candidate } from './candidate';
import type { Discovered } from './discovered';

/** Which computers of a directory are meant. */
export interface DirectorySearch {
  readonly server: DirectoryServer;
  /** The DN below which computers are looked for. */
  readonly base: string;
  /** A filter of the user, in the form of RFC 4515; null for none. */
  readonly filter: string | null;
  /** Accounts that are disabled as well. */
  readonly withDisabled: boolean;
  /** Only those that signed in since then, in ms since 1970; null for all. */
  readonly signedInSince: number | null;
  readonly progress: (found: number) => void;
}

/** A page of Active Directory has a thousand entries at most (MaxPageSize). */
const pageSize = 1000;
const mostComputers = 1_000_000;
/** ACCOUNTDISABLE of userAccountControl, and the rule that looks at single bits (LDAP_MATCHING_RULE_BIT_AND). */
const disabled = '2';
const bitAnd = '1.2.840.113556.1.4.803';
const attributes = ['dNSHostName', 'sAMAccountName', 'cn', 'operatingSystem', 'objectClass'];

/** What `ldapFilter` refuses. */
export class FilterError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FilterError';
  }
}

/**
 * The computers of an Active Directory domain, by their DNS names; one without has its account's name.
 * @throws TransportError with the step, FilterError
 */
export async function directoryCandidates(search: DirectorySearch): Promise<Discovered> {
  const { server, base } = search;
  const query = { base, filter: filterOf(search), attributes, pageSize };
  const candidates: Candidate[] = [];
  let nameless = 0;
  for await (const page of searchDirectory(server, query)) {
    for (const entry of page) {
      if (isServiceAccount(entry)) continue;
      const candidate = candidateOf(entry);
      if (candidate === null) nameless += 1;
      else candidates.push(candidate);
    }
    search.progress(candidates.length);
    if (candidates.length > mostComputers)
      throw new FilterError(`the directory has more than ${mostComputers} such computers`);
  }
  const problems =
    nameless === 0 ? [] : [`${nameless} accounts have no name that a machine could be reached by`];
  return { candidates: mergeCandidates(candidates), notes: [], problems };
}

function filterOf({ filter, withDisabled, signedInSince }: DirectorySearch): Filter {
  const filters: Filter[] = [new EqualityFilter({ attribute: 'objectClass', value: 'computer' })];
  if (!withDisabled) {
    const isDisabled = new ExtensibleFilter({
      matchType: 'userAccountControl',
      rule: bitAnd,
      value: disabled,
    });
    filters.push(new NotFilter({ filter: isDisabled }));
  }
  if (signedInSince !== null) {
    filters.push(
      new GreaterThanEqualsFilter({ attribute: 'lastLogonTimestamp', value: fileTime(signedInSince) }),
    );
  }
  if (filter !== null) filters.push(parsed(filter));
  return new AndFilter({ filters });
}

function parsed(filter: string): Filter {
  try {
    return FilterParser.parseString(filter);
  } catch (cause) {
    throw new FilterError(`${filter} is no LDAP filter; (operatingSystem=Windows 11*) is one`, { cause });
  }
}

/** Steps of 100 ns since 1601, as Active Directory writes times. */
function fileTime(milliseconds: number): string {
  return String((BigInt(Math.floor(milliseconds)) + 11_644_473_600_000n) * 10_000n);
}

/** Managed service accounts are derived from computers, and are none. */
function isServiceAccount({ objectClass }: Entry): boolean {
  return [objectClass].flat().some((name) => /^msDS-(?:Group)?ManagedServiceAccount$/i.test(String(name)));
}

function candidateOf(entry: Entry): Candidate | null {
  const [name] = ['dNSHostName', 'sAMAccountName', 'cn'].flatMap((attribute) => {
    const found = hostNameOf(textOf(entry[attribute]).replace(/\$$/, ''));
    return found === null ? [] : [found];
  });
  if (name === undefined) return null;
  const detail = detailOf(textOf(entry['operatingSystem']));
  return { name, address: null, via: null, port: null, from: 'directory', detail };
}

/** The first value of an attribute; empty where it is absent. */
function textOf(value: Entry[string] | undefined): string {
  const [first] = [value ?? ''].flat();
  return first === undefined ? '' : first.toString();
}
