/** Names in the order in which they came, each once; letter case does not matter, the first spelling stays. */
export class NameSet implements Iterable<string> {
  readonly #spellings = new Map<string, string>();

  constructor(names: Iterable<string> = []) {
    for (const name of names) this.add(name);
  }

  get size(): number {
    return this.#spellings.size;
  }

  has(name: string): boolean {
    return this.#spellings.has(name.toLowerCase());
  }

  /** The name in the spelling that this set knows it by; undefined where it does not. */
  spelling(name: string): string | undefined {
    return this.#spellings.get(name.toLowerCase());
  }

  add(name: string): void {
    const key = name.toLowerCase();
    if (!this.#spellings.has(key)) this.#spellings.set(key, name);
  }

  delete(name: string): void {
    this.#spellings.delete(name.toLowerCase());
  }

  [Symbol.iterator](): MapIterator<string> {
    return this.#spellings.values();
  }
}
