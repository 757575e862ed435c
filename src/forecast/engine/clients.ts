import { never, status } from '../plan/machine-rules';
import type { Plan, PlannedGroup } from '../plan/plan';
import { draw } from './draw';
import { HostOrder } from './host-order';
import type { Hosts } from './hosts';
import { MachineTable, noHost } from './machine-table';
import { Routines } from './routines';
import { endOf, nextStart, onUntil, startAfter } from './sessions';
import type { Sites } from './sites';
import type { Tally } from './tally';
import { TimingWheel } from './wheel';

/** In place of a licence state: the machine is not there. */
const absent = 7;
/** Draws for the day of an installation are told from those of hosts by this. */
const maintenanceSalt = 0x11fe;
/** Machines whose cells are fetched together: no more than the cache nearest to the processor holds easily. */
const fetchedAtOnce = 64;
/** In place of a host or a count: nobody served. */
const nobody = -1;

function later(now: number, minutes: number): number {
  return minutes === never ? never : now + minutes;
}

/** What clients meet. */
export interface Surroundings {
  readonly hosts: Hosts;
  readonly sites: Sites;
  readonly tally: Tally;
}

/**
 * The clients. One that is due does, in this order: an installation, its start, a rearm, the end of its state, an
 * attempt; lab/model/step has the same order. Which machine acts, of which group and when, stands in fields: nothing is
 * made anew for a step.
 */
export class Clients {
  readonly #plan: Plan;
  readonly #hosts: Hosts;
  readonly #sites: Sites;
  readonly #tally: Tally;
  readonly #machines: MachineTable;
  readonly #wheel: TimingWheel;
  readonly #routines: Routines;
  readonly #order = new HostOrder();
  #nextCmid: number;
  #now = 0;
  #machine = 0;
  #index = 0;
  #group: PlannedGroup;
  /** The count in the answer that came last. */
  #count = nobody;

  constructor(plan: Plan, { hosts, sites, tally }: Surroundings) {
    const [group] = plan.groups;
    if (group === undefined) throw new RangeError('a plan without clients');
    this.#group = group;
    this.#plan = plan;
    this.#hosts = hosts;
    this.#sites = sites;
    this.#tally = tally;
    this.#machines = new MachineTable(plan.machines);
    this.#wheel = new TimingWheel(plan.machines);
    this.#routines = new Routines(plan, { hosts, sites, tally, machines: this.#machines });
    this.#nextCmid = plan.machines + plan.groups.length;
    for (const [index, { first, count, atStart }] of plan.groups.entries()) {
      for (let machine = first; machine < first + count; machine += 1) {
        this.#machines.setGroup(machine, index);
        this.#machines.setStatus(machine, absent);
      }
      this.add(first, atStart, 0);
    }
  }

  /** LicenseStatus of a machine; null where it is not there. */
  statusOf(machine: number): number | null {
    const state = this.#machines.status(machine);
    return state === absent ? null : state;
  }

  /** When a machine's state ends, in minutes; null where it has no end. */
  untilOf(machine: number): number | null {
    const until = this.#machines.until(machine);
    if (until === never) return null;
    return this.#routines.untilOf(machine, this.#machines.group(machine), this.#now) ?? until;
  }

  /** Machines to whom nothing new happens from one working day to the next. */
  get inRoutine(): number {
    return this.#routines.size;
  }

  /** Has to be called before a host, a directory or who is there changes, in a minute that was not played yet. */
  beforeChange(now: number): void {
    this.#routines.sendAllAway(now, (machine) => {
      this.#comeBack(machine, now);
    });
  }

  /** Machines that are installed in a minute. */
  add(from: number, count: number, now: number): void {
    for (let machine = from; machine < from + count; machine += 1) {
      this.#turnTo(machine, now);
      this.#install(this.#imageCmid() ?? machine);
      this.#machines.setOnUntil(machine, onUntil(this.#group.online, now, this.#plan.seed, machine));
      this.#planStart();
      this.#machines.setMaintenance(machine, this.#firstMaintenance());
      this.#reschedule(now + 1);
    }
  }

  /** Machines that are no longer there. */
  remove(from: number, count: number): void {
    for (let machine = from; machine < from + count; machine += 1) {
      this.#tally.leaves(this.#machines.group(machine), this.#machines.status(machine));
      this.#machines.setStatus(machine, absent);
    }
  }

  /** Lets every machine act that is due in a minute, in the order of their numbers. */
  play(now: number): void {
    const routines = this.#routines;
    routines.open(now, (machine) => {
      this.#comeBack(machine, now);
    });
    routines.play(now);
    const due = this.#wheel.take(now);
    for (let at = 0; at < due.length; at += 1) {
      if (at % fetchedAtOnce === 0) this.#machines.fetch(due, at, fetchedAtOnce);
      const machine = due[at] ?? 0;
      if (this.#machines.status(machine) === absent) continue;
      routines.remember(machine, now);
      this.#turnTo(machine, now);
      this.#act();
      if (!routines.join(machine, this.#index, now)) this.#reschedule(now + 1);
    }
    routines.remember(this.#plan.machines, now);
    this.#now = now;
  }

  /** From a routine: what the machine does next is up to the wheel again. */
  #comeBack(machine: number, now: number): void {
    this.#turnTo(machine, now);
    this.#reschedule(now);
  }

  #turnTo(machine: number, now: number): void {
    this.#now = now;
    this.#machine = machine;
    this.#index = this.#machines.group(machine);
    this.#group = this.#plan.groups[this.#index] ?? this.#group;
  }

  #act(): void {
    const machines = this.#machines;
    const machine = this.#machine;
    const now = this.#now;
    const { reinstallEvery, rearm } = this.#group;
    if (reinstallEvery !== null && machines.maintenance(machine) <= now) this.#reinstall(reinstallEvery);
    else if (machines.onAt(machine) <= now) this.#start();
    const isOn = now < machines.onUntil(machine);
    if (rearm !== null && isOn && machines.maintenance(machine) <= now) this.#rearm(rearm);
    if (machines.until(machine) <= now) this.#end();
    if (isOn && machines.timer(machine) <= now) this.#attempt();
  }

  /** @param earliest the first minute that was not played yet for this machine */
  #reschedule(earliest: number): void {
    const machines = this.#machines;
    const machine = this.#machine;
    const end = machines.onUntil(machine);
    const isOn = this.#now < end;
    const timer = machines.timer(machine);
    let next = isOn && timer < end ? timer : machines.onAt(machine);
    const until = machines.until(machine);
    if (until < next) next = until;
    const maintenance = machines.maintenance(machine);
    const isPossible = this.#group.reinstallEvery !== null || (isOn && maintenance < end);
    if (maintenance < next && isPossible) next = maintenance;
    if (next !== never) this.#wheel.set(machine, Math.max(next, earliest), this.#now);
  }

  // Installation, start and rearm.

  #install(cmid: number): void {
    const { rules, channel, activationInterval } = this.#group;
    const machines = this.#machines;
    const machine = this.#machine;
    machines.setCmid(machine, cmid);
    machines.setCachedHost(machine, noHost);
    machines.setWord(machine, 0);
    machines.setRearmsLeft(machine, rules.rearms);
    machines.setWasActivated(machine, false);
    machines.setTimer(
      machine,
      later(this.#now, channel === 'gvlk' ? activationInterval : rules.firstAttempt),
    );
    this.#become(rules.first.status, rules.first.minutes);
    this.#tally.events += 1;
  }

  /** The CMID that all machines of an image have; null where each has its own. */
  #imageCmid(): number | null {
    return this.#group.isCloned ? this.#plan.machines + this.#index : null;
  }

  #newCmid(): number {
    this.#nextCmid += 1;
    return this.#nextCmid - 1;
  }

  #reinstall(every: number): void {
    if (this.#machines.onAt(this.#machine) <= this.#now) this.#begin();
    this.#install(this.#imageCmid() ?? this.#newCmid());
    this.#machines.setMaintenance(this.#machine, this.#now + every);
    this.#tally.reinstalled(this.#index);
  }

  #firstMaintenance(): number {
    const { rearm, reinstallEvery } = this.#group;
    if (rearm !== null) return this.#now + rearm.after;
    if (reinstallEvery === null) return never;
    const chance = draw(this.#plan.seed ^ maintenanceSalt, this.#machine, this.#now, 0);
    return this.#now + 1 + Math.floor(chance * reinstallEvery);
  }

  #begin(): void {
    const { online } = this.#group;
    this.#machines.setOnUntil(this.#machine, endOf(online, this.#now));
    this.#machines.setOnAt(this.#machine, nextStart(online, this.#now, this.#plan.seed, this.#machine));
  }

  #planStart(): void {
    const { online } = this.#group;
    this.#machines.setOnAt(this.#machine, startAfter(online, this.#now, this.#plan.seed, this.#machine));
  }

  /** A start of the service: a volume client tries at once (K2.10, K3.9). */
  #start(): void {
    this.#begin();
    if (this.#group.channel === 'gvlk') this.#machines.setTimer(this.#machine, this.#now);
    this.#tally.events += 1;
  }

  #rearm({ after, again }: NonNullable<PlannedGroup['rearm']>): void {
    const { rules } = this.#group;
    const machines = this.#machines;
    const machine = this.#machine;
    machines.setMaintenance(machine, again ? this.#now + after : never);
    const left = machines.rearmsLeft(machine);
    this.#tally.rearmed(this.#index, left > 0);
    if (left === 0) return;
    machines.setRearmsLeft(machine, left - 1);
    machines.setCmid(machine, this.#newCmid());
    machines.setTimer(machine, later(this.#now, rules.rearmedAttempt));
    this.#become(rules.rearmed.status, rules.rearmed.minutes);
    this.#tally.events += 1;
  }

  // Licence states.

  #become(next: number, minutes: number): void {
    const before = this.#machines.status(this.#machine);
    if (before !== next) {
      this.#tally.leaves(this.#index, before);
      this.#tally.enters(this.#index, next);
      this.#machines.setStatus(this.#machine, next);
    }
    this.#machines.setUntil(this.#machine, later(this.#now, minutes));
  }

  #end(): void {
    const before = this.#machines.status(this.#machine);
    this.#tally.ended(this.#index, before, { machine: this.#machine, at: this.#now });
    this.#tally.events += 1;
    const next = this.#group.rules.after[before];
    if (next !== undefined) this.#become(next.status, next.minutes);
  }

  #activated(minutes: number): void {
    if (!this.#machines.wasActivated(this.#machine)) {
      this.#machines.setWasActivated(this.#machine, true);
      this.#tally.activated(this.#index, { machine: this.#machine, at: this.#now });
    }
    this.#become(status.licensed, minutes);
  }

  // Attempts.

  #attempt(): void {
    const { channel, activationType } = this.#group;
    this.#tally.events += 1;
    if (channel !== 'gvlk') this.#attemptAtMicrosoft();
    else if (this.#sites.isActivatedByDirectory(this.#index)) this.#renewed();
    else if (activationType === 1) this.#retry();
    else this.#attemptAtKms();
  }

  /** MAK and retail: lab/model/microsoft-activation. */
  #attemptAtMicrosoft(): void {
    const { pool, rules } = this.#group;
    const isGiven = pool === null || this.#sites.takeFromPool(pool);
    if (isGiven) this.#activated(never);
    else this.#tally.refusedByPool(this.#index);
    this.#machines.setTimer(this.#machine, isGiven ? never : this.#now + rules.microsoftRetry);
  }

  /** One attempt at KMS, as kms/engine/client makes it (K6.1 to K6.6). */
  #attemptAtKms(): void {
    const { registeredHost, hostCaching } = this.#group;
    const machines = this.#machines;
    if (registeredHost !== null) {
      if (this.#isServedBy(registeredHost)) this.#bind(registeredHost);
      else this.#failed();
      return;
    }
    const cached = hostCaching ? machines.cachedHost(this.#machine) : noHost;
    const isServed = cached !== noHost && this.#isServedBy(cached);
    const host = isServed ? cached : this.#discovered(cached);
    if (host !== nobody) {
      this.#bind(host);
      return;
    }
    machines.setCachedHost(this.#machine, noHost);
    this.#failed();
  }

  #isServedBy(host: number): boolean {
    this.#count = this.#hosts.request(host, this.#machines.cmid(this.#machine), this.#index, this.#now);
    return this.#count !== nobody;
  }

  /** The first host of DNS's answer that serves; one that was tried already is passed over (K6.5, K6.12). */
  #discovered(tried: number): number {
    const order = this.#order;
    if (!this.#sites.isAnyHostUp(this.#group.site)) return nobody;
    order.begin(this.#sites.recordsOf(this.#group.site), this.#group.isVistaEra);
    for (let drawn = 0; !order.isEmpty; drawn += 1) {
      const host = order.next(draw(this.#plan.seed, this.#machine, this.#now, drawn));
      if (host !== tried && this.#isServedBy(host)) return host;
    }
    return nobody;
  }

  /** A host's answer: the client decides by its threshold (K1.2), and remembers host and intervals (K3.8, K6.4). */
  #bind(host: number): void {
    const { registeredHost, hostCaching, edition } = this.#group;
    const isKept = registeredHost === null && hostCaching;
    this.#machines.setAnswered(this.#machine, isKept ? host : noHost, this.#hosts.word(host));
    if (this.#count >= edition.threshold) {
      this.#renewed();
      return;
    }
    this.#tally.lowCount(this.#index);
    this.#retry();
  }

  #renewed(): void {
    this.#activated(this.#group.rules.validity);
    const word = this.#machines.word(this.#machine);
    const wait = word === 0 ? this.#group.renewalInterval : this.#hosts.renewalInterval(word);
    this.#machines.setTimer(this.#machine, this.#now + wait);
  }

  #failed(): void {
    this.#tally.unserved(this.#index);
    this.#retry();
  }

  #retry(): void {
    const word = this.#machines.word(this.#machine);
    const wait = word === 0 ? this.#group.activationInterval : this.#hosts.activationInterval(word);
    this.#machines.setTimer(this.#machine, this.#now + wait);
  }
}
