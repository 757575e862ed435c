import { generationFacts } from '../../../licensing/catalogue/generations';
import { readHiveValue } from '../../../lab/model/hive';
import { type MachineState } from '../../../lab/model/state';
import { licensingService } from '../shell/programs/services/licensing-service';
import { type CimRow } from './cim-service';

/** A class with one instance that says what the machine is. */
export interface SystemClass {
  readonly name: string;
  readonly key: string;
  readonly row: (machine: MachineState) => CimRow;
}

const classes: readonly SystemClass[] = [
  { name: 'Win32_OperatingSystem', key: 'Name', row: operatingSystem },
  { name: 'Win32_ComputerSystem', key: 'Name', row: computerSystem },
  { name: 'Win32_Service', key: 'Name', row: service },
];

/** Properties of the classes beside those of licensing. */
export const systemProperties: readonly string[] = [
  ...[
    'Name',
    'Caption',
    'Version',
    'BuildNumber',
    'CSName',
    'OSArchitecture',
    'ProductType',
    'SystemDirectory',
  ],
  ...['WindowsDirectory', 'SystemDrive', 'Status', 'DNSHostName', 'Domain', 'PartOfDomain', 'Workgroup'],
  ...['DomainRole', 'SystemType', 'DisplayName', 'State', 'Started', 'StartMode'],
];

/** A class by its name in any case. */
export function systemClass(name: string): SystemClass | undefined {
  return classes.find((each) => each.name.toLowerCase() === name.toLowerCase());
}

const versionKey = String.raw`SOFTWARE\Microsoft\Windows NT\CurrentVersion`;

function operatingSystem(machine: MachineState): CimRow {
  const product = readHiveValue(machine, versionKey, 'ProductName');
  const [major = '', minor = '', build = ''] = machine.version.split('.');
  return {
    Name: `Microsoft ${product?.type === 'SZ' ? product.data : 'Windows'}|C:\\Windows|\\Device\\Harddisk0\\Partition2`,
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
