/** Something with a time, and a name that decides between equals. */
export interface Due {
  readonly at: number;
  readonly name: string;
}

/** The order of play: by time, then by name (code units, so that every machine orders alike). */
export function isBefore(one: Due, other: Due): boolean {
  return one.at < other.at || (one.at === other.at && one.name < other.name);
}

/**
 * Names with the time at which each is due: a binary heap. A name that is set again leaves its old place behind,
 * which is passed over when it comes up.
 */
export class DueQueue {
  readonly #heap: Due[] = [];
  readonly #current = new Map<string, Due>();

  /** Sets when a name is due; null: never. */
  set(name: string, at: number | null): void {
    if (at === null) {
      this.#current.delete(name);
      return;
    }
    const due = { at, name };
    this.#current.set(name, due);
    this.#heap.push(due);
    this.#rise(this.#heap.length - 1);
  }

  /** What is due first; null where nothing is. */
  first(): Due | null {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (this.#current.get(top.name) === top) return top;
      this.#removeTop();
    }
    return null;
  }

  #removeTop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink();
  }

  #rise(from: number): void {
    for (let index = from; index > 0;) {
      const parent = (index - 1) >> 1;
      if (!this.#swapUnlessOrdered(parent, index)) return;
      index = parent;
    }
  }

  #sink(): void {
    for (let index = 0; ;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const child = this.#isOrdered(right, left) ? right : left;
      if (!this.#swapUnlessOrdered(index, child)) return;
      index = child;
    }
  }

  /** Whether the entry at `one` exists and comes before the one at `other`, which may be missing. */
  #isOrdered(one: number, other: number): boolean {
    const a = this.#heap[one];
    const b = this.#heap[other];
    return a !== undefined && (b === undefined || isBefore(a, b));
  }

  /** Swaps parent and child where the child comes first; whether it did. */
  #swapUnlessOrdered(parent: number, child: number): boolean {
    const upper = this.#heap[parent];
    const lower = this.#heap[child];
    if (upper === undefined || lower === undefined || !isBefore(lower, upper)) return false;
    this.#heap[parent] = lower;
    this.#heap[child] = upper;
    return true;
  }
}
