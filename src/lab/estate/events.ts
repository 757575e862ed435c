import { requestProcessedFields } from '../../kms/engine/host-events';
import { eventSource, type EventEntry } from '../model/events';
import type { MachineState } from '../model/state';
import { requireMachine } from './names';
import type { EstateReader, EstateStore, NumberedRequest, StoredMachine } from './store-port';

/** Where a reader of a machine's logs stands: the last numbers of both that it has seen. */
export interface EventCursor {
  readonly event: number;
  readonly request: number;
}

export interface EventQuery {
  /** Only these event IDs; empty: all. */
  readonly ids: readonly number[];
  /** Only from this instant on; null: all that is kept. */
  readonly since: number | null;
  /** Only what came after; null: from the beginning. */
  readonly after: EventCursor | null;
}

export interface EventPage {
  /** By time; at one time the Application log before the requests; each log in the order of its writing. */
  readonly entries: readonly EventEntry[];
  /** Ask with it again to get what came later. */
  readonly cursor: EventCursor;
}

const requestEventId = 12290;

/**
 * A machine's event log. Its request log, where it is a KMS host, appears as the events 12290 that it is.
 * @throws EstateError `not-found` where there is no such machine
 */
export function queryEvents(store: EstateStore, name: string, query: EventQuery): EventPage {
  return store.read((reader) => pageOfEvents(reader, requireMachine(reader, name), query));
}

/** Like {@link queryEvents}, of a machine that was read: of each log the `newest` at most. */
export function pageOfEvents(
  reader: EstateReader,
  { id, state }: Pick<StoredMachine, 'id' | 'state'>,
  { since, ids, after: cursor, newest = Number.MAX_SAFE_INTEGER }: EventQuery & { readonly newest?: number },
): EventPage {
  const after = cursor ?? { event: 0, request: 0 };
  const events = reader.events(id, { after: after.event, since, limit: newest });
  const requests = wants(ids, requestEventId)
    ? reader.requests(id, { after: after.request, since, limit: newest })
    : [];
  const entries = [
    ...events.map(({ entry }) => entry),
    ...requests.map((request) => requestEvent(state, request)),
  ];
  return {
    entries: entries.filter((entry) => wants(ids, entry.id)).sort((a, b) => a.at - b.at),
    cursor: {
      event: Math.max(after.event, events.at(-1)?.number ?? 0),
      request: Math.max(after.request, requests.at(-1)?.number ?? 0),
    },
  };
}

/** The end of a machine's logs: following begins there. */
export function endOfEvents(reader: EstateReader, name: string): EventCursor {
  const { id } = requireMachine(reader, name);
  const last = { after: 0, since: null, limit: 1 };
  return {
    event: reader.events(id, last).at(-1)?.number ?? 0,
    request: reader.requests(id, last).at(-1)?.number ?? 0,
  };
}

function wants(ids: readonly number[], id: number): boolean {
  return ids.length === 0 || ids.includes(id);
}

function requestEvent(host: MachineState, { row }: NumberedRequest): EventEntry {
  return {
    id: requestEventId,
    log: 'Key Management Service',
    source: eventSource(host),
    level: row.hresult === 0 ? 'information' : 'error',
    at: row.at,
    fields: requestProcessedFields(row),
    message: 'An activation request has been processed.',
  };
}
