import { isIP, isIPv6, SocketAddress } from 'node:net';

/** Numbers and dots that the system's resolver takes for an IPv4 address, `127.1` among them. */
const numeric = /^(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}$/i;

/** An address in the form that the system's resolver gives it; null for a name. */
function usualAddress(host: string): string | null {
  if (isIPv6(host)) {
    const [address = host, scope] = host.split('%', 2);
    const usual = new SocketAddress({ address, family: 'ipv6' }).address;
    return scope === undefined ? usual : `${usual}%${scope}`;
  }
  if (isIP(host) !== 0) return host;
  const url = `http://${host}`;
  return numeric.test(host) && URL.canParse(url) ? new URL(url).hostname : null;
}

/** A host's name as OpenSSH goes on with it: a name in lower case, an address in its usual form. */
export function usualName(host: string): string {
  const address = usualAddress(host);
  if (address === null) return host.toLowerCase();
  return address.toLowerCase() === host.toLowerCase() ? host : address;
}
