import type { EstateReader, EstateStore, EstateWriter } from '../estate/store-port';
import { defaultSettings } from '../estate/settings';
import { DamagedRow } from './columns';
import { countingTable } from './counting-table';
import type { SqlDatabase, SqlDriver } from './driver';
import { eventTable, requestTable } from './log-tables';
import { machineTable } from './machine-table';
import { accountTable, directoryTable, dnsTable, estateTable, keyTable } from './record-tables';
import { storeErrorOf } from './store-error';
import { inTransaction } from './transactions';

/** The estate store over an open, migrated database. Driver failures come out as StoreError. */
export function sqliteStore(driver: SqlDriver, database: SqlDatabase, path: string): EstateStore {
  const writer = writerOver(database);
  const run = <T>(kind: 'DEFERRED' | 'IMMEDIATE', work: () => T): T => {
    try {
      return inTransaction(database, kind, work);
    } catch (error) {
      const failure = error instanceof DamagedRow ? 'corrupt' : driver.failureOf(error);
      throw failure === null
        ? error
        : storeErrorOf(failure, path, error, kind === 'DEFERRED' ? 'read' : 'change');
    }
  };
  return {
    read: (work) => run('DEFERRED', () => work(writer)),
    write: (work) => run('IMMEDIATE', () => work(writer)),
    close: () => {
      database.close();
    },
  };
}

const everything = [
  'machine',
  'event',
  'kms_request',
  'kms_count',
  'kms_counter',
  'dns_record',
  'directory_object',
  'minted_key',
  'account',
  'clock',
  'estate',
];

function writerOver(database: SqlDatabase): EstateWriter {
  const estate = estateTable(database);
  const machine = machineTable(database);
  const event = eventTable(database);
  const request = requestTable(database);
  const counting = countingTable(database);
  const dns = dnsTable(database);
  const directory = directoryTable(database);
  const key = keyTable(database);
  const account = accountTable(database);
  const settings = (): typeof defaultSettings => estate.get()?.settings ?? defaultSettings;
  const reader: EstateReader = {
    estate: estate.get,
    clock: estate.clock,
    machine: machine.byName,
    machineId: machine.idOf,
    machines: machine.all,
    machineNames: machine.names,
    earliestDue: machine.earliestDue,
    dueMachines: machine.due,
    events: event.query,
    requests: request.query,
    cache: counting.reader,
    cacheRows: counting.rows,
    dnsRecords: dns.all,
    activationObjects: directory.ofDomain,
    directoryDomains: directory.domains,
    mintedKey: key.get,
    mintedKeys: key.all,
    accounts: account.all,
    foreignVersion: () => Number(database.prepare('PRAGMA data_version').get()?.['data_version'] ?? 0),
  };
  return {
    ...reader,
    clear: () => {
      for (const table of everything) database.prepare(`DELETE FROM ${table}`).run();
    },
    putEstate: estate.put,
    putClock: estate.putClock,
    addMachine: machine.add,
    putMachine: machine.put,
    removeMachine: machine.remove,
    appendEvents: (id, entries) => {
      event.append(id, entries, settings().eventsKept);
    },
    applyHostBatch: (host, batch) => {
      request.append(host, batch.requests, settings().requestsKept);
      counting.apply(host, batch.cache, batch.cacheAfter);
      counting.count(host, batch.counters);
    },
    putDnsRecord: dns.put,
    removeDnsRecords: dns.remove,
    putActivationObject: directory.put,
    removeActivationObject: directory.remove,
    putMintedKey: key.put,
    putAccount: account.put,
    removeAccount: account.remove,
  };
}
