import { Buffer } from 'node:buffer';
import { createHash, createHmac } from 'node:crypto';
import { md4 } from './md4';

/** HMAC-MD5, 16 bytes. */
export function hmacMd5(key: Buffer, ...parts: readonly Buffer[]): Buffer {
  const mac = createHmac('md5', key);
  for (const part of parts) {
    mac.update(part);
  }
  return mac.digest();
}

/** Who signs in. `domain` goes out as it was typed; only the user name is upper-cased for the key. */
export interface NtlmCredentials {
  readonly user: string;
  readonly domain: string;
  readonly password: string;
}

/** The NT hash of a password, 16 bytes: what a Windows account database keeps. */
export function ntHash(password: string): Buffer {
  return md4(Buffer.from(password, 'utf16le'));
}

/** NTOWFv2 of MS-NLMP 3.3.2, from the NT hash. */
export function ntlmV2Key(hash: Buffer, user: string, domain: string): Buffer {
  return hmacMd5(hash, Buffer.from(user.toUpperCase() + domain, 'utf16le'));
}

/** The client challenge structure (NTLMv2_CLIENT_CHALLENGE, MS-NLMP 2.2.2.7). `filetime` is 8 bytes. */
export function clientChallengeBlob(filetime: Buffer, clientChallenge: Buffer, avPairs: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]),
    filetime,
    clientChallenge,
    Buffer.alloc(4),
    avPairs,
    Buffer.alloc(4),
  ]);
}

/** NTProofStr, 16 bytes. */
export function ntProof(v2Key: Buffer, serverChallenge: Buffer, blob: Buffer): Buffer {
  return hmacMd5(v2Key, serverChallenge, blob);
}

/** The four keys of a sealed session (MS-NLMP 3.4.5.2 and 3.4.5.3, extended session security, 128 bits). */
export interface SessionKeys {
  readonly clientSign: Buffer;
  readonly clientSeal: Buffer;
  readonly serverSign: Buffer;
  readonly serverSeal: Buffer;
}

function derive(exportedKey: Buffer, direction: string, use: string): Buffer {
  const magic = `session key to ${direction} ${use} key magic constant\0`;
  return createHash('md5').update(exportedKey).update(magic, 'latin1').digest();
}

/** Derives all four keys from the exported session key. */
export function sessionKeys(exportedKey: Buffer): SessionKeys {
  return {
    clientSign: derive(exportedKey, 'client-to-server', 'signing'),
    clientSeal: derive(exportedKey, 'client-to-server', 'sealing'),
    serverSign: derive(exportedKey, 'server-to-client', 'signing'),
    serverSeal: derive(exportedKey, 'server-to-client', 'sealing'),
  };
}

/**
 * Value of MsvAvChannelBindings for a TLS server certificate in DER (RFC 5929 tls-server-end-point, MS-NLMP 3.1.5.1.2):
 * MD5 over an empty gss_channel_bindings_struct with the application data. `signatureHash` is the hash of the
 * certificate's signature algorithm; MD5 and SHA-1 count as SHA-256.
 */
export function channelBindings(certificate: Buffer, signatureHash: 'sha256' | 'sha384' | 'sha512'): Buffer {
  const data = Buffer.concat([
    Buffer.from('tls-server-end-point:', 'latin1'),
    createHash(signatureHash).update(certificate).digest(),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(data.length);
  return createHash('md5').update(Buffer.alloc(16)).update(length).update(data).digest();
}
