import { inspect } from 'node:util';

const hidden = '[secret]';

/**
 * A password, a passphrase or a PIN on its way to where it is used. Whatever prints, logs or serialises it shows
 * `[secret]`; only {@link Secret.reveal} gives the text.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself: for the call that needs it, never for a message. */
  reveal(): string {
    return this.#text;
  }

  /** True for the empty text. */
  get isEmpty(): boolean {
    return this.#text.length === 0;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [Symbol.toPrimitive](): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}
