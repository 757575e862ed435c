import { NumberSorter } from './number-sorter';

/** Minutes that the wheel goes round in: more than the 180 days of an activation. */
const turn = 1 << 18;
/** Numbers of a block: its machines and, in the last, the block that follows. A block is one cache line. */
const block = 16;
const link = block - 1;
const none = 0;
const nobody = new Int32Array(0);

/**
 * Machines by the minute in which each acts next: a ring of lists. A list is a chain of blocks, so that its machines are
 * read one behind the other and not each from another place of the memory.
 */
export class TimingWheel {
  /** By minute of the ring: where its list begins, and where its next machine is written; {@link none} where it is empty. */
  readonly #lists = new Int32Array(2 * turn);
  readonly #blocks: Int32Array;
  readonly #sorter: NumberSorter;
  #due = new Int32Array(1024);
  /** The first of the blocks that were given back, each with the next in its first number. */
  #free = none;
  /** Where the blocks begin that were never used: what is called 0 is none. */
  #unused = block;

  /** @param machines how many there are; each is in one list at most */
  constructor(machines: number) {
    // Every list has one block that is not full, at most.
    const blocks = 1 + Math.ceil(machines / link) + Math.min(machines, turn);
    this.#blocks = new Int32Array(blocks * block);
    this.#sorter = new NumberSorter(machines);
  }

  /** Sets when a machine that is in no list acts next; what lies beyond a turn is looked at again in between. */
  set(machine: number, at: number, now: number): void {
    const list = 2 * (Math.min(at, now + turn - 1) & (turn - 1));
    let place = this.#lists[list + 1] ?? none;
    if (place === none) {
      place = this.#newBlock();
      this.#lists[list] = place;
    } else if (place % block === link) {
      const next = this.#newBlock();
      this.#blocks[place] = next;
      place = next;
    }
    this.#blocks[place] = machine;
    this.#lists[list + 1] = place + 1;
  }

  /** Takes out the machines of a minute, in the order of their numbers. They are valid until the next call. */
  take(minute: number): Int32Array {
    const list = 2 * (minute & (turn - 1));
    const end = this.#lists[list + 1] ?? none;
    if (end === none) return nobody;
    let length = 0;
    let before = -1;
    let isOrdered = true;
    for (let place = this.#lists[list] ?? none; place !== end;) {
      if (place % block === link) {
        const next = this.#blocks[place] ?? none;
        this.#giveBack(place - link);
        place = next;
        continue;
      }
      const machine = this.#blocks[place] ?? 0;
      if (length === this.#due.length) this.#grow();
      this.#due[length] = machine;
      length += 1;
      if (machine < before) isOrdered = false;
      before = machine;
      place += 1;
    }
    this.#giveBack(end - (end % block));
    this.#lists[list] = none;
    this.#lists[list + 1] = none;
    const due = this.#due.subarray(0, length);
    return isOrdered ? due : this.#sorter.sort(due);
  }

  #newBlock(): number {
    const free = this.#free;
    if (free !== none) {
      this.#free = this.#blocks[free] ?? none;
      return free;
    }
    this.#unused += block;
    return this.#unused - block;
  }

  #giveBack(start: number): void {
    this.#blocks[start] = this.#free;
    this.#free = start;
  }

  #grow(): void {
    const grown = new Int32Array(this.#due.length * 2);
    grown.set(this.#due);
    this.#due = grown;
  }
}
