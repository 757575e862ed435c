import type { Catalogue } from '../../licensing/catalogue/types';
import type { RegistryPort } from '../../licensing/provider';
import { systemValues, type SystemValue } from '../../licensing/system-values';
import { platformKey } from '../../licensing/windows';
import { perform } from '../../lab/estate/perform';
import { uuidOf } from '../../lab/model/identity';
import { windowsEdition } from '../../lab/model/machine';
import { succeeded } from '../../lab/model/outcome';
import { deleteRegistry, licensingKey, readRegistry, writeRegistry } from '../../lab/model/registry';
import type { MachineState } from '../../lab/model/state';
import { isElevated, read, type MachineAccess } from './access';

/** Return codes of StdRegProv. */
const success = 0;
const notFound = 2;
const accessDenied = 5;
/** WBEM_E_TYPE_MISMATCH: the value is no text. */
const typeMismatch = 0x80041005;

/**
 * The licensing key of a simulated machine and what lies below it. Other keys, the one for 32-bit programs among
 * them, do not exist there. Vista's own key is reached by the newer name as well.
 */
export function simulatedRegistry(access: MachineAccess): RegistryPort {
  const change = async (
    key: string,
    value: string,
    to: (machine: MachineState, path: string) => MachineState | null,
  ) => {
    const { path, elevated } = read(access, (reader, stored) => ({
      path: pathOf(stored.state, key, value),
      elevated: isElevated(access, reader, stored),
    }));
    if (path === null) return notFound;
    if (!elevated) return accessDenied;
    const seen = { found: true };
    await perform(access.laboratory, access.machine, (machine) => {
      const changed = to(machine, path);
      seen.found = changed !== null;
      return succeeded(changed ?? machine);
    });
    return seen.found ? success : notFound;
  };
  return {
    checkAccess: async (key) =>
      Promise.resolve(
        read(access, (_reader, { state }) => (pathOf(state, key, '') === null ? notFound : success)),
      ),
    setString: (key, value, data) =>
      change(key, value, (machine, path) => ({
        ...machine,
        registry: writeRegistry(machine.registry, path, { type: 'SZ', data }),
      })),
    getString: async (key, value) =>
      Promise.resolve(
        read(access, (_reader, { state }) => {
          const system = systemValue(state, access.laboratory.catalogue, { key, value });
          if (system !== null) return { code: success, data: system };
          const path = pathOf(state, key, value);
          const found = path === null ? undefined : readRegistry(state.registry, path);
          if (found === undefined) return { code: notFound, data: null };
          return found.type === 'SZ' || found.type === 'EXPAND_SZ'
            ? { code: success, data: found.data }
            : { code: typeMismatch, data: null };
        }),
      ),
    deleteValue: (key, value) =>
      change(key, value, (machine, path) =>
        readRegistry(machine.registry, path) === undefined
          ? null
          : { ...machine, registry: deleteRegistry(machine.registry, path) },
      ),
  };
}

/** What the system says of itself; null where that is not what was asked for. Windows 7 and older note no UUID. */
function systemValue(machine: MachineState, catalogue: Catalogue, asked: SystemValue): string | null {
  const name = Object.entries(systemValues).find(
    ([, { key, value }]) =>
      key.toLowerCase() === asked.key.replace(/^\\+|\\+$/g, '').toLowerCase() &&
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
  const wanted = key.replace(/^\\+|\\+$/g, '');
  const root = [licensingKey(machine), platformKey].find((each) => isBelow(wanted, each));
  if (root === undefined) return null;
  const below = wanted.slice(root.length + 1);
  return below === '' ? value : `${below}\\${value}`;
}

function isBelow(key: string, root: string): boolean {
  const lower = key.toLowerCase();
  return lower === root.toLowerCase() || lower.startsWith(`${root.toLowerCase()}\\`);
}
