import { MemoryCountingCache } from '../../kms/engine/counting-cache';
import type { RequestLogRow } from '../../kms/engine/host-records';
import type { Catalogue } from '../../licensing/catalogue/types';
import { seededRandom } from '../estate/random';
import type { EstateSettings } from '../estate/settings';
import type { DnsRecord, MintedKeyRecord } from '../estate/store-port';
import type { EventEntry } from '../model/events';
import type { ForestObject, ModelRequest } from '../model/outside';
import type { MachineName, MachineState } from '../model/state';
import type { ZoneChange } from './built-in-zone';
import { withCountersOf, withIncrements } from './counters';
import { DueQueue } from './due-queue';
import type { HostContact } from './network';
import { serveModelRequest, type ServiceBooks } from './services';
import type { Acting, LoggedEvent, PlayedStep, ServiceAnswer, Span, SpanSource } from './span';
import { nextDue } from './due';

/** What an estate in memory begins with. */
export interface MemoryEstateFacts {
  readonly catalogue: Catalogue;
  readonly settings: EstateSettings;
  readonly seed: number;
  readonly now: number;
}

function keyOf(name: string): string {
  return name.toLowerCase();
}

/** A bounded list: the oldest go. */
class BoundedLog<T> {
  #rows: T[] = [];
  readonly #kept: number;

  constructor(kept: number) {
    this.#kept = kept;
  }

  push(row: T): void {
    this.#rows.push(row);
    if (this.#rows.length >= 2 * this.#kept) this.#rows = this.#rows.slice(-this.#kept);
  }

  rows(): readonly T[] {
    return this.#rows.slice(-this.#kept);
  }
}

/** An estate without a store: for planning what will be, for benchmarks and for tests. */
export class MemoryEstate implements Span, SpanSource {
  readonly catalogue: Catalogue;
  readonly settings: EstateSettings;
  readonly random: () => number;
  readonly #machines = new Map<string, MachineState>();
  readonly #queue = new DueQueue();
  readonly #caches = new Map<string, MemoryCountingCache>();
  readonly #events = new Map<string, BoundedLog<EventEntry>>();
  readonly #requests = new Map<string, BoundedLog<RequestLogRow>>();
  readonly #keys = new Map<string, MintedKeyRecord>();
  readonly #objects = new Map<string, ForestObject[]>();
  #dns: readonly DnsRecord[] = [];
  #now: number;

  constructor({ catalogue, settings, seed, now }: MemoryEstateFacts) {
    this.catalogue = catalogue;
    this.settings = settings;
    this.random = seededRandom(seed, 0).next;
    this.#now = now;
  }

  /** The estate's time. */
  get now(): number {
    return this.#now;
  }

  /** Adds a machine, or puts one in place of the one with its name. */
  put(machine: MachineState): void {
    this.#machines.set(keyOf(machine.name), machine);
    this.#queue.set(keyOf(machine.name), nextDue(machine));
  }

  putKey(key: MintedKeyRecord): void {
    this.#keys.set(key.text, key);
  }

  putDnsRecords(records: readonly DnsRecord[]): void {
    this.#dns = records;
  }

  machines(): readonly MachineState[] {
    return [...this.#machines.values()];
  }

  events(machine: string): readonly EventEntry[] {
    return this.#events.get(keyOf(machine))?.rows() ?? [];
  }

  requests(host: string): readonly RequestLogRow[] {
    return this.#requests.get(keyOf(host))?.rows() ?? [];
  }

  span<T>(work: (span: Span) => T): T {
    return work(this);
  }

  findMachine(name: string): MachineState | null {
    return this.#machines.get(keyOf(name)) ?? null;
  }

  machineNames(): readonly string[] {
    return this.machines().map(({ name }) => name);
  }

  cacheOf(host: MachineName): MemoryCountingCache {
    const known = this.#caches.get(keyOf(host));
    if (known !== undefined) return known;
    const cache = new MemoryCountingCache();
    this.#caches.set(keyOf(host), cache);
    return cache;
  }

  dnsRecords(): readonly DnsRecord[] {
    return this.#dns;
  }

  nextDue(until: number): Acting | null {
    const first = this.#queue.first();
    if (first === null || first.at > until) return null;
    const state = this.#machines.get(first.name);
    return state === undefined ? null : { state, at: first.at };
  }

  serve(request: ModelRequest, now: number): ServiceAnswer {
    return serveModelRequest(this.#books(), this, request, now);
  }

  record(step: PlayedStep): void {
    for (const contact of step.contacts) this.recordContact(contact);
    const { state } = step;
    const current = this.#machines.get(keyOf(state.name)) ?? state;
    this.#machines.set(keyOf(state.name), withCountersOf(current, state));
    this.#queue.set(keyOf(state.name), step.nextDue);
    for (const logged of step.logs) this.#log(logged);
    this.#changeZone(step.zoneChanges);
  }

  setAside(name: string): void {
    this.#queue.set(keyOf(name), null);
  }

  recordContact({ host, result }: HostContact): void {
    this.cacheOf(host).apply(result.cacheChanges);
    this.#bounded(this.#requests, host, this.settings.requestsKept).push(result.logRow);
    const machine = this.#machines.get(keyOf(host));
    if (machine !== undefined && result.increment !== null) {
      this.#machines.set(keyOf(host), withIncrements(machine, [result.increment]));
    }
  }

  setTime(at: number): void {
    this.#now = at;
  }

  #books(): ServiceBooks {
    return {
      mintedKey: (text) => this.#keys.get(text) ?? null,
      putMintedKey: (key) => {
        this.putKey(key);
      },
      activationObjects: (domain) => this.#objects.get(keyOf(domain)) ?? [],
      putActivationObject: (domain, object) => {
        this.#objects.set(keyOf(domain), [...(this.#objects.get(keyOf(domain)) ?? []), object]);
      },
    };
  }

  #log({ machine, event }: LoggedEvent): void {
    this.#bounded(this.#events, machine, this.settings.eventsKept).push(event);
  }

  #bounded<T>(logs: Map<string, BoundedLog<T>>, machine: string, kept: number): BoundedLog<T> {
    const known = logs.get(keyOf(machine));
    if (known !== undefined) return known;
    const log = new BoundedLog<T>(kept);
    logs.set(keyOf(machine), log);
    return log;
  }

  #changeZone(changes: readonly ZoneChange[]): void {
    for (const { kind, record } of changes) {
      const others = this.#dns.filter((each) => !isSameRecord(each, record));
      this.#dns = kind === 'put' ? [...others, record] : others;
    }
  }
}

function isSameRecord(one: DnsRecord, other: DnsRecord): boolean {
  return one.type === other.type && one.name === other.name && one.data === other.data;
}
