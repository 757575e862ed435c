import {
  keyOfClass,
  methodsOfClass,
  productProperties,
  serviceProperties,
  tokenLicenseProperties,
  type ClassName,
} from '../../../licensing/cim-classes';
import {
  isLicensingError,
  type CimValue,
  type InstanceFilter,
  type InstanceQuery,
  type LicensingProvider,
  type MethodCall,
} from '../../../licensing/provider';
import { type XmlElement } from '../../../transports/winrm/soap/xml';
import { wmiCode, wmiFault, wsmanFault } from './fault';
import { type WqlQuery } from './wql';
import { asksForKey, fulfils, invalidQuery, propertiesOfConditions } from './wql-filter';

/** A row with the properties that were asked for, in that order. */
export type CimRow = Readonly<Record<string, CimValue>>;

const propertiesOf: Readonly<Record<ClassName, readonly string[]>> = {
  SoftwareLicensingService: serviceProperties,
  SoftwareLicensingProduct: productProperties,
  SoftwareLicensingTokenActivationLicense: tokenLicenseProperties,
};

/** Selectors missing in a request that needs a key. */
const selectorsMissing = 0x8033805a;

/** The class by its name in any case; a WMI "invalid class" fault otherwise, which names what Windows has beside it. */
export function licensingClass(name: string): ClassName {
  const found = Object.keys(propertiesOf).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (found === undefined) {
    const isOfWindows = /^(?:Win32|CIM|MSFT|Msvm|__)_?[A-Za-z]\w{0,100}$/i.test(name);
    throw wmiFault(
      wmiCode.invalidClass,
      isOfWindows ? `Invalid class: this simulated machine does not have ${name} ` : 'Invalid class ',
    );
  }
  return found as ClassName;
}

/** Runs a query. A query that names a property that this machine's build lacks fails as a whole, as on Windows. */
export async function queryRows(provider: LicensingProvider, query: WqlQuery): Promise<readonly CimRow[]> {
  const className = licensingClass(query.className);
  const known = propertiesOf[className];
  // Each once, however often a query names it: the work below goes by the properties that the class has.
  const select = [...new Set(query.select?.map((name) => canonical(className, name)) ?? known)];
  const tested = new Set(propertiesOfConditions(query.where).map((name) => canonical(className, name)));
  const wanted = [...new Set([...select, keyOfClass[className], ...tested])];
  const filter: InstanceFilter = { kind: asksForKey(query.where) ? 'has-product-key' : 'all' };
  const rows = await licensing(
    provider.query({ class: className, select: wanted, filter } as InstanceQuery<ClassName>),
  );
  return rows
    .map((row) => new Map<string, CimValue>(Object.entries(row)))
    .filter((row) => {
      if ([...tested].some((name) => row.get(name) === undefined)) throw invalidQuery();
      return fulfils(query.where, (name) => row.get(canonical(className, name)) ?? null);
    })
    .map((row) => {
      const present = select.filter((name) => row.get(name) !== undefined);
      if (query.select !== null && present.length < select.length) throw invalidQuery();
      return Object.fromEntries(present.map((name) => [name, row.get(name) ?? null]));
    });
}

const spellingsOf = (properties: readonly string[]): ReadonlyMap<string, string> =>
  new Map(properties.map((property) => [property.toLowerCase(), property]));

const spellings: Readonly<Record<ClassName, ReadonlyMap<string, string>>> = {
  SoftwareLicensingService: spellingsOf(serviceProperties),
  SoftwareLicensingProduct: spellingsOf(productProperties),
  SoftwareLicensingTokenActivationLicense: spellingsOf(tokenLicenseProperties),
};

/** A property in the class's own spelling. */
function canonical(className: ClassName, name: string): string {
  const found = spellings[className].get(name.toLowerCase());
  if (found === undefined) throw invalidQuery();
  return found;
}

/** The one instance that a request's selectors name. */
export async function getRow(
  provider: LicensingProvider,
  name: string,
  selectors: ReadonlyMap<string, string>,
): Promise<CimRow> {
  const className = licensingClass(name);
  const key = keyOf(className, selectors);
  const rows = await queryRows(provider, {
    className,
    select: null,
    where: { kind: 'compare', property: keyOfClass[className], operator: '=', value: key },
  });
  const [row] = rows;
  if (row === undefined) {
    throw wmiFault(wmiCode.notFound, 'Not found ');
  }
  return row;
}

/** Calls a method of a licensing class; parameters are found by name, in any case and order. */
export async function invokeMethod(
  provider: LicensingProvider,
  call: {
    readonly className: string;
    readonly method: string;
    readonly selectors: ReadonlyMap<string, string>;
    readonly input: XmlElement | undefined;
  },
): Promise<CimRow> {
  const { className, method, selectors, input } = call;
  const key = keyOf(licensingClass(className), selectors);
  const given = new Map(input?.children.map(({ name, text }) => [name, text]) ?? []);
  return await invokeNamed(provider, { className, method, key, given });
}

/** Calls a method on the instance with a key; the texts of its parameters by name, in any case. */
export async function invokeNamed(
  provider: LicensingProvider,
  call: {
    readonly className: string;
    readonly method: string;
    readonly key: string;
    readonly given: ReadonlyMap<string, string>;
  },
): Promise<CimRow> {
  const className = licensingClass(call.className);
  const methods: Readonly<Record<string, readonly (readonly [string, string])[]>> = methodsOfClass[className];
  const method = Object.keys(methods).find((name) => name.toLowerCase() === call.method.toLowerCase());
  if (method === undefined) {
    throw wmiFault(wmiCode.invalidMethod, 'Invalid method ');
  }
  const given = new Map([...call.given].map(([name, text]) => [name.toLowerCase(), text]));
  const args = Object.fromEntries(
    (methods[method] ?? []).map(([name, type]) => [name, typed(given.get(name.toLowerCase()) ?? '', type)]),
  );
  const invoked = { class: className, key: call.key, method, args } as MethodCall;
  return { ReturnValue: 0, ...(await licensing(provider.invoke(invoked))) };
}

function keyOf(className: ClassName, selectors: ReadonlyMap<string, string>): string {
  return keySelector(keyOfClass[className], selectors);
}

/** The value of the selector that names an instance. */
export function keySelector(key: string, selectors: ReadonlyMap<string, string>): string {
  const found = [...selectors].find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
  if (found === undefined) {
    throw wsmanFault(
      selectorsMissing,
      'InvalidSelectors',
      'The WS-Management service cannot process the request because the request contained invalid selectors for the resource.',
    );
  }
  return found;
}

function typed(text: string, type: string): string | number | boolean {
  switch (type) {
    case 'uint32':
      return /^-?\d{1,10}$/.test(text.trim()) ? Number(text) : 0;
    case 'boolean':
      return /^(?:true|1)$/i.test(text.trim());
    default:
      return text;
  }
}

/** What licensing refuses is a fault of WMI. */
export async function licensing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw isLicensingError(error) ? wmiFault(error.hresult, error.message) : error;
  }
}
