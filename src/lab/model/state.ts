import type { Channel, EditionId, GenerationId, HostGroupId } from '../../licensing/catalogue/types';

/**
 * What a simulated machine is: plain, JSON-serialisable, readonly data. Instants are epoch milliseconds of the
 * estate's true time (a machine's own clock is that plus its skew), lengths with "Minutes" in their name whole
 * minutes. The KMS host's counting cache, the request log, the event log and the Active Directory of the domain
 * are the estate's, not the machine's.
 */

declare const machineNameBrand: unique symbol;
declare const cmidBrand: unique symbol;
declare const activationIdBrand: unique symbol;

/** NetBIOS-like name of a machine, as typed at `lab add`; compared without case. */
export type MachineName = string & { readonly [machineNameBrand]: true };
/** Client machine ID: lower-case GUID, the identity that a KMS host counts (K2.1). */
export type Cmid = string & { readonly [cmidBrand]: true };
/** Activation ID (SKU) in lower case: SoftwareLicensingProduct.ID. */
export type ActivationId = string & { readonly [activationIdBrand]: true };

/** LicenseStatus by name; the code is {@link licenseStatusCode}. */
export type LicenseStatus =
  | 'unlicensed'
  | 'licensed'
  | 'oob-grace'
  | 'oot-grace'
  | 'non-genuine-grace'
  | 'notification'
  | 'extended-grace';

/** Values of SoftwareLicensingProduct.LicenseStatus (section 4 of kms-behaviour). */
export const licenseStatusCode = {
  unlicensed: 0,
  licensed: 1,
  'oob-grace': 2,
  'oot-grace': 3,
  'non-genuine-grace': 4,
  notification: 5,
  'extended-grace': 6,
} as const satisfies Record<LicenseStatus, number>;

/** What a licence was obtained by. */
export type ActivatedBy = 'kms' | 'ad' | 'token' | 'microsoft' | 'phone' | 'avma' | 'oem' | 'evaluation';

/**
 * Licence state of one product. `until` is when the state ends (end of a grace, of the 180 days, of an
 * evaluation); null where it lasts. `reason` is LicenseStatusReason, an HRESULT (0 none).
 */
export type License =
  | { readonly status: 'unlicensed' | 'notification'; readonly until: null; readonly reason: number }
  | {
      readonly status: 'licensed';
      readonly until: number | null;
      readonly reason: number;
      readonly by: ActivatedBy;
      readonly since: number;
    }
  | {
      readonly status: 'oob-grace' | 'oot-grace' | 'non-genuine-grace' | 'extended-grace';
      readonly until: number;
      readonly reason: number;
    };

/** A product key on a product. The text stays in the model; views show the last five characters. */
export interface InstalledKey {
  readonly text: string;
  readonly channel: Channel;
  /** ProductKeyID, the extended PID of this installation (K14.2, synthetic). */
  readonly pid: string;
  readonly installedAt: number;
}

/** A KMS host that answered (K6.4). `address` is what the name resolved to, where that is known. */
export interface DiscoveredHost {
  readonly name: string;
  readonly port: number;
  readonly address: string | null;
}

/** What a product remembers of KMS as a client. */
export interface KmsClientState {
  /** Cached host: last host that answered; DiscoveredKeyManagementService… */
  readonly discovered: DiscoveredHost | null;
  /** Extended PID of that host (CustomerPID, KeyManagementServiceProductKeyID). */
  readonly hostPid: string | null;
  /** Minutes, from the host's last answer (K3.8); null before the first. */
  readonly activationInterval: number | null;
  readonly renewalInterval: number | null;
}

/** Requests that a KMS host has answered, by the client's licence state (K13.2, K13.5); never reset (K13.4). */
export interface RequestCounters {
  readonly total: number;
  readonly failed: number;
  readonly unlicensed: number;
  readonly licensed: number;
  readonly oobGrace: number;
  readonly ootGrace: number;
  readonly nonGenuineGrace: number;
  readonly notification: number;
}

/** KMS host side of a product with a CSVLK: what the key may activate, and what was asked. */
export interface KmsHostState {
  readonly group: HostGroupId;
  readonly requests: RequestCounters;
}

/** Where an AD-based activation came from. */
export interface AdActivation {
  readonly objectName: string;
  readonly distinguishedName: string;
  readonly csvlkPid: string;
  readonly csvlkSkuId: string;
}

/** A token activation: the issuance licence and the certificate used. */
export interface TokenActivation {
  readonly ilid: string;
  readonly ilvid: number;
  readonly grantNumber: number;
  readonly thumbprint: string;
  readonly additionalInfo: string;
}

/** Automatic virtual machine activation by the hypervisor's host. */
export interface AvmaActivation {
  readonly hostName: string;
  readonly activatedAt: number;
  readonly hostPid: string;
}

/** The next thing the service does of itself for a product. */
export interface ProductTimer {
  readonly kind: 'activate' | 'renew';
  readonly at: number;
  /** After a failed renewal: a network change until then brings the next attempt at once (K3.9). */
  readonly watchUntil: number | null;
}

/**
 * One product (SKU licence) that has a key or a state of its own: an instance of SoftwareLicensingProduct. The
 * machine's other licences (same edition, other channels, no key) follow from the catalogue.
 */
export interface ProductState {
  readonly activationId: ActivationId;
  readonly edition: EditionId;
  readonly channel: Channel;
  readonly addedAt: number;
  readonly key: InstalledKey | null;
  readonly license: License;
  /** End of this product's first grace, which a key installed again does not start anew; null: none ran. */
  readonly graceEndsAt: number | null;
  /** RemainingSkuReArmCount; -1 where the product has none. */
  readonly skuRearmsLeft: number;
  /** Hardware that the activation is bound to (K4.5); null while not activated. */
  readonly boundHardware: number | null;
  readonly kmsClient: KmsClientState;
  readonly kmsHost: KmsHostState | null;
  /** VLActivationType: what last activated it (0 none, 1 AD, 2 KMS, 3 token). */
  readonly activationType: 0 | 1 | 2 | 3;
  readonly ad: AdActivation | null;
  readonly token: TokenActivation | null;
  readonly avma: AvmaActivation | null;
  readonly evaluationEndsAt: number | null;
  readonly timer: ProductTimer | null;
  /** Office after /rearm-app: the grace stands still (minutes left) until an Office program runs (K5.10). */
  readonly pausedGraceMinutes: number | null;
}

/** Registry data below {@link MachineState.registry}; the truth behind settings (K8). */
export type RegistryValue =
  | { readonly type: 'SZ'; readonly data: string }
  | { readonly type: 'DWORD'; readonly data: number }
  | { readonly type: 'MULTI_SZ'; readonly data: readonly string[] }
  | { readonly type: 'EXPAND_SZ'; readonly data: string }
  /** A whole number of 64 bits in decimal digits, which JSON's numbers do not hold. */
  | { readonly type: 'QWORD'; readonly data: string }
  /** Bytes in lower-case hexadecimal digits. */
  | { readonly type: 'BINARY'; readonly data: string };

/**
 * Values by "key path\value name". The path is relative to the licensing key: `KeyManagementServiceName`,
 * `<ApplicationID>\KeyManagementServiceName`, `<ApplicationID>\<ActivationID>\VLActivationType`,
 * `Activation\Manual`. Written in the value's own case; looked up without case (see ./registry).
 */
export type Registry = Readonly<Record<string, RegistryValue>>;

/**
 * Keys below HKEY_LOCAL_MACHINE beside the values of {@link Registry}: values by name ("" is a key's default value), by
 * the path of their key. A key of the licensing service's own that has no value is here as well.
 */
export type Hive = Readonly<Record<string, Registry>>;

/** KMS host settings as the service loaded them at its start: changed values wait for a restart. */
export interface LoadedHostSettings {
  readonly listeningPort: number;
  readonly activationInterval: number;
  readonly renewalInterval: number;
  readonly dnsPublishing: boolean;
  readonly lowPriority: boolean;
  /** DnsDomainPublishList lines as they stood (K7.5). */
  readonly publishList: readonly string[];
}

/** A token-activation issuance licence on the machine (SoftwareLicensingTokenActivationLicense). */
export interface TokenLicense {
  readonly id: string;
  readonly ilid: string;
  readonly ilvid: number;
  readonly expiresAt: number | null;
  readonly additionalInfo: string;
  /** HRESULT; 0 authorised. */
  readonly authorizationStatus: number;
  readonly description: string;
  /** Grants the licence gives: which certificates may activate. */
  readonly grants: readonly string[];
}

/** A certificate in the machine's store that token activation may use. */
export interface TokenCertificateState {
  readonly thumbprint: string;
  readonly subject: string;
  readonly issuer: string;
  readonly validFrom: number;
  readonly validTo: number;
  /** null: no PIN. */
  readonly pin: string | null;
}

/** Rearm counters of an application (RemainingAppReArmCount); Windows has its own on the service. */
export interface ApplicationState {
  readonly rearmsLeft: number;
  /** Office: the one more rearm that activation gives was given (K5.5). */
  readonly extraRearmGiven: boolean;
}

/** Work that waits for the restart that /rearm wants (K4.10, K5.7). */
export type PendingRearm =
  | { readonly scope: 'windows' | 'generalize' }
  | { readonly scope: 'application'; readonly applicationId: string }
  | { readonly scope: 'sku'; readonly activationId: ActivationId };

/** How the machine's resolver finds zones (K6.10). */
export interface DnsSuffixes {
  /** Primary DNS suffix of the computer; null: none. */
  readonly primary: string | null;
  /** DHCP option 15 domain, asked where a workgroup machine has no primary suffix. */
  readonly dhcp: string | null;
  readonly searchList: readonly string[];
}

/** BIOS SLIC table (K12.14). */
export type Slic = 'none' | 'marker' | 'no-marker';

/** A firewall that lets in what is named here and nothing else. */
export interface Firewall {
  /** TCP ports; that of the KMS exception is 1688. */
  readonly ports: readonly number[];
  /** The WMI exception: remote management by DCOM. */
  readonly wmi: boolean;
}

/** The subscription that grants the machine's edition (SubscriptionType, SubscriptionStatus of the service). */
export interface Subscription {
  readonly edition: string;
  /** 0 user, 1 device, 2 Azure. */
  readonly type: 0 | 1 | 2;
  /** 0 not active, 1 active, 100 disabled, 120 expired. */
  readonly status: 0 | 1 | 100 | 120;
  /** An active one is expired from then on; null: it lasts. */
  readonly endsAt: number | null;
}

/** Everything that one simulated machine is. */
export interface MachineState {
  readonly schema: 1;
  readonly name: MachineName;
  /** AD domain the machine is a member of; null for a workgroup. */
  readonly domain: string | null;
  readonly dns: DnsSuffixes;
  readonly virtual: boolean;
  /** Name of the lab machine whose hypervisor runs this one (AVMA); null: none. */
  readonly hypervisor: string | null;
  readonly generation: GenerationId;
  /** SoftwareLicensingService.Version, e.g. "6.1.7601.17514". */
  readonly version: string;
  readonly lcid: number;
  /** Whether commands on it run as an elevated administrator (K11.7, K12.13). */
  readonly elevated: boolean;
  readonly clockSkewMs: number;
  readonly slic: Slic;
  readonly running: boolean;
  /** How often it was started since it was added; absent: never. */
  readonly starts?: number | undefined;
  readonly addedAt: number;
  /** When the licensing service last started; null before the first start. */
  readonly startedAt: number | null;
  readonly restartWanted: boolean;
  readonly pendingRearm: PendingRearm | null;
  readonly cmid: Cmid;
  /** The CMID before the last rearm, sent with requests; null: none. */
  readonly previousCmid: Cmid | null;
  /** Changes with `lab hardware-change`. */
  readonly hardware: number;
  /** RemainingWindowsReArmCount. */
  readonly windowsRearmsLeft: number;
  /** Rearms that sysprep /generalize took since the last activation, which gives them back (K5.11). */
  readonly generalizeRearms: number;
  /** By application ID. */
  readonly applications: Readonly<Record<string, ApplicationState>>;
  /** Editions installed, Windows first: each has the catalogue's licences whether or not a key is on it. */
  readonly editions: readonly EditionId[];
  /** Products with a key or a state, in the order of installation. */
  readonly products: readonly ProductState[];
  /** Activation ID whose key text stands in the registry (/cpky removes it); null: none. */
  readonly keyInRegistry: ActivationId | null;
  readonly registry: Registry;
  readonly loadedHost: LoadedHostSettings;
  /** When the KMS host next renews its DNS records (K3.4, K7.2); null: it publishes nothing. */
  readonly publishAt: number | null;
  readonly tokenLicenses: readonly TokenLicense[];
  readonly certificates: readonly TokenCertificateState[];
  /** Whether the KMS updates for newer host keys are installed (K12.8). */
  readonly kmsUpdates: boolean;
  /** Whether the hypervisor offers Data Exchange to this guest (K15.4). */
  readonly dataExchange: boolean;
  /** Product key that the maker wrote into the firmware (OEM:DM); absent or null: none. */
  readonly firmwareKey?: string | null | undefined;
  /** When the licence monitor shuts down a machine whose evaluation is over; absent or null: it does not. */
  readonly shutdownAt?: number | null | undefined;
  /** Absent where no subscription grants the edition. */
  readonly subscription?: Subscription | null | undefined;
  /** True while the licensing service alone is stopped (`net stop`); absent or false: it runs with the machine. */
  readonly serviceStopped?: boolean | undefined;
  /** Null or absent: nothing is blocked. */
  readonly firewall?: Firewall | null | undefined;
  /** Absent where nothing was ever written there. */
  readonly hive?: Hive | undefined;
}
