import { endOfEvents, queryEvents, type EventCursor } from '../../lab/estate/events';
import { EstateError } from '../../lab/estate/errors';
import type { Laboratory } from '../../lab/estate/laboratory';
import { catchUp, perform } from '../../lab/estate/perform';
import { estateTime } from '../../lab/estate/time';
import { networkChanged } from '../../lab/model/lifecycle';
import { succeeded } from '../../lab/model/outcome';
import { attemptEventIds, reportsOf, type ClientReport } from './client-report';

/** How often the clients look at their timers, in ms of the real clock. */
const lookMs = 200;

export interface KeepAlivePorts {
  /** Resolves when the clients are to end. */
  readonly interrupted: Promise<void>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** A text that changes when this computer's network does. */
  readonly networkState: () => string;
  /** Called for each attempt of a client, in order. */
  readonly onReport: (report: ClientReport) => void;
}

/**
 * Keeps clients alive until told to end, or until none of them is left: their retries and renewals happen when the
 * estate's clock reaches them, and a change of this computer's network lets those that wait for one try at once
 * (K3.9). Attempts that another process plays (`lab clock advance`) are reported, too.
 */
export async function keepAlive(
  laboratory: Laboratory,
  machines: readonly string[],
  ports: KeepAlivePorts,
): Promise<void> {
  const { store } = laboratory;
  const cursors = new Map(
    machines.map((name) => [name, store.read((reader) => endOfEvents(reader, name))] as const),
  );
  const end = { aborted: false };
  const ended = ports.interrupted.then(() => {
    end.aborted = true;
  });
  let network = ports.networkState();
  while (cursors.size > 0 && !isOver(end)) {
    const state = ports.networkState();
    if (state !== network) await tellOfNetwork(laboratory, [...cursors.keys()]);
    network = state;
    if (isDue(laboratory, cursors.keys()))
      await catchUp(laboratory, { signal: end, onProgress: () => ports.sleep(0) });
    for (const [name, cursor] of cursors) follow(laboratory, { name, cursor, cursors }, ports);
    await Promise.race([ended, ports.sleep(lookMs)]);
  }
}

function isOver(end: { readonly aborted: boolean }): boolean {
  return end.aborted;
}

/** Whether one of the machines is due: others of the estate are left to whoever keeps those. */
function isDue({ store, realNow }: Laboratory, names: Iterable<string>): boolean {
  return store.read((reader) => {
    const now = estateTime(reader.clock(), realNow());
    const due = reader.earliestDue();
    if (due === null || due > now) return false;
    return [...names].some((name) => (reader.machine(name)?.nextDue ?? Infinity) <= now);
  });
}

interface Followed {
  readonly name: string;
  readonly cursor: EventCursor;
  readonly cursors: Map<string, EventCursor>;
}

/** Reports what a machine's log has that it had not before; a machine that was removed is followed no more. */
function follow(
  { store, catalogue }: Laboratory,
  { name, cursor, cursors }: Followed,
  { onReport }: KeepAlivePorts,
): void {
  const machine = store.read((reader) => reader.machine(name)?.state ?? null);
  if (machine === null) {
    cursors.delete(name);
    return;
  }
  const page = queryEvents(store, name, { ids: attemptEventIds, since: null, after: cursor });
  cursors.set(name, page.cursor);
  for (const report of reportsOf(machine, page.entries, catalogue)) onReport(report);
}

async function tellOfNetwork(laboratory: Laboratory, names: readonly string[]): Promise<void> {
  for (const name of names) {
    try {
      await perform(laboratory, name, (machine, context) => succeeded(networkChanged(machine, context)));
    } catch (error) {
      if (!(error instanceof EstateError) || error.kind !== 'not-found') throw error;
    }
  }
}
