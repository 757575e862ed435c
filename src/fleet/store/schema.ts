import type { Generated } from 'kysely';

/**
 * The tables of the inventory, the same in SQLite and PostgreSQL. Times are seconds since 1970 in UTC. No product key
 * and no password has a column: of a key only its last five characters. Other programs read the views (views.ts).
 */
export interface FleetTables {
  readonly machine: MachineTable;
  readonly alias: AliasTable;
  readonly tag: TagTable;
  readonly product: ProductTable;
  readonly change: ChangeTable;
  readonly trend: TrendTable;
  readonly run: RunTable;
  readonly run_machine: RunMachineTable;
  readonly proxy: ProxyTable;
}

/** A machine as it was last seen. */
export interface MachineTable {
  readonly id: Generated<number>;
  name: string;
  /** The name in lower case, by which it is found. */
  name_key: string;
  /** The system's UUID (SMBIOS) in lower case, where the way gave it. */
  uuid: string | null;
  /** The licensing service's client machine ID in lower case. */
  cmid: string | null;
  /** windows, simulated, snapshot: which kind of machine answered. */
  kind: string | null;
  system: string | null;
  build: string | null;
  edition: string | null;
  /** The KMS host that is set on the machine, with its port. */
  kms_set: string | null;
  rearms: number | null;
  /** LicenseStatus of the product that is worst off; null where it never answered. */
  status: number | null;
  /** The first end of a licence or grace among its products. */
  expires: number | null;
  first_seen: number;
  /** When it last answered; null where it never did. */
  last_seen: number | null;
  last_tried: number;
  /** The last failure since it last answered. */
  failed_at: number | null;
  failed_step: string | null;
  failed_hresult: string | null;
  failed_text: string | null;
  /** How it was reached: lab, ssh, winrm, winrms, or file where only a targets file says it. */
  via: string | null;
  /** Host name or IP address. */
  address: string | null;
  /** Who signed in, where somebody was said. */
  login: string | null;
  port: number | null;
}

/** Another name under which a machine is reached, after a merge. */
export interface AliasTable {
  name_key: string;
  machine_id: number;
}

export interface TagTable {
  machine_id: number;
  key: string;
  value: string;
}

/** A product with a key on a machine, as it was last seen. */
export interface ProductTable {
  readonly id: Generated<number>;
  machine_id: number;
  activation_id: string;
  application_id: string;
  name: string;
  /** ProductKeyChannel (Volume:GVLK, Retail …), else what the description says. */
  channel: string | null;
  partial_key: string | null;
  /** LicenseStatus 0 to 6; -1 where the machine does not say. */
  status: number;
  /** LicenseStatusReason, 0x and eight digits; null for none. */
  reason: string | null;
  /** When the licence or the grace period ends; null where it does not. */
  expires: number | null;
  /** 1 for an add-on, 0 for none. */
  addon: number;
  /** The KMS host that it asks or asked last. */
  kms_host: string | null;
  rearms: number | null;
  /** Of a KMS host: its count. Null for others. */
  host_count: number | null;
  first_seen: number;
  /** When it was first missing; null while it is there. */
  gone_at: number | null;
}

/** One field that took another value. The first value of a field is a change from nothing. */
export interface ChangeTable {
  machine_id: number;
  /** 0 for fields of the machine itself. */
  product_id: number;
  /** A number of `fieldCodes`. */
  field: number;
  at: number;
  /** Null where the field is empty from then on. Numbers stay numbers in SQLite, where they take less room. */
  value: string | number | bigint | null;
}

/** What the inventory counted after a scan or a run: the report's trend. */
export interface TrendTable {
  at: number;
  machines: number;
  licensed: number;
  not_reached: number;
  expiring30: number;
  expiring90: number;
}

/** A run over many machines. Its times are milliseconds since 1970. */
export interface RunTable {
  readonly number: Generated<number>;
  run_id: string;
  verb: string;
  /** The line for people, without secrets. */
  line: string;
  /** 1 where it may have changed machines, else 0. */
  changes: number;
  /** Who began it, and where: USER@HOST. */
  who: string;
  started_at: number;
  /** Null where it was cut short. */
  ended_at: number | null;
  exit_code: number | null;
}

/** What a machine came to in a run. */
export interface RunMachineTable {
  run_number: number;
  /** Its place in the run. */
  place: number;
  machine: string;
  outcome: string;
  verification: string | null;
  exit_code: number | null;
  hresult: string | null;
  step: string | null;
  seconds: number | null;
  attempts: number | null;
}

/** A product that waits or waited for a confirmation ID, under the id that stands for it in files. */
export interface ProxyTable {
  id: string;
  machine_id: number;
  activation_id: string;
  installation_id: string;
  partial_key: string;
  collected_at: number;
  confirmation_id: string | null;
  /** When the machine was first seen activated with it; null before. */
  applied_at: number | null;
}
