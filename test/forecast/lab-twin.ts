import { endOf, onUntil, startAfter } from '../../src/forecast/engine/sessions';
import { draw } from '../../src/forecast/engine/draw';
import type { Action, HostRecord, Plan, PlannedGroup } from '../../src/forecast/plan/plan';
import { advanceAtOnce } from '../../src/lab/clockwork/advance';
import { actAtOnce } from '../../src/lab/clockwork/act-at-once';
import { MemoryEstate } from '../../src/lab/clockwork/memory-estate';
import { type MachineAct, type Span } from '../../src/lab/clockwork/span';
import { defaultSettings } from '../../src/lab/estate/settings';
import { newMachine } from '../../src/lab/model/create';
import { mintKey } from '../../src/lab/model/keys';
import { restart, start, stop } from '../../src/lab/model/lifecycle';
import { type Outcome } from '../../src/lab/model/outcome';
import { type DirectoryAnswer, type Procedure } from '../../src/lab/model/outside';
import { rearmWindows } from '../../src/lab/model/rearm';
import { registryName } from '../../src/lab/model/registry';
import {
  type Cmid,
  licenseStatusCode,
  type MachineState,
  type ProductState,
  type Registry,
} from '../../src/lab/model/state';
import { isExpired } from '../../src/kms/engine/counting-cache';
import { catalogue } from '../../src/licensing/catalogue/catalogue';
import { type HostGroupId } from '../../src/licensing/catalogue/types';
import { installProductKey } from '../../src/lab/model/product-keys';

const minuteMs = 60_000;
const never = Number.POSITIVE_INFINITY;

/** The times of day and of maintenance of one machine. */
interface Times {
  readonly group: PlannedGroup;
  isThere: boolean;
  isOn: boolean;
  onAt: number;
  offAt: number;
  maintenance: number;
}

export const clientName = (machine: number): string => `m${String(machine).padStart(7, '0')}`;
const hostName = (host: number): string => `h${String(host)}`;
const domainOf = (site: number): string => `site${String(site)}.example`;

function* atOnce(outcome: Outcome): Procedure<Outcome> {
  yield* [];
  return outcome;
}

/** A plan played by the laboratory's own clock and machines: what the engine has to be equal to. */
export class LabTwin {
  readonly #plan: Plan;
  readonly #estate: MemoryEstate;
  readonly #span: Span;
  readonly #times = new Map<number, Times>();
  readonly #records: (readonly HostRecord[])[];
  readonly #directories: (HostGroupId | null)[];
  readonly #poolKeys: readonly string[];
  #nextAction = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#estate = new MemoryEstate({
      catalogue: catalogue(),
      settings: { ...defaultSettings, eventsKept: 2, requestsKept: 2 },
      seed: 1,
      now: plan.start,
    });
    this.#records = plan.sites.map(({ records }) => records);
    this.#directories = plan.sites.map(({ directory }) => directory);
    this.#poolKeys = plan.pools.map(({ size }) =>
      mintKey({ type: 'mak', edition: plan.groups[0]!.edition, pool: size }, this.#estate.random),
    );
    this.#span = this.#spanWithOwnLuck();
    for (const host of plan.hosts.keys()) this.#addHost(host);
    this.#writeRecords();
    for (const { first, atStart } of plan.groups) this.#add(first, atStart, 0);
  }

  /** Plays everything that is due up to a minute, that one included. */
  runTo(minute: number): void {
    for (let next = this.#nextHappening(); next <= minute; next = this.#nextHappening()) {
      this.#advance(next * minuteMs - 1);
      this.#apply(next);
    }
    this.#advance(minute * minuteMs);
  }

  /** LicenseStatus and end of its state in minutes of a machine; null where it is not there. */
  stateOf(machine: number): { readonly status: number; readonly until: number | null } | null {
    if (this.#times.get(machine)?.isThere !== true) return null;
    const { license } = this.#product(machine);
    const until = license.until === null ? null : (license.until - this.#plan.start) / minuteMs;
    return { status: licenseStatusCode[license.status], until };
  }

  /** A host's current count at a minute; -1 where nobody that it counts has asked yet. */
  countOf(host: number, minute: number): number {
    const { counts, clients } = this.#estate.cacheOf(this.#machine(hostName(host)).name).rows();
    const now = this.#plan.start + minute * minuteMs;
    const heard = clients.filter(({ lastRequestAt }) => !isExpired(lastRequestAt, now));
    return counts.some(({ greatestThreshold }) => greatestThreshold > 0) ? heard.length : -1;
  }

  #product(machine: number): ProductState {
    return this.#machine(clientName(machine)).products[0]!;
  }

  #machine(name: string): MachineState {
    return this.#estate.findMachine(name)!;
  }

  #advance(ms: number): void {
    advanceAtOnce({ source: { span: (work) => work(this.#span) }, to: this.#plan.start + ms });
  }

  /** The estate, with numbers drawn as the engine draws them and with the plan's directories. */
  #spanWithOwnLuck(): Span {
    const estate = this.#estate;
    const plan = this.#plan;
    let machine = 0;
    let minute = 0;
    let drawn = 0;
    return {
      catalogue: estate.catalogue,
      settings: estate.settings,
      get now() {
        return estate.now;
      },
      nextDue: (until) => {
        const due = estate.nextDue(until);
        if (due === null) return null;
        machine = Number(due.state.name.slice(1));
        minute = (due.at - plan.start) / minuteMs;
        drawn = 0;
        return due;
      },
      random: () => draw(plan.seed, machine, minute, drawn++),
      findMachine: (name) => estate.findMachine(name),
      machineNames: () => estate.machineNames(),
      cacheOf: (name) => estate.cacheOf(name),
      dnsRecords: () => estate.dnsRecords(),
      record: (step) => estate.record(step),
      setAside: (name) => estate.setAside(name),
      recordContact: (contact) => estate.recordContact(contact),
      setTime: (at) => estate.setTime(at),
      serve: (request, now) =>
        request.kind === 'directory'
          ? { answer: this.#directory(request.domain), apply: null }
          : estate.serve(request, now),
    };
  }

  #directory(domain: string): DirectoryAnswer {
    const group = this.#directories[this.#plan.sites.findIndex((_, site) => domainOf(site) === domain)];
    const names = { displayName: 'object', distinguishedName: 'CN=object' };
    const key = { csvlkPid: '', csvlkSkuId: '', csvlkPartialProductKey: '' };
    const objects = group == null ? [] : [{ ...names, ...key, group }];
    return { kind: 'directory', reachable: true, supported: true, objects };
  }

  #addHost(host: number): void {
    const planned = this.#plan.hosts[host]!;
    const { edition, keyGroup } = planned;
    const context = this.#context(0);
    const machine = newMachine({ name: hostName(host), edition, domain: null, virtual: false }, context);
    const key = mintKey({ type: 'csvlk', edition }, this.#estate.random);
    const installed = installProductKey(machine, key, context).state;
    const product = installed.products.find(({ kmsHost }) => kmsHost !== null)!;
    this.#estate.put({
      ...installed,
      loadedHost: { ...installed.loadedHost, dnsPublishing: false },
      publishAt: null,
      products: [{ ...product, timer: null, kmsHost: { ...product.kmsHost!, group: keyGroup } }],
    });
    this.#setHost(host, planned);
  }

  #setHost(host: number, set: Extract<Action, { kind: 'host' }>['set']): void {
    const before = this.#machine(hostName(host));
    const [product] = before.products;
    const { loadedHost } = before;
    const license: ProductState['license'] | undefined =
      set.isActivated === undefined
        ? product?.license
        : set.isActivated
          ? { status: 'licensed', until: null, reason: 0, by: 'microsoft', since: 0 }
          : { status: 'unlicensed', until: null, reason: 0 };
    this.#estate.put({
      ...before,
      running: set.isUp ?? before.running,
      loadedHost: {
        ...loadedHost,
        activationInterval: set.activationInterval ?? loadedHost.activationInterval,
        renewalInterval: set.renewalInterval ?? loadedHost.renewalInterval,
      },
      products: [{ ...product!, license: license! }],
    });
  }

  #writeRecords(): void {
    this.#estate.putDnsRecords(
      this.#records.flatMap((records, site) =>
        records.map(({ host, priority, weight }) => ({
          name: `_vlmcs._tcp.${domainOf(site)}`,
          type: 'SRV' as const,
          ttl: 3600,
          data: `${String(priority)} ${String(weight)} 1688 ${hostName(host)}`,
        })),
      ),
    );
  }

  #context(minute: number) {
    const { random, settings } = this.#estate;
    return { now: this.#plan.start + minute * minuteMs, random, catalogue: catalogue(), settings };
  }

  #add(from: number, count: number, now: number): void {
    for (let machine = from; machine < from + count; machine += 1) {
      const group = this.#plan.groups.find((each) => machine < each.first + each.count)!;
      const times: Times = {
        group,
        isThere: true,
        isOn: true,
        onAt: never,
        offAt: never,
        maintenance: never,
      };
      this.#times.set(machine, times);
      this.#install(machine, times, now);
      const { seed } = this.#plan;
      const until = onUntil(group.online, now, seed, machine);
      times.isOn = until > 0;
      times.offAt = until > 0 ? until : never;
      times.onAt = startAfter(group.online, now, seed, machine);
      if (!times.isOn) this.#act(machine, now, (state, context) => atOnce(stop(state, context)));
      times.maintenance = this.#firstMaintenance(machine, group, now);
    }
  }

  #firstMaintenance(machine: number, { rearm, reinstallEvery }: PlannedGroup, now: number): number {
    if (rearm !== null) return now + rearm.after;
    if (reinstallEvery === null) return never;
    return now + 1 + Math.floor(draw(this.#plan.seed ^ 0x11fe, machine, now, 0) * reinstallEvery);
  }

  #install(machine: number, { group }: Times, now: number): void {
    const context = this.#context(now);
    const { edition, channel, isVirtual, site } = group;
    const name = clientName(machine);
    const made = newMachine({ name, edition, channel, domain: domainOf(site), virtual: isVirtual }, context);
    const index = this.#plan.groups.indexOf(group);
    const cloned = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}` as Cmid;
    const product = made.products[0]!;
    const poolKey = group.pool === null ? null : this.#poolKeys[group.pool]!;
    this.#estate.put({
      ...made,
      cmid: group.isCloned ? cloned : made.cmid,
      registry: registryOf(group),
      products: [
        {
          ...product,
          key: poolKey === null ? product.key : { ...product.key!, text: poolKey },
          timer:
            channel === 'gvlk' && product.timer !== null
              ? { ...product.timer, at: context.now + group.activationInterval * minuteMs }
              : product.timer,
        },
      ],
    });
  }

  #act(machine: number, now: number, act: MachineAct): void {
    const at = this.#plan.start + now * minuteMs;
    const state = this.#machine(clientName(machine));
    if (actAtOnce(this.#estate, { state, at }, act, null) === null) throw new Error('it wants the network');
  }

  /** The next minute in which something happens that is not the machines' own doing. */
  #nextHappening(): number {
    let next = this.#plan.actions[this.#nextAction]?.at ?? never;
    for (const { isThere, isOn, group, onAt, offAt, maintenance } of this.#times.values()) {
      if (!isThere) continue;
      const isPossible = isOn || group.reinstallEvery !== null;
      next = Math.min(next, onAt, offAt, isPossible ? maintenance : never);
    }
    return next;
  }

  #apply(now: number): void {
    const { actions } = this.#plan;
    for (
      let next = actions[this.#nextAction];
      next !== undefined && next.at <= now;
      next = actions[this.#nextAction]
    ) {
      this.#nextAction += 1;
      this.#applyAction(next, now);
    }
    for (const [machine, times] of this.#times) if (times.isThere) this.#lookAt(machine, times, now);
  }

  #applyAction(action: Action, now: number): void {
    switch (action.kind) {
      case 'add':
        this.#add(action.from, action.count, now);
        break;
      case 'remove':
        for (let n = 0; n < action.count; n += 1) {
          this.#times.get(action.from + n)!.isThere = false;
          this.#estate.setAside(clientName(action.from + n));
        }
        break;
      case 'host':
        this.#setHost(action.host, action.set);
        break;
      case 'records':
        this.#records[action.site] = action.records;
        this.#writeRecords();
        break;
      case 'directory':
        this.#directories[action.site] = action.directory;
        break;
      case 'pool':
        throw new Error('keys of the laboratory have one size');
    }
  }

  #lookAt(machine: number, times: Times, now: number): void {
    const { group } = times;
    if (times.offAt <= now) {
      this.#act(machine, now, (state, context) => atOnce(stop(state, context)));
      times.isOn = false;
      times.offAt = never;
    }
    const starts = times.onAt <= now;
    if (starts) {
      times.isOn = true;
      times.offAt = endOf(group.online, now);
      times.onAt = startAfter(group.online, now, this.#plan.seed, machine);
    }
    if (group.reinstallEvery !== null && times.maintenance <= now) {
      this.#install(machine, times, now);
      times.maintenance = now + group.reinstallEvery;
      if (!times.isOn) this.#act(machine, now, (state, context) => atOnce(stop(state, context)));
      return;
    }
    if (starts) this.#act(machine, now, (state, context) => atOnce(start(state, context)));
    if (group.rearm === null || !times.isOn || times.maintenance > now) return;
    times.maintenance = group.rearm.again ? now + group.rearm.after : never;
    if (this.#machine(clientName(machine)).windowsRearmsLeft === 0) return;
    this.#act(machine, now, (state) => atOnce(rearmWindows(state)));
    this.#act(machine, now, (state, context) => atOnce(restart(state, context)));
  }
}

function registryOf({
  activationInterval,
  renewalInterval,
  activationType,
  ...group
}: PlannedGroup): Registry {
  const dword = (data: number) => ({ type: 'DWORD' as const, data });
  return {
    [registryName.activationInterval]: dword(activationInterval),
    [registryName.renewalInterval]: dword(renewalInterval),
    [registryName.activationType]: dword(activationType),
    ...(group.hostCaching ? {} : { [registryName.disableCaching]: dword(1) }),
    ...(group.registeredHost === null
      ? {}
      : { [registryName.hostName]: { type: 'SZ' as const, data: hostName(group.registeredHost) } }),
  };
}
