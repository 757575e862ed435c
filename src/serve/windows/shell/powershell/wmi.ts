import { isLicensingError, type CimValue } from '../../../../licensing/provider';
import { invokeNamed } from '../../wsman/cim-service';
import { queryClass, type ClassRows } from '../../wsman/classes';
import { isoDate } from '../../wsman/cim-xml';
import { WsmanServerFault } from '../../wsman/fault';
import { type WqlQuery } from '../../wsman/wql';
import { type Process } from '../process';
import { Failure } from './failure';
import { isList, objectOf, textOf, type CimOrigin, type Member, type PsObject, type Value } from './values';

const failed = 0x80041001;

/** An error of WMI as one of PowerShell's, in the words of whoever called. */
export function wmiFailure(error: unknown, words: (message: string) => string): Failure | null {
  if (isLicensingError(error)) return made(error.hresult, words(error.message));
  if (!(error instanceof WsmanServerFault)) return null;
  const { fault } = error;
  return made(fault.kind === 'wmi' ? fault.hresult : failed, words(fault.text.trim()));
}

function made(hresult: number, message: string): Failure {
  return new Failure({
    ...{ kind: 'error', message, hresult: hresult | 0 },
    exception: 'Microsoft.Management.Infrastructure.CimException',
  });
}

/** Runs a query with the rights of who has signed in. */
export async function instancesOf(
  { machine }: Process,
  query: WqlQuery,
  isWmi: boolean,
): Promise<readonly PsObject[]> {
  const { programs, facts } = machine;
  const found = await queryClass(query, { provider: programs.licensing, state: programs.system.state });
  return found.rows.map((row) => instance(found, row, { isWmi, computer: facts.computerName, query }));
}

interface Maker {
  readonly isWmi: boolean;
  readonly computer: string;
  readonly query: WqlQuery;
}

function instance(
  found: ClassRows,
  row: Readonly<Record<string, CimValue>>,
  { isWmi, computer, query }: Maker,
): PsObject {
  const keyValue = textOf(shownValue(row[found.key] ?? null, true));
  const asked = new Set(query.select?.map((name) => name.toLowerCase()));
  const names = Object.keys(row)
    .filter((name) => query.select === null || !isWmi || asked.has(name.toLowerCase()))
    .sort((one, other) => one.localeCompare(other, 'en'));
  const origin: CimOrigin = {
    ...{ className: found.class, key: found.key, keyValue, isWmi },
    methods: found.methods.map(({ name }) => name),
  };
  const own = names.map((name): Member => ({ name, value: shownValue(row[name] ?? null, isWmi) }));
  const last: Member = { name: 'PSComputerName', value: isWmi ? computer : null };
  const head = isWmi ? systemMembers(origin, computer, names.length) : [];
  const typeName = isWmi
    ? `\\\\${computer}\\root\\cimv2:${relativePath(origin)}`
    : `${found.class} (${found.key} = "${keyValue}")`;
  return { ...objectOf([...head, ...own, last], typeName), origin };
}

function relativePath({ className, key, keyValue }: CimOrigin): string {
  return `${className}.${key}="${keyValue.replaceAll('\\', '\\\\')}"`;
}

/** What every object of Get-WmiObject has in front of its own properties. */
function systemMembers(origin: CimOrigin, computer: string, count: number): readonly Member[] {
  const { className } = origin;
  const path = relativePath(origin);
  return [
    { name: '__GENUS', value: 2 },
    { name: '__CLASS', value: className },
    { name: '__SUPERCLASS', value: null },
    { name: '__DYNASTY', value: className },
    { name: '__RELPATH', value: path },
    { name: '__PROPERTY_COUNT', value: count },
    { name: '__DERIVATION', value: [] },
    { name: '__SERVER', value: computer },
    { name: '__NAMESPACE', value: 'root\\cimv2' },
    { name: '__PATH', value: `\\\\${computer}\\root\\cimv2:${path}` },
  ];
}

/** Numbers are unsigned; Get-CimInstance makes dates of DMTF's texts. */
function shownValue(value: CimValue, isWmi: boolean): Value {
  if (typeof value === 'number') return value < 0 ? value >>> 0 : value;
  if (typeof value !== 'string' || isWmi) return value;
  const iso = isoDate(value);
  return iso === null ? value : dateText(iso);
}

/** A date as the United States' English writes it. */
function dateText(iso: string): string {
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] =
    /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)/.exec(iso) ?? [];
  const half = Number(hour) < 12 ? 'AM' : 'PM';
  return `${Number(month)}/${Number(day)}/${year} ${Number(hour) % 12 || 12}:${minute}:${second} ${half}`;
}

/** Calls a method of an instance as `$instance.Method(…)`: arguments in the order of the class. */
export async function invokeOn(
  process: Process,
  origin: CimOrigin,
  method: string,
  args: readonly Value[],
): Promise<Value> {
  const rows = await instancesMethods(process, origin);
  const names = rows.find(({ name }) => name === method)?.parameters ?? [];
  if (args.length < names.length)
    throw made(0x80041008, `Exception calling "${method}" : "Invalid method Parameter(s) "`);
  const given = new Map(names.map((name, at) => [name, textOf(args[at] ?? null)]));
  const out = await invoked(
    process,
    { origin, method, given },
    (message) => `Exception calling "${method}" : "${message}"`,
  );
  const members = Object.entries(out).map(([name, value]) => ({ name, value: shownValue(value, true) }));
  return objectOf(members, 'System.Management.ManagementBaseObject');
}

async function instancesMethods(process: Process, { className }: CimOrigin): Promise<ClassRows['methods']> {
  const { programs } = process.machine;
  const query: WqlQuery = { className, select: null, where: null };
  return (await queryClass(query, { provider: programs.licensing, state: programs.system.state })).methods;
}

/** A method to be called, with the texts of its parameters by name. */
export interface MethodOnInstance {
  readonly origin: CimOrigin;
  readonly method: string;
  readonly given: ReadonlyMap<string, string>;
}

/** Calls a method by the names of its parameters, as Invoke-CimMethod does. */
export async function invoked(
  { machine }: Process,
  { origin, method, given }: MethodOnInstance,
  words: (message: string) => string,
): Promise<Readonly<Record<string, CimValue>>> {
  const provider = await machine.programs.licensing();
  try {
    const { className, keyValue: key } = origin;
    return await invokeNamed(provider, { className, method, key, given });
  } catch (error) {
    throw wmiFailure(error, words) ?? error;
  } finally {
    await provider.close();
  }
}

/** The result of Invoke-CimMethod. */
export function methodResult(out: Readonly<Record<string, CimValue>>): Value {
  const members = Object.entries(out).map(([name, value]) => ({ name, value: shownValue(value, false) }));
  return objectOf(
    [...members, { name: 'PSComputerName', value: null }],
    'Microsoft.Management.Infrastructure.CimMethodResult',
  );
}

/** Arguments of Invoke-CimMethod: the entries of a hashtable. */
export function argumentsOf(value: Value): ReadonlyMap<string, string> {
  if (typeof value !== 'object' || value === null || isList(value) || value.kind !== 'table')
    return new Map();
  return new Map([...value.entries.values()].map((entry) => [entry.name, textOf(entry.value)]));
}
