import { type Hresult } from '../../licensing/hresult';

/**
 * What a KMS client asks and a KMS host answers: the facts that the published pages name, in our own plain shape.
 * GUIDs are lower-case text of 36 characters, instants epoch milliseconds (UTC), lengths whole minutes.
 */

/** Values of LicenseStatus (section 4 of kms-behaviour). */
export type LicenseStatusCode = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** Range of the activation interval and of the renewal interval in minutes (K3.2, K3.3). */
export const intervalRange = { least: 15, greatest: 43_200 } as const;

/** Whether a number may be an activation or renewal interval: whole minutes, 15 to 43200. */
export function isInterval(minutes: number): boolean {
  return Number.isInteger(minutes) && minutes >= intervalRange.least && minutes <= intervalRange.greatest;
}

/** Longest machine name that a request carries, in UTF-16 units. */
export const maximumMachineNameLength = 63;

/** One activation or renewal request of a KMS client. */
export interface ActivationRequest {
  /** CMID: the identity that the host counts (K2.1). */
  readonly clientMachineId: string;
  /** CMID before the last rearm (K2.7); null where there was none. */
  readonly previousClientMachineId: string | null;
  /** At most {@link maximumMachineNameLength} UTF-16 units. */
  readonly machineName: string;
  readonly licenseStatus: LicenseStatusCode;
  /** Minutes until the present licence state ends; 0 where it has no end. Unsigned 32 bits. */
  readonly minutesRemaining: number;
  /** Activation ID (SKU) that asks. */
  readonly activationId: string;
  readonly applicationId: string;
  /** N-policy: the count that this client waits for (K1.2). Unsigned 32 bits. */
  readonly requiredClientCount: number;
  readonly isVirtualMachine: boolean;
  /** The client's own clock; the host compares it with its own (K3.11). */
  readonly clientTime: number;
}

/** A host that serves the product: the count and what the client should remember (K1.2, K1.3, K3.8). */
export interface CountAnswer {
  readonly kind: 'count';
  /** Current count, the asking machine included. */
  readonly count: number;
  readonly activationIntervalMinutes: number;
  readonly renewalIntervalMinutes: number;
  /** Extended PID of the host. */
  readonly hostExtendedPid: string;
  readonly hostTime: number;
}

/** A host that cannot serve the request, with its reason (K12.7 to K12.10). */
interface RefusalAnswer {
  readonly kind: 'refusal';
  readonly hresult: Hresult;
}

/** What comes back over the wire or in process. */
export type ActivationAnswer = CountAnswer | RefusalAnswer;
