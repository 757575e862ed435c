import * as z from 'zod';
import type { Catalogue } from '../../licensing/catalogue/types';
import { schemaMistake } from '../../licensing/schema-mistake';
import { printableJson } from '../../transports/harmless-text';
import { nextDue } from '../clockwork/due';
import { archiveSchema, type Archive } from './archive-schema';
import { EstateError } from './errors';
import { requireEstate, type Laboratory } from './laboratory';
import type { EstateReader, EstateWriter, LogQuery, StoredMachine } from './store-port';
import { clockRange, estateTime } from './time';

/** An estate as one file. */
export interface ExportedEstate {
  /** JSON with an end of line. */
  readonly text: string;
  readonly machines: number;
}

const whole: LogQuery = { after: 0, since: null, limit: Number.MAX_SAFE_INTEGER };
const nothing: LogQuery = { ...whole, limit: 0 };

/**
 * The whole estate as one document: machines with their logs (unless they are to be left out), records, keys, accounts (hashes of their passwords), the
 * clock. A running clock goes on from its distance to the real one. The file of an estate that stands still is the
 * same whenever it is written.
 */
export function exportEstate(
  laboratory: Laboratory,
  { withoutLog = false }: { readonly withoutLog?: boolean } = {},
): ExportedEstate {
  const archive = laboratory.store.read((reader): Archive => {
    const { domain, seed, draws, createdAt, settings } = requireEstate(reader.estate());
    return {
      format: 'slmgr-estate',
      version: 1,
      exportedAt: estateTime(reader.clock(), laboratory.realNow()),
      estate: { domain, seed, draws, createdAt, settings },
      clock: reader.clock(),
      machines: reader
        .machines()
        .map((machine) => archivedMachine(reader, machine, withoutLog ? nothing : whole)),
      dnsRecords: [...reader.dnsRecords()],
      directories: reader
        .directoryDomains()
        .map((domain) => ({ domain, objects: [...reader.activationObjects(domain)] })),
      keys: [...reader.mintedKeys()],
      accounts: [...reader.accounts()],
    };
  });
  return { text: `${printableJson(archive)}\n`, machines: archive.machines.length };
}

function archivedMachine(
  reader: EstateReader,
  { id, state }: StoredMachine,
  log: LogQuery,
): Archive['machines'][number] {
  const { counts, clients } = reader.cacheRows(id);
  return {
    state,
    events: reader.events(id, log).map(({ entry }) => ({ ...entry, fields: [...entry.fields] })),
    requests: reader.requests(id, log).map(({ row }) => row),
    counts: [...counts],
    clients: [...clients],
  };
}

/**
 * Makes the estate that a file holds. Nothing changes where the file is refused.
 * @throws EstateError `invalid` with the place in the file; `exists` where there is an estate and `force` is not said
 */
export function importEstate(
  laboratory: Laboratory,
  text: string,
  options: { readonly force: boolean },
): { readonly machines: number } {
  const archive = parseArchive(text, laboratory.catalogue);
  checkTimes(archive, estateTime(archive.clock, laboratory.realNow()));
  return laboratory.store.write((writer) => {
    if (writer.estate()?.kind === 'lab' && !options.force) {
      throw new EstateError('exists', 'There is an estate already. Use --force to overwrite it.');
    }
    writer.clear();
    writer.putEstate({ kind: 'lab', ...archive.estate });
    writer.putClock(archive.clock);
    for (const machine of archive.machines) putMachine(writer, machine);
    for (const record of archive.dnsRecords) writer.putDnsRecord(record);
    for (const { domain, objects } of archive.directories) {
      for (const object of objects) writer.putActivationObject(domain, object);
    }
    for (const key of archive.keys) writer.putMintedKey(key);
    for (const account of archive.accounts) writer.putAccount(account);
    return { machines: archive.machines.length };
  });
}

function putMachine(writer: EstateWriter, machine: Archive['machines'][number]): void {
  const { state, events, requests, counts, clients } = machine;
  const id = writer.addMachine(state, nextDue(state));
  writer.appendEvents(id, events);
  writer.applyHostBatch(id, {
    requests,
    cache: [
      ...counts.map((each) => ({ kind: 'raise-threshold' as const, ...each })),
      ...clients.map((each) => ({ kind: 'remember' as const, ...each })),
    ],
    counters: [],
  });
}

function parseArchive(text: string, catalogue: Catalogue): Archive {
  const parsed = archiveSchema.safeParse(parseJson(text), { error: schemaMistake });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = z.core.toDotPath(issue?.path ?? []) || 'it';
    throw new EstateError(
      'invalid',
      `The file cannot be imported: ${place} ${issue?.message ?? 'is no estate'}.`,
    );
  }
  checkMachines(parsed.data, catalogue);
  return parsed.data;
}

/** Longest time that a machine may have been due, in ms: ten years, as for an estate that nobody looked at for so long. */
const longestOverdue = 10 * 366 * 86_400_000;

/** What would be played for hours, or for ever, at the next look at the estate. */
function checkTimes({ machines }: Archive, now: number): void {
  if (now < clockRange.least || now > clockRange.greatest) {
    throw new EstateError(
      'invalid',
      'The file cannot be imported: its clock is not in the years 2000 to 2199.',
    );
  }
  for (const { state } of machines) {
    const due = nextDue(state);
    if (due === null || now - due <= longestOverdue) continue;
    throw new EstateError(
      'invalid',
      `The file cannot be imported: ${state.name} has been due since ${new Date(due).toISOString()}, more than ten ` +
        "years before the estate's clock.",
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new EstateError('invalid', `The file cannot be imported: it is no JSON (${detail}).`);
  }
}

/** What a schema cannot see: names and products that stand twice, editions that the catalogue does not have. */
function checkMachines({ machines }: Archive, catalogue: Catalogue): void {
  const names = new Set<string>();
  const editions = new Set<string>(catalogue.editions.map(({ id }) => id));
  for (const { state } of machines) {
    const name = state.name.toLowerCase();
    if (names.has(name)) throw new EstateError('invalid', `The file names the machine ${state.name} twice.`);
    names.add(name);
    const ids = new Set(state.products.map(({ activationId }) => activationId));
    if (ids.size !== state.products.length)
      throw new EstateError('invalid', `${state.name} has one product, one activation ID, twice.`);
    const used = [...state.editions, ...state.products.map(({ edition }) => edition)];
    const unknown = used.find((edition) => !editions.has(edition));
    if (unknown === undefined) continue;
    throw new EstateError(
      'invalid',
      `${state.name} has a product that the catalogue does not know: ${unknown}.`,
    );
  }
}
