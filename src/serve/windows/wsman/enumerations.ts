import { wsmanFault } from './fault';

/** What is left of an enumeration: its items, and how many of them were given out. */
interface Open {
  readonly items: readonly string[];
  readonly at: number;
  /** Characters of the items that are left, which are those of all where none was given out. */
  readonly size: number;
}

interface Batch {
  readonly items: readonly string[];
  /** Context of the rest; null at the end. */
  readonly rest: string | null;
}

const maxOpen = 50;
/** Characters that all open enumerations of an account hold together. */
const maxSize = 16 * 1024 * 1024;
const invalidContext = 0x80338060;

/** Items of an enumeration as XML, given out in batches; the context changes with every answer. */
export class Enumerations {
  readonly #open = new Map<string, Open>();
  readonly #newGuid: () => string;
  #size = 0;

  constructor(newGuid: () => string) {
    this.#newGuid = newGuid;
  }

  /** Keeps items for Pull and returns their context. The oldest enumerations go where too much is open. */
  keep(items: readonly string[]): string {
    return this.#keep({ items, at: 0, size: sizeOf(items) });
  }

  /** The next items, and the context of the rest. */
  take(context: string, count: number): Batch {
    const open = this.#open.get(context);
    if (open === undefined) {
      throw wsmanFault(
        invalidContext,
        'InvalidEnumerationContext',
        'The WS-Management service cannot process the request because the enumeration context is not valid.',
      );
    }
    this.release(context);
    return this.#next(open, count);
  }

  /** The first items, and the context of the rest. */
  split(items: readonly string[], count: number): Batch {
    return this.#next({ items, at: 0, size: sizeOf(items) }, count);
  }

  release(context: string): void {
    this.#size -= this.#open.get(context)?.size ?? 0;
    this.#open.delete(context);
  }

  #next({ items, at, size }: Open, count: number): Batch {
    const given = items.slice(at, at + count);
    const next = at + given.length;
    if (next === items.length) return { items: given, rest: null };
    return { items: given, rest: this.#keep({ items, at: next, size }) };
  }

  #keep(open: Open): string {
    for (const oldest of this.#open.keys()) {
      if (this.#open.size < maxOpen && this.#size + open.size <= maxSize) break;
      this.release(oldest);
    }
    const context = `uuid:${this.#newGuid().toUpperCase()}`;
    this.#open.set(context, open);
    this.#size += open.size;
    return context;
  }
}

function sizeOf(items: readonly string[]): number {
  return items.reduce((sum, { length }) => sum + length, 0);
}
