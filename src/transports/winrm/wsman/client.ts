import { type SoapChannel } from '../http/authentication';
import { readFault } from '../soap/fault';
import { readInstance, type WireInstance, type WireValue } from '../soap/instances';
import { action, ns, parseWmiUri, wmiUri, wqlDialect } from '../soap/names';
import { renderRequest } from '../soap/request';
import {
  child,
  childrenNamed,
  escapeXml,
  isXmlText,
  parseXml,
  XmlError,
  XmlWork,
  type XmlElement,
} from '../soap/xml';
import { failed } from '../failed';
import { type TransportError } from '../../transport-error';
import { WsmanFault } from './error';

/** Namespace of a WMI class. */
export type WmiNamespace = 'root/cimv2' | 'root/default';

/** Fixed facts of a client, and its source of message IDs (GUIDs). */
export interface WsmanSettings {
  readonly url: string;
  readonly operationTimeoutSeconds: number;
  readonly maxEnvelopeSize: number;
  readonly newGuid: () => string;
}

/** A request of any operation. */
export interface WsmanOperation {
  readonly resourceUri: string;
  readonly action: string;
  readonly selectors?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string>>;
  readonly body: string;
}

const batchSize = 500;
const maxInstances = 100_000;
/** Pulls in a row that may bring nothing: a slow provider has nothing to give now and then. */
const maxEmptyPulls = 20;

/** WS-Management operations over an authenticated channel: queries, methods, and any other operation. */
export class WsmanClient {
  readonly #channel: SoapChannel;
  readonly #settings: WsmanSettings;
  /** Round trips so far, authentication not counted. */
  roundTrips = 0;

  constructor(channel: SoapChannel, settings: WsmanSettings) {
    this.#channel = channel;
    this.#settings = settings;
  }

  /** Runs a WQL query: an optimised Enumerate, then Pull until the end. One budget holds for all its answers. */
  async query(namespace: WmiNamespace, wql: string): Promise<readonly WireInstance[]> {
    const resourceUri = wmiUri(namespace, '*');
    const selectors = inNamespace(namespace);
    const work = new XmlWork();
    const body =
      `<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>${batchSize}</w:MaxElements>` +
      `<w:Filter Dialect="${wqlDialect}">${escapeXml(wql)}</w:Filter></n:Enumerate>`;
    let answer = child(
      await this.perform({ resourceUri, selectors, action: action.enumerate, body }, work),
      'EnumerateResponse',
    );
    const instances: WireInstance[] = [];
    let empty = 0;
    for (;;) {
      const items = itemsOf(answer);
      for (const item of items) instances.push(readInstance(item));
      empty = items.length === 0 ? empty + 1 : 0;
      const context = child(answer, 'EnumerationContext')?.text ?? '';
      if (child(answer, 'EndOfSequence') !== undefined || context === '') {
        return instances;
      }
      if (!isXmlText(context)) {
        throw malformed('an enumeration that cannot be gone on with');
      }
      if (instances.length > maxInstances) {
        throw malformed(`more than ${maxInstances} instances`);
      }
      if (empty > maxEmptyPulls) {
        throw malformed('an enumeration that goes on without items');
      }
      const pull = `<n:Pull><n:EnumerationContext>${escapeXml(context)}</n:EnumerationContext><n:MaxElements>${batchSize}</n:MaxElements></n:Pull>`;
      answer = child(
        await this.perform({ resourceUri, selectors, action: action.pull, body: pull }, work),
        'PullResponse',
      );
    }
  }

  /** Calls a method; `selectors` are the keys of the instance, none for a static method. */
  async invoke(call: {
    readonly namespace: WmiNamespace;
    readonly className: string;
    readonly selectors: Readonly<Record<string, string>>;
    readonly method: string;
    readonly args: Readonly<Record<string, string | number | boolean>>;
  }): Promise<ReadonlyMap<string, WireValue>> {
    const resourceUri = wmiUri(call.namespace, call.className);
    const parameters = Object.entries(call.args)
      .map(([name, value]) => `<m:${name}>${escapeXml(String(value))}</m:${name}>`)
      .join('');
    const input = `m:${call.method}_INPUT`;
    const body = await this.perform({
      resourceUri,
      action: `${resourceUri}/${call.method}`,
      selectors: { ...inNamespace(call.namespace), ...call.selectors },
      body: `<${input} xmlns:m="${resourceUri}">${parameters}</${input}>`,
    });
    const output = body.children.find(
      ({ name }) => name.toLowerCase() === `${call.method}_output`.toLowerCase(),
    );
    if (output === undefined) {
      throw malformed(`no ${call.method}_OUTPUT`);
    }
    return readInstance(output);
  }

  /** Sends one operation and returns the body of its answer. A fault throws {@link WsmanFault}. */
  async perform(operation: WsmanOperation, work?: XmlWork): Promise<XmlElement> {
    const request = renderRequest({
      to: this.#settings.url,
      resourceUri: operation.resourceUri,
      action: operation.action,
      messageId: this.#settings.newGuid().toUpperCase(),
      operationTimeoutSeconds: this.#settings.operationTimeoutSeconds,
      maxEnvelopeSize: this.#settings.maxEnvelopeSize,
      selectors: operation.selectors ?? {},
      options: operation.options ?? {},
      body: operation.body,
    });
    this.roundTrips += 1;
    const answer = await this.#channel.post(request);
    const body = readBody(answer, work);
    const fault = readFault(body);
    if (fault !== null) {
      throw new WsmanFault(fault);
    }
    if (answer.status !== 200) {
      throw malformed(`HTTP status ${answer.status} without a fault`);
    }
    return body;
  }

  close(): void {
    this.#channel.close();
  }
}

function readBody(
  answer: { readonly status: number; readonly body: string },
  work: XmlWork | undefined,
): XmlElement {
  if (answer.body === '') {
    throw malformed(`HTTP status ${answer.status} with an empty body`);
  }
  try {
    const root = parseXml(answer.body, work);
    const body = root.namespace === ns.soap && root.name === 'Envelope' ? child(root, 'Body') : undefined;
    if (body === undefined) {
      throw malformed('no SOAP envelope');
    }
    return body;
  } catch (error) {
    throw error instanceof XmlError ? malformed(error.message, error) : error;
  }
}

/** The namespace once more: Windows gives this selector in its references, and OMI's server looks nowhere else. */
function inNamespace(namespace: WmiNamespace): Readonly<Record<string, string>> {
  return { __cimnamespace: namespace };
}

/** Windows puts the items into either namespace, and either name, depending on the answer. */
function itemsOf(answer: XmlElement | undefined): readonly XmlElement[] {
  return childrenNamed(answer, 'Items').flatMap(({ children }) => children);
}

function malformed(what: string, cause?: unknown): TransportError {
  return failed(
    ['answer', 'garbage'],
    `the answer is not WS-Management as expected: ${what}`,
    'The target may not be a WinRM service, or something between changes its answers.',
    { cause },
  );
}

/** Class name inside an action of a method call, used by the simulated target: URI and method apart. */
export function parseMethodAction(
  text: string,
): { readonly resourceUri: string; readonly method: string } | null {
  const slash = text.lastIndexOf('/');
  const resourceUri = text.slice(0, slash);
  return slash > 0 && parseWmiUri(resourceUri) !== null
    ? { resourceUri, method: text.slice(slash + 1) }
    : null;
}
