import type { Generated } from 'kysely';

/**
 * The tables of the inventory, the same in SQLite and PostgreSQL. Times are milliseconds since 1970 in UTC. No product
 * key and no password has a column: of a key only its last five characters.
 */
export interface FleetTables {
  readonly machine: MachineTable;
  readonly tag: TagTable;
  readonly product: ProductTable;
  readonly change: ChangeTable;
  readonly run: RunTable;
  readonly run_machine: RunMachineTable;
}

/** A machine as it was last seen. */
export interface MachineTable {
  readonly id: Generated<number>;
  name: string;
  /** The name in lower case, by which it is found. */
  name_key: string;
  /** The system's UUID (SMBIOS) in lower case, where the way gave it. */
  uuid: string | null;
  cmid: string | null;
  /** Windows, lab, snapshot …: which kind of machine answered. */
  kind: string | null;
  os_name: string | null;
  os_build: string | null;
  /** The KMS host that is set, and its port. */
  kms_host: string | null;
  kms_port: number | null;
  /** The host that was found by DNS. */
  kms_discovered: string | null;
  rearms_left: number | null;
  /** Of a machine that is a KMS host itself: its count. */
  host_count: number | null;
  first_seen: number;
  /** When it last answered; null where it never did. */
  last_seen: number | null;
  /** When somebody last tried. */
  last_tried: number;
  /** The last failure since it last answered. */
  failed_at: number | null;
  failed_step: string | null;
  failed_hresult: string | null;
  failed_text: string | null;
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
  /** Volume:GVLK, Volume:MAK, Retail, OEM:DM …; the words after the last comma of the description. */
  channel: string | null;
  partial_key: string | null;
  /** LicenseStatus 0 to 6. */
  status: number;
  /** LicenseStatusReason, 0x and eight digits. */
  reason: string | null;
  /** When the licence or the grace period ends; null where it does not. */
  expires_at: number | null;
  is_addon: number;
  /** The KMS host that it asks or asked last. */
  kms_host: string | null;
  rearms_left: number | null;
  first_seen: number;
  last_seen: number;
  /** When it was first missing; null while it is there. */
  gone_at: number | null;
}

/** One field that took another value. The first value of a field is a change from nothing. */
export interface ChangeTable {
  machine_id: number;
  /** 0 for fields of the machine itself. */
  product_id: number;
  field: string;
  at: number;
  run_id: number | null;
  /** As text; null where the field is empty from then on. */
  value: string | null;
}

/** A run over many machines. */
export interface RunTable {
  readonly id: Generated<number>;
  /** The line without passwords and keys. */
  line: string;
  started_at: number;
  /** Null while it runs, and for ever where it was killed. */
  ended_at: number | null;
  machines: number;
  /** How it ended: the status of the process. */
  status: number | null;
}

/** What a machine's turn in a run came to; a row appears when its turn begins. */
export interface RunMachineTable {
  run_id: number;
  position: number;
  machine: string;
  /** Null while it is under way. */
  outcome: string | null;
  verification: string | null;
  exit_code: number | null;
  hresult: string | null;
  step: string | null;
  attempts: number;
  begun_at: number | null;
  ended_at: number | null;
  /** The first sentence for people, where it is not good. */
  message: string | null;
}
