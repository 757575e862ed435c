import { type EstateDns } from '../estate-dns';
import { publish, unpublish } from '../publication';
import { resolveHost, resolveKmsService } from '../resolver';
import { type TsigKey } from '../tsig-key';
import { createDnsClient, type DnsClientOptions } from './client';

/** A real DNS server for an estate; updates are signed where there is a key. */
export function createServerEstateDns(options: DnsClientOptions & { readonly key?: TsigKey }): EstateDns {
  const dns = createDnsClient(options);
  const publishOptions = options.key === undefined ? {} : { key: options.key };
  return {
    kind: 'server',
    resolveKmsService: (domain) => resolveKmsService(dns, domain),
    resolveHost: (name) => resolveHost(dns, name),
    publish: (plan) => publish(dns, plan, publishOptions),
    unpublish: (plan) => unpublish(dns, plan, publishOptions),
  };
}
