const partsPerBlock = 1024;

/** A text that comes in parts: kept in blocks, so that millions of small parts cost hardly more than their text. */
export class TextParts {
  #blocks: string[] = [];
  #parts: string[] = [];
  #length = 0;

  /** In characters. */
  get length(): number {
    return this.#length;
  }

  add(part: string): void {
    if (part === '') return;
    this.#length += part.length;
    this.#parts.push(part);
    if (this.#parts.length < partsPerBlock) return;
    this.#blocks.push(this.#parts.join(''));
    this.#parts = [];
  }

  get text(): string {
    return [...this.#blocks, ...this.#parts].join('');
  }

  clear(): void {
    this.#blocks = [];
    this.#parts = [];
    this.#length = 0;
  }
}
