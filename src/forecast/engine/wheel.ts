import type { MachineTable } from './machine-table';
import { NumberSorter } from './number-sorter';

/** Minutes that the wheel goes round in: more than the 180 days of an activation. */
const turn = 1 << 18;
const none = -1;
const nobody = new Int32Array(0);

/** Machines by the minute in which each acts next: a ring of lists, linked through the table of machines. */
export class TimingWheel {
  readonly #first = new Int32Array(turn).fill(none);
  readonly #last = new Int32Array(turn).fill(none);
  readonly #machines: MachineTable;
  readonly #sorter: NumberSorter;
  #due = new Int32Array(1024);

  constructor(machines: MachineTable) {
    this.#machines = machines;
    this.#sorter = new NumberSorter(machines.size);
  }

  /** Sets when a machine that is in no list acts next; what lies beyond a turn is looked at again in between. */
  set(machine: number, at: number, now: number): void {
    const slot = Math.min(at, now + turn - 1) & (turn - 1);
    const last = this.#last[slot] ?? none;
    this.#machines.setLink(machine, none);
    if (last === none) this.#first[slot] = machine;
    else this.#machines.setLink(last, machine);
    this.#last[slot] = machine;
  }

  /** Takes out the machines of a minute, in the order of their numbers. They are valid until the next call. */
  take(minute: number): Int32Array {
    const slot = minute & (turn - 1);
    if (this.#first[slot] === none) return nobody;
    let length = 0;
    let before = none;
    let isOrdered = true;
    for (let machine = this.#first[slot] ?? none; machine !== none; machine = this.#machines.link(machine)) {
      if (length === this.#due.length) this.#grow();
      this.#due[length] = machine;
      length += 1;
      if (machine < before) isOrdered = false;
      before = machine;
    }
    this.#first[slot] = none;
    this.#last[slot] = none;
    const due = this.#due.subarray(0, length);
    return isOrdered ? due : this.#sorter.sort(due);
  }

  #grow(): void {
    const grown = new Int32Array(this.#due.length * 2);
    grown.set(this.#due);
    this.#due = grown;
  }
}
