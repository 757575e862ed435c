import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../../dns/ip-address';
import { mostTargets } from './evaluate';

/** A block of addresses. */
export interface Cidr {
  /** Octets of an address: 4 or 16. */
  readonly octets: number;
  /** The first address as a number. */
  readonly first: bigint;
  /** How many addresses it has. */
  readonly size: bigint;
}

/**
 * Reads a block of addresses: `10.1.0.0/24`, `2001:db8::/120`; one address alone is a block of one. Bits behind the
 * length do not matter.
 * @returns null for any other text
 */
export function parseCidr(text: string): Cidr | null {
  const [, address = '', bits] = /^([^/\s]+)(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? [];
  const bytes = bytesOf(address);
  if (bytes === null) return null;
  const width = bytes.length * 8;
  const length = bits === undefined ? width : Number(bits);
  if (length > width) return null;
  const size = 1n << BigInt(width - length);
  const number = numberOf(bytes);
  return { octets: bytes.length, first: number - (number % size), size };
}

/**
 * The addresses of a block (`10.1.0.0/24`) or of a range (`10.1.0.5-10.1.0.99`, `10.1.0.5-99`), in their order.
 * @returns why there are none, for any other text and for more than an expression may make
 */
export function addressesOfRange(text: string): readonly string[] | { readonly problem: string } {
  const [, from, to = ''] = /^([^-\s]+)-([^-\s]+)$/.exec(text.trim()) ?? [];
  if (from !== undefined) return addressesFromTo(from, to);
  const block = parseCidr(text);
  if (block === null) return { problem: 'is no block or range of addresses: 10.1.0.0/24, 10.1.0.5-99' };
  return addressesOf(block) ?? tooMany;
}

const tooMany = { problem: `has more than ${mostTargets} addresses` };

function addressesFromTo(from: string, to: string): ReturnType<typeof addressesOfRange> {
  const first = bytesOf(from);
  const last = bytesOf(/^\d{1,3}$/.test(to) ? from.replace(/\d+$/, to) : to);
  if (first === null || last?.length !== first.length)
    return { problem: 'is no range of addresses: 10.1.0.5-10.1.0.99, 10.1.0.5-99' };
  const [low, high] = [numberOf(first), numberOf(last)];
  if (low > high) return { problem: 'runs backwards' };
  return high - low < BigInt(mostTargets) ? addressesBetween(low, high + 1n, first.length) : tooMany;
}

/** Whether a name is an address within a block. */
export function isWithin(name: string, { octets, first, size }: Cidr): boolean {
  const bytes = bytesOf(name);
  if (bytes?.length !== octets) return false;
  const number = numberOf(bytes);
  return number >= first && number < first + size;
}

/**
 * The addresses of a block that machines may have, in their order: of IPv4 without those of the network itself and of
 * its broadcast.
 * @returns null where they are more than an expression may make; nothing that large is made
 */
export function addressesOf({ octets, first, size }: Cidr): readonly string[] | null {
  if (size > BigInt(mostTargets)) return null;
  const hasEnds = octets === 4 && size > 2n;
  const from = hasEnds ? first + 1n : first;
  const to = hasEnds ? first + size - 1n : first + size;
  return addressesBetween(from, to, octets);
}

function addressesBetween(from: bigint, to: bigint, octets: number): readonly string[] {
  const found: string[] = [];
  for (let number = from; number < to; number += 1n) found.push(textOf(number, octets));
  return found;
}

/** Whether a name is an address. */
export function isAddress(name: string): boolean {
  return bytesOf(name) !== null;
}

function bytesOf(address: string): Buffer | null {
  return parseIpv4(address) ?? parseIpv6(address);
}

function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

function textOf(number: bigint, octets: number): string {
  const bytes = Buffer.from(number.toString(16).padStart(octets * 2, '0'), 'hex');
  return octets === 4 ? formatIpv4(bytes) : formatIpv6(bytes);
}
