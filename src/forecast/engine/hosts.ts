import { cacheCapacity, rememberedThreshold } from '../../kms/engine/counting-cache';
import { catalogue } from '../../licensing/catalogue/catalogue';
import type { Action, Plan, PlannedGroup, PlannedHost } from '../plan/plan';
import { CountingRing } from './counting-ring';
import { greatestWords } from './machine-table';

/** The KMS hosts at a minute: which serve whom, what they count and which intervals they tell. */
export class Hosts {
  readonly #hosts: PlannedHost[];
  readonly #groups: readonly PlannedGroup[];
  readonly #rings: (CountingRing | undefined)[];
  /** By host and group: 1 where the host would serve such a client now. */
  readonly #serves: Uint8Array;
  /** By host and group: 1 where the host's key activates the group's product (K11.3). */
  readonly #activates: Uint8Array;
  /** By host: what its counting cache holds at most, whoever of the plan asks. */
  readonly #capacities: Int32Array;
  readonly #words: Int32Array;
  readonly #activationIntervals: number[] = [0];
  readonly #renewalIntervals: number[] = [0];
  /** Requests that each host answered. */
  readonly requests: Float64Array;

  constructor({ hosts, groups }: Plan) {
    this.#hosts = [...hosts];
    this.#groups = groups;
    this.#rings = hosts.map(() => undefined);
    this.#serves = new Uint8Array(hosts.length * groups.length);
    this.#activates = new Uint8Array(hosts.length * groups.length);
    this.#capacities = new Int32Array(hosts.length);
    this.#words = new Int32Array(hosts.length);
    this.requests = new Float64Array(hosts.length);
    for (const [index, host] of hosts.entries()) {
      const activated = catalogue().activatedBy(host.keyGroup);
      for (const [at, { edition, channel }] of groups.entries()) {
        const { activationId } = catalogue().sku(edition, 'gvlk');
        if (!activated.has(activationId)) continue;
        this.#activates[index * groups.length + at] = 1;
        if (channel !== 'gvlk') continue;
        const capacity = cacheCapacity(rememberedThreshold(edition.threshold));
        this.#capacities[index] = Math.max(this.#capacities[index] ?? 0, capacity);
      }
      this.#refresh(index);
    }
  }

  /** Changes a host's settings: from now on. */
  change({ host, set }: Extract<Action, { kind: 'host' }>): void {
    const before = this.#hosts[host];
    if (before === undefined) return;
    this.#hosts[host] = { ...before, ...set };
    this.#refresh(host);
  }

  /**
   * A request of a client of the group with this number: the count in the answer; -1 where the host is silent or
   * refuses.
   */
  request(host: number, cmid: number, index: number, now: number): number {
    const isServed = this.#serves[host * this.#groups.length + index] === 1;
    const group = this.#groups[index];
    if (group === undefined || (!isServed && !this.isUp(host))) return -1;
    this.requests[host] = (this.requests[host] ?? 0) + 1;
    if (!isServed) return -1;
    const ring = this.#ring(host);
    return this.counts(host, index) ? ring.request(cmid, group.edition.threshold, now) : ring.look(now);
  }

  /** Whether a host counts clients of a group: one of the Vista era does not count virtual ones. */
  counts(host: number, index: number): boolean {
    return this.#groups[index]?.isVirtual !== true || this.#hosts[host]?.countsPhysicalOnly !== true;
  }

  /**
   * Whether a host's count is the greatest that it can be and stays so up to a minute, whoever asks meanwhile: the cache is
   * full, and a new entry only takes the place of another.
   */
  staysFull(host: number, now: number, until: number): boolean {
    return this.#rings[host]?.staysAt(this.#capacities[host] ?? 0, now, until) === true;
  }

  /** A request that is answered as all others of its minute, and is in {@link requests} already: the host remembers it. */
  remember(host: number, cmid: number, index: number, now: number): void {
    this.#ring(host).request(cmid, this.#groups[index]?.edition.threshold ?? 0, now);
  }

  /** The host's current count; -1 where nobody asked yet. */
  count(host: number, now: number): number {
    return this.#rings[host]?.count(now) ?? -1;
  }

  isUp(host: number): boolean {
    return this.#hosts[host]?.isUp === true;
  }

  /** What the host tells of intervals: a number for {@link activationInterval} and {@link renewalInterval}. */
  word(host: number): number {
    return this.#words[host] ?? 0;
  }

  activationInterval(word: number): number {
    return this.#activationIntervals[word] ?? 0;
  }

  renewalInterval(word: number): number {
    return this.#renewalIntervals[word] ?? 0;
  }

  #ring(host: number): CountingRing {
    return (this.#rings[host] ??= new CountingRing());
  }

  #refresh(index: number): void {
    const host = this.#hosts[index];
    if (host === undefined) return;
    const { length } = this.#groups;
    for (let group = 0; group < length; group += 1) {
      const at = index * length + group;
      this.#serves[at] = host.isUp && host.isActivated ? (this.#activates[at] ?? 0) : 0;
    }
    this.#words[index] = this.#wordOf(host);
  }

  #wordOf({ activationInterval, renewalInterval }: PlannedHost): number {
    for (let word = 1; word < this.#activationIntervals.length; word += 1) {
      const isSame =
        this.#activationIntervals[word] === activationInterval &&
        this.#renewalIntervals[word] === renewalInterval;
      if (isSame) return word;
    }
    if (this.#activationIntervals.length > greatestWords) throw new RangeError('too many pairs of intervals');
    this.#activationIntervals.push(activationInterval);
    this.#renewalIntervals.push(renewalInterval);
    return this.#activationIntervals.length - 1;
  }
}
