import { generationFacts } from '../../../../licensing/catalogue/generations';
import { keyOfClass, methodsOfClass, type ClassName } from '../../../../licensing/cim-classes';
import { type LicensingProvider } from '../../../../licensing/provider';
import { readHiveValue } from '../../../../lab/model/hive';
import { type MachineState } from '../../../../lab/model/state';
import { licensingClass, queryRows, type CimRow } from '../../wsman/cim-service';
import { wmiCode, wmiFault } from '../../wsman/fault';
import { parseWql, type WqlQuery } from '../../wsman/wql';
import { licensingService } from '../programs/services/licensing-service';

/** Rows of a class, and what PowerShell has to know of it. */
export interface ClassRows {
  readonly class: string;
  readonly key: string;
  readonly methods: readonly { readonly name: string; readonly parameters: readonly string[] }[];
  readonly rows: readonly CimRow[];
}

/** Runs a query: the licensing classes, and what the machine can say of the system, the computer and its service. */
export async function queryClasses(
  text: string,
  provider: () => Promise<LicensingProvider>,
  state: MachineState,
): Promise<ClassRows> {
  const query = parseWql(text);
  if (query === null) throw wmiFault(wmiCode.invalidQuery, 'Invalid query ');
  const own = Object.entries(systemClasses).find(([name]) => sameText(name, query.className));
  if (own !== undefined) {
    const [name, { key, row }] = own;
    return { class: name, key, methods: [], rows: selected([row(state)], query) };
  }
  const name = licensingClass(query.className);
  const opened = await provider();
  try {
    const rows = await queryRows(opened, withKey(query, name));
    return { class: name, key: keyOfClass[name], methods: methodsOf(name), rows };
  } finally {
    await opened.close();
  }
}

function sameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Methods are called on an instance by its key, which a projection may have left out. */
function withKey(query: WqlQuery, name: ClassName): WqlQuery {
  const key = keyOfClass[name];
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

function selected(rows: readonly CimRow[], { select, equals, filter }: WqlQuery): readonly CimRow[] {
  if (filter.kind !== 'all') throw wmiFault(wmiCode.invalidQuery, 'Invalid query ');
  return rows
    .map((row) => new Map(Object.entries(row).map(([name, value]) => [name.toLowerCase(), { name, value }])))
    .filter((row) =>
      equals.every(({ property, value }) => {
        const found = row.get(property.toLowerCase());
        if (found === undefined) throw wmiFault(wmiCode.invalidQuery, 'Invalid query ');
        return sameText(String(found.value), value);
      }),
    )
    .map((row) => {
      const names = select?.map((name) => name.toLowerCase()) ?? [...row.keys()];
      return Object.fromEntries(
        names.map((wanted) => {
          const found = row.get(wanted);
          if (found === undefined) throw wmiFault(wmiCode.invalidQuery, 'Invalid query ');
          return [found.name, found.value];
        }),
      );
    });
}

interface SystemClass {
  readonly key: string;
  readonly row: (machine: MachineState) => CimRow;
}

const systemClasses: Readonly<Record<string, SystemClass>> = {
  Win32_OperatingSystem: { key: 'Name', row: operatingSystem },
  Win32_ComputerSystem: { key: 'Name', row: computerSystem },
  Win32_Service: { key: 'Name', row: service },
};

const versionKey = String.raw`SOFTWARE\Microsoft\Windows NT\CurrentVersion`;

function operatingSystem(machine: MachineState): CimRow {
  const product = readHiveValue(machine, versionKey, 'ProductName');
  const [major = '', minor = '', build = ''] = machine.version.split('.');
  return {
    Caption: `Microsoft ${product?.type === 'SZ' ? product.data : 'Windows'}`,
    Version: `${major}.${minor}.${build}`,
    BuildNumber: build,
    CSName: machine.name.toUpperCase(),
    OSArchitecture: '64-bit',
    ProductType: generationFacts(machine.generation).kind === 'client' ? 1 : 3,
    SystemDirectory: String.raw`C:\Windows\system32`,
    WindowsDirectory: String.raw`C:\Windows`,
    SystemDrive: 'C:',
    Status: 'OK',
  };
}

function computerSystem(machine: MachineState): CimRow {
  const isMember = machine.domain !== null;
  const isClient = generationFacts(machine.generation).kind === 'client';
  return {
    Name: machine.name.toUpperCase(),
    DNSHostName: machine.name,
    Domain: machine.domain ?? 'WORKGROUP',
    PartOfDomain: isMember,
    Workgroup: isMember ? null : 'WORKGROUP',
    DomainRole: (isClient ? 0 : 2) + (isMember ? 1 : 0),
    SystemType: 'x64-based PC',
    Status: 'OK',
  };
}

function service(machine: MachineState): CimRow {
  const { name, display, isRunning } = licensingService(machine);
  return {
    Name: name,
    DisplayName: display,
    State: isRunning ? 'Running' : 'Stopped',
    Started: isRunning,
    StartMode: 'Auto',
    Status: 'OK',
  };
}
