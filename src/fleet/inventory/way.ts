/**
 * How a machine of the inventory was reached last: never with a password. `lab`: it is a machine of the laboratory;
 * `file`: only a targets file says the way, as through a jump host.
 */
export interface MachineWay {
  readonly via: 'lab' | 'ssh' | 'winrm' | 'winrms' | 'file';
  /** Host name or IP address; null where `via` needs none. */
  readonly address: string | null;
  /** Who signed in, where somebody was said. */
  readonly user: string | null;
  /** Null for what is usual, or what OpenSSH's configuration says. */
  readonly port: number | null;
}

/** A machine of the inventory as a target of commands. */
export interface InventoryTarget {
  readonly name: string;
  /** Null where it was never reached, or before ways were kept. */
  readonly way: MachineWay | null;
  /** Whether it ever answered. */
  readonly wasSeen: boolean;
  /** Its tag `site`. */
  readonly site: string | null;
}

/** A machine that is to be known from now on. */
export interface NamedWay {
  readonly name: string;
  /** Null where its name is all that is known. */
  readonly way: MachineWay | null;
}
