import { Buffer } from 'node:buffer';

/** A running RC4 key stream (RFC 6229 has its vectors). NTLM keeps one for each direction of a connection. */
export class Rc4 {
  readonly #state = new Uint8Array(256);
  #i = 0;
  #j = 0;

  constructor(key: Buffer) {
    for (let index = 0; index < 256; index += 1) {
      this.#state[index] = index;
    }
    let j = 0;
    for (let i = 0; i < 256; i += 1) {
      j = (j + this.#at(i) + (key[i % key.length] ?? 0)) & 0xff;
      this.#swap(i, j);
    }
  }

  /** Enciphers or deciphers the next bytes of the stream. */
  transform(data: Buffer): Buffer {
    const out = Buffer.alloc(data.length);
    for (let index = 0; index < data.length; index += 1) {
      this.#i = (this.#i + 1) & 0xff;
      this.#j = (this.#j + this.#at(this.#i)) & 0xff;
      this.#swap(this.#i, this.#j);
      const key = this.#at((this.#at(this.#i) + this.#at(this.#j)) & 0xff);
      out[index] = (data[index] ?? 0) ^ key;
    }
    return out;
  }

  #at(index: number): number {
    return this.#state[index] ?? 0;
  }

  #swap(i: number, j: number): void {
    const held = this.#at(i);
    this.#state[i] = this.#at(j);
    this.#state[j] = held;
  }
}
