import type { MachineWay } from './way';

/** A product with a key, as a machine told of it. Times are seconds since 1970. */
export interface ProductObservation {
  readonly activationId: string;
  readonly applicationId: string;
  readonly name: string;
  readonly channel: string | null;
  /** The last five characters; nothing more of a key is ever kept. */
  readonly partialKey: string | null;
  /** LicenseStatus; -1 where the machine does not say. */
  readonly status: number;
  /** LicenseStatusReason, 0x and eight digits; null for none. */
  readonly reason: string | null;
  readonly expires: number | null;
  readonly isAddon: boolean;
  readonly kmsHost: string | null;
  readonly rearms: number | null;
  readonly hostCount: number | null;
}

/** What a machine told of itself at a time. */
export interface MachineReading {
  readonly outcome: 'read';
  readonly name: string;
  readonly at: number;
  readonly kind: string;
  readonly uuid: string | null;
  readonly cmid: string | null;
  readonly system: string | null;
  readonly build: string | null;
  readonly edition: string | null;
  /** The KMS host that is set, with its port where that is not the usual one. */
  readonly kmsSet: string | null;
  readonly rearms: number | null;
  readonly products: readonly ProductObservation[];
  /** How it was reached; absent where nobody said. */
  readonly way?: MachineWay;
}

/** That a machine could not be read, and why. */
export interface MachineFailure {
  readonly outcome: 'failed';
  readonly name: string;
  readonly at: number;
  readonly step: string | null;
  readonly hresult: string | null;
  readonly message: string;
  /** How it was tried; kept where it never answered. */
  readonly way?: MachineWay;
}

/** What came of looking at a machine. */
export type Observation = MachineReading | MachineFailure;
