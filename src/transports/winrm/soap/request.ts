import { anonymousRole, ns } from './names';
import { escapeXml } from './xml';

/** A WS-Management request before it is text. `body` is XML already. */
export interface SoapRequest {
  readonly to: string;
  readonly resourceUri: string;
  readonly action: string;
  /** A GUID, without "uuid:". */
  readonly messageId: string;
  readonly operationTimeoutSeconds: number;
  readonly maxEnvelopeSize: number;
  readonly selectors: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly body: string;
}

const declarations = [
  ['s', ns.soap],
  ['a', ns.addressing],
  ['w', ns.wsman],
  ['p', ns.microsoft],
  ['n', ns.enumeration],
  ['x', ns.transfer],
  ['rsp', ns.shell],
]
  .map(([prefix, uri]) => `xmlns:${prefix ?? ''}="${uri ?? ''}"`)
  .join(' ');

/** The envelope as Windows' own clients write it: header order, mustUnderstand marks, English messages asked for. */
export function renderRequest(request: SoapRequest): string {
  const header = [
    `<a:To>${escapeXml(request.to)}</a:To>`,
    `<w:ResourceURI s:mustUnderstand="true">${escapeXml(request.resourceUri)}</w:ResourceURI>`,
    `<a:ReplyTo><a:Address s:mustUnderstand="true">${anonymousRole}</a:Address></a:ReplyTo>`,
    `<a:Action s:mustUnderstand="true">${escapeXml(request.action)}</a:Action>`,
    `<w:MaxEnvelopeSize s:mustUnderstand="true">${request.maxEnvelopeSize}</w:MaxEnvelopeSize>`,
    `<a:MessageID>uuid:${escapeXml(request.messageId)}</a:MessageID>`,
    '<w:Locale xml:lang="en-US" s:mustUnderstand="false"/><p:DataLocale xml:lang="en-US" s:mustUnderstand="false"/>',
    `<w:OperationTimeout>PT${request.operationTimeoutSeconds}S</w:OperationTimeout>`,
    renderSet('SelectorSet', 'Selector', request.selectors),
    renderSet('OptionSet', 'Option', request.options),
  ].join('');
  return `<s:Envelope ${declarations}><s:Header>${header}</s:Header><s:Body>${request.body}</s:Body></s:Envelope>`;
}

function renderSet(set: string, item: string, values: Readonly<Record<string, string>>): string {
  const items = Object.entries(values).map(
    ([name, value]) => `<w:${item} Name="${escapeXml(name)}">${escapeXml(value)}</w:${item}>`,
  );
  return items.length === 0 ? '' : `<w:${set}>${items.join('')}</w:${set}>`;
}
