import { formatHresult, type Hresult } from '../../licensing/hresult';
import { type LicenseStatusCode } from './messages';

/** Bits of the status flags in events 12288 and 12289 (K10.9). */
export const statusFlag = {
  /** Another computer is the host. */
  otherHost: 0x8,
  /** The host has no binding service registration. */
  noBindingService: 0x01000000,
  badRegistrationType: 0x02000000,
  countNotEnough: 0x04000000,
  oemMarkerMissing: 0x08000000,
} as const;

/** 12288: a request was sent (K10.1). `hresult` is what became of it. */
export interface RequestSentEvent {
  readonly id: 12288;
  readonly hresult: Hresult;
  readonly flags: number;
  /** host:port as the client addressed it. */
  readonly host: string;
  readonly clientMachineId: string;
  readonly clientTime: number;
  readonly isVirtualMachine: boolean;
  readonly licenseStatus: LicenseStatusCode;
  readonly minutesToExpiration: number;
  readonly activationId: string;
  readonly requiredClientCount: number;
}

/** 12289: a reply was processed (K10.2). */
interface ReplyProcessedEvent {
  readonly id: 12289;
  readonly hresult: Hresult;
  readonly flags: number;
  readonly bound: boolean;
  readonly count: number;
  readonly activationIntervalMinutes: number;
  readonly renewalIntervalMinutes: number;
  readonly clientTime: number;
}

/** 8198: an automatic activation failed (K10.12). */
export interface ActivationTaskFailedEvent {
  readonly id: 8198;
  readonly hresult: Hresult;
  readonly arguments: string;
}

export type KmsClientEvent = RequestSentEvent | ReplyProcessedEvent | ActivationTaskFailedEvent;

const earliestTime = Date.UTC(1601, 0, 1);
const latestTime = Date.UTC(9999, 11, 31, 23, 59);

/** An instant as licensing events print it: `2026/01/05 08:00`, UTC. What a client claims beyond 1601 to 9999 is cut. */
export function eventTime(at: number): string {
  const iso = new Date(Math.min(Math.max(at, earliestTime), latestTime)).toISOString();
  return `${iso.slice(0, 4)}/${iso.slice(5, 7)}/${iso.slice(8, 10)} ${iso.slice(11, 16)}`;
}

/** `0x0` for success, else eight digits, as the printed samples have it (K10.10). */
export function eventHresult(code: Hresult): string {
  return code === 0 ? '0x0' : formatHresult(code);
}

function hex(flags: number): string {
  return `0x${flags.toString(16)}`;
}

function bit(value: boolean): string {
  return value ? '1' : '0';
}

/** The insertion strings of an event in Windows' order (K10.1, K10.2, K10.12). */
export function clientEventFields(event: KmsClientEvent): readonly string[] {
  switch (event.id) {
    case 12288:
      return [
        eventHresult(event.hresult),
        hex(event.flags),
        event.host,
        event.clientMachineId,
        eventTime(event.clientTime),
        bit(event.isVirtualMachine),
        String(event.licenseStatus),
        String(event.minutesToExpiration),
        event.activationId,
        String(event.requiredClientCount),
      ];
    case 12289:
      return [
        eventHresult(event.hresult),
        hex(event.flags),
        bit(event.bound),
        '0',
        String(event.count),
        String(event.activationIntervalMinutes),
        String(event.renewalIntervalMinutes),
        eventTime(event.clientTime),
      ];
    case 8198:
      return [formatHresult(event.hresult), event.arguments];
  }
}
