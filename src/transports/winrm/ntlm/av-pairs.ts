import { Buffer } from 'node:buffer';

/** AvId of MS-NLMP 2.2.2.1. */
export const avId = {
  end: 0,
  netbiosComputer: 1,
  netbiosDomain: 2,
  dnsComputer: 3,
  dnsDomain: 4,
  flags: 6,
  timestamp: 7,
  targetName: 9,
  channelBindings: 10,
} as const;

/** One attribute and its value, without the closing MsvAvEOL pair. */
export interface AvPair {
  readonly id: number;
  readonly value: Buffer;
}

/** Bytes of a list of pairs with its closing MsvAvEOL. */
export function encodeAvPairs(pairs: readonly AvPair[]): Buffer {
  const parts = pairs.map(({ id, value }) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(id, 0);
    head.writeUInt16LE(value.length, 2);
    return Buffer.concat([head, value]);
  });
  return Buffer.concat([...parts, Buffer.alloc(4)]);
}

/** Reads a list up to MsvAvEOL; null where it is cut short or has no end. */
export function decodeAvPairs(bytes: Buffer): readonly AvPair[] | null {
  const pairs: AvPair[] = [];
  let offset = 0;
  while (offset + 4 <= bytes.length) {
    const id = bytes.readUInt16LE(offset);
    const length = bytes.readUInt16LE(offset + 2);
    if (id === avId.end) {
      return pairs;
    }
    if (offset + 4 + length > bytes.length) {
      return null;
    }
    pairs.push({ id, value: bytes.subarray(offset + 4, offset + 4 + length) });
    offset += 4 + length;
  }
  return null;
}

/** Value of a pair, or undefined. */
export function findAvPair(pairs: readonly AvPair[], id: number): Buffer | undefined {
  return pairs.find((pair) => pair.id === id)?.value;
}
