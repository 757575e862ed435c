import { cacheCapacity, cacheLifetimeMs, rememberedThreshold } from '../../kms/engine/counting-cache';

const lifetime = cacheLifetimeMs / 60_000;
/** Places of the ring: what a cache holds at most, and the one that comes in before the oldest goes. */
const places = cacheCapacity(Number.MAX_SAFE_INTEGER) + 1;
const none = -1;
/** Marks for CMIDs: so many more than places that hardly one is shared. */
const marks = 1024;

/**
 * The counting cache of one host as kms/engine/host counts (K1.3, K2.1 to K2.6), for whole minutes and numbers in place
 * of CMIDs. Entries stand in a ring of links, the longest unheard-of first. It is small enough to be near the processor
 * always: a table of all CMIDs would cost a look into memory for each request, and nearly all of them are of CMIDs that
 * are not in it.
 */
export class CountingRing {
  /** By place; {@link none} where it is free. */
  readonly #cmids = new Int32Array(places).fill(none);
  readonly #heardAt = new Int32Array(places);
  readonly #older = new Int32Array(places);
  readonly #newer = new Int32Array(places);
  /** How many entries have a CMID with this mark: where none has, it is not in the cache. */
  readonly #marked = new Uint8Array(marks);
  readonly #free: number[] = Array.from({ length: places }, (_, place) => places - 1 - place);
  #oldest = none;
  #newest = none;
  #size = 0;
  #greatestThreshold = 0;

  /** The count at a minute; -1 where nobody asked yet (K2.9). */
  count(now: number): number {
    if (this.#greatestThreshold === 0) return -1;
    this.#sweep(now);
    return this.#size;
  }

  /** Counts a request of a client with a threshold; the count with it. */
  request(cmid: number, threshold: number, now: number): number {
    this.#sweep(now);
    const place = this.#placeOf(cmid);
    if (place !== none) this.#unlink(place);
    const remembered = rememberedThreshold(threshold);
    if (remembered > this.#greatestThreshold) this.#greatestThreshold = remembered;
    const capacity = cacheCapacity(this.#greatestThreshold);
    while (this.#size >= capacity) this.#forget(this.#oldest);
    this.#append(place === none ? this.#placeFor(cmid) : place, now);
    return this.#size;
  }

  /** A virtual machine at a host that counts physical ones only: it learns the count and adds nothing (K1.7). */
  look(now: number): number {
    this.#sweep(now);
    return this.#size;
  }

  /** Whether the cache holds so many entries now, and forgets none of them for its age up to a minute. */
  staysAt(size: number, now: number, until: number): boolean {
    this.#sweep(now);
    return (
      this.#size === size && this.#oldest !== none && until - (this.#heardAt[this.#oldest] ?? 0) < lifetime
    );
  }

  #placeOf(cmid: number): number {
    if (this.#marked[cmid % marks] === 0) return none;
    for (let place = 0; place < places; place += 1) {
      if (this.#cmids[place] === cmid) return place;
    }
    return none;
  }

  #placeFor(cmid: number): number {
    const place = this.#free.pop() ?? 0;
    this.#cmids[place] = cmid;
    this.#marked[cmid % marks] = (this.#marked[cmid % marks] ?? 0) + 1;
    return place;
  }

  #sweep(now: number): void {
    while (this.#oldest !== none && now - (this.#heardAt[this.#oldest] ?? 0) >= lifetime) {
      this.#forget(this.#oldest);
    }
  }

  #forget(place: number): void {
    const mark = (this.#cmids[place] ?? 0) % marks;
    this.#marked[mark] = (this.#marked[mark] ?? 0) - 1;
    this.#cmids[place] = none;
    this.#unlink(place);
    this.#free.push(place);
  }

  #unlink(place: number): void {
    const older = this.#older[place] ?? none;
    const newer = this.#newer[place] ?? none;
    if (older === none) this.#oldest = newer;
    else this.#newer[older] = newer;
    if (newer === none) this.#newest = older;
    else this.#older[newer] = older;
    this.#size -= 1;
  }

  #append(place: number, now: number): void {
    this.#heardAt[place] = now;
    this.#older[place] = this.#newest;
    this.#newer[place] = none;
    if (this.#newest === none) this.#oldest = place;
    else this.#newer[this.#newest] = place;
    this.#newest = place;
    this.#size += 1;
  }
}
