import { isIPv6 } from 'node:net';

/** Where a host listens: a name or an address, and a TCP port. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Port of KMS hosts unless they say otherwise (K3.5). */
export const kmsPort = 1688;

/** `host:port`, an IPv6 address in brackets. */
export function endpointText({ host, port }: Endpoint): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Reads `ADDR:PORT`, `[IPv6]:PORT`, `ADDR` or a bare IPv6 address; without a port it is {@link kmsPort} or the one
 * given. Null for an empty host or a port that is not 1 to 65535.
 */
export function parseEndpoint(text: string, defaultPort = kmsPort): Endpoint | null {
  if (isIPv6(text)) return { host: text, port: defaultPort };
  const match = /^(\[[^\]]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/.exec(text);
  if (match === null) return null;
  const [, name = '', portText] = match;
  const host = name.replace(/^\[(.*)\]$/, '$1');
  if (host !== name && !isIPv6(host)) return null;
  const port = portText === undefined ? defaultPort : Number(portText);
  return port >= 1 && port <= 65535 ? { host, port } : null;
}
