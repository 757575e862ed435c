import { type LicensingProvider } from '../../../licensing/provider';
import { textOf } from '../../../licensing/values';
import {
  faultAction,
  readRequest,
  renderAnswer,
  renderFault,
  type ReceivedRequest,
} from '../../../transports/winrm/soap/answer';
import { action, classUri, cmdShellUri, ns, parseWmiUri } from '../../../transports/winrm/soap/names';
import {
  attribute,
  child,
  escapeXml,
  parseXml,
  XmlError,
  type XmlElement,
} from '../../../transports/winrm/soap/xml';
import { parseMethodAction } from '../../../transports/winrm/wsman/client';
import { getInstance, queryClass, type ClassRows, type ClassSource } from './classes';
import { invokeMethod, type CimRow } from './cim-service';
import { renderFragment, renderInstance, renderOutput, renderReference } from './cim-xml';
import { isWithinBounds } from './envelope-bounds';
import { Enumerations } from './enumerations';
import { invokeRegistry, type RegistrySystem } from './registry';
import { wmiCode, wmiFault, wsmanFault, WsmanServerFault } from './fault';
import { Shells, type RunCommandLine } from './shells';
import { WorkQuota, type Work } from '../work-quota';
import { parseWql, type WqlQuery } from './wql';

/** What one account may reach on one simulated machine. */
export interface WsmanTarget {
  readonly machine: string;
  /** The licensing of the machine with the account's rights, fresh for a request. */
  readonly provider: () => Promise<LicensingProvider>;
  /** What the machine is, and its registry beside the licensing service's own key. */
  readonly system?: RegistrySystem;
  readonly run: RunCommandLine;
  /** Null where the account may use WinRM, else the reason why not. */
  readonly denied: () => string | null;
  /** Begins a command of the remote shell; null where the account has as many under way as it may have. Without it, a quota of its own holds. */
  readonly begin?: () => Work | null;
  readonly newGuid: () => string;
  /** Fulfils after the longest time that a Receive waits for output. */
  readonly receiveWait: () => Promise<void>;
}

const defaultBatch = 20;
const invalidDialect = 0x80338061;

/** The WS-Management service of one account on one simulated machine: licensing classes, StdRegProv, remote shell. */
export class WsmanService {
  readonly #target: WsmanTarget;
  readonly #enumerations: Enumerations;
  readonly #shells: Shells;

  constructor(target: WsmanTarget) {
    this.#target = target;
    this.#enumerations = new Enumerations(target.newGuid);
    const quota = new WorkQuota();
    const begin = target.begin ?? (() => quota.begin(target.machine));
    this.#shells = new Shells(target.run, { newGuid: target.newGuid, begin });
  }

  /** Answers one envelope: 200 with an answer, 500 with a fault. */
  async handle(envelope: string): Promise<{ readonly status: number; readonly body: string }> {
    let relatesTo = '';
    if (!isWithinBounds(envelope)) return { status: 400, body: '' };
    try {
      if (isIdentify(envelope)) {
        return { status: 200, body: identity() };
      }
      const request = readRequest(envelope);
      if (request === null) {
        return { status: 400, body: '' };
      }
      relatesTo = request.messageId;
      const body = await this.#perform(request);
      return { status: 200, body: this.#envelope(`${request.action}Response`, relatesTo, body) };
    } catch (error) {
      if (error instanceof XmlError) {
        return { status: 400, body: '' };
      }
      const fault = error instanceof WsmanServerFault ? error : wmiFault(0x80041001, 'Generic failure ');
      return {
        status: 500,
        body: this.#envelope(faultAction, relatesTo, renderFault(fault.fault, this.#target.machine)),
      };
    }
  }

  /** Gives up what the account has open. */
  close(): void {
    this.#shells.close();
  }

  #envelope(answerAction: string, relatesTo: string, body: string): string {
    return renderAnswer(
      { action: answerAction, messageId: this.#target.newGuid().toUpperCase(), relatesTo },
      body,
    );
  }

  async #perform(request: ReceivedRequest): Promise<string> {
    const denied = this.#target.denied();
    if (denied !== null) {
      throw wsmanFault(5, 'AccessDenied', denied);
    }
    if (request.resourceUri.toLowerCase() === cmdShellUri.toLowerCase()) {
      return await this.#shell(request);
    }
    const resource = parseWmiUri(request.resourceUri, namespaceOf(request));
    if (resource === null) {
      throw wsmanFault(
        0x80338000,
        'DestinationUnreachable',
        'The WS-Management service cannot process the request: the resource URI is not known.',
      );
    }
    if (!['root/cimv2', 'root/default'].includes(resource.namespace)) {
      throw wmiFault(wmiCode.invalidNamespace, 'Invalid namespace ');
    }
    return await this.#wmi(request, resource.className);
  }

  async #wmi(request: ReceivedRequest, className: string): Promise<string> {
    switch (request.action) {
      case action.enumerate:
        return await this.#enumerate(request, className);
      case action.pull:
        return this.#pull(request);
      case action.release:
        this.#enumerations.release(child(request.body, 'Release', 'EnumerationContext')?.text ?? '');
        return '';
      case action.get: {
        const found = await getInstance(className, request.selectors, this.#source());
        return renderInstance(found.class, found.row, classUri(request.resourceUri, found.class));
      }
      default:
        return await this.#invoke(request, className);
    }
  }

  async #invoke(request: ReceivedRequest, className: string): Promise<string> {
    const called = parseMethodAction(request.action);
    if (called === null) {
      throw wsmanFault(0x80338127, 'ActionNotSupported', 'The action is not supported by the service.');
    }
    const [input] = request.body.children;
    const { system } = this.#target;
    const out = await this.#with((provider) =>
      className.toLowerCase() === 'stdregprov'
        ? invokeRegistry({ provider, ...(system === undefined ? {} : { system }) }, called.method, input)
        : invokeMethod(provider, { className, method: called.method, selectors: request.selectors, input }),
    );
    return renderOutput(request.resourceUri, called.method, out);
  }

  async #enumerate(request: ReceivedRequest, className: string): Promise<string> {
    const enumerate = child(request.body, 'Enumerate');
    const query = queryOf(enumerate, className);
    const found = await queryClass(query, this.#source());
    const items = found.rows.map((row) =>
      renderItem(row, query, {
        of: found,
        mode: child(enumerate, 'EnumerationMode')?.text.trim() ?? '',
        uri: classUri(request.resourceUri, found.class),
      }),
    );
    if (child(enumerate, 'OptimizeEnumeration') === undefined) {
      const context = this.#enumerations.keep(items);
      return `<n:EnumerateResponse><n:EnumerationContext>${escapeXml(context)}</n:EnumerationContext></n:EnumerateResponse>`;
    }
    const batch = this.#enumerations.split(items, maxElements(enumerate));
    return (
      `<n:EnumerateResponse><n:EnumerationContext>${escapeXml(batch.rest ?? '')}</n:EnumerationContext>` +
      `<w:Items>${batch.items.join('')}</w:Items>${batch.rest === null ? '<w:EndOfSequence/>' : ''}</n:EnumerateResponse>`
    );
  }

  #pull(request: ReceivedRequest): string {
    const pull = child(request.body, 'Pull');
    const batch = this.#enumerations.take(
      child(pull, 'EnumerationContext')?.text.trim() ?? '',
      maxElements(pull),
    );
    const context =
      batch.rest === null ? '' : `<n:EnumerationContext>${escapeXml(batch.rest)}</n:EnumerationContext>`;
    return `<n:PullResponse>${context}<n:Items>${batch.items.join('')}</n:Items>${batch.rest === null ? '<n:EndOfSequence/>' : ''}</n:PullResponse>`;
  }

  async #shell(request: ReceivedRequest): Promise<string> {
    const shellId = [...request.selectors].find(([name]) => name.toLowerCase() === 'shellid')?.[1] ?? '';
    switch (request.action) {
      case action.create:
        return shellCreated(this.#shells.create());
      case action.command:
        return `<rsp:CommandResponse><rsp:CommandId>${this.#shells.command(shellId, request.body)}</rsp:CommandId></rsp:CommandResponse>`;
      case action.send:
        this.#shells.send(shellId, request.body);
        return '<rsp:SendResponse/>';
      case action.receive:
        return await this.#shells.receive(shellId, request.body, this.#target.receiveWait());
      case action.signal:
        this.#shells.signal(shellId, request.body);
        return '<rsp:SignalResponse/>';
      case action.delete:
        this.#shells.delete(shellId);
        return '';
      default:
        throw wsmanFault(0x80338127, 'ActionNotSupported', 'The action is not supported by the service.');
    }
  }

  #source(): ClassSource {
    const { provider, system } = this.#target;
    return { provider, ...(system === undefined ? {} : { state: system.state }) };
  }

  async #with<T>(work: (provider: LicensingProvider) => Promise<T>): Promise<T> {
    const provider = await this.#target.provider();
    try {
      return await work(provider);
    } finally {
      await provider.close();
    }
  }
}

function namespaceOf({ selectors }: ReceivedRequest): string | undefined {
  return [...selectors].find(([name]) => name.toLowerCase() === '__cimnamespace')?.[1];
}

function queryOf(enumerate: XmlElement | undefined, className: string): WqlQuery {
  const filter = child(enumerate, 'Filter');
  if (filter === undefined) {
    return { className, select: null, where: null };
  }
  if (!/\/WQL$/i.test(attribute(filter, 'Dialect') ?? '')) {
    throw wsmanFault(invalidDialect, 'CannotProcessFilter', 'The dialect of the filter is not supported.');
  }
  const query = parseWql(filter.text);
  if (query === null) {
    throw wmiFault(wmiCode.invalidQuery, 'Invalid query ');
  }
  return query;
}

function renderItem(
  row: CimRow,
  query: WqlQuery,
  { of, mode, uri }: { readonly of: ClassRows; readonly mode: string; readonly uri: string },
): string {
  const { class: className, key: name } = of;
  const reference = (): string => renderReference(className, { name, value: textOf(row[name]) }, uri);
  const wanted = query.select === null ? row : projection(row, query.select);
  const instance = query.select === null ? renderInstance(className, wanted, uri) : renderFragment(wanted);
  switch (mode) {
    case 'EnumerateEPR':
      return reference();
    case 'EnumerateObjectAndEPR':
      return `<w:Item>${instance}${reference()}</w:Item>`;
    default:
      return instance;
  }
}

function projection(row: CimRow, select: readonly string[]): CimRow {
  const asked = new Set(select.map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(row).filter(([name]) => asked.has(name.toLowerCase())));
}

/** In Enumerate the element is in the w namespace, in Pull in the n namespace; both are taken. */
function maxElements(element: XmlElement | undefined): number {
  const count = Number(child(element, 'MaxElements')?.text ?? defaultBatch);
  return Number.isInteger(count) && count > 0 ? Math.min(count, 32_000) : defaultBatch;
}

function shellCreated(id: string): string {
  return (
    `<x:ResourceCreated><a:Address>${ns.addressing}/role/anonymous</a:Address><a:ReferenceParameters>` +
    `<w:ResourceURI>${cmdShellUri}</w:ResourceURI><w:SelectorSet><w:Selector Name="ShellId">${id}</w:Selector></w:SelectorSet>` +
    `</a:ReferenceParameters></x:ResourceCreated><rsp:Shell><rsp:ShellId>${id}</rsp:ShellId></rsp:Shell>`
  );
}

function isIdentify(envelope: string): boolean {
  return envelope.includes(ns.identity) && child(parseXml(envelope), 'Body', 'Identify') !== undefined;
}

function identity(): string {
  return (
    `<s:Envelope xmlns:s="${ns.soap}"><s:Header/><s:Body><wsmid:IdentifyResponse xmlns:wsmid="${ns.identity}">` +
    '<wsmid:ProtocolVersion>http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</wsmid:ProtocolVersion>' +
    '<wsmid:ProductVendor>slmgr laboratory</wsmid:ProductVendor><wsmid:ProductVersion>simulated Windows</wsmid:ProductVersion>' +
    '</wsmid:IdentifyResponse></s:Body></s:Envelope>'
  );
}
