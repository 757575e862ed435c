/** Which DNS the estate publishes to and asks: its own zone in process, or a real server. */
export type DnsSetting =
  | { readonly kind: 'built-in' }
  | {
      readonly kind: 'server';
      readonly address: string;
      readonly port: number;
      /** TSIG key in BIND's own form; null: unsigned updates. The key itself stays in its file. */
      readonly keyFile: string | null;
    };

/** Settings of an estate. Where the sources conflict [C] or give no number [U], this is where one chooses. */
export interface EstateSettings {
  /** K3.11 [U]: how far a client's clock may be from the host's, in minutes. */
  readonly clockToleranceMinutes: number;
  /** K7.6 [C]: true: the host's own domain is published beside DnsDomainPublishList; false: the list replaces it. */
  readonly publishOwnDomainBesideList: boolean;
  /** K7.7 [C]: what the first words of DnsDomainPublishList's lines are: false: domains; true: hosts of the own domain. */
  readonly publishListNamesHosts: boolean;
  /** K7.4: true: the first host owns a domain's SRV records, others are refused; false: every host has the rights. */
  readonly firstHostOwnsRecords: boolean;
  /** K4.1 [C]: initial grace of Windows Server 2008, in days (sources say 60 and 30). */
  readonly server2008GraceDays: number;
  /** K5.11 [C]: whether an activation gives a rearm back after sysprep /generalize. */
  readonly activationGivesRearmBack: boolean;
  /** Entries that each machine's event log keeps. */
  readonly eventsKept: number;
  /** Rows that each KMS host's request log keeps. */
  readonly requestsKept: number;
  readonly dns: DnsSetting;
}

export const defaultSettings: EstateSettings = {
  clockToleranceMinutes: 240,
  publishOwnDomainBesideList: false,
  publishListNamesHosts: false,
  firstHostOwnsRecords: false,
  server2008GraceDays: 60,
  activationGivesRearmBack: true,
  eventsKept: 10_000,
  requestsKept: 1_000_000,
  dns: { kind: 'built-in' },
};
