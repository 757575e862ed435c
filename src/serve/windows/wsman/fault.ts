import { type ServerFault } from '../../../transports/winrm/soap/answer';

/** A fault that an operation answers with. */
export class WsmanServerFault extends Error {
  readonly fault: ServerFault;

  constructor(fault: ServerFault) {
    super(fault.text);
    this.name = 'WsmanServerFault';
    this.fault = fault;
  }
}

/** A fault of WMI or of the licensing provider, with its HRESULT. */
export function wmiFault(hresult: number, text: string): WsmanServerFault {
  return new WsmanServerFault({ kind: 'wmi', hresult: hresult >>> 0, text });
}

/** A fault of WinRM itself. */
export function wsmanFault(code: number, subcode: string, text: string): WsmanServerFault {
  return new WsmanServerFault({ kind: 'wsman', code: code >>> 0, subcode, text });
}

export const wmiCode = {
  notFound: 0x80041002,
  accessDenied: 0x80041003,
  notSupported: 0x8004100c,
  invalidClass: 0x80041010,
  invalidQuery: 0x80041017,
  invalidNamespace: 0x8004100e,
  invalidMethod: 0x8004102e,
} as const;
