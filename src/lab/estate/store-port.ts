import type {
  CacheChange,
  CounterIncrement,
  CountingCacheReader,
  RequestLogRow,
} from '../../kms/engine/host-records';
import type { HostGroupId } from '../../licensing/catalogue/types';
import type { CountingCacheRows } from '../../kms/engine/counting-cache';
import type { EventEntry } from '../model/events';
import type { LabKeyType } from '../model/keys';
import type { KeyUses } from '../model/microsoft';
import type { ForestObject } from '../model/outside';
import type { MachineState } from '../model/state';
import type { EstateSettings } from './settings';

/**
 * What the estate's use cases ask of a store. Everything is synchronous: a transaction never waits for anything
 * but the disk. Whoever must wait (for a network, for a daemon) reads, waits outside, and writes after reading anew.
 */

declare const machineIdBrand: unique symbol;

/** Row identity of a machine: a machine that is removed and added again is another one. */
export type MachineId = number & { readonly [machineIdBrand]: true };

/** The estate itself. `implicit`: only the local machine that was made at first use, which is no estate yet. */
export interface EstateRecord {
  readonly kind: 'implicit' | 'lab';
  /** DNS and AD domain of new machines; null: none. */
  readonly domain: string | null;
  readonly seed: number;
  /** How many numbers were drawn from the seed so far. */
  readonly draws: number;
  readonly createdAt: number;
  readonly settings: EstateSettings;
}

/** The estate's time: standing still, or the real clock plus a distance (ms, either sign). */
export type ClockRecord =
  { readonly mode: 'held'; readonly at: number } | { readonly mode: 'running'; readonly aheadByMs: number };

export interface StoredMachine {
  readonly id: MachineId;
  readonly state: MachineState;
  /** When the machine next does something of itself; null: never. */
  readonly nextDue: number | null;
}

/** An event log entry with its place in the machine's log: numbers rise, and none is used twice. */
export interface NumberedEvent {
  readonly number: number;
  readonly entry: EventEntry;
}

export interface NumberedRequest {
  readonly number: number;
  readonly row: RequestLogRow;
}

/** Which rows of a log: after a number (a cursor), from an instant on, at most so many of the newest. */
export interface LogQuery {
  readonly after: number;
  readonly since: number | null;
  readonly limit: number;
}

export type DnsRecordType = 'SRV' | 'A' | 'AAAA' | 'TXT' | 'CNAME';

/** A record of the estate's own zone. `data` is its presentation form ("0 0 1688 kms01.lab.example"). */
export interface DnsRecord {
  /** Absolute, lower case, without the last dot. */
  readonly name: string;
  readonly type: DnsRecordType;
  readonly ttl: number;
  readonly data: string;
}

/** A key of the lab that was minted or used here. */
export interface MintedKeyRecord {
  readonly text: string;
  readonly kind: LabKeyType;
  /** Friendly name of the edition that it was minted for; null where only the group is known. */
  readonly edition: string | null;
  readonly hostGroup: HostGroupId | null;
  readonly mintedAt: number;
  /** Activations the key allows on all machines together; null: the rule of its kind. */
  readonly pool: number | null;
  /** Activations by hardware identity. */
  readonly uses: KeyUses;
  readonly isBlocked: boolean;
}

/** Who may sign in to a served machine. */
export interface AccountRecord {
  readonly user: string;
  /** Null: on every machine of the estate. */
  readonly machine: string | null;
  readonly role: 'administrator' | 'standard';
  readonly passwordHash: string;
}

/** What a KMS host answered, to be on disk before the answers leave. */
export interface HostBatch {
  readonly requests: readonly RequestLogRow[];
  readonly cache: readonly CacheChange[];
  /** The cache with the changes in it, from a caller that keeps it: the store need not read it then. */
  readonly cacheAfter?: CountingCacheReader;
  readonly counters: readonly CounterIncrement[];
}

export interface EstateReader {
  /** Null before `lab init` and before the first use of the local machine. */
  estate(): EstateRecord | null;
  clock(): ClockRecord;
  machine(name: string): StoredMachine | null;
  machineId(name: string): MachineId | null;
  /** In the order in which they were added. */
  machines(): readonly StoredMachine[];
  machineNames(): readonly string[];
  /** The earliest {@link StoredMachine.nextDue}; null: nothing is due ever. */
  earliestDue(): number | null;
  /** Machines due at or before `until`, by time and by name at one time, so many at most. */
  dueMachines(until: number, limit: number): readonly StoredMachine[];
  events(machine: MachineId, query: LogQuery): readonly NumberedEvent[];
  requests(host: MachineId, query: LogQuery): readonly NumberedRequest[];
  cache(host: MachineId): CountingCacheReader;
  /** The whole counting cache, for a daemon that keeps it in memory and for an export. */
  cacheRows(host: MachineId): CountingCacheRows;
  dnsRecords(): readonly DnsRecord[];
  activationObjects(domain: string): readonly ForestObject[];
  /** Domains that have activation objects. */
  directoryDomains(): readonly string[];
  mintedKey(text: string): MintedKeyRecord | null;
  mintedKeys(): readonly MintedKeyRecord[];
  accounts(): readonly AccountRecord[];
  /**
   * Another number whenever another connection has changed the store: a process that keeps what it read looks here
   * whether it still holds. Its own changes do not count.
   */
  foreignVersion(): number;
}

export interface EstateWriter extends EstateReader {
  /** Removes everything: machines, logs, records, keys, accounts, and the estate itself. */
  clear(): void;
  putEstate(estate: EstateRecord): void;
  putClock(clock: ClockRecord): void;
  /** Adds a machine; its name must be free. */
  addMachine(state: MachineState, nextDue: number | null): MachineId;
  /** Writes a machine that was read in this same transaction. */
  putMachine(id: MachineId, state: MachineState, nextDue: number | null): void;
  removeMachine(id: MachineId): void;
  appendEvents(machine: MachineId, entries: readonly EventEntry[]): void;
  /** Log rows, changes of the counting cache and counters of one host. */
  applyHostBatch(host: MachineId, batch: HostBatch): void;
  putDnsRecord(record: DnsRecord): void;
  /** How many records went: all of the name and type, or the one with this data. */
  removeDnsRecords(which: Pick<DnsRecord, 'name' | 'type'> & { readonly data: string | null }): number;
  putActivationObject(domain: string, object: ForestObject): void;
  /** False where there was none. */
  removeActivationObject(domain: string, distinguishedName: string): boolean;
  putMintedKey(key: MintedKeyRecord): void;
  putAccount(account: AccountRecord): void;
  /** False where there was none. */
  removeAccount(user: string, machine: string | null): boolean;
}

export interface EstateStore {
  /** Reads one consistent picture, whatever other processes write meanwhile. */
  read<T>(work: (reader: EstateReader) => T): T;
  /** All or nothing, one writer at a time; on disk when it returns. */
  write<T>(work: (writer: EstateWriter) => T): T;
  close(): void;
}
