import { wsmanFault } from './fault';

const maxOpen = 200;
const invalidContext = 0x80338060;

/** Items of an enumeration as XML, given out in batches; the context changes with every answer. */
export class Enumerations {
  readonly #open = new Map<string, readonly string[]>();
  readonly #newGuid: () => string;

  constructor(newGuid: () => string) {
    this.#newGuid = newGuid;
  }

  /** Keeps items for Pull and returns their context. The oldest enumeration goes where too many are open. */
  keep(items: readonly string[]): string {
    const [oldest] = this.#open.keys();
    if (this.#open.size >= maxOpen && oldest !== undefined) {
      this.#open.delete(oldest);
    }
    const context = `uuid:${this.#newGuid().toUpperCase()}`;
    this.#open.set(context, items);
    return context;
  }

  /** The next items, and the context of the rest (null at the end). */
  take(context: string, count: number): { readonly items: readonly string[]; readonly rest: string | null } {
    const items = this.#open.get(context);
    if (items === undefined) {
      throw wsmanFault(
        invalidContext,
        'InvalidEnumerationContext',
        'The WS-Management service cannot process the request because the enumeration context is not valid.',
      );
    }
    this.#open.delete(context);
    return this.split(items, count);
  }

  /** The first items, and the context of the rest (null where nothing is left). */
  split(
    items: readonly string[],
    count: number,
  ): { readonly items: readonly string[]; readonly rest: string | null } {
    const rest = items.slice(count);
    return { items: items.slice(0, count), rest: rest.length === 0 ? null : this.keep(rest) };
  }

  release(context: string): void {
    this.#open.delete(context);
  }
}
