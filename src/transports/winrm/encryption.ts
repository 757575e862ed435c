import { Buffer } from 'node:buffer';
import { signatureLength, type SealedSession } from './ntlm/session';

/* MS-WSMV 2.2.9.1: a SOAP message sealed in a multipart body. Parsed by position: the cipher text is binary. */

const boundary = '--Encrypted Boundary';

/** Content type of a sealed body. */
export const encryptedContentType =
  'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"';

/** True for the content type of a sealed body, in any case. */
export function isEncryptedContentType(value: string | undefined): boolean {
  return value !== undefined && /^\s*multipart\/encrypted\b/i.test(value);
}

/**
 * Seals one SOAP message as a multipart body. Windows puts a tab in front of the headers of its answers, and old clients
 * look for it; of requests it takes both, and OMI's server none with a tab.
 */
export function sealBody(session: SealedSession, plain: Buffer, as: 'request' | 'answer'): Buffer {
  const { signature, sealed } = session.seal(plain);
  const indent = as === 'answer' ? '\t' : '';
  const head = [
    boundary,
    `${indent}Content-Type: application/HTTP-SPNEGO-session-encrypted`,
    `${indent}OriginalContent: type=application/soap+xml;charset=UTF-8;Length=${plain.length}`,
    boundary,
    `${indent}Content-Type: application/octet-stream`,
    '',
  ].join('\r\n');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(signature.length);
  return Buffer.concat([Buffer.from(head), length, signature, sealed, Buffer.from(`${boundary}--\r\n`)]);
}

const headPattern =
  /^-- ?Encrypted Boundary\r\n[\t ]*Content-Type: [^\r\n]+\r\n[\t ]*OriginalContent: [^\r\n]*Length=(\d{1,9})\r\n-- ?Encrypted Boundary\r\n[\t ]*Content-Type: [^\r\n]+\r\n/i;

/** Opens a sealed body; null where its form, its length or its signature is wrong. */
export function unsealBody(session: SealedSession, body: Buffer): Buffer | null {
  const match = headPattern.exec(body.subarray(0, 1024).toString('latin1'));
  if (match?.[1] === undefined) {
    return null;
  }
  const length = Number(match[1]);
  const start = match[0].length;
  if (body.length < start + 4 + signatureLength + length || body.readUInt32LE(start) !== signatureLength) {
    return null;
  }
  const signature = body.subarray(start + 4, start + 4 + signatureLength);
  const sealed = body.subarray(start + 4 + signatureLength, start + 4 + signatureLength + length);
  const tail = body.subarray(start + 4 + signatureLength + length).toString('latin1');
  return /^-- ?Encrypted Boundary--/i.test(tail) ? session.unseal(signature, sealed) : null;
}
