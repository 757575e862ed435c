import { type Hresult } from '../../licensing/hresult';
import { type ActivationAnswer, type ActivationRequest, type LicenseStatusCode } from './messages';
import { type KmsClientEvent } from './client-events';

/** A KMS host by name (or address) and port, as a client keeps it. */
export interface HostAddress {
  readonly name: string;
  readonly port: number;
}

/** KeyManagementServiceName and -Port of one registry level (K8.1, K8.2); null where the value is not there. */
export interface RegisteredHost {
  readonly name: string | null;
  readonly port: number | null;
}

/** Where a client looks for SRV records (K6.8, K6.10). */
export interface DnsZoneFacts {
  /** `/skms-domain`: the one zone to ask in place of all others; null: not set. */
  readonly lookupDomain: string | null;
  readonly primarySuffix: string | null;
  /** AD domain of a member; null for a workgroup machine. */
  readonly adDomain: string | null;
  /** DHCP option 15, used by workgroup machines. */
  readonly dhcpDomain: string | null;
  readonly searchList: readonly string[];
}

/** What set the attempt off: /ato, the start of the service, a due timer, or a network change (K3.9). */
export type ActivationTrigger = 'by-hand' | 'service-start' | 'timer' | 'network-change';

/** All that one activation or renewal attempt of one product needs to know of its machine. */
export interface KmsClientFacts {
  readonly machineName: string;
  readonly clientMachineId: string;
  readonly previousClientMachineId: string | null;
  readonly isVirtualMachine: boolean;
  readonly activationId: string;
  readonly applicationId: string;
  readonly licenseStatus: LicenseStatusCode;
  readonly minutesRemaining: number;
  readonly requiredClientCount: number;
  /** True for Vista and Server 2008: SRV records at random (K6.12), 0x800706BA on screen (K12.5). */
  readonly isVistaEra: boolean;
  /** True: a SLIC table without a Windows marker (K12.14); the reply cannot be bound. */
  readonly oemMarkerMissing: boolean;
  readonly registered: {
    readonly product: RegisteredHost;
    readonly application: RegisteredHost;
    readonly global: RegisteredHost;
  };
  /** Last host that answered; null where there is none. Used only while caching is on (K6.4, K6.9). */
  readonly cachedHost: HostAddress | null;
  readonly hostCaching: boolean;
  readonly zones: DnsZoneFacts;
  readonly trigger: ActivationTrigger;
  /** Numbers from 0 (included) to 1 (not included), for SRV weights and Vista's choice. */
  readonly random: () => number;
}

/** One SRV record (RFC 2782). */
export interface SrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** Host name, without the last dot. */
  readonly target: string;
}

/** Asks DNS for `_vlmcs._tcp.<zone>`. */
export interface ResolveSrvRequest {
  readonly kind: 'resolve-srv';
  readonly zone: string;
}

/**
 * DNS said: records, or the error as Windows numbers it: 0x8007232B (no such name), 0x8007251D (no record of the
 * kind), 0x8007232A (server failure) … (K6.11).
 */
export interface ResolveSrvAnswer {
  readonly kind: 'resolve-srv';
  readonly result:
    | { readonly ok: true; readonly records: readonly SrvRecord[] }
    | { readonly ok: false; readonly hresult: Hresult };
}

/** Sends one request to one host. */
export interface ContactRequest {
  readonly kind: 'contact';
  readonly host: HostAddress;
  readonly request: ActivationRequest;
}

/** The host's answer, or why there was none (0x800706BA, RPC server unavailable). */
export interface ContactAnswer {
  readonly kind: 'contact';
  readonly result:
    | {
        readonly ok: true;
        readonly answer: ActivationAnswer;
        /** Address the name resolved to; null where that is not known. */
        readonly ipAddress: string | null;
        /** True where the client is its own host (no 0x8 in the status flags, K10.9). */
        readonly sameMachine: boolean;
      }
    | { readonly ok: false; readonly hresult: Hresult };
}

/** What the procedure yields, and what it is resumed with: an answer of the same kind. */
export type KmsClientRequest = ResolveSrvRequest | ContactRequest;
export type KmsClientAnswer = ResolveSrvAnswer | ContactAnswer;

/** What the client keeps of a host that served it (K3.8, K6.4). */
export interface ServedBy {
  readonly host: HostAddress;
  readonly ipAddress: string | null;
  /** True where the host was found by DNS or in the cache: to be cached while caching is on (K6.4). */
  readonly discovered: boolean;
  readonly extendedPid: string;
  readonly count: number;
  readonly activationIntervalMinutes: number;
  readonly renewalIntervalMinutes: number;
}

/**
 * End of an attempt. `activated`: bound for another 180 days; `not-bound`: a host answered but the client stays as
 * it is (count too low, 0xC004F038; OEM marker missing, 0xC004F035); `failed`: nobody served it. `shown` is what
 * /ato prints. `forgetCachedHost`: the cached host did not serve and no other took its place.
 */
export type KmsActivationOutcome =
  | {
      readonly kind: 'activated';
      readonly shown: Hresult;
      readonly servedBy: ServedBy;
      readonly events: readonly KmsClientEvent[];
    }
  | {
      readonly kind: 'not-bound';
      readonly shown: Hresult;
      readonly servedBy: ServedBy;
      readonly events: readonly KmsClientEvent[];
    }
  | {
      readonly kind: 'failed';
      readonly shown: Hresult;
      readonly forgetCachedHost: boolean;
      readonly events: readonly KmsClientEvent[];
    };

/** The procedure as its driver sees it. */
export type KmsActivation = Generator<KmsClientRequest, KmsActivationOutcome, KmsClientAnswer>;
