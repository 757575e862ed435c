import { getServers } from 'node:dns';
import { readPlainFileUpTo } from '../../transports/local/bounded-file';
import { DnsFormatError } from '../format-error';
import { parseServerAddress, type DnsServerAddress } from '../server-address';

/** The DNS servers that this machine is set to use; those with a zone index (fe80::1%eth0) are left out. */
export function systemServers(): readonly DnsServerAddress[] {
  return getServers().flatMap((text) => {
    try {
      return [parseServerAddress(text)];
    } catch (error) {
      if (error instanceof DnsFormatError) return [];
      throw error;
    }
  });
}

/**
 * The domains that this machine appends to names, the first being its own (K6.10): `search` or `domain` of
 * /etc/resolv.conf; on Windows the user's AD domain, where there is one.
 */
export function systemDomains(
  environment: Readonly<Record<string, string | undefined>>,
  resolvConf = '/etc/resolv.conf',
): readonly string[] {
  const adDomain = environment['USERDNSDOMAIN'];
  if (adDomain !== undefined && adDomain !== '') return [adDomain];
  return domainsOf(readOptional(resolvConf));
}

/** The last `search` or `domain` line counts (resolv.conf(5)). */
function domainsOf(text: string): readonly string[] {
  const lines = [...text.matchAll(/^(?:search|domain)[ \t]+(.+)$/gm)];
  const domains = lines.at(-1)?.[1]?.trim().split(/\s+/) ?? [];
  return domains.filter((domain) => domain !== '.');
}

/** Bytes that are read of resolv.conf: resolvers themselves take a few lines. */
const longestResolvConf = 1024 * 1024;

function readOptional(path: string): string {
  try {
    return readPlainFileUpTo(path, longestResolvConf).toString('utf8');
  } catch {
    return '';
  }
}
