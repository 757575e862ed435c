import { Buffer } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import { avId, decodeAvPairs, encodeAvPairs, findAvPair } from './av-pairs';
import { flag, hasFlags, requiredFlags } from './flags';
import { hmacMd5, ntlmV2Key, ntProof, sessionKeys } from './keys';
import {
  decodeAuthenticate,
  decodeNegotiate,
  encodeChallenge,
  micOffset,
  type AuthenticateMessage,
} from './messages';
import { Rc4 } from './rc4';
import { SealedSession } from './session';

/** What the simulated target says of itself, and its randomness. */
export interface AcceptorInput {
  readonly computer: string;
  readonly domain: string;
  readonly dnsComputer: string;
  readonly dnsDomain: string;
  /** 8 bytes, FILETIME of now. */
  readonly filetime: Buffer;
  /** 8 random bytes. */
  readonly serverChallenge: Buffer;
  /**
   * The bindings of the server's certificate, or null over plain HTTP. As with Windows' default (Relaxed), a client that
   * shows bindings must show these, and one that knows of none is let in.
   */
  readonly channelBindings: Buffer | null;
}

/** A challenge that was sent, kept per connection until the answer comes. */
export interface PendingChallenge {
  readonly negotiateBytes: Buffer;
  readonly challengeBytes: Buffer;
  readonly input: AcceptorInput;
}

/** Answers a NEGOTIATE_MESSAGE; null where it is none or leaves out extended session security. */
export function challenge(input: AcceptorInput, negotiateBytes: Buffer): PendingChallenge | null {
  const message = decodeNegotiate(negotiateBytes);
  if (message === null || !hasFlags(message.flags, flag.extendedSessionSecurity)) {
    return null;
  }
  const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
  const targetInfo = encodeAvPairs([
    { id: avId.netbiosDomain, value: utf16(input.domain) },
    { id: avId.netbiosComputer, value: utf16(input.computer) },
    { id: avId.dnsDomain, value: utf16(input.dnsDomain) },
    { id: avId.dnsComputer, value: utf16(input.dnsComputer) },
    { id: avId.timestamp, value: input.filetime },
  ]);
  // Keys are exchanged where the client asks for it, as Windows does.
  const offered = requiredFlags | flag.requestTarget | flag.targetTypeServer | flag.version | flag.bits56;
  const flags = (hasFlags(message.flags, flag.keyExchange) ? offered : offered & ~flag.keyExchange) >>> 0;
  const challengeBytes = encodeChallenge({
    flags,
    serverChallenge: input.serverChallenge,
    targetName: input.computer,
    targetInfo,
  });
  return { negotiateBytes, challengeBytes, input };
}

export type AcceptorResult =
  | {
      readonly kind: 'accepted';
      readonly user: string;
      readonly domain: string;
      readonly session: SealedSession;
      /** Signs a message by itself, apart from the session: SPNEGO's list of mechanisms. */
      readonly sign: (message: Buffer) => Buffer;
    }
  | {
      readonly kind: 'refused';
      readonly reason: 'malformed' | 'unknown-user' | 'wrong-password' | 'bindings' | 'mic';
    };

/**
 * Checks an AUTHENTICATE_MESSAGE against the NT hash of the account (null where there is no such account).
 * Only NTLMv2 answers are looked at.
 */
export function accept(
  pending: PendingChallenge,
  authenticateBytes: Buffer,
  ntHashOf: (user: string, domain: string) => Buffer | null,
): AcceptorResult {
  const message = decodeAuthenticate(authenticateBytes);
  if (message === null || message.ntResponse.length < 16 + 28) {
    return { kind: 'refused', reason: 'malformed' };
  }
  const hash = ntHashOf(message.user, message.domain);
  if (hash === null) {
    return { kind: 'refused', reason: 'unknown-user' };
  }
  const v2Key = ntlmV2Key(hash, message.user, message.domain);
  const proof = message.ntResponse.subarray(0, 16);
  const blob = message.ntResponse.subarray(16);
  if (!timingSafeEqual(proof, ntProof(v2Key, pending.input.serverChallenge, blob))) {
    return { kind: 'refused', reason: 'wrong-password' };
  }
  const pairs = decodeAvPairs(blob.subarray(28)) ?? [];
  const bindings = findAvPair(pairs, avId.channelBindings);
  if (!fits(bindings, pending.input.channelBindings)) {
    return { kind: 'refused', reason: 'bindings' };
  }
  return establish(pending, authenticateBytes, message, {
    base: hmacMd5(v2Key, proof),
    micPromised: promisesMic(findAvPair(pairs, avId.flags)),
  });
}

function fits(shown: Buffer | undefined, wanted: Buffer | null): boolean {
  return wanted === null || shown === undefined || shown.every((byte) => byte === 0) || shown.equals(wanted);
}

function promisesMic(flags: Buffer | undefined): boolean {
  return flags?.length === 4 && (flags.readUInt32LE(0) & 2) !== 0;
}

function establish(
  pending: PendingChallenge,
  authenticateBytes: Buffer,
  message: AuthenticateMessage,
  keys: { readonly base: Buffer; readonly micPromised: boolean },
): AcceptorResult {
  const exchanged = hasFlags(message.flags, flag.keyExchange) && message.encryptedSessionKey.length === 16;
  const exportedKey = exchanged ? new Rc4(keys.base).transform(message.encryptedSessionKey) : keys.base;
  if (keys.micPromised) {
    const zeroed = Buffer.from(authenticateBytes);
    zeroed.fill(0, micOffset, micOffset + 16);
    const expected = hmacMd5(exportedKey, pending.negotiateBytes, pending.challengeBytes, zeroed);
    if (message.mic === null || !timingSafeEqual(message.mic, expected)) {
      return { kind: 'refused', reason: 'mic' };
    }
  }
  return {
    kind: 'accepted',
    user: message.user,
    domain: message.domain,
    session: new SealedSession(sessionKeys(exportedKey), 'server'),
    sign: (text) => new SealedSession(sessionKeys(exportedKey), 'server').sign(text),
  };
}
