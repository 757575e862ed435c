import { clientEventFields, type KmsClientEvent } from '../../kms/engine/client-events';
import { formatHresult, hresult, type Hresult } from '../../licensing/hresult';
import { isVistaEra } from './machine';
import { type MachineState } from './state';

/**
 * Event log entries of the licensing service as data (section 10 of kms-behaviour): ID, log, level and the fields
 * in the order in which Windows writes them.
 */

/** The logs that licensing events go to; 12290 alone is in the host's own log. */
export type EventLog = 'Application' | 'Key Management Service';
export type EventLevel = 'information' | 'warning' | 'error';

/** One entry. `fields` are the insertion strings in Windows' order (K10.1 to K10.8), `message` their sentence. */
export interface EventEntry {
  readonly id: number;
  readonly log: EventLog;
  readonly source: string;
  readonly level: EventLevel;
  /** Epoch milliseconds of the estate's time. */
  readonly at: number;
  readonly fields: readonly string[];
  readonly message: string;
}

/** IDs that a machine writes, with level and sentence (K10.1 to K10.12). */
const known = {
  100: [
    'error',
    'The license period for this installation of Windows has expired. The operating system will shut down every hour.',
  ],
  900: ['information', 'The Software Protection service is starting.'],
  902: ['information', 'The Software Protection service has started.'],
  903: ['information', 'The Software Protection service has stopped.'],
  1003: ['information', 'The Software Protection service has completed licensing status check.'],
  8198: ['error', 'License activation failed.'],
  12288: ['information', 'The client has sent an activation request to the key management service machine.'],
  12289: ['information', 'The client has processed an activation response from the key management service.'],
  12290: ['information', 'An activation request has been processed.'],
  12291: ['error', 'The Key Management Service failed to start.'],
  12292: ['error', 'The renewal timer of the Key Management Service failed to start.'],
  12293: ['error', 'Publishing the Key Management Service in DNS failed.'],
  12294: ['information', 'Publishing the Key Management Service in DNS is successful.'],
  12309: ['information', 'Automatic virtual machine activation was processed by this virtual machine.'],
  12310: ['information', 'Automatic virtual machine activation was processed by this virtualization host.'],
  12321: ['warning', 'Token-based activation is about to expire or its certificate is not usable.'],
} as const satisfies Record<number, readonly [EventLevel, string]>;

/** IDs of the entries that the model writes. */
export type EventId = keyof typeof known;

/** Where on a machine entries come from: the Windows 7 table names SLC for the generation before (section 10). */
export function eventSource(machine: Pick<MachineState, 'generation'>): string {
  return `Microsoft-Windows-Security-${isVistaEra(machine) ? 'Licensing-SLC' : 'SPP'}`;
}

/** The licence monitor of evaluations writes under its own name. */
const monitorSource = 'WLMS';

/**
 * An entry of the event log: 12290 in "Key Management Service", everything else in Application.
 *
 * @param at the estate's time, epoch milliseconds
 */
export function eventEntry(
  machine: Pick<MachineState, 'generation'>,
  id: EventId,
  fields: readonly string[],
  at: number,
): EventEntry {
  const [level, message] = known[id];
  return {
    id,
    log: id === 12290 ? 'Key Management Service' : 'Application',
    source: id === 100 ? monitorSource : eventSource(machine),
    level,
    at,
    fields,
    message,
  };
}

/** RPC_NT_SERVER_UNAVAILABLE, which 8198 shows for a KMS contact that failed at the service's start (K10.13). */
const serverUnavailable = hresult(0xc0020017);

/** The entries of an activation attempt (K10.1, K10.2, K10.12). `unreached`: at the start, and nobody answered. */
export function kmsClientEntries(
  machine: MachineState,
  events: readonly KmsClientEvent[],
  at: number,
  unreached: boolean,
): readonly EventEntry[] {
  return events.map((event) => {
    const shown = event.id === 8198 && unreached ? { ...event, hresult: serverUnavailable } : event;
    return eventEntry(machine, event.id, clientEventFields(shown), at);
  });
}

/** 8198 of an automatic activation that failed other than at KMS (K10.12). */
export function activationFailedEntry(
  machine: MachineState,
  code: Hresult,
  facts: { readonly applicationId: string; readonly activationId: string; readonly at: number },
): EventEntry {
  const words = `Action=AutoActivate;AppId=${facts.applicationId};SkuId=${facts.activationId}`;
  return eventEntry(machine, 8198, [formatHresult(code), words], facts.at);
}
