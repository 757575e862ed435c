import { Buffer } from 'node:buffer';
import { versionField } from './flags';

/* Layouts of MS-NLMP 2.2.1. Every read is bounded; a decoder answers null for anything that is not its message. */

const signature = Buffer.from('NTLMSSP\0', 'latin1');

/** Where the MIC of an AUTHENTICATE message stands. */
export const micOffset = 72;
const authenticateHeader = 88;
const challengeHeader = 56;

/** CHALLENGE_MESSAGE: the server's 8 random bytes and its target information. */
export interface ChallengeMessage {
  readonly flags: number;
  readonly serverChallenge: Buffer;
  readonly targetName: string;
  readonly targetInfo: Buffer;
}

/** AUTHENTICATE_MESSAGE. `mic` is null where the message has no room for one. */
export interface AuthenticateMessage {
  readonly flags: number;
  readonly lmResponse: Buffer;
  readonly ntResponse: Buffer;
  readonly domain: string;
  readonly user: string;
  readonly workstation: string;
  readonly encryptedSessionKey: Buffer;
  readonly mic: Buffer | null;
}

function isMessage(bytes: Buffer, type: number, least: number): boolean {
  return bytes.length >= least && bytes.subarray(0, 8).equals(signature) && bytes.readUInt32LE(8) === type;
}

function head(type: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  signature.copy(bytes);
  bytes.writeUInt32LE(type, 8);
  return bytes;
}

function field(bytes: Buffer, at: number): Buffer | null {
  const length = bytes.readUInt16LE(at);
  const offset = bytes.readUInt32LE(at + 4);
  return offset + length <= bytes.length ? bytes.subarray(offset, offset + length) : null;
}

/** NEGOTIATE_MESSAGE without domain and workstation, 40 bytes. */
export function encodeNegotiate(flags: number): Buffer {
  const bytes = head(1, 40);
  bytes.writeUInt32LE(flags >>> 0, 12);
  Buffer.from(versionField).copy(bytes, 32);
  return bytes;
}

/** Flags of a NEGOTIATE_MESSAGE, or null. */
export function decodeNegotiate(bytes: Buffer): { readonly flags: number } | null {
  return isMessage(bytes, 1, 16) ? { flags: bytes.readUInt32LE(12) } : null;
}

/** Bytes of a CHALLENGE_MESSAGE. */
export function encodeChallenge(message: ChallengeMessage): Buffer {
  const name = Buffer.from(message.targetName, 'utf16le');
  const bytes = head(2, challengeHeader);
  writeField(bytes, 12, name.length, challengeHeader);
  bytes.writeUInt32LE(message.flags >>> 0, 20);
  message.serverChallenge.copy(bytes, 24, 0, 8);
  writeField(bytes, 40, message.targetInfo.length, challengeHeader + name.length);
  Buffer.from(versionField).copy(bytes, 48);
  return Buffer.concat([bytes, name, message.targetInfo]);
}

/** Reads a CHALLENGE_MESSAGE, or null. */
export function decodeChallenge(bytes: Buffer): ChallengeMessage | null {
  if (!isMessage(bytes, 2, 48)) {
    return null;
  }
  const name = field(bytes, 12);
  const targetInfo = field(bytes, 40);
  if (name === null || targetInfo === null) {
    return null;
  }
  return {
    flags: bytes.readUInt32LE(20),
    serverChallenge: Buffer.from(bytes.subarray(24, 32)),
    targetName: name.toString('utf16le'),
    targetInfo: Buffer.from(targetInfo),
  };
}

function writeField(bytes: Buffer, at: number, length: number, offset: number): void {
  bytes.writeUInt16LE(length, at);
  bytes.writeUInt16LE(length, at + 2);
  bytes.writeUInt32LE(offset, at + 4);
}

/** Bytes of an AUTHENTICATE_MESSAGE with room for the MIC (zero where it is null). */
export function encodeAuthenticate(message: AuthenticateMessage): Buffer {
  const bytes = head(3, authenticateHeader);
  const payload = [
    { at: 28, data: Buffer.from(message.domain, 'utf16le') },
    { at: 36, data: Buffer.from(message.user, 'utf16le') },
    { at: 44, data: Buffer.from(message.workstation, 'utf16le') },
    { at: 12, data: message.lmResponse },
    { at: 20, data: message.ntResponse },
    { at: 52, data: message.encryptedSessionKey },
  ];
  let offset = authenticateHeader;
  for (const { at, data } of payload) {
    writeField(bytes, at, data.length, offset);
    offset += data.length;
  }
  bytes.writeUInt32LE(message.flags >>> 0, 60);
  Buffer.from(versionField).copy(bytes, 64);
  message.mic?.copy(bytes, micOffset, 0, 16);
  return Buffer.concat([bytes, ...payload.map(({ data }) => data)]);
}

/** Reads an AUTHENTICATE_MESSAGE in Unicode, or null. */
export function decodeAuthenticate(bytes: Buffer): AuthenticateMessage | null {
  if (!isMessage(bytes, 3, 64)) {
    return null;
  }
  const fields = [12, 20, 28, 36, 44, 52].map((at) => field(bytes, at));
  const [lmResponse, ntResponse, domain, user, workstation, encryptedSessionKey] = fields;
  if (!lmResponse || !ntResponse || !domain || !user || !workstation || !encryptedSessionKey) {
    return null;
  }
  const payloadStart = Math.min(...[12, 20, 28, 36, 44, 52].map((at) => bytes.readUInt32LE(at + 4)));
  return {
    flags: bytes.readUInt32LE(60),
    lmResponse,
    ntResponse,
    domain: domain.toString('utf16le'),
    user: user.toString('utf16le'),
    workstation: workstation.toString('utf16le'),
    encryptedSessionKey,
    mic: payloadStart >= authenticateHeader ? bytes.subarray(micOffset, micOffset + 16) : null,
  };
}
