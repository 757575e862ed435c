import { DnsFormatError } from './format-error';

/** The four octets of a dotted IPv4 address, or null where the text is none. */
export function parseIpv4(text: string): Buffer | null {
  const octets = text.split('.');
  if (
    octets.length !== 4 ||
    !octets.every((octet) => /^(?:0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255)
  )
    return null;
  return Buffer.from(octets.map(Number));
}

/** The sixteen octets of an IPv6 address (RFC 4291 section 2.2, no zone index), or null where the text is none. */
export function parseIpv6(text: string): Buffer | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const bytes = Buffer.alloc(16);
  const groups = [...head, ...Array<number>(missing).fill(0), ...tail];
  groups.forEach((group, index) => bytes.writeUInt16BE(group, index * 2));
  return bytes;
}

function parseGroups(text: string, mayEndInIpv4: boolean): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const last = parts.at(-1) ?? '';
  let embedded: number[] = [];
  if (last.includes('.')) {
    const ipv4 = mayEndInIpv4 ? parseIpv4(last) : null;
    if (ipv4 === null) return null;
    embedded = [ipv4.readUInt16BE(0), ipv4.readUInt16BE(2)];
    parts.pop();
  }
  if (!parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return null;
  return [...parts.map((part) => Number.parseInt(part, 16)), ...embedded];
}

/** Four octets as a dotted address. */
export function formatIpv4(bytes: Buffer): string {
  if (bytes.length !== 4) throw new DnsFormatError('an IPv4 address has four octets');
  return bytes.join('.');
}

/** Sixteen octets as the one recommended text (RFC 5952: lower case, the longest run of zero groups as "::"). */
export function formatIpv6(bytes: Buffer): string {
  if (bytes.length !== 16) throw new DnsFormatError('an IPv6 address has sixteen octets');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2));
  const run = longestZeroRun(groups);
  const text = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return run.length < 2 ? text(0, 8) : `${text(0, run.start)}::${text(run.start + run.length, 8)}`;
}

function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  groups.forEach((group, index) => {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: index + 1 - length, length };
  });
  return best;
}

/** 4 or 6 for the text of an address, 0 for anything else. */
export function ipVersion(text: string): 0 | 4 | 6 {
  if (parseIpv4(text) !== null) return 4;
  return parseIpv6(text) === null ? 0 : 6;
}

/** The address in its canonical text, so that two texts of one address compare equal. Throws {@link DnsFormatError}. */
export function canonicalAddress(text: string): string {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== null) return formatIpv4(ipv4);
  const ipv6 = parseIpv6(text);
  if (ipv6 !== null) return formatIpv6(ipv6);
  throw new DnsFormatError(`${JSON.stringify(text)} is not an IP address`);
}
