import { keyOfClass, methodsOfClass, type ClassName } from '../../../licensing/cim-classes';
import { type LicensingProvider } from '../../../licensing/provider';
import { textOf } from '../../../licensing/values';
import { type MachineState } from '../../../lab/model/state';
import { getRow, keySelector, licensingClass, queryRows, type CimRow } from './cim-service';
import { wmiCode, wmiFault } from './fault';
import { systemClass, type SystemClass } from './system-classes';
import { fulfils, invalidQuery, propertiesOfConditions } from './wql-filter';
import { parseWql, type WqlQuery } from './wql';

/** Rows of a class, and what its clients have to know of it. */
export interface ClassRows {
  readonly class: string;
  readonly key: string;
  readonly methods: readonly { readonly name: string; readonly parameters: readonly string[] }[];
  readonly rows: readonly CimRow[];
}

/** Where a query is answered from: licensing, opened for one use, and what the machine is, where that is known. */
export interface ClassSource {
  readonly provider: () => Promise<LicensingProvider>;
  readonly state?: () => MachineState;
}

/**
 * Runs a query in WQL: the licensing classes, and what the machine can say of the system, the computer and its service.
 * @throws WsmanServerFault with WMI's number
 */
export async function queryText(text: string, source: ClassSource): Promise<ClassRows> {
  const query = parseWql(text);
  if (query === null) throw invalidQuery();
  return await queryClass(query, source);
}

/** Runs a query. The key of its class is among the properties, whether it was asked for or not. */
export async function queryClass(query: WqlQuery, { provider, state }: ClassSource): Promise<ClassRows> {
  const own = state === undefined ? undefined : systemClass(query.className);
  if (own !== undefined && state !== undefined) {
    const rows = systemRows(own, own.row(state()), query);
    return { class: own.name, key: own.key, methods: [], rows };
  }
  const name = licensingClass(query.className);
  const opened = await provider();
  try {
    const key = keyOfClass[name];
    return { class: name, key, methods: methodsOf(name), rows: await queryRows(opened, withKey(query, key)) };
  } finally {
    await opened.close();
  }
}

/** The one instance that selectors name. */
export async function getInstance(
  className: string,
  selectors: ReadonlyMap<string, string>,
  { provider, state }: ClassSource,
): Promise<{ readonly class: string; readonly row: CimRow }> {
  const own = state === undefined ? undefined : systemClass(className);
  if (own !== undefined && state !== undefined) {
    const row = own.row(state());
    if (!sameText(textOf(row[own.key]), keySelector(own.key, selectors)))
      throw wmiFault(wmiCode.notFound, 'Not found ');
    return { class: own.name, row };
  }
  const opened = await provider();
  try {
    return { class: licensingClass(className), row: await getRow(opened, className, selectors) };
  } finally {
    await opened.close();
  }
}

function sameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Methods are called on an instance by its key, which a projection may have left out. */
function withKey(query: WqlQuery, key: string): WqlQuery {
  if (query.select === null || query.select.some((each) => sameText(each, key))) return query;
  return { ...query, select: [...query.select, key] };
}

function methodsOf(name: ClassName): ClassRows['methods'] {
  const methods: Readonly<Record<string, readonly (readonly [string, string])[]>> = methodsOfClass[name];
  return Object.entries(methods).map(([method, parameters]) => ({
    name: method,
    parameters: parameters.map(([parameter]) => parameter),
  }));
}

function systemRows({ key }: SystemClass, row: CimRow, { select, where }: WqlQuery): readonly CimRow[] {
  const names = new Map(Object.keys(row).map((name) => [name.toLowerCase(), name]));
  const spelled = (name: string): string => {
    const found = names.get(name.toLowerCase());
    if (found === undefined) throw invalidQuery();
    return found;
  };
  const chosen = [...new Set((select === null ? [...names.values()] : [...select, key]).map(spelled))];
  for (const name of propertiesOfConditions(where)) spelled(name);
  if (!fulfils(where, (name) => row[spelled(name)] ?? null)) return [];
  return [Object.fromEntries(chosen.map((name) => [name, row[name] ?? null]))];
}
