/** Cells of a machine: half of a cache line, so that one machine costs one look into memory. */
const stride = 8;
const cell = {
  group: 0,
  timer: 1,
  until: 2,
  cmid: 3,
  onUntil: 4,
  onAt: 5,
  flags: 6,
  maintenance: 7,
} as const;

const statusMask = 0x7;
const hostShift = 3;
const wordShift = 11;
const rearmShift = 19;
const byteMask = 0xff;
const rearmMask = 0xfff;
const activatedShift = 31;

/** No host is remembered. */
export const noHost = 0xff;
/** Hosts, and pairs of intervals, that a machine's cells can tell apart. */
export const greatestHosts = 254;
export const greatestWords = 255;

/**
 * What machines are at a minute: for each a licence state and its end, the next attempt, the CMID, the host it
 * remembers, the intervals that a host told it, and when it is on. All times are minutes from the start.
 */
export class MachineTable {
  readonly size: number;
  readonly #cells: Int32Array;
  /** Kept, so that no optimizer leaves out what {@link fetch} reads. */
  readonly #fetched = new Int32Array(1);

  constructor(machines: number) {
    this.size = machines;
    this.#cells = new Int32Array(machines * stride);
  }

  /** The group of clients that it is of. */
  group(machine: number): number {
    return this.#cells[machine * stride + cell.group] ?? 0;
  }

  setGroup(machine: number, group: number): void {
    this.#cells[machine * stride + cell.group] = group;
  }

  /**
   * Reads a little of so many machines of a list, beginning at one: the processor fetches their cells from memory at the
   * same time, where it would wait for each as it acts.
   */
  fetch(machines: Int32Array, from: number, count: number): void {
    const end = Math.min(from + count, machines.length);
    let all = 0;
    for (let at = from; at < end; at += 1) all ^= this.#cells[(machines[at] ?? 0) * stride] ?? 0;
    this.#fetched[0] = all;
  }

  /** The service's next attempt. */
  timer(machine: number): number {
    return this.#cells[machine * stride + cell.timer] ?? 0;
  }

  setTimer(machine: number, at: number): void {
    this.#cells[machine * stride + cell.timer] = at;
  }

  /** When the licence state ends. */
  until(machine: number): number {
    return this.#cells[machine * stride + cell.until] ?? 0;
  }

  setUntil(machine: number, at: number): void {
    this.#cells[machine * stride + cell.until] = at;
  }

  cmid(machine: number): number {
    return this.#cells[machine * stride + cell.cmid] ?? 0;
  }

  setCmid(machine: number, cmid: number): void {
    this.#cells[machine * stride + cell.cmid] = cmid;
  }

  /** The machine is on before this minute. */
  onUntil(machine: number): number {
    return this.#cells[machine * stride + cell.onUntil] ?? 0;
  }

  setOnUntil(machine: number, at: number): void {
    this.#cells[machine * stride + cell.onUntil] = at;
  }

  /** The machine starts next in this minute. */
  onAt(machine: number): number {
    return this.#cells[machine * stride + cell.onAt] ?? 0;
  }

  setOnAt(machine: number, at: number): void {
    this.#cells[machine * stride + cell.onAt] = at;
  }

  /** The next rearm or installation. */
  maintenance(machine: number): number {
    return this.#cells[machine * stride + cell.maintenance] ?? 0;
  }

  setMaintenance(machine: number, at: number): void {
    this.#cells[machine * stride + cell.maintenance] = at;
  }

  status(machine: number): number {
    return this.#flags(machine) & statusMask;
  }

  setStatus(machine: number, status: number): void {
    this.#set(machine, 0, statusMask, status);
  }

  /** The host that answered last; {@link noHost}: none. */
  cachedHost(machine: number): number {
    return (this.#flags(machine) >>> hostShift) & byteMask;
  }

  setCachedHost(machine: number, host: number): void {
    this.#set(machine, hostShift, byteMask, host);
  }

  /** The intervals that a host told; 0: none has. */
  word(machine: number): number {
    return (this.#flags(machine) >>> wordShift) & byteMask;
  }

  setWord(machine: number, word: number): void {
    this.#set(machine, wordShift, byteMask, word);
  }

  /** What a host's answer leaves: the host to remember, and the intervals that it told. */
  setAnswered(machine: number, host: number, word: number): void {
    const mask = (byteMask << hostShift) | (byteMask << wordShift);
    this.#set(machine, 0, mask, (host << hostShift) | (word << wordShift));
  }

  rearmsLeft(machine: number): number {
    return (this.#flags(machine) >>> rearmShift) & rearmMask;
  }

  setRearmsLeft(machine: number, rearms: number): void {
    this.#set(machine, rearmShift, rearmMask, rearms);
  }

  /** Whether it was activated since it was installed. */
  wasActivated(machine: number): boolean {
    return this.#flags(machine) >>> activatedShift === 1;
  }

  setWasActivated(machine: number, was: boolean): void {
    this.#set(machine, activatedShift, 1, Number(was));
  }

  #flags(machine: number): number {
    return this.#cells[machine * stride + cell.flags] ?? 0;
  }

  #set(machine: number, shift: number, mask: number, value: number): void {
    this.#cells[machine * stride + cell.flags] = (this.#flags(machine) & ~(mask << shift)) | (value << shift);
  }
}
