/** A limit that several machines share: a jump host, a site. */
export interface Group {
  readonly key: string;
  /** Most machines of it under way at once. */
  readonly limit: number;
}

/**
 * Who may begin: at most so many machines at once, and of each group at most as many as its limit. Machines that have
 * to wait for their group let the others pass; within a group they keep their order. Each step costs the number of
 * groups that wait, and not that of machines.
 */
export class Slots<Machine> {
  readonly #concurrency: number;
  readonly #groupsOf: (machine: Machine) => readonly Group[];
  readonly #queues = new Map<string, Machine[]>();
  readonly #heads = new Map<string, number>();
  readonly #busy = new Map<string, number>();
  #running = 0;
  #waiting = 0;

  constructor(concurrency: number, groupsOf: (machine: Machine) => readonly Group[]) {
    this.#concurrency = concurrency;
    this.#groupsOf = groupsOf;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting;
  }

  add(machine: Machine): void {
    const key = queueKey(this.#groupsOf(machine));
    const queue = this.#queues.get(key);
    if (queue === undefined) this.#queues.set(key, [machine]);
    else queue.push(machine);
    this.#waiting += 1;
  }

  /** The next machine that may begin, which counts as running from now on; undefined where none may. */
  take(): Machine | undefined {
    if (this.#running >= this.#concurrency) return undefined;
    for (const [key, queue] of this.#queues) {
      const head = this.#heads.get(key) ?? 0;
      const machine = queue[head];
      if (machine === undefined || !this.#hasRoom(machine)) continue;
      this.#advance(key, queue, head + 1);
      this.#count(machine, 1);
      this.#waiting -= 1;
      return machine;
    }
    return undefined;
  }

  /** A machine that was taken has ended. */
  release(machine: Machine): void {
    this.#count(machine, -1);
  }

  /** All that wait, which then wait no longer. */
  drain(): Machine[] {
    const left = [...this.#queues].flatMap(([key, queue]) => queue.slice(this.#heads.get(key) ?? 0));
    this.#queues.clear();
    this.#heads.clear();
    this.#waiting = 0;
    return left;
  }

  /** The queue goes to the end of the line, so that no group starves another. */
  #advance(key: string, queue: Machine[], head: number): void {
    this.#queues.delete(key);
    this.#heads.delete(key);
    if (head >= queue.length) return;
    this.#queues.set(key, queue);
    this.#heads.set(key, head);
  }

  #hasRoom(machine: Machine): boolean {
    return this.#groupsOf(machine).every(({ key, limit }) => (this.#busy.get(key) ?? 0) < limit);
  }

  #count(machine: Machine, by: 1 | -1): void {
    this.#running += by;
    for (const { key } of this.#groupsOf(machine)) this.#busy.set(key, (this.#busy.get(key) ?? 0) + by);
  }
}

function queueKey(groups: readonly Group[]): string {
  return groups.map(({ key }) => key).join('\0');
}
