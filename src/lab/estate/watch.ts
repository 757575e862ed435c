import type { EventEntry } from '../model/events';
import type { LicenseStatus, MachineState, ProductState } from '../model/state';
import type { ClockView } from './clock';
import { pageOfEvents, type EventCursor } from './events';
import { hostCounts } from './host-counts';
import type { Laboratory } from './laboratory';
import type { EstateReader, MachineId, StoredMachine } from './store-port';
import { estateTime } from './time';

/** What a watcher sees of an estate at one instant. */
export interface EstatePicture {
  readonly clock: ClockView;
  readonly machines: readonly SeenMachine[];
}

/** A machine, with the current counts of a KMS host by name. */
export interface SeenMachine {
  readonly id: MachineId;
  readonly state: MachineState;
  readonly counts: readonly { readonly count: string; readonly current: number }[];
}

/** What happened to an estate between two pictures. */
export type EstateChange =
  | { readonly kind: 'event'; readonly machine: string; readonly entry: EventEntry }
  | {
      readonly kind: 'machine';
      readonly machine: string;
      readonly change: 'added' | 'removed' | 'started' | 'stopped';
    }
  | {
      readonly kind: 'license';
      readonly machine: string;
      readonly product: ProductState;
      /** Null where the product was not there before. */
      readonly before: LicenseStatus | null;
    }
  | {
      readonly kind: 'count';
      readonly machine: string;
      readonly count: string;
      /** -1: nobody had asked (K2.9). */
      readonly before: number;
      readonly current: number;
    };

/** Where a watcher stands: what it saw last, and the ends of the logs that it has read. */
export interface WatchPosition {
  readonly picture: EstatePicture;
  readonly cursors: ReadonlyMap<MachineId, EventCursor>;
}

/** Where a watch begins, with the `newest` events of each machine, by time. */
export function beginWatch(
  laboratory: Laboratory,
  wants: (name: string) => boolean,
  newest: number,
): { readonly position: WatchPosition; readonly changes: readonly EstateChange[] } {
  return look(laboratory, { wants, before: null, newest: Math.max(newest, 1) }, (changes) =>
    newest === 0 ? [] : changes,
  );
}

/** What has happened since: events by their time, then machines, licences and counts that are not as they were. */
export function continueWatch(
  laboratory: Laboratory,
  wants: (name: string) => boolean,
  before: WatchPosition,
): { readonly position: WatchPosition; readonly changes: readonly EstateChange[] } {
  return look(laboratory, { wants, before }, (events, picture) => [
    ...events,
    ...changesBetween(before.picture, picture),
  ]);
}

interface Look {
  readonly wants: (name: string) => boolean;
  readonly before: WatchPosition | null;
  readonly newest?: number;
}

function look(
  laboratory: Laboratory,
  { wants, before, newest }: Look,
  together: (events: readonly EstateChange[], picture: EstatePicture) => readonly EstateChange[],
): { readonly position: WatchPosition; readonly changes: readonly EstateChange[] } {
  return laboratory.store.read((reader) => {
    const machines = reader.machines().filter(({ state }) => wants(state.name));
    const cursors = new Map<MachineId, EventCursor>();
    const found: { readonly machine: string; readonly entry: EventEntry }[] = [];
    for (const stored of machines) {
      const after = before?.cursors.get(stored.id) ?? null;
      const query = { ids: [], since: null, after, ...(newest === undefined ? {} : { newest }) };
      const { entries, cursor } = pageOfEvents(reader, stored, query);
      cursors.set(stored.id, cursor);
      found.push(...entries.map((entry) => ({ machine: stored.state.name, entry })));
    }
    found.sort((a, b) => a.entry.at - b.entry.at);
    const picture = pictureOf(laboratory, reader, machines);
    const events = found.map((one) => ({ kind: 'event', ...one }) as const);
    return { position: { picture, cursors }, changes: together(events, picture) };
  });
}

function pictureOf(
  laboratory: Laboratory,
  reader: EstateReader,
  machines: readonly StoredMachine[],
): EstatePicture {
  const clock = reader.clock();
  return {
    clock: {
      mode: clock.mode,
      now: estateTime(clock, laboratory.realNow()),
      nextDue: reader.earliestDue(),
    },
    machines: machines.map((stored) => ({
      id: stored.id,
      state: stored.state,
      counts: hostCounts(reader, stored, laboratory),
    })),
  };
}

/** Machines, licences and counts that differ; what is new stands as it is, what is gone is told of once. */
export function changesBetween(before: EstatePicture, after: EstatePicture): readonly EstateChange[] {
  const old = new Map(before.machines.map((machine) => [machine.id, machine]));
  const kept = new Set(after.machines.map(({ id }) => id));
  return [
    ...before.machines
      .filter(({ id }) => !kept.has(id))
      .map(({ state }) => ({ kind: 'machine', machine: state.name, change: 'removed' }) as const),
    ...after.machines.flatMap((machine) => changesOf(old.get(machine.id) ?? null, machine)),
  ];
}

function changesOf(before: SeenMachine | null, after: SeenMachine): readonly EstateChange[] {
  return [
    ...machineChange(before, after),
    ...after.state.products.flatMap((product) => licenseChange(before, after, product)),
    ...after.counts.flatMap(({ count, current }) => countChange(before, after, count, current)),
  ];
}

function machineChange(before: SeenMachine | null, { state }: SeenMachine): readonly EstateChange[] {
  const machine = state.name;
  if (before === null) return [{ kind: 'machine', machine, change: 'added' }];
  if (before.state.running === state.running) return [];
  return [{ kind: 'machine', machine, change: state.running ? 'started' : 'stopped' }];
}

function licenseChange(
  before: SeenMachine | null,
  { state }: SeenMachine,
  product: ProductState,
): readonly EstateChange[] {
  const old = before?.state.products.find(({ activationId }) => activationId === product.activationId);
  const status = old?.license.status ?? null;
  if (status === product.license.status) return [];
  return [{ kind: 'license', machine: state.name, product, before: status }];
}

function countChange(
  before: SeenMachine | null,
  { state }: SeenMachine,
  count: string,
  current: number,
): readonly EstateChange[] {
  const old = before?.counts.find((one) => one.count === count)?.current ?? -1;
  return old === current ? [] : [{ kind: 'count', machine: state.name, count, before: old, current }];
}
