import { licensingClass } from '../../wsman/cim-service';
import { WsmanServerFault } from '../../wsman/fault';
import { systemClass } from '../../wsman/system-classes';
import { parseWql, parseWqlConditions, type WqlQuery } from '../../wsman/wql';
import { NotSimulated } from '../not-simulated';
import { type Bound, plainText } from './bind';
import { type Cmdlet, type CmdletCall } from './cmdlet';
import { failure } from './failure';
import { argumentsOf, instancesOf, invoked, methodResult, wmiFailure } from './wmi';
import { isList, textOf, type CimOrigin, type PsObject, type Value } from './values';

/** A class has to be written out, so that what the machine has not is known before the script runs. */
function checkClass({ values }: Bound): void {
  const given = ['classname', 'class', 'query'].map((name) => values.get(name)?.[0]);
  const [className, shortName, query] = given.map((each) =>
    each === undefined ? undefined : plainText(each),
  );
  if ([className, shortName, query].includes(null))
    throw new NotSimulated('a class of WMI that only the run will tell');
  // What is no query Windows refuses itself.
  const asked = typeof query === 'string' ? parseWql(query)?.className : undefined;
  const name = className ?? shortName ?? asked;
  if (name !== undefined && systemClass(name) === undefined) requireClass(name);
  for (const space of values.get('namespace') ?? []) requireNamespace(plainText(space));
}

function requireNamespace(name: string | null): void {
  if (name === null || !/^(?:root[\\/])?cimv2$/i.test(name))
    throw new NotSimulated('namespaces of WMI beside root\\cimv2');
}

function requireClass(name: string): void {
  try {
    licensingClass(name);
  } catch (error) {
    if (error instanceof WsmanServerFault) throw new NotSimulated(`the class ${name} of WMI`);
    throw error;
  }
}

function queryOf(call: CmdletCall, name: string): WqlQuery {
  const [query] = call.values('query');
  if (query !== undefined) {
    const parsed = parseWql(textOf(query));
    if (parsed === null) throw failure(`${name} : Invalid query `);
    return parsed;
  }
  const [className] = [...call.values('classname'), ...call.values('class')];
  if (className === undefined)
    throw failure(
      `${name} : Cannot process command because of one or more missing mandatory parameters: ClassName.`,
    );
  const [filter] = call.values('filter');
  const where = filter === undefined ? null : parseWqlConditions(textOf(filter));
  if (filter !== undefined && where === null) throw failure(`${name} : Invalid query `);
  const select = call.values('property').map(textOf);
  return {
    className: textOf(className),
    select: select.length === 0 || select.includes('*') ? null : select,
    where,
  };
}

function getting(name: string, isWmi: boolean): Cmdlet {
  return {
    isSelfContained: true,
    parameters: {
      positional: [isWmi ? 'class' : 'classname', 'property'],
      named: ['query', 'filter', 'namespace'],
    },
    check: checkClass,
    run: async (call) => {
      const query = queryOf(call, name);
      try {
        const all = { ...query, select: isWmi ? query.select : null };
        const found = await instancesOf(call.process, all, isWmi);
        return isWmi || query.select === null
          ? found
          : found.map((each) => onlyWith(each, query.select ?? []));
      } catch (error) {
        throw wmiFailure(error, (message) => `${name} : ${message}`) ?? error;
      }
    },
  };
}

/** Get-CimInstance with a projection: every property is there, and only those that were asked for have a value. */
function onlyWith(instance: PsObject, select: readonly string[]): PsObject {
  const asked = new Set([
    ...select.map((each) => each.toLowerCase()),
    instance.origin?.key.toLowerCase() ?? '',
  ]);
  const properties = new Map(
    [...instance.properties].map(([key, member]) => [
      key,
      asked.has(key) ? member : { ...member, value: null },
    ]),
  );
  return { ...instance, properties };
}

function instanceIn(value: Value): CimOrigin | null {
  return typeof value === 'object' && value !== null && !isList(value) && value.kind === 'object'
    ? (value.origin ?? null)
    : null;
}

const invokeCimMethod: Cmdlet = {
  isSelfContained: true,
  parameters: {
    positional: ['first', 'second', 'third'],
    named: ['inputobject', 'classname', 'query', 'methodname', 'arguments', 'namespace', 'name'],
    whole: ['arguments'],
  },
  check: (bound) => {
    checkClass(bound);
    if ((bound.values.get('first') ?? []).length > 0)
      throw new NotSimulated(
        'Invoke-CimMethod with words that it does not name (-InputObject, -MethodName, -Arguments)',
      );
  },
  run: async (call) => {
    const method = textOf(call.values('methodname')[0] ?? call.values('name')[0] ?? null);
    const given = argumentsOf(call.values('arguments')[0] ?? null);
    const made: Value[] = [];
    for (const target of await targetsOf(call)) {
      const origin = instanceIn(target);
      if (origin === null)
        throw failure('Invoke-CimMethod : Cannot bind parameter: the value is no CimInstance.');
      made.push(
        methodResult(
          await invoked(call.process, { origin, method, given }, (text) => `Invoke-CimMethod : ${text}`),
        ),
      );
    }
    return made;
  },
};

/** What a method is called on: what comes by the pipe or by -InputObject, or the instances of a class or a query. */
async function targetsOf(call: CmdletCall): Promise<readonly Value[]> {
  const given = call.isPiped ? call.input : call.values('inputobject');
  if (given.length > 0 || call.isPiped) return given;
  return await instancesOf(call.process, queryOf(call, 'Invoke-CimMethod'), false);
}

/** Cmdlets of WMI, by name. */
export const cimCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['get-ciminstance', getting('Get-CimInstance', false)],
  ['get-wmiobject', getting('Get-WmiObject', true)],
  ['invoke-cimmethod', invokeCimMethod],
];
