import { nearest } from '../../licensing/nearest';
import type { ActivationId, MachineState, Registry, RegistryValue } from './state';

/** Values of the licensing key that the model reads and writes (K8), in Windows' spelling. */
export const registryName = {
  hostName: 'KeyManagementServiceName',
  hostPort: 'KeyManagementServicePort',
  lookupDomain: 'KeyManagementServiceLookupDomain',
  listeningPort: 'KeyManagementServiceListeningPort',
  disableDnsPublishing: 'DisableDnsPublishing',
  publishList: 'DnsDomainPublishList',
  lowPriority: 'EnableKmsLowPriority',
  hostVersion: 'KeyManagementServiceVersion',
  activationInterval: 'VLActivationInterval',
  renewalInterval: 'VLRenewalInterval',
  activationType: 'VLActivationType',
  userOperations: 'UserOperations',
  skipRearm: 'SkipRearm',
  manual: 'Activation\\Manual',
  notificationDisabled: 'Activation\\NotificationDisabled',
  alternateUrl: 'Activation\\AlternateURL',
  noGenTicket: 'NoGenTicket',
  disableCaching: 'DisableKeyManagementServiceHostCaching',
} as const;

/** Key below HKEY_LOCAL_MACHINE that holds them on this generation (section 8). */
export function licensingKey(machine: Pick<MachineState, 'generation'>): string {
  const isVistaEra = machine.generation === 'vista' || machine.generation === 'ws2008';
  const leaf = isVistaEra ? 'SL' : 'SoftwareProtectionPlatform';
  return `SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\${leaf}`;
}

/** Where a setting stands: for the machine, for an application, or for one product of it (K8.1). */
export interface SettingScope {
  readonly applicationId?: string;
  readonly activationId?: ActivationId;
}

/** Path of a value of a scope. */
export function scopedName(name: string, scope: SettingScope): string {
  return [scope.applicationId, scope.activationId, name].filter((part) => part !== undefined).join('\\');
}

function spelled(registry: Registry, name: string): string | undefined {
  if (Object.hasOwn(registry, name)) return name;
  const wanted = name.toLowerCase();
  return Object.keys(registry).find((each) => each.toLowerCase() === wanted);
}

/** A value by its path, compared without case; undefined where there is none. */
export function readRegistry(registry: Registry, name: string): RegistryValue | undefined {
  const found = spelled(registry, name);
  return found === undefined ? undefined : registry[found];
}

/** The registry with a value set; its spelling stays where it was there before. */
export function writeRegistry(registry: Registry, name: string, value: RegistryValue): Registry {
  return { ...registry, [spelled(registry, name) ?? name]: value };
}

/** The registry without a value; the same one where there was none. */
export function deleteRegistry(registry: Registry, name: string): Registry {
  const found = spelled(registry, name);
  if (found === undefined) return registry;
  return Object.fromEntries(Object.entries(registry).filter(([each]) => each !== found));
}

/** Text of a value; null where there is none or it is empty. */
export function registryText(registry: Registry, name: string): string | null {
  const value = readRegistry(registry, name);
  const text = value === undefined ? '' : registryDataText(value);
  return text === '' ? null : text;
}

/** A whole number from a DWORD or from digits in a text (ports are texts, K8.2); null where there is none. */
export function registryNumber(registry: Registry, name: string): number | null {
  const value = readRegistry(registry, name);
  if (value === undefined) return null;
  if (value.type === 'BINARY') return null;
  const number = value.type === 'DWORD' ? value.data : Number(registryDataText(value).trim() || Number.NaN);
  return Number.isInteger(number) ? number : null;
}

/** True for a DWORD other than 0. */
export function registryFlag(registry: Registry, name: string): boolean {
  return (registryNumber(registry, name) ?? 0) !== 0;
}

/** Lines of a MULTI_SZ, or of a text split at its ends of line; without empty ones. */
export function registryLines(registry: Registry, name: string): readonly string[] {
  const value = readRegistry(registry, name);
  if (value === undefined) return [];
  const lines = value.type === 'MULTI_SZ' ? value.data : registryDataText(value).split(/\r?\n/);
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

/** Data as text: a number in decimal, lines joined by LF. */
export function registryDataText(value: RegistryValue): string {
  switch (value.type) {
    case 'SZ':
    case 'EXPAND_SZ':
    case 'QWORD':
    case 'BINARY':
      return value.data;
    case 'DWORD':
      return String(value.data);
    case 'MULTI_SZ':
      return value.data.join('\n');
  }
}

const dwords = new Set<string>(
  [
    registryName.disableDnsPublishing,
    registryName.lowPriority,
    registryName.activationInterval,
    registryName.renewalInterval,
    registryName.activationType,
    registryName.userOperations,
    registryName.skipRearm,
    'Manual',
    'NotificationDisabled',
    registryName.noGenTicket,
    registryName.disableCaching,
    'LocalAccountTokenFilterPolicy',
  ].map((name) => name.toLowerCase()),
);

function leaf(name: string): string {
  return (name.split('\\').at(-1) ?? '').toLowerCase();
}

function dwordOf(text: string): RegistryValue {
  const number = /^0x[0-9a-f]{1,8}$/i.test(text) || /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number <= 0xffffffff)) throw new RangeError(`"${text}" is no DWORD: a number from 0 to 4294967295`);
  return { type: 'DWORD', data: number };
}

/**
 * A typed value for a name of section 8, with the type that Windows expects there (K8): a DWORD in decimal or with
 * 0x, lines of DnsDomainPublishList divided by an end of line, "\0" or ";".
 *
 * @throws RangeError where the text is no DWORD and the name wants one
 */
export function registryValueFor(name: string, text: string): RegistryValue {
  if (dwords.has(leaf(name))) return dwordOf(text.trim());
  if (leaf(name) === registryName.publishList.toLowerCase()) {
    const lines = text.split(/\r?\n|\\0|\0|;/).map((line) => line.trim());
    return { type: 'MULTI_SZ', data: lines.filter((line) => line !== '') };
  }
  return { type: 'SZ', data: text };
}

const knownNames: readonly string[] = Object.values(registryName);
const guid = /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i;

/** Whether the licensing service reads a value of that path: a name of section 8, below the IDs of a product too. */
export function isKnownValue(path: string): boolean {
  const parts = path.split('\\');
  while (parts.length > 1 && guid.test(parts[0] ?? '')) parts.shift();
  const below = parts.join('\\').toLowerCase();
  return knownNames.some((name) => name.toLowerCase() === below);
}

/** The known name that an unknown one was probably meant to be; null where none is near. */
export function nearestValueName(path: string): string | null {
  return nearest(path.split('\\').at(-1) ?? '', knownNames);
}
