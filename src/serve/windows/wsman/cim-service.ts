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
  type InstanceQuery,
  type LicensingProvider,
  type MethodCall,
} from '../../../licensing/provider';
import { textOf } from '../../../licensing/values';
import { type XmlElement } from '../../../transports/winrm/soap/xml';
import { wmiCode, wmiFault, wsmanFault } from './fault';
import { type WqlQuery } from './wql';

/** A row with the properties that were asked for, in that order. */
export type CimRow = Readonly<Record<string, CimValue>>;

const propertiesOf: Readonly<Record<ClassName, readonly string[]>> = {
  SoftwareLicensingService: serviceProperties,
  SoftwareLicensingProduct: productProperties,
  SoftwareLicensingTokenActivationLicense: tokenLicenseProperties,
};

/** Selectors missing in a request that needs a key. */
const selectorsMissing = 0x8033805a;

/** The class by its name in any case; a WMI "invalid class" fault otherwise. */
export function licensingClass(name: string): ClassName {
  const found = Object.keys(propertiesOf).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (found === undefined) {
    throw wmiFault(wmiCode.invalidClass, 'Invalid class ');
  }
  return found as ClassName;
}

/** Runs a query. A projection with a property that this machine's build lacks fails as a whole, as on Windows. */
export async function queryRows(provider: LicensingProvider, query: WqlQuery): Promise<readonly CimRow[]> {
  const className = licensingClass(query.className);
  const known = propertiesOf[className];
  // Each once, however often a query names it: the work below goes by the properties that the class has.
  const select = [...new Set(query.select?.map((name) => canonical(className, name)) ?? known)];
  const equals = new Map<string, string>();
  for (const { property, value } of query.equals) {
    const name = canonical(className, property);
    // Two values for one property fit no instance.
    if (equals.has(name) && !sameText(equals.get(name), value)) return [];
    equals.set(name, value);
  }
  const wanted = [...new Set([...select, keyOfClass[className], ...equals.keys()])];
  const rows = await licensing(
    provider.query({ class: className, select: wanted, filter: query.filter } as InstanceQuery<ClassName>),
  );
  return rows
    .map((row) => new Map<string, CimValue>(Object.entries(row)))
    .filter((row) => [...equals].every(([property, value]) => sameText(row.get(property), value)))
    .map((row) => {
      const present = select.filter((name) => row.get(name) !== undefined);
      if (query.select !== null && present.length < select.length) {
        throw wmiFault(wmiCode.invalidQuery, 'Invalid query ');
      }
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
  if (found === undefined) {
    throw wmiFault(wmiCode.invalidQuery, 'Invalid query ');
  }
  return found;
}

function sameText(value: CimValue | undefined, wanted: string): boolean {
  return textOf(value).toLowerCase() === wanted.toLowerCase();
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
    filter: { kind: 'all' },
    equals: [{ property: keyOfClass[className], value: key }],
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
  const wanted = keyOfClass[className].toLowerCase();
  const found = [...selectors].find(([name]) => name.toLowerCase() === wanted)?.[1];
  if (found === undefined) {
    throw wsmanFault(
      selectorsMissing,
      'InvalidSelectors',
      'The WS-Management service cannot process the request because the request contained invalid selectors for the resource.',
    );
  }
  return found;
}

function inputText(input: XmlElement | undefined, name: string): string {
  return input?.children.find((element) => element.name.toLowerCase() === name.toLowerCase())?.text ?? '';
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

const localMachine = 0x80000002;
const fileNotFound = 2;

/** A static method of StdRegProv; its result is always a return code, never a fault. */
export async function invokeRegistry(
  provider: LicensingProvider,
  method: string,
  input: XmlElement | undefined,
): Promise<CimRow> {
  const key = inputText(input, 'sSubKeyName');
  const value = inputText(input, 'sValueName');
  if (Number(inputText(input, 'hDefKey') || localMachine) !== localMachine) {
    return { ReturnValue: fileNotFound };
  }
  switch (method.toLowerCase()) {
    case 'checkaccess': {
      const code = await licensing(provider.registry.checkAccess(key));
      return { ReturnValue: code, bGranted: code === 0 };
    }
    case 'getstringvalue': {
      const { code, data } = await licensing(provider.registry.getString(key, value));
      return { ReturnValue: code, sValue: data };
    }
    case 'setstringvalue':
      return {
        ReturnValue: await licensing(provider.registry.setString(key, value, inputText(input, 'sValue'))),
      };
    case 'deletevalue':
      return { ReturnValue: await licensing(provider.registry.deleteValue(key, value)) };
    default:
      throw wmiFault(wmiCode.invalidMethod, 'Invalid method ');
  }
}

async function licensing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw isLicensingError(error) ? wmiFault(error.hresult, error.message) : error;
  }
}
