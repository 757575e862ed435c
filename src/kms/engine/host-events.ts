import { type Hresult } from '../../licensing/hresult';
import { eventHresult, eventTime } from './client-events';
import { type RequestLogRow } from './host-records';

/** Insertion strings of event 12290 in Windows' order: the N-policy second, the machine name third (K10.3, K10.8). */
export function requestProcessedFields(row: RequestLogRow): readonly string[] {
  return [
    eventHresult(row.hresult),
    String(row.requiredClientCount),
    row.machineName,
    row.clientMachineId,
    eventTime(row.clientTime),
    row.isVirtualMachine ? '1' : '0',
    String(row.licenseStatus),
    String(row.minutesRemaining),
    row.activationId,
  ];
}

/** Insertion strings of event 12293, DNS publishing failed (K10.6). */
export function publishFailedFields(code: Hresult, domain: string): readonly string[] {
  return [eventHresult(code), domain];
}

/** Insertion strings of event 12294, DNS publishing done (K10.7). */
export function publishDoneFields(domain: string): readonly string[] {
  return [domain];
}
