import type { Edition, HostGroupId } from '../../licensing/catalogue/types';
import type { ClientChannel, MachineRules } from './machine-rules';

/**
 * A scenario made ready for the engine: names are numbers, instants whole minutes from the start, and everything that
 * happens at a date is an action.
 */
export interface Plan {
  /** Epoch milliseconds, a whole minute. */
  readonly start: number;
  /** Length in minutes. */
  readonly minutes: number;
  readonly seed: number;
  readonly hosts: readonly PlannedHost[];
  readonly sites: readonly PlannedSite[];
  readonly groups: readonly PlannedGroup[];
  readonly pools: readonly PlannedPool[];
  /** In order of time. */
  readonly actions: readonly Action[];
  /** Machines that ever are. */
  readonly machines: number;
}

/** A KMS host as it begins. */
export interface PlannedHost {
  readonly name: string;
  readonly edition: Edition;
  /** Group of the host key. */
  readonly keyGroup: HostGroupId;
  /** KMS of the Vista and Server 2008 era: virtual machines do not count (K1.7). */
  readonly countsPhysicalOnly: boolean;
  readonly isUp: boolean;
  readonly isActivated: boolean;
  readonly activationInterval: number;
  readonly renewalInterval: number;
}

/** An SRV record that a site's clients find. */
export interface HostRecord {
  readonly host: number;
  readonly priority: number;
  readonly weight: number;
}

export interface PlannedSite {
  readonly name: string;
  /** In the order of DNS's answer. */
  readonly records: readonly HostRecord[];
  /** Group of the key of the domain's activation object (K15.1); null: no AD-based activation. */
  readonly directory: HostGroupId | null;
}

/** When a machine is on, and may reach a host. Minutes; phases and jitter are drawn for each machine. */
export type OnlinePattern =
  | { readonly kind: 'always' }
  /** On working days from `from` to `to` minutes of the day, arriving up to `jitter` minutes later. */
  | {
      readonly kind: 'office';
      readonly from: number;
      readonly to: number;
      readonly jitter: number;
      /** Minutes from the site's midnight of the Monday before the start to the start. */
      readonly weekOffset: number;
    }
  /** On for `stay` minutes every `every` minutes, up to `jitter` minutes later. */
  | { readonly kind: 'visits'; readonly every: number; readonly stay: number; readonly jitter: number };

/** Clients of one kind. Their machines have consecutive numbers. */
export interface PlannedGroup {
  /** Place in the scenario: "hq, clients 1 (Windows 7 Enterprise)". */
  readonly name: string;
  readonly site: number;
  readonly edition: Edition;
  readonly first: number;
  /** Machines that ever are in it. */
  readonly count: number;
  /** Of these, how many there are at the start. */
  readonly atStart: number;
  readonly isVirtual: boolean;
  readonly isVistaEra: boolean;
  readonly channel: ClientChannel;
  /** Volume clients: AD first and then KMS (0), AD alone (1), KMS alone (2): VLActivationType (K8.10). */
  readonly activationType: 0 | 1 | 2;
  /** MAK pool; null: another channel. */
  readonly pool: number | null;
  /** The one host of `/skms`; null: found in DNS. */
  readonly registeredHost: number | null;
  readonly hostCaching: boolean;
  /** The client's own intervals, until a host has spoken (K3.8). */
  readonly activationInterval: number;
  readonly renewalInterval: number;
  readonly online: OnlinePattern;
  /** All machines have one CMID, until a rearm gives each its own (K2.6, K2.7). */
  readonly isCloned: boolean;
  /** Installed anew every so many minutes; null: never. */
  readonly reinstallEvery: number | null;
  /** Rearmed once, so many minutes after installation, or again and again; null: never. */
  readonly rearm: { readonly after: number; readonly again: boolean } | null;
  readonly rules: MachineRules;
}

export interface PlannedPool {
  readonly name: string;
  readonly size: number;
}

/** What happens at a minute, before machines act in it. */
export type Action =
  | {
      readonly kind: 'add' | 'remove';
      readonly at: number;
      /** Numbers of the machines, of one group: from `from` on, so many. */
      readonly from: number;
      readonly count: number;
    }
  | {
      readonly kind: 'host';
      readonly at: number;
      readonly host: number;
      readonly set: Partial<
        Pick<PlannedHost, 'isUp' | 'isActivated' | 'activationInterval' | 'renewalInterval'>
      >;
    }
  | {
      readonly kind: 'records';
      readonly at: number;
      readonly site: number;
      readonly records: readonly HostRecord[];
    }
  | {
      readonly kind: 'directory';
      readonly at: number;
      readonly site: number;
      readonly directory: HostGroupId | null;
    }
  | { readonly kind: 'pool'; readonly at: number; readonly pool: number; readonly size: number };
