import { DnsFormatError } from './format-error';
import { canonicalAddress, ipVersion } from './ip-address';

/** A DNS server: an IP address (never a name, which would need a DNS server to be found) and a port. */
export interface DnsServerAddress {
  readonly address: string;
  readonly port: number;
}

export const DNS_PORT = 53;

/**
 * Reads ADDR, ADDR:PORT, [IPv6] or [IPv6]:PORT; port 53 where none is given. Throws {@link DnsFormatError} with what to
 * write instead.
 */
export function parseServerAddress(text: string): DnsServerAddress {
  const trimmed = text.trim();
  const bare = ipVersion(trimmed) === 0 ? splitPort(trimmed) : { address: trimmed, port: DNS_PORT };
  if (bare === null) {
    throw new DnsFormatError(
      `${JSON.stringify(text)} is not the address of a DNS server: write ADDR:PORT, for example 127.0.0.1:53 or [::1]:53`,
    );
  }
  return { address: canonicalAddress(bare.address), port: bare.port };
}

function splitPort(text: string): DnsServerAddress | null {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const port = digits === undefined ? DNS_PORT : Number(digits);
  const address = bracketed ?? plain ?? '';
  const fits = ipVersion(address) === (bracketed === undefined ? 4 : 6);
  return fits && port >= 1 && port <= 65535 ? { address, port } : null;
}

/** ADDR:PORT, an IPv6 address in brackets. */
export function formatServerAddress(server: DnsServerAddress): string {
  return server.address.includes(':')
    ? `[${server.address}]:${server.port}`
    : `${server.address}:${server.port}`;
}
