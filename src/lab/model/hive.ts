import { catalogue } from '../../licensing/catalogue/catalogue';
import { generationFacts } from '../../licensing/catalogue/generations';
import { isVistaEra } from './machine';
import { deleteRegistry, licensingKey, readRegistry, writeRegistry } from './registry';
import type { Hive, MachineState, RegistryValue } from './state';

/**
 * The registry of a machine below HKEY_LOCAL_MACHINE: the licensing service's own key, keys that Windows makes of what
 * the machine is, and whatever was written beside them. Paths have no root and no backslash at either end.
 */

const currentVersion = String.raw`SOFTWARE\Microsoft\Windows NT\CurrentVersion`;
const tcpip = String.raw`SYSTEM\CurrentControlSet\Services\Tcpip\Parameters`;
const policies = String.raw`SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System`;
/** Key of Windows' own SSH server. */
export const openSshKey = String.raw`SOFTWARE\OpenSSH`;
const computerName = String.raw`SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName`;

/** Most keys beside the built-in ones, most values of a key, and most characters of a value. */
const most = { keys: 1000, values: 1000, text: 65_536, path: 255 } as const;

/** A key with what is directly in it. */
export interface HiveKey {
  readonly values: readonly { readonly name: string; readonly value: RegistryValue }[];
  /** Names of the keys directly below it, in alphabetical order. */
  readonly subkeys: readonly string[];
}

/** What could not be done: `denied` for what Windows makes itself, `full` where there is no more room. */
export type HiveProblem = 'missing' | 'denied' | 'full';
export type HiveChange =
  | { readonly ok: true; readonly machine: MachineState }
  | { readonly ok: false; readonly problem: HiveProblem };

const changed = (machine: MachineState): HiveChange => ({ ok: true, machine });
const refused = (problem: HiveProblem): HiveChange => ({ ok: false, problem });

/** The key of a path in any case; null where there is none. */
export function readHiveKey(machine: MachineState, path: string): HiveKey | null {
  const wanted = path.toLowerCase();
  const values = new Map<string, { name: string; value: RegistryValue }>();
  const subkeys = new Map<string, string>();
  let exists = wanted === '';
  for (const [key, name, value] of entriesOf(machine)) {
    const lower = key.toLowerCase();
    if (lower === wanted) {
      exists = true;
      if (name !== null) values.set(name.toLowerCase(), { name, value });
    } else if (wanted === '' || lower.startsWith(`${wanted}\\`)) {
      exists = true;
      const below = key.slice(wanted === '' ? 0 : wanted.length + 1).split('\\')[0] ?? '';
      if (!subkeys.has(below.toLowerCase())) subkeys.set(below.toLowerCase(), below);
    }
  }
  if (!exists) return null;
  return {
    values: [...values.values()],
    subkeys: [...subkeys].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, name]) => name),
  };
}

/** A value by its key and name; undefined where there is none. */
export function readHiveValue(machine: MachineState, path: string, name: string): RegistryValue | undefined {
  const wanted = name.toLowerCase();
  return readHiveKey(machine, path)?.values.find((each) => each.name.toLowerCase() === wanted)?.value;
}

/** Makes a key, where there is none. */
export function createHiveKey(machine: MachineState, path: string): HiveChange {
  if (readHiveKey(machine, path) !== null) return changed(machine);
  const hive = machine.hive ?? {};
  if (path.length > most.path || Object.keys(hive).length >= most.keys) return refused('full');
  return changed({ ...machine, hive: { ...hive, [path]: {} } });
}

/** Writes a value, and makes its key where there is none. */
export function writeHiveValue(
  machine: MachineState,
  { path, name, value }: { readonly path: string; readonly name: string; readonly value: RegistryValue },
): HiveChange {
  if (sizeOf(value) > most.text || name.length > most.path) return refused('full');
  const setting = settingOf(path, name);
  if (setting !== null) return changed(setting(machine, value));
  const full = licensingPath(machine, path, name);
  if (full !== null) {
    const registry = writeRegistry(machine.registry, full, value);
    const isFull = full.length > most.path || Object.keys(registry).length > most.values;
    return isFull ? refused('full') : changed({ ...machine, registry });
  }
  return writeBeside(machine, { path, name, value });
}

function sizeOf(value: RegistryValue): number {
  return value.type === 'DWORD' ? 0 : [value.data].flat().join('').length;
}

function writeBeside(
  machine: MachineState,
  { path, name, value }: { readonly path: string; readonly name: string; readonly value: RegistryValue },
): HiveChange {
  const made = createHiveKey(machine, path);
  if (!made.ok) return made;
  const hive = made.machine.hive ?? {};
  const key = spelledKey(hive, path);
  const values = writeRegistry(hive[key] ?? {}, name, value);
  if (Object.keys(values).length > most.values) return refused('full');
  return changed({ ...machine, hive: { ...hive, [key]: values } });
}

/** Deletes a value. */
export function deleteHiveValue(machine: MachineState, path: string, name: string): HiveChange {
  if (readHiveValue(machine, path, name) === undefined) return refused('missing');
  const setting = settingOf(path, name);
  if (setting !== null) return changed(setting(machine, null));
  const full = licensingPath(machine, path, name);
  if (full !== null && readRegistry(machine.registry, full) !== undefined)
    return changed({ ...machine, registry: deleteRegistry(machine.registry, full) });
  const hive = machine.hive ?? {};
  const key = spelledKey(hive, path);
  const values = hive[key];
  if (values === undefined || readRegistry(values, name) === undefined) return refused('denied');
  return changed({ ...machine, hive: { ...hive, [key]: deleteRegistry(values, name) } });
}

/** Deletes a key with everything below it; what Windows makes itself stays. */
export function deleteHiveKey(machine: MachineState, path: string): HiveChange {
  if (readHiveKey(machine, path) === null) return refused('missing');
  const wanted = path.toLowerCase();
  const isIn = (key: string): boolean =>
    key.toLowerCase() === wanted || key.toLowerCase().startsWith(`${wanted}\\`);
  const own = licensingKey(machine);
  if (wanted === '' || isIn(own) || builtIn(machine).some(([key]) => isIn(key))) return refused('denied');
  const below = belowLicensing(machine, path);
  const registry = Object.entries(machine.registry).filter(
    ([name]) => below === null || !name.toLowerCase().startsWith(`${below.toLowerCase()}\\`),
  );
  const hive = Object.entries(machine.hive ?? {}).filter(([key]) => !isIn(key));
  return changed({ ...machine, registry: Object.fromEntries(registry), hive: Object.fromEntries(hive) });
}

type HiveEntry =
  | readonly [key: string, name: string, value: RegistryValue]
  | readonly [key: string, name: null, value: null];

/** Every key and value; a later one stands in place of an earlier one of the same name. */
function* entriesOf(machine: MachineState): Generator<readonly [string, string | null, RegistryValue]> {
  const nothing: RegistryValue = { type: 'SZ', data: '' };
  const own = licensingKey(machine);
  yield [own, null, nothing];
  for (const [path, value] of Object.entries(machine.registry)) {
    const at = path.lastIndexOf('\\');
    yield [at < 0 ? own : `${own}\\${path.slice(0, at)}`, path.slice(at + 1), value];
  }
  for (const [key, name, value] of builtIn(machine)) yield [key, name, value ?? nothing];
  for (const [key, values] of Object.entries(machine.hive ?? {})) {
    yield [key, null, nothing];
    for (const [name, value] of Object.entries(values)) yield [key, name, value];
  }
}

/** Keys that Windows makes of what the machine is. */
function builtIn(machine: MachineState): readonly HiveEntry[] {
  const primary = machine.dns.primary ?? machine.domain ?? '';
  return [
    ...versionValues(machine),
    ...serviceValues(machine),
    [policies, 'EnableLUA', { type: 'DWORD', data: 1 }],
    [computerName, 'ComputerName', text(machine.name.toUpperCase())],
    [tcpip, 'Hostname', text(machine.name)],
    [tcpip, 'NV Hostname', text(machine.name)],
    [tcpip, 'Domain', text(primary)],
    [tcpip, 'NV Domain', text(primary)],
    [tcpip, 'SearchList', text(machine.dns.searchList.join(','))],
    [openSshKey, null, null],
  ];
}

function text(data: string): RegistryValue {
  return { type: 'SZ', data };
}

function versionValues(machine: MachineState): readonly HiveEntry[] {
  const { kind } = generationFacts(machine.generation);
  const [major = '', minor = '', build = ''] = machine.version.split('.');
  const [edition] = machine.editions;
  const facts = edition === undefined ? null : catalogue().edition(edition);
  return [
    [currentVersion, 'ProductName', text(facts?.friendlyName ?? '')],
    [currentVersion, 'EditionID', text(facts?.editionName ?? '')],
    // Windows 10 and those after it still say 6.3 here.
    [currentVersion, 'CurrentVersion', text(Number(major) >= 10 ? '6.3' : `${major}.${minor}`)],
    [currentVersion, 'CurrentBuild', text(build)],
    [currentVersion, 'CurrentBuildNumber', text(build)],
    [currentVersion, 'InstallationType', text(kind === 'client' ? 'Client' : 'Server')],
  ];
}

function serviceValues(machine: MachineState): readonly HiveEntry[] {
  const [name, display] = isVistaEra(machine)
    ? ['slsvc', 'Software Licensing']
    : ['sppsvc', 'Software Protection'];
  const key = `SYSTEM\\CurrentControlSet\\Services\\${name}`;
  return [
    [key, 'DisplayName', text(display)],
    [key, 'Start', { type: 'DWORD', data: 2 }],
  ];
}

function isSuffix(text: string): boolean {
  const labels = text.replace(/\.$/, '').split('.');
  return text.length <= 253 && labels.every((label) => /^(?!-)[A-Za-z0-9_-]{1,63}(?<!-)$/.test(label));
}

/** The resolver of Windows takes no more of them. */
const mostSuffixes = 50;

type Setting = (machine: MachineState, value: RegistryValue | null) => MachineState;

/** What a value is to the machine beside being kept; null: nothing. */
function settingOf(path: string, name: string): Setting | null {
  if (path.toLowerCase() !== tcpip.toLowerCase() || name.toLowerCase() !== 'searchlist') return null;
  return (machine, value) => {
    const data = value?.type === 'SZ' ? value.data : '';
    const searchList = data
      .split(/[\s,]+/)
      .filter(isSuffix)
      .slice(0, mostSuffixes);
    return { ...machine, dns: { ...machine.dns, searchList } };
  };
}

/** The rest of a path below the licensing key, "" for the key itself; null elsewhere. */
function belowLicensing(machine: MachineState, path: string): string | null {
  const own = licensingKey(machine);
  if (path.toLowerCase() === own.toLowerCase()) return '';
  return path.toLowerCase().startsWith(`${own.toLowerCase()}\\`) ? path.slice(own.length + 1) : null;
}

/** Path of a value among those of the licensing service; null for a value that is none, and for a key's default. */
function licensingPath(machine: MachineState, path: string, name: string): string | null {
  const below = belowLicensing(machine, path);
  if (below === null || name === '') return null;
  return below === '' ? name : `${below}\\${name}`;
}

function spelledKey(hive: Hive, path: string): string {
  const wanted = path.toLowerCase();
  return Object.keys(hive).find((key) => key.toLowerCase() === wanted) ?? path;
}
