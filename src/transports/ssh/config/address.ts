import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import { localInterfaces } from '../../local/interfaces';

/** 4 or 6 where AddressFamily says it, else 0. */
export type Family = 0 | 4 | 6;

/** Numbers and dots that the system's resolver takes for an IPv4 address, `127.1` among them. */
const numeric = /^(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}$/i;

/** An IPv4 address in its usual form; null for what is none. */
function ipv4(host: string): string | null {
  if (isIPv4(host)) return host;
  const url = `http://${host}`;
  return numeric.test(host) && URL.canParse(url) ? new URL(url).hostname : null;
}

/** An IPv6 address in its usual form, its scope by name; null for what is none. */
function ipv6(host: string): string | null {
  if (!isIPv6(host)) return null;
  const [address = host, scope] = host.split('%', 2);
  const usual = new SocketAddress({ address, family: 'ipv6' }).address;
  if (scope === undefined) return usual;
  const isOfALink = /^fe[89ab]|^ff.2:/i.test(usual);
  if (/^\d+$/.test(scope)) return `${usual}%${isOfALink ? (linkName(Number(scope)) ?? scope) : scope}`;
  return isOfALink && Object.hasOwn(localInterfaces() ?? {}, scope) ? `${usual}%${scope}` : null;
}

function linkName(index: number): string | undefined {
  const links = Object.entries(localInterfaces() ?? {});
  return links.find(([, addresses = []]) =>
    addresses.some((each) => each.family === 'IPv6' && each.scopeid === index),
  )?.[0];
}

/** The IPv4 address inside of an IPv6 one (`::ffff:192.0.2.1`); null where there is none. */
function mapped(address: string): string | null {
  const [, dotted, high, low] =
    /^::ffff:(?:([\d.]+)|([\da-f]{1,4}):([\da-f]{1,4}))(?:%.*)?$/i.exec(address) ?? [];
  if (dotted !== undefined) return dotted;
  if (high === undefined || low === undefined) return null;
  const bits = [parseInt(high, 16), parseInt(low, 16)];
  return bits.flatMap((part) => [part >> 8, part & 255]).join('.');
}

/** An address in the form that the system's resolver gives it; null for a name, and for an address of another family. */
function usualAddress(host: string, family: Family): string | null {
  const four = ipv4(host);
  if (four !== null) return family === 6 ? null : four;
  const six = ipv6(host);
  return six !== null && family === 4 ? mapped(six) : six;
}

/**
 * A host's name as OpenSSH goes on with it: a name in lower case, an address in its usual form, and what can only be an
 * address but is none of the wanted family as it stands.
 */
export function usualName(host: string, family: Family): string {
  const address = usualAddress(host, family);
  if (address === null) return /[%:]/.test(host) ? host : host.toLowerCase();
  return address.toLowerCase() === host.toLowerCase() ? host : address;
}
