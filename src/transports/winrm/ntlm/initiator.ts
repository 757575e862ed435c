import { Buffer } from 'node:buffer';
import { avId, decodeAvPairs, encodeAvPairs, findAvPair, type AvPair } from './av-pairs';
import { clientFlags, hasFlags, requiredFlags } from './flags';
import {
  clientChallengeBlob,
  hmacMd5,
  ntHash,
  ntlmV2Key,
  ntProof,
  sessionKeys,
  type NtlmCredentials,
} from './keys';
import { decodeChallenge, encodeAuthenticate, encodeNegotiate, micOffset } from './messages';
import { Rc4 } from './rc4';
import { SealedSession } from './session';

/** 1601-01-01 to 1970-01-01 in units of 100 ns. */
const filetimeOffset = 116_444_736_000_000_000n;

/** What the pure handshake needs from outside. */
export interface InitiatorInput {
  readonly credentials: NtlmCredentials;
  readonly workstation: string;
  /** 16 bytes of channel bindings over TLS, or null over plain HTTP. */
  readonly channelBindings: Buffer | null;
  /** Service name for MsvAvTargetName, for example "HTTP/server01". */
  readonly targetName: string;
  /** Epoch milliseconds; used only where the server sends no time of its own. */
  readonly now: number;
  /** 8 and 16 random bytes. */
  readonly clientChallenge: Buffer;
  readonly exportedKey: Buffer;
}

export type InitiatorResult =
  | { readonly kind: 'authenticate'; readonly message: Buffer; readonly session: SealedSession }
  | { readonly kind: 'refused'; readonly reason: string };

/** The first leg: NEGOTIATE_MESSAGE. */
export function negotiate(): Buffer {
  return encodeNegotiate(clientFlags);
}

/** Seals nothing weaker than NTLMv2 with extended session security, 128-bit keys and key exchange. */
export function authenticate(input: InitiatorInput, challengeBytes: Buffer): InitiatorResult {
  const challenge = decodeChallenge(challengeBytes);
  if (challenge === null) {
    return { kind: 'refused', reason: 'the server sent no readable NTLM challenge' };
  }
  if (!hasFlags(challenge.flags, requiredFlags)) {
    return {
      kind: 'refused',
      reason: 'the server does not offer NTLMv2 with 128-bit signing and sealing; nothing weaker is used',
    };
  }
  const serverPairs = decodeAvPairs(challenge.targetInfo);
  if (serverPairs === null) {
    return { kind: 'refused', reason: 'the target information of the NTLM challenge is cut short' };
  }
  const serverTime = findAvPair(serverPairs, avId.timestamp);
  const withMic = serverTime?.length === 8;
  const filetime = withMic ? serverTime : filetimeOf(input.now);
  const blob = clientChallengeBlob(
    filetime,
    input.clientChallenge,
    encodeAvPairs(answerPairs(serverPairs, input, withMic)),
  );
  const { user, domain, password } = input.credentials;
  const v2Key = ntlmV2Key(ntHash(password), user, domain);
  const proof = ntProof(v2Key, challenge.serverChallenge, blob);
  const sessionBaseKey = hmacMd5(v2Key, proof);
  const message = encodeAuthenticate({
    flags: (clientFlags & challenge.flags) >>> 0,
    lmResponse: withMic
      ? Buffer.alloc(24)
      : lmV2Response(v2Key, challenge.serverChallenge, input.clientChallenge),
    ntResponse: Buffer.concat([proof, blob]),
    domain,
    user,
    workstation: input.workstation,
    encryptedSessionKey: new Rc4(sessionBaseKey).transform(input.exportedKey),
    mic: null,
  });
  if (withMic) {
    hmacMd5(input.exportedKey, negotiate(), challengeBytes, message).copy(message, micOffset);
  }
  return {
    kind: 'authenticate',
    message,
    session: new SealedSession(sessionKeys(input.exportedKey), 'client'),
  };
}

function lmV2Response(v2Key: Buffer, serverChallenge: Buffer, clientChallenge: Buffer): Buffer {
  return Buffer.concat([hmacMd5(v2Key, serverChallenge, clientChallenge), clientChallenge]);
}

function filetimeOf(now: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(Math.trunc(now)) * 10_000n + filetimeOffset);
  return bytes;
}

/** MS-NLMP 3.1.5.1.2: the server's pairs, then what the client adds. */
function answerPairs(
  serverPairs: readonly AvPair[],
  input: InitiatorInput,
  withMic: boolean,
): readonly AvPair[] {
  const own: readonly number[] = [avId.flags, avId.channelBindings, avId.targetName];
  const pairs = serverPairs.filter(({ id }) => !own.includes(id));
  if (withMic) {
    pairs.push({ id: avId.flags, value: Buffer.from([2, 0, 0, 0]) });
  }
  if (input.channelBindings !== null) {
    pairs.push({ id: avId.channelBindings, value: input.channelBindings });
  }
  pairs.push({ id: avId.targetName, value: Buffer.from(input.targetName, 'utf16le') });
  return pairs;
}
