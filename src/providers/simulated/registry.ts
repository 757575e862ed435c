import type { Catalogue } from '../../licensing/catalogue/types';
import type { RegistryPort } from '../../licensing/provider';
import { systemValues, type SystemValue } from '../../licensing/system-values';
import { platformKey } from '../../licensing/windows';
import { perform } from '../../lab/estate/perform';
import { uuidOf } from '../../lab/model/identity';
import { windowsEdition } from '../../lab/model/machine';
import {
  deleteHiveValue,
  readHiveKey,
  readHiveValue,
  writeHiveValue,
  type HiveChange,
  type HiveProblem,
} from '../../lab/model/hive';
import { succeeded } from '../../lab/model/outcome';
import { deleteRegistry, licensingKey, readRegistry, writeRegistry } from '../../lab/model/registry';
import type { MachineState, RegistryValue } from '../../lab/model/state';
import { isElevated, read, type MachineAccess } from './access';

/** Return codes of StdRegProv. */
const success = 0;
const notFound = 2;
const accessDenied = 5;
/** ERROR_NO_SYSTEM_RESOURCES. */
const noResources = 1450;
/** WBEM_E_TYPE_MISMATCH: the value is no text. */
const typeMismatch = 0x80041005;

/**
 * The registry of a simulated machine below HKEY_LOCAL_MACHINE: texts of the licensing key and of what lies below it,
 * which Vista has under the newer name as well, and of whatever other key the machine has.
 */
export function simulatedRegistry(access: MachineAccess): RegistryPort {
  const change = async (key: string, value: string, work: Work): Promise<number> => {
    const { state, elevated } = read(access, (reader, stored) => ({
      state: stored.state,
      elevated: isElevated(access, reader, stored),
    }));
    if (!hasKey(state, key)) return notFound;
    if (!elevated) return accessDenied;
    const seen = { code: success };
    await perform(access.laboratory, access.machine, (machine) => {
      const path = pathOf(machine, key, value);
      const changed = path === null ? work.beside(machine, trimmed(key)) : work.own(machine, path);
      seen.code = changed.ok ? success : registryCode(changed.problem);
      return succeeded(changed.ok ? changed.machine : machine);
    });
    return seen.code;
  };
  return {
    checkAccess: async (key) =>
      Promise.resolve(read(access, (_reader, { state }) => (hasKey(state, key) ? success : notFound))),
    setString: (key, value, data) => change(key, value, writing(value, { type: 'SZ', data })),
    getString: async (key, value) =>
      Promise.resolve(
        read(access, (_reader, { state }) => {
          const system = systemValue(state, access.laboratory.catalogue, { key, value });
          if (system !== null) return { code: success, data: system };
          const path = pathOf(state, key, value);
          const found =
            path === null ? readHiveValue(state, trimmed(key), value) : readRegistry(state.registry, path);
          if (found === undefined) return { code: notFound, data: null };
          return found.type === 'SZ' || found.type === 'EXPAND_SZ'
            ? { code: success, data: found.data }
            : { code: typeMismatch, data: null };
        }),
      ),
    deleteValue: (key, value) => change(key, value, deleting(value)),
  };
}

/** A change of a value: of one of the licensing service by its path below the licensing key, of another by its key. */
interface Work {
  readonly own: (machine: MachineState, path: string) => HiveChange;
  readonly beside: (machine: MachineState, key: string) => HiveChange;
}

function writing(name: string, value: RegistryValue): Work {
  return {
    own: (machine, path) => ({
      ok: true,
      machine: { ...machine, registry: writeRegistry(machine.registry, path, value) },
    }),
    beside: (machine, key) => writeHiveValue(machine, { path: key, name, value }),
  };
}

function deleting(name: string): Work {
  return {
    own: (machine, path) =>
      readRegistry(machine.registry, path) === undefined
        ? { ok: false, problem: 'missing' }
        : { ok: true, machine: { ...machine, registry: deleteRegistry(machine.registry, path) } },
    beside: (machine, key) => deleteHiveValue(machine, key, name),
  };
}

/** The return code of StdRegProv for what could not be done. */
export function registryCode(problem: HiveProblem): number {
  switch (problem) {
    case 'missing':
      return notFound;
    case 'denied':
      return accessDenied;
    case 'full':
      return noResources;
  }
}

function trimmed(key: string): string {
  return key.replace(/^\\+|\\+$/g, '');
}

function hasKey(machine: MachineState, key: string): boolean {
  return pathOf(machine, key, '') !== null || readHiveKey(machine, trimmed(key)) !== null;
}

/** What the system says of itself; null where that is not what was asked for. Windows 7 and older note no UUID. */
function systemValue(machine: MachineState, catalogue: Catalogue, asked: SystemValue): string | null {
  const name = Object.entries(systemValues).find(
    ([, { key, value }]) =>
      key.toLowerCase() === trimmed(asked.key).toLowerCase() &&
      value.toLowerCase() === asked.value.toLowerCase(),
  )?.[0];
  if (name === undefined) return null;
  const edition = windowsEdition(machine, catalogue);
  if (name === 'edition') return edition.editionName;
  if (name === 'productName') return edition.friendlyName;
  return machine.version.startsWith('6.0') || machine.version.startsWith('6.1')
    ? null
    : `{${uuidOf(machine).toUpperCase()}}`;
}

/** A value's path below the licensing key; null where the key is another one. */
function pathOf(machine: MachineState, key: string, value: string): string | null {
  const wanted = trimmed(key);
  const root = [licensingKey(machine), platformKey].find((each) => isBelow(wanted, each));
  if (root === undefined) return null;
  const below = wanted.slice(root.length + 1);
  return below === '' ? value : `${below}\\${value}`;
}

function isBelow(key: string, root: string): boolean {
  const lower = key.toLowerCase();
  return lower === root.toLowerCase() || lower.startsWith(`${root.toLowerCase()}\\`);
}
