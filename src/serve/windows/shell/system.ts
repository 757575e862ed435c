import { type Buffer } from 'node:buffer';
import { type Deed } from '../../../lab/estate/perform';
import { type DnsRecord } from '../../../lab/estate/store-port';
import { type MachineState } from '../../../lab/model/state';

/** What DNS says of a name: its records, and those of the names that they point to. */
export type DnsReply =
  | { readonly kind: 'found'; readonly records: readonly DnsRecord[]; readonly more: readonly DnsRecord[] }
  | { readonly kind: 'no-name' | 'no-records' | 'no-server' };

/** A DNS server as the machine knows it. */
export interface DnsServer {
  readonly name: string;
  readonly address: string;
}

/** The machine as its own programs reach it, beside licensing, for who has signed in. */
export interface MachineSystem {
  /** The machine as it is now. */
  readonly state: () => MachineState;
  /** Whether who acts has an administrator's rights on it now. */
  readonly isAdministrator: () => boolean;
  /** Changes it, and lets happen what becomes due by that. */
  readonly change: (deed: Deed) => Promise<void>;
  /** The installation ID of Windows' product; null where it has no key. */
  readonly installationId: () => Promise<string | null>;
  readonly dns: {
    readonly server: DnsServer;
    /** Asks for the records of an absolute name; ANY for those of every type. */
    readonly lookUp: (name: string, type: DnsRecord['type'] | 'ANY') => Promise<DnsReply>;
  };
  /** A file by its name, seen from a folder; null where it cannot be read. */
  readonly readFile: (name: string, folder: string) => Buffer | null;
  /** Writes a file; false where it cannot be. */
  readonly writeFile: (name: string, folder: string, bytes: Buffer) => boolean;
}
