import { cacheCapacity } from '../../kms/engine/counting-cache';
import { never, status } from '../plan/machine-rules';
import type { Plan, PlannedGroup } from '../plan/plan';
import type { Hosts } from './hosts';
import { type MachineTable, noHost } from './machine-table';
import { Routine } from './routine';
import { endOf, nextStart } from './sessions';
import type { Sites } from './sites';
import type { Tally } from './tally';

/** What a machine asks where it asks no host: a directory, or nobody at all. */
const noHostAsked = 255;
/** Requests of a minute that matter to a counting cache afterwards: the last ones, as many as the greatest holds. */
const remembered = cacheCapacity(Number.MAX_SAFE_INTEGER);
/** Longer than from one working day to the next: an activation that is shorter might end in between. */
const longestAway = 7 * 1440;

interface Around {
  readonly hosts: Hosts;
  readonly sites: Sites;
  readonly tally: Tally;
  readonly machines: MachineTable;
}

/** A group whose machines have office hours, with those that are in its routine. */
interface Working {
  readonly index: number;
  readonly group: PlannedGroup;
  readonly routine: Routine;
}

/**
 * Working days on which nothing new happens. A machine that started, was activated again and has nothing else before it
 * until it starts the next day joins its group's {@link Routine}; it leaves when a host or a directory changes, when
 * machines are taken away, and on a day on which its host might count less than it can. What its cells would hold
 * follows from when it started last.
 */
export class Routines {
  readonly #plan: Plan;
  readonly #around: Around;
  readonly #working: readonly Working[];
  readonly #byGroup: readonly (Working | undefined)[];
  /** Machines of this minute whose requests their hosts have yet to remember, the one that comes first at the end. */
  readonly #pending: number[] = [];
  readonly #requests: Int32Array;

  constructor(plan: Plan, around: Around) {
    this.#plan = plan;
    this.#around = around;
    this.#byGroup = plan.groups.map((group, index) => {
      const { online, rules, isCloned, reinstallEvery } = group;
      if (online.kind !== 'office' || isCloned || reinstallEvery !== null) return undefined;
      if (rules.validity < longestAway) return undefined;
      return { index, group, routine: new Routine(group, online, plan.seed) };
    });
    this.#working = this.#byGroup.filter((each) => each !== undefined);
    this.#requests = new Int32Array(plan.hosts.length);
  }

  /** How many machines are in a routine. */
  get size(): number {
    return this.#working.reduce((sum, { routine }) => sum + routine.size, 0);
  }

  /** When the state of a machine ends that is in a routine; null where it is in none, or its state has no end. */
  untilOf(machine: number, index: number, now: number): number | null {
    const working = this.#byGroup[index];
    if (working === undefined || working.routine.askedBy(machine) === 0 || working.group.channel !== 'gvlk')
      return null;
    return working.routine.lastStart(machine, now) + working.group.rules.validity;
  }

  /** Takes a machine in whose turn is over; false where something else may happen to it before its next start. */
  join(machine: number, index: number, now: number): boolean {
    const working = this.#byGroup[index];
    if (working === undefined) return false;
    const { machines } = this.#around;
    const isLicensed =
      machines.status(machine) === status.licensed && machines.maintenance(machine) === never;
    if (!isLicensed || working.routine.lastStart(machine, now) !== now) return false;
    const asked = this.#askedBy(machine, working, now);
    if (asked === null) return false;
    working.routine.join(machine, asked);
    return true;
  }

  /** What a machine asked that started in this minute and will ask at each start; null: that is not certain. */
  #askedBy(machine: number, { group, index }: Working, now: number): number | null {
    const { machines, sites, hosts } = this.#around;
    const timer = machines.timer(machine);
    const until = machines.until(machine);
    if (group.channel !== 'gvlk') return timer === never && until === never ? noHostAsked : null;
    if (group.online.kind !== 'office') return null;
    const isRenewed =
      until === now + group.rules.validity && timer - now >= group.online.to - group.online.from;
    if (!isRenewed) return null;
    if (sites.isActivatedByDirectory(index)) return noHostAsked;
    const host = group.registeredHost ?? (group.hostCaching ? machines.cachedHost(machine) : noHost);
    return host !== noHost && hosts.counts(host, index) ? host + 1 : null;
  }

  /** Sends those away whose host may count less today than it can, where an office opens; and works out the day. */
  open(now: number, sendAway: (machine: number) => void): void {
    for (const working of this.#working) {
      const { routine } = working;
      if (!routine.opensAt(now) || routine.size === 0) continue;
      const isFull = this.#plan.hosts.map((_, host) =>
        this.#around.hosts.staysFull(host, now, routine.lastArrival(now)),
      );
      if (isFull.includes(false)) {
        for (const machine of routine.members()) {
          const asked = routine.askedBy(machine);
          if (asked !== noHostAsked && isFull[asked - 1] === false)
            this.#leave(machine, working, now, sendAway);
        }
      }
      routine.open(now);
    }
  }

  /** Sends all away, before something changes in a minute that was not played yet. */
  sendAllAway(now: number, sendAway: (machine: number) => void): void {
    for (const working of this.#working) {
      for (const machine of working.routine.members()) this.#leave(machine, working, now, sendAway);
      working.routine.close();
    }
  }

  /** Lets those start whose minute it is. {@link remember} has to follow. */
  play(now: number): void {
    for (let at = this.#working.length - 1; at >= 0; at -= 1) {
      const working = this.#working[at];
      const starting = working?.routine.startingAt(now);
      if (working !== undefined && starting !== null && starting !== undefined)
        this.#start(working, starting);
    }
  }

  /** Hosts remember the requests of machines before one, so that requests of a minute are in the order of machines. */
  remember(before: number, now: number): void {
    const pending = this.#pending;
    for (let last = pending.at(-1); last !== undefined && last < before; last = pending.at(-1)) {
      pending.pop();
      const working = this.#workingOf(last);
      if (working === undefined) continue;
      const host = working.routine.askedBy(last) - 1;
      this.#around.hosts.remember(host, this.#around.machines.cmid(last), working.index, now);
    }
  }

  /** Counts the starts and requests of a minute, and keeps the last ones of each host, backwards. */
  #start({ group, routine }: Working, starting: Int32Array): void {
    const { tally, hosts } = this.#around;
    tally.events += starting.length * (group.channel === 'gvlk' ? 2 : 1);
    const requests = this.#requests;
    for (let at = starting.length - 1; at >= 0; at -= 1) {
      const machine = starting[at] ?? 0;
      const asked = routine.askedBy(machine);
      if (asked === noHostAsked) continue;
      const count = (requests[asked - 1] ?? 0) + 1;
      requests[asked - 1] = count;
      if (count <= remembered) this.#pending.push(machine);
    }
    for (let host = 0; host < requests.length; host += 1) {
      hosts.requests[host] = (hosts.requests[host] ?? 0) + (requests[host] ?? 0);
      requests[host] = 0;
    }
  }

  #workingOf(machine: number): Working | undefined {
    return this.#working.find(({ group: { first, count } }) => machine >= first && machine < first + count);
  }

  /** Gives a machine the cells that it would have, had it acted by itself at its last start. */
  #leave(
    machine: number,
    { group, routine }: Working,
    now: number,
    sendAway: (machine: number) => void,
  ): void {
    const { machines, hosts } = this.#around;
    const started = routine.lastStart(machine, now - 1);
    routine.leave(machine);
    machines.setOnUntil(machine, endOf(group.online, started));
    machines.setOnAt(machine, nextStart(group.online, started, this.#plan.seed, machine));
    if (group.channel === 'gvlk') {
      const word = machines.word(machine);
      const wait = word === 0 ? group.renewalInterval : hosts.renewalInterval(word);
      machines.setUntil(machine, started + group.rules.validity);
      machines.setTimer(machine, started + wait);
    }
    sendAway(machine);
  }
}
