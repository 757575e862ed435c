import { createDnsClient } from '../../dns/net/client';
import { isWithin } from '../../dns/name';
import { systemServers } from '../../dns/net/system';
import { recordType } from '../../dns/protocol';
import type { DnsExchange } from '../../dns/exchange';
import { resolve, resolveHost } from '../../dns/resolver';
import type { DnsServerAddress } from '../../dns/server-address';
import { Refusal } from '../refusal';

/** Where a directory is asked. */
export interface DomainController {
  readonly host: string;
  /** Where its name leads; null where the system is asked. */
  readonly address: string | null;
  readonly port: number;
}

/**
 * The domain controller that is asked: the one that was said, else the first of DNS that has a name of the domain. With
 * `server`, that DNS server alone is asked, for the controller's address too.
 * @param port where none is said
 * @throws Refusal where there is none
 */
export async function domainController(
  domain: string,
  said: { readonly dc?: string | undefined; readonly server?: DnsServerAddress | undefined },
  port: number,
): Promise<DomainController> {
  const { dc, server } = said;
  const dns = (): DnsExchange =>
    createDnsClient({ servers: server === undefined ? systemServers() : [server] });
  const own = dc === undefined ? { host: await firstOf(dns(), domain), port } : { port, ...hostAndPort(dc) };
  return { ...own, address: server === undefined ? null : await addressOf(dns(), own.host) };
}

function hostAndPort(word: string): { readonly host: string; readonly port?: number } {
  const [, host, own] = /^(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/i.exec(word) ?? [];
  const port = own === undefined ? {} : { port: Number(own) };
  if (host === undefined || port.port === 0 || (port.port ?? 1) > 65_535) {
    throw new Refusal(
      `--dc ${word} is no domain controller: dc01.corp.example or dc01.corp.example:636 is one.`,
    );
  }
  return { host: host.replace(/^\[|\]$/g, ''), ...port };
}

async function firstOf(dns: DnsExchange, domain: string): Promise<string> {
  const service = `_ldap._tcp.dc._msdcs.${domain}`;
  const found = await resolve(dns, service, recordType.SRV);
  if (!found.ok) {
    const { message, hresult } = found.error;
    throw new Refusal(`name: no domain controller of ${domain} is known: ${message}. --dc names one.`, {
      hresult,
    });
  }
  const targets = found.records.flatMap(({ data }) => (data.kind === 'srv' ? [data] : []));
  targets.sort((one, other) => one.priority - other.priority || other.weight - one.weight);
  // DNS is no proof: a name elsewhere could have a good certificate of somebody else.
  const own = targets.find(({ target }) => isWithin(target, domain));
  if (own === undefined) {
    throw new Refusal(
      `name: DNS names no domain controller within ${domain}. --dc names one; no password was sent.`,
    );
  }
  return own.target.replace(/\.$/, '');
}

async function addressOf(dns: DnsExchange, host: string): Promise<string> {
  const found = await resolveHost(dns, host);
  if (!found.ok) {
    const { message, hresult } = found.error;
    throw new Refusal(`name: the address of ${host} is not known: ${message}.`, { hresult });
  }
  return found.records[0] ?? host;
}
