import { action, ns } from './names';
import { attribute, child, childrenNamed, escapeForAnswer, parseXml, type XmlElement } from './xml';

/** A request as a server reads it, whatever prefixes and quoting its client uses. */
export interface ReceivedRequest {
  readonly action: string;
  readonly resourceUri: string;
  readonly messageId: string;
  readonly to: string;
  readonly selectors: ReadonlyMap<string, string>;
  readonly options: ReadonlyMap<string, string>;
  readonly body: XmlElement;
}

/** Reads a request envelope; null where it is no SOAP 1.2 envelope with a body. Throws XmlError for broken XML. */
export function readRequest(source: string): ReceivedRequest | null {
  const root = parseXml(source);
  const header = child(root, 'Header');
  const body = child(root, 'Body');
  if (root.namespace !== ns.soap || root.name !== 'Envelope' || body === undefined) {
    return null;
  }
  return {
    action: textOf(header, 'Action'),
    resourceUri: textOf(header, 'ResourceURI'),
    messageId: textOf(header, 'MessageID'),
    to: textOf(header, 'To'),
    selectors: named(child(header, 'SelectorSet'), 'Selector'),
    options: named(child(header, 'OptionSet'), 'Option'),
    body,
  };
}

function textOf(header: XmlElement | undefined, name: string): string {
  return (child(header, name)?.text ?? '').trim();
}

function named(set: XmlElement | undefined, item: string): ReadonlyMap<string, string> {
  return new Map(childrenNamed(set, item).map((element) => [attribute(element, 'Name') ?? '', element.text]));
}

const declarations = [
  ['s', ns.soap],
  ['a', ns.addressing],
  ['w', ns.wsman],
  ['n', ns.enumeration],
  ['x', ns.transfer],
  ['rsp', ns.shell],
  ['xsi', ns.instance],
  ['cim', ns.cimCommon],
]
  .map(([prefix, uri]) => `xmlns:${prefix ?? ''}="${uri ?? ''}"`)
  .join(' ');

/** An answer's place in the conversation. `messageId` is a new GUID, `relatesTo` the request's own ID. */
export interface AnswerHead {
  readonly action: string;
  readonly messageId: string;
  readonly relatesTo: string;
}

/** The envelope of an answer; `body` is XML already. */
export function renderAnswer(head: AnswerHead, body: string): string {
  return (
    `<s:Envelope xml:lang="en-US" ${declarations}><s:Header>` +
    `<a:Action>${escapeForAnswer(head.action)}</a:Action><a:MessageID>uuid:${escapeForAnswer(head.messageId)}</a:MessageID>` +
    `<a:To>${ns.addressing}/role/anonymous</a:To><a:RelatesTo>${escapeForAnswer(head.relatesTo)}</a:RelatesTo>` +
    `</s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}

/** A fault that a server answers with, HTTP status 500. */
export type ServerFault =
  | {
      readonly kind: 'wsman';
      readonly code: number;
      readonly subcode: string;
      readonly text: string;
    }
  | { readonly kind: 'wmi'; readonly hresult: number; readonly text: string };

/** The body of a fault in the form that Windows gives: WinRM's own, or WMI's with the provider's HRESULT. */
export function renderFault(fault: ServerFault, machine: string): string {
  const text = escapeForAnswer(fault.text);
  if (fault.kind === 'wsman') {
    return soapFault(
      `w:${fault.subcode}`,
      text,
      `<f:WSManFault xmlns:f="${ns.fault}" Code="${fault.code}" Machine="${escapeForAnswer(machine)}"><f:Message>${text}</f:Message></f:WSManFault>`,
    );
  }
  const hexadecimal = `0x${fault.hresult.toString(16).padStart(8, '0')}`;
  const detail =
    `<p:MSFT_WmiError b:IsCIM_Error="true" xmlns:p="${ns.wmiError}" xmlns:b="${ns.cimBinding}" xsi:type="p:MSFT_WmiError_Type">` +
    `<p:CIMStatusCode>1</p:CIMStatusCode><p:CIMStatusCodeDescription xsi:nil="true"/><p:ErrorSource xsi:nil="true"/>` +
    `<p:ErrorType>4</p:ErrorType><p:Message>${text}</p:Message><p:MessageID>HRESULT ${hexadecimal}</p:MessageID>` +
    `<p:error_Category>0</p:error_Category><p:error_Code>${fault.hresult}</p:error_Code><p:error_Type>HRESULT</p:error_Type>` +
    `<p:error_WindowsErrorMessage>${text}</p:error_WindowsErrorMessage></p:MSFT_WmiError>`;
  return soapFault('w:InternalError', text, detail);
}

function soapFault(subcode: string, text: string, detail: string): string {
  return (
    `<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>${subcode}</s:Value></s:Subcode></s:Code>` +
    `<s:Reason><s:Text xml:lang="en-US">${text}</s:Text></s:Reason><s:Detail>${detail}</s:Detail></s:Fault>`
  );
}

/** Action of a fault message. */
export const faultAction = action.fault;
