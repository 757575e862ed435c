import { pduKindOf, type PduKind, pduTypes } from './constants';
import { WireRefusal } from './refusal';

/** Bytes of the common header of every PDU. */
export const headerLength = 16;

/** Bytes of an authentication trailer before its value (MS-RPCE 2.2.2.11). */
export const authTrailerLength = 8;

/** The common header (C706 12.6.3.1): version 5, type, flags, data representation, lengths and call number. */
export interface PduHeader {
  readonly kind: PduKind;
  readonly flags: number;
  readonly littleEndian: boolean;
  /** Length of the whole PDU with this header, at least 16. */
  readonly fragmentLength: number;
  /** Length of the authentication value; its trailer of eight bytes comes on top when this is not 0. */
  readonly authLength: number;
  readonly callId: number;
}

/**
 * Writes the header at the beginning of a PDU's bytes.
 * Layout: version 5, minor 0, type, flags, representation (4 bytes), fragment length, auth length, call number.
 */
export function encodeHeader(header: PduHeader, target: Buffer): void {
  target[0] = 5;
  target[1] = 0;
  target[2] = pduTypes[header.kind];
  target[3] = header.flags;
  target.writeUInt32BE(header.littleEndian ? 0x10000000 : 0, 4);
  if (header.littleEndian) {
    target.writeUInt16LE(header.fragmentLength, 8);
    target.writeUInt16LE(header.authLength, 10);
    target.writeUInt32LE(header.callId, 12);
  } else {
    target.writeUInt16BE(header.fragmentLength, 8);
    target.writeUInt16BE(header.authLength, 10);
    target.writeUInt32BE(header.callId, 12);
  }
}

/**
 * Reads the header. Refuses (`version`) what is not DCE/RPC 5.0 or 5.1, (`value`) a PDU type of no connection or a
 * data representation other than ASCII and IEEE, (`truncated`) fewer than 16 bytes or lengths that contradict.
 */
export function decodeHeader(bytes: Buffer, offset = 0): PduHeader {
  if (bytes.length - offset < headerLength) throw new WireRefusal('truncated', 'a PDU header has 16 bytes');
  checkVersion(bytes, offset);
  const kind = pduKindOf(bytes.readUInt8(offset + 2));
  if (kind === undefined) throw new WireRefusal('value', 'a PDU type that a connection does not carry');
  const representation = bytes.readUInt8(offset + 4);
  if ((representation & 0xef) !== 0 || bytes.readUInt8(offset + 5) !== 0) {
    throw new WireRefusal('value', 'a data representation other than ASCII and IEEE numbers');
  }
  const littleEndian = representation === 0x10;
  const u16 = (at: number): number => (littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const fragmentLength = u16(offset + 8);
  const authLength = u16(offset + 10);
  const least = headerLength + (authLength === 0 ? 0 : authTrailerLength + authLength);
  if (fragmentLength < least)
    throw new WireRefusal('truncated', 'the fragment is shorter than its header says');
  const callId = littleEndian ? bytes.readUInt32LE(offset + 12) : bytes.readUInt32BE(offset + 12);
  return { kind, flags: bytes.readUInt8(offset + 3), littleEndian, fragmentLength, authLength, callId };
}

/** Refuses a first byte pair that is not version 5.0 or 5.1; callable as soon as any byte is there. */
export function checkVersion(bytes: Buffer, offset = 0): void {
  const major = bytes[offset];
  const minor = bytes[offset + 1];
  if (major !== undefined && major !== 5) throw new WireRefusal('version', 'not DCE/RPC version 5');
  if (minor !== undefined && minor > 1) throw new WireRefusal('version', 'not DCE/RPC version 5.0 or 5.1');
}
