import type { RequestLogRow } from '../../kms/engine/host-records';
import type { LicenseStatusCode } from '../../kms/engine/messages';
import { hresult } from '../../licensing/hresult';
import type { LogQuery, MachineId, NumberedEvent, NumberedRequest } from '../estate/store-port';
import type { EventEntry } from '../model/events';
import { json, number, text } from './columns';
import type { SqlDatabase, SqlRow } from './driver';

/** Event logs: bounded for each machine, numbered without gaps in the order of writing. */
export function eventTable(database: SqlDatabase): {
  readonly append: (machine: MachineId, entries: readonly EventEntry[], kept: number) => void;
  readonly query: (machine: MachineId, query: LogQuery) => readonly NumberedEvent[];
} {
  return {
    append: (machine, entries, kept) => {
      if (entries.length === 0) return;
      let last = lastNumber(database, 'SELECT max(number) AS last FROM event WHERE machine = ?', machine);
      const insert = database.prepare(
        'INSERT INTO event (machine, number, at, event_id, entry) VALUES (?, ?, ?, ?, ?)',
      );
      for (const entry of entries) {
        last += 1;
        insert.run(machine, last, entry.at, entry.id, JSON.stringify(entry));
      }
      database.prepare('DELETE FROM event WHERE machine = ? AND number <= ?').run(machine, last - kept);
    },
    query: (machine, { after, since, limit }) =>
      database
        .prepare(
          'SELECT number, entry FROM event WHERE machine = ? AND number > ? AND at >= ? ORDER BY number DESC LIMIT ?',
        )
        .all(machine, after, since ?? Number.MIN_SAFE_INTEGER, limit)
        .map((row) => ({ number: number(row, 'number'), entry: json(row, 'entry') as EventEntry }))
        .reverse(),
  };
}

const requestColumns =
  'host, number, at, hresult, required_count, machine_name, cmid, client_time, is_virtual, license_status, ' +
  'minutes_remaining, activation_id';

/** Request logs of KMS hosts, which are their events 12290: bounded for each host. */
export function requestTable(database: SqlDatabase): {
  readonly append: (host: MachineId, rows: readonly RequestLogRow[], kept: number) => void;
  readonly query: (host: MachineId, query: LogQuery) => readonly NumberedRequest[];
} {
  return {
    append: (host, rows, kept) => {
      if (rows.length === 0) return;
      let last = lastNumber(database, 'SELECT max(number) AS last FROM kms_request WHERE host = ?', host);
      const insert = database.prepare(
        `INSERT INTO kms_request (${requestColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      );
      for (const row of rows) {
        last += 1;
        insert.run(host, last, ...requestValues(row));
      }
      if (last > kept) {
        database.prepare('DELETE FROM kms_request WHERE host = ? AND number <= ?').run(host, last - kept);
      }
    },
    query: (host, { after, since, limit }) =>
      database
        .prepare(
          `SELECT ${requestColumns} FROM kms_request WHERE host = ? AND number > ? AND at >= ? ` +
            'ORDER BY number DESC LIMIT ?',
        )
        .all(host, after, since ?? Number.MIN_SAFE_INTEGER, limit)
        .map((row) => ({ number: number(row, 'number'), row: requestOf(row) }))
        .reverse(),
  };
}

function lastNumber(database: SqlDatabase, sql: string, machine: MachineId): number {
  return Number(database.prepare(sql).get(machine)?.['last'] ?? 0);
}

function requestValues(row: RequestLogRow): readonly (string | number)[] {
  return [
    row.at,
    row.hresult,
    row.requiredClientCount,
    row.machineName,
    row.clientMachineId,
    row.clientTime,
    row.isVirtualMachine ? 1 : 0,
    row.licenseStatus,
    row.minutesRemaining,
    row.activationId,
  ];
}

function requestOf(row: SqlRow): RequestLogRow {
  return {
    at: number(row, 'at'),
    hresult: hresult(number(row, 'hresult')),
    requiredClientCount: number(row, 'required_count'),
    machineName: text(row, 'machine_name'),
    clientMachineId: text(row, 'cmid'),
    clientTime: number(row, 'client_time'),
    isVirtualMachine: number(row, 'is_virtual') === 1,
    licenseStatus: number(row, 'license_status') as LicenseStatusCode,
    minutesRemaining: number(row, 'minutes_remaining'),
    activationId: text(row, 'activation_id'),
  };
}
