import { licenseStatuses } from '../../licensing/license-status';
import type { Engine } from './engine';

const time = {
  sqlite: (column: string) => `strftime('%Y-%m-%dT%H:%M:%SZ', ${column}, 'unixepoch')`,
  postgres: (column: string) =>
    `to_char(to_timestamp(${column}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`,
} as const;

const statusName = (column: string): string =>
  `CASE ${column} ${Object.entries(licenseStatuses)
    .map(([code, { name }]) => `WHEN ${code} THEN '${name}'`)
    .join(' ')} WHEN -1 THEN 'Unknown' END`;

/**
 * The views for other programs; names and columns are kept (docs/fleet-schema.md). Times are ISO 8601 in UTC.
 */
export function viewStatements(engine: Engine): readonly string[] {
  const iso = time[engine];
  return [
    `CREATE VIEW fleet_machines AS SELECT id, name, ${statusName('status')} AS status, ${iso('expires')} AS expires_at,
      CASE WHEN last_seen IS NOT NULL AND failed_at IS NULL THEN 1 ELSE 0 END AS reached,
      kind, system, build, edition, uuid, cmid AS client_machine_id, kms_set, rearms,
      ${iso('first_seen')} AS first_seen, ${iso('last_seen')} AS last_seen, ${iso('last_tried')} AS last_tried,
      ${iso('failed_at')} AS failed_at, failed_step, failed_hresult, failed_text
      FROM machine`,
    `CREATE VIEW fleet_products AS SELECT machine.name AS machine, product.name AS product, activation_id,
      application_id, channel, partial_key, ${statusName('product.status')} AS status, reason,
      ${iso('product.expires')} AS expires_at, addon, kms_host, product.rearms, host_count,
      ${iso('product.first_seen')} AS first_seen
      FROM product JOIN machine ON machine.id = product.machine_id WHERE product.gone_at IS NULL`,
    `CREATE VIEW fleet_history AS SELECT ${iso('change.at')} AS at, machine.name AS machine, product.name AS product,
      field.name AS field,
      CASE WHEN field.name = 'expires' THEN ${iso(engine === 'sqlite' ? 'change.value' : 'change.value::bigint')}
        ELSE CAST(change.value AS TEXT) END AS value
      FROM change JOIN machine ON machine.id = change.machine_id JOIN field ON field.id = change.field
      LEFT JOIN product ON product.id = change.product_id`,
    `CREATE VIEW fleet_tags AS SELECT machine.name AS machine, tag.key, tag.value
      FROM tag JOIN machine ON machine.id = tag.machine_id`,
    `CREATE VIEW fleet_trend AS SELECT ${iso('at')} AS at, machines, licensed, not_reached, expiring30, expiring90 FROM trend`,
  ];
}

/** The view of machines with the way to each, from the second schema on: its columns are those of before, and more. */
export function machineViewWithWay(engine: Engine): readonly string[] {
  const iso = time[engine];
  return [
    'DROP VIEW fleet_machines',
    `CREATE VIEW fleet_machines AS SELECT id, name, ${statusName('status')} AS status, ${iso('expires')} AS expires_at,
      CASE WHEN last_seen IS NOT NULL AND failed_at IS NULL THEN 1 ELSE 0 END AS reached,
      kind, system, build, edition, uuid, cmid AS client_machine_id, kms_set, rearms,
      ${iso('first_seen')} AS first_seen, ${iso('last_seen')} AS last_seen, ${iso('last_tried')} AS last_tried,
      ${iso('failed_at')} AS failed_at, failed_step, failed_hresult, failed_text,
      via, address, login, port
      FROM machine`,
  ];
}

/** The views of runs, from the second schema on. */
export function runViews(engine: Engine): readonly string[] {
  const iso = (column: string): string => time[engine](`${column} / 1000`);
  return [
    `CREATE VIEW fleet_runs AS SELECT run_id AS run, verb, line, who, changes, ${iso('started_at')} AS started_at,
      ${iso('ended_at')} AS ended_at, exit_code FROM run`,
    `CREATE VIEW fleet_run_machines AS SELECT run.run_id AS run, run_machine.machine, run_machine.outcome,
      run_machine.verification, run_machine.exit_code, run_machine.hresult, run_machine.step, run_machine.seconds,
      run_machine.attempts FROM run_machine JOIN run ON run.number = run_machine.run_number`,
  ];
}
