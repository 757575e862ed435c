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

const schemaUri = /^http:\/\/schemas\.dmtf\.org\/wbem\/wscim\/1\/(?:cim-schema\/2\/(\w+|\*)|\*)$/i;

/** URI of a class in the way in which a request names its resource: Windows' own, or that of the CIM schema. */
export function classUri(resourceUri: string, className: string): string {
  return schemaUri.test(resourceUri)
    ? `http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/${className}`
    : wmiUri('root/cimv2', className);
}

/**
 * Namespace and class of a WMI resource URI (any case of the namespace), or null for another resource. The URIs of the
 * CIM schema, which Windows' own CIM client sends, have their namespace in the selector `__cimnamespace`.
 */
export function parseWmiUri(
  uri: string,
  namespaceSelector?: string,
): { readonly namespace: string; readonly className: string } | null {
  const schema = schemaUri.exec(uri);
  if (schema !== null) {
    const namespace = (namespaceSelector ?? 'root/hardware').trim().replaceAll('\\', '/').toLowerCase();
    return { namespace, className: schema[1] ?? '*' };
  }
  const match = /^http:\/\/schemas\.microsoft\.com\/wbem\/wsman\/1\/wmi\/(root\/[\w/]+)\/(\w+|\*)$/i.exec(
    uri,
  );
  return match?.[1] === undefined || match[2] === undefined
    ? null
    : { namespace: match[1].toLowerCase(), className: match[2] };
}

/** WS-Man's own "the operation timed out", which for Receive means: ask again. */
export const operationTimedOut = 0x80338029;
