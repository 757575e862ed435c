import { type SoapFault } from '../soap/fault';

/** A SOAP fault as an error: WinRM's or WMI's own number where it gave one. */
export class WsmanFault extends Error {
  readonly fault: SoapFault;

  constructor(fault: SoapFault) {
    const code =
      fault.code === null ? fault.subcode : `0x${fault.code.toString(16).toUpperCase().padStart(8, '0')}`;
    super(`${code} ${fault.text}`.trim());
    this.name = 'WsmanFault';
    this.fault = fault;
  }
}

/** True for a {@link WsmanFault} of any copy of this module (bundles carry their own). */
export function isWsmanFault(error: unknown): error is WsmanFault {
  return error instanceof Error && error.name === 'WsmanFault' && 'fault' in error;
}
