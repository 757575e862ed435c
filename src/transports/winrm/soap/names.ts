/** Namespaces and URIs of WS-Management as Windows speaks it (MS-WSMV, DSP0226, DSP0227). */
export const ns = {
  soap: 'http://www.w3.org/2003/05/soap-envelope',
  addressing: 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
  wsman: 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd',
  microsoft: 'http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd',
  enumeration: 'http://schemas.xmlsoap.org/ws/2004/09/enumeration',
  transfer: 'http://schemas.xmlsoap.org/ws/2004/09/transfer',
  cimBinding: 'http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd',
  cimCommon: 'http://schemas.dmtf.org/wbem/wscim/1/common',
  shell: 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell',
  fault: 'http://schemas.microsoft.com/wbem/wsman/1/wsmanfault',
  identity: 'http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd',
  wmiError: 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError',
  instance: 'http://www.w3.org/2001/XMLSchema-instance',
} as const;

export const anonymousRole = `${ns.addressing}/role/anonymous`;

export const action = {
  enumerate: `${ns.enumeration}/Enumerate`,
  pull: `${ns.enumeration}/Pull`,
  release: `${ns.enumeration}/Release`,
  get: `${ns.transfer}/Get`,
  create: `${ns.transfer}/Create`,
  delete: `${ns.transfer}/Delete`,
  command: `${ns.shell}/Command`,
  send: `${ns.shell}/Send`,
  receive: `${ns.shell}/Receive`,
  signal: `${ns.shell}/Signal`,
  fault: 'http://schemas.dmtf.org/wbem/wsman/1/wsman/fault',
} as const;

/** Dialect of a WQL filter. */
export const wqlDialect = 'http://schemas.microsoft.com/wbem/wsman/1/WQL';

/** Resource URI of the command shell. */
export const cmdShellUri = `${ns.shell}/cmd`;

export const shellState = {
  running: `${ns.shell}/CommandState/Running`,
  done: `${ns.shell}/CommandState/Done`,
} as const;
export const signalTerminate = `${ns.shell}/signal/terminate`;

const wmiRoot = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/';

/** Resource URI of a WMI class, or of all classes of a namespace (`*`). */
export function wmiUri(namespace: 'root/cimv2' | 'root/default', className: string): string {
  return `${wmiRoot}${namespace}/${className}`;
}

/** Namespace and class of a WMI resource URI (any case of the namespace), or null for another resource. */
export function parseWmiUri(uri: string): { readonly namespace: string; readonly className: string } | null {
  const match = /^http:\/\/schemas\.microsoft\.com\/wbem\/wsman\/1\/wmi\/(root\/[\w/]+)\/(\w+|\*)$/i.exec(
    uri,
  );
  return match?.[1] === undefined || match[2] === undefined
    ? null
    : { namespace: match[1].toLowerCase(), className: match[2] };
}

/** WS-Man's own "the operation timed out", which for Receive means: ask again. */
export const operationTimedOut = 0x80338029;
