import { type Value } from './values';

/** Variables of a script or of a function, by name in lower case; what is not there is looked for in the one around it. */
export class Scope {
  readonly #own = new Map<string, Value>();
  readonly #outer: Scope | null;

  constructor(outer: Scope | null = null) {
    this.#outer = outer;
  }

  get(name: string): Value | undefined {
    const plain = name.replace(/^(?:script|global|variable):/, '');
    if (plain !== name && this.#outer !== null) return this.#outer.get(name);
    const own = this.#own.get(plain);
    return own === undefined ? this.#outer?.get(plain) : own;
  }

  /** Sets a variable here; of `$script:` and `$global:` in the outermost one. */
  set(name: string, value: Value): void {
    const plain = name.replace(/^(?:script|global):/, '');
    if (plain !== name && this.#outer !== null) this.#outer.set(name, value);
    else this.#own.set(plain, value);
  }
}
