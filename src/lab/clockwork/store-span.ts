import { MemoryCountingCache } from '../../kms/engine/counting-cache';
import type { CacheChange, CounterIncrement, RequestLogRow } from '../../kms/engine/host-records';
import type { Catalogue } from '../../licensing/catalogue/types';
import { seededRandom, type SeededRandom } from '../estate/random';
import { defaultSettings, type EstateSettings } from '../estate/settings';
import type {
  DnsRecord,
  EstateRecord,
  EstateStore,
  EstateWriter,
  MachineId,
  StoredMachine,
} from '../estate/store-port';
import { clockSetTo, estateTime } from '../estate/time';
import type { EventEntry } from '../model/events';
import type { ModelRequest } from '../model/outside';
import type { MachineName, MachineState } from '../model/state';
import type { ZoneChange } from './built-in-zone';
import { withCountersOf, withIncrements } from './counters';
import { type Due, DueQueue, isBefore } from './due-queue';
import type { HostContact } from './network';
import { serveModelRequest } from './services';
import type { Acting, PlayedStep, ServiceAnswer, Span, SpanSource } from './span';

/** Machines that a span holds in memory at once beside the hosts that they meet. */
const machinesPerSpan = 500;

/** Machines that a span looks up at first: one whose machines need the network ends after the first of them. */
const machinesAtFirst = 16;

export interface StoreSpanOptions {
  readonly store: EstateStore;
  readonly catalogue: Catalogue;
  /** The real time, epoch milliseconds. */
  readonly realNow: () => number;
}

function placeOf({ state, nextDue }: StoredMachine): Due {
  return { at: nextDue ?? Number.POSITIVE_INFINITY, name: keyOf(state.name) };
}

function keyOf(name: string): string {
  return name.toLowerCase();
}

/** A machine in a span's memory, with what is not written yet. */
interface Held {
  readonly id: MachineId;
  state: MachineState;
  nextDue: number | null;
  isDirty: boolean;
  cache: MemoryCountingCache | null;
  requests: RequestLogRow[];
  cacheChanges: CacheChange[];
  increments: CounterIncrement[];
  events: EventEntry[];
}

/** A span over one transaction of the store: it collects, and writes all at its end. */
class StoreSpan implements Span {
  readonly catalogue: Catalogue;
  readonly settings: EstateSettings;
  readonly random: () => number;
  readonly #writer: EstateWriter;
  readonly #options: StoreSpanOptions;
  readonly #estate: EstateRecord | null;
  readonly #drawn: SeededRandom;
  readonly #held = new Map<string, Held | null>();
  #queue: DueQueue | null = null;
  #lookUp = machinesAtFirst;
  /** The last machine that was looked up as due; null: all that are due were. */
  #horizon: Due | null = null;
  #dns: readonly DnsRecord[] | null = null;
  #time: number | null = null;

  constructor(writer: EstateWriter, options: StoreSpanOptions) {
    this.#writer = writer;
    this.#options = options;
    this.#estate = writer.estate();
    this.catalogue = options.catalogue;
    this.settings = this.#estate?.settings ?? defaultSettings;
    this.#drawn = seededRandom(this.#estate?.seed ?? 0, this.#estate?.draws ?? 0);
    this.random = this.#drawn.next;
  }

  nextDue(until: number): Acting | null {
    this.#queue ??= this.#lookUpDue(until);
    let first = this.#queue.first();
    if (this.#horizon !== null && (first === null || isBefore(this.#horizon, first))) {
      // Machines that were not looked up may come before: write, and look up anew.
      this.#flushMachines();
      this.#held.clear();
      this.#queue = this.#lookUpDue(until);
      first = this.#queue.first();
    }
    if (first === null || first.at > until) return null;
    const machine = this.#hold(first.name);
    return machine === null ? null : { state: machine.state, at: first.at };
  }

  findMachine(name: string): MachineState | null {
    return this.#hold(name)?.state ?? null;
  }

  machineNames(): readonly string[] {
    return this.#writer.machineNames();
  }

  cacheOf(host: MachineName): MemoryCountingCache {
    const held = this.#hold(host);
    if (held === null) return new MemoryCountingCache();
    held.cache ??= new MemoryCountingCache(this.#writer.cacheRows(held.id));
    return held.cache;
  }

  dnsRecords(): readonly DnsRecord[] {
    this.#dns ??= this.#writer.dnsRecords();
    return this.#dns;
  }

  serve(request: ModelRequest, now: number): ServiceAnswer {
    return serveModelRequest(this.#writer, this, request, now);
  }

  record(step: PlayedStep): void {
    for (const contact of step.contacts) this.recordContact(contact);
    const held = this.#hold(step.state.name);
    if (held !== null) {
      held.state = withCountersOf(held.state, step.state);
      held.nextDue = step.nextDue;
      held.isDirty = true;
      this.#queue?.set(keyOf(step.state.name), step.nextDue);
    }
    for (const { machine, event } of step.logs) this.#hold(machine)?.events.push(event);
    this.#changeZone(step.zoneChanges);
  }

  setAside(name: string): void {
    const held = this.#hold(name);
    if (held === null) return;
    held.nextDue = null;
    held.isDirty = true;
    this.#queue?.set(keyOf(name), null);
  }

  recordContact({ host, result }: HostContact): void {
    const held = this.#hold(host);
    if (held === null) return;
    this.cacheOf(host).apply(result.cacheChanges);
    held.requests.push(result.logRow);
    held.cacheChanges.push(...result.cacheChanges);
    if (result.increment === null) return;
    held.increments.push(result.increment);
    held.state = withIncrements(held.state, [result.increment]);
  }

  get now(): number {
    const shown = estateTime(this.#writer.clock(), this.#options.realNow());
    return Math.max(shown, this.#time ?? shown);
  }

  setTime(at: number): void {
    this.#time = at;
  }

  /** Writes everything that the span brought. */
  finish(): void {
    this.#flushMachines();
    if (this.#estate !== null && this.#drawn.draws() !== this.#estate.draws) {
      this.#writer.putEstate({ ...this.#estate, draws: this.#drawn.draws() });
    }
    const realNow = this.#options.realNow();
    const clock = this.#writer.clock();
    if (this.#time !== null && this.#time > estateTime(clock, realNow)) {
      this.#writer.putClock(clockSetTo(clock, this.#time, realNow));
    }
  }

  #lookUpDue(until: number): DueQueue {
    const limit = this.#lookUp;
    this.#lookUp = Math.min(limit * 8, machinesPerSpan);
    const due = this.#writer.dueMachines(until, limit);
    const last = due.length < limit ? undefined : due.at(-1);
    this.#horizon = last === undefined ? null : placeOf(last);
    const queue = new DueQueue();
    for (const stored of due) {
      const name = keyOf(stored.state.name);
      queue.set(name, stored.nextDue);
      if (!this.#held.has(name)) this.#held.set(name, heldOf(stored));
    }
    return queue;
  }

  #hold(name: string): Held | null {
    const known = this.#held.get(keyOf(name));
    if (known !== undefined) return known;
    const stored = this.#writer.machine(name);
    const held = stored === null ? null : heldOf(stored);
    this.#held.set(keyOf(name), held);
    return held;
  }

  #flushMachines(): void {
    for (const held of this.#held.values()) if (held !== null) this.#flush(held);
  }

  #flush(held: Held): void {
    const { id, requests, cacheChanges } = held;
    if (requests.length > 0) {
      // A state that is written takes its counters in; otherwise they are added beside it.
      const counters = held.isDirty ? [] : held.increments;
      this.#writer.applyHostBatch(id, { requests, cache: cacheChanges, counters });
    }
    if (held.isDirty) this.#writer.putMachine(id, held.state, held.nextDue);
    if (held.events.length > 0) this.#writer.appendEvents(id, held.events);
    held.isDirty = false;
    held.requests = [];
    held.cacheChanges = [];
    held.increments = [];
    held.events = [];
  }

  #changeZone(changes: readonly ZoneChange[]): void {
    for (const { kind, record } of changes) {
      if (kind === 'put') this.#writer.putDnsRecord(record);
      else this.#writer.removeDnsRecords(record);
    }
    if (changes.length > 0) this.#dns = null;
  }
}

function heldOf({ id, state, nextDue }: StoredMachine): Held {
  return {
    id,
    state,
    nextDue,
    isDirty: false,
    cache: null,
    requests: [],
    cacheChanges: [],
    increments: [],
    events: [],
  };
}

/** Spans over a store: each is one transaction, on disk when it returns. */
export function storeSpans(options: StoreSpanOptions): SpanSource {
  return {
    span: (work) =>
      options.store.write((writer) => {
        const span = new StoreSpan(writer, options);
        const result = work(span);
        span.finish();
        return result;
      }),
  };
}
