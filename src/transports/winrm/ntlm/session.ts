import { Buffer } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import { hmacMd5, type SessionKeys } from './keys';
import { Rc4 } from './rc4';

/** Length of an NTLM message signature. */
export const signatureLength = 16;

/** One end of a sealed NTLM session: running RC4 streams and sequence numbers for both directions. */
export class SealedSession {
  readonly #out: Direction;
  readonly #in: Direction;

  constructor(keys: SessionKeys, end: 'client' | 'server') {
    const client = new Direction(keys.clientSign, keys.clientSeal);
    const server = new Direction(keys.serverSign, keys.serverSeal);
    this.#out = end === 'client' ? client : server;
    this.#in = end === 'client' ? server : client;
  }

  /** Enciphers a message: signature (16 bytes) and cipher text (MS-NLMP 3.4.3). */
  seal(plain: Buffer): { readonly signature: Buffer; readonly sealed: Buffer } {
    const sealed = this.#out.cipher(plain);
    return { sealed, signature: this.#out.sign(plain) };
  }

  /** Signs a message without enciphering it. */
  sign(plain: Buffer): Buffer {
    return this.#out.sign(plain);
  }

  /** Deciphers a message of the other end; null where the signature does not fit. */
  unseal(signature: Buffer, sealed: Buffer): Buffer | null {
    const plain = this.#in.cipher(sealed);
    const expected = this.#in.sign(plain);
    return signature.length === signatureLength && timingSafeEqual(signature, expected) ? plain : null;
  }
}

class Direction {
  readonly #signKey: Buffer;
  readonly #stream: Rc4;
  #sequence = 0;

  constructor(signKey: Buffer, sealKey: Buffer) {
    this.#signKey = signKey;
    this.#stream = new Rc4(sealKey);
  }

  cipher(data: Buffer): Buffer {
    return this.#stream.transform(data);
  }

  /** The message itself must have gone through the stream before its checksum does. */
  sign(plain: Buffer): Buffer {
    const sequence = Buffer.alloc(4);
    sequence.writeUInt32LE(this.#sequence >>> 0);
    this.#sequence += 1;
    const checksum = this.#stream.transform(hmacMd5(this.#signKey, sequence, plain).subarray(0, 8));
    return Buffer.concat([Buffer.from([1, 0, 0, 0]), checksum, sequence]);
  }
}
