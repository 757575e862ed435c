import { deleteHiveValue, openSshKey, readHiveValue, writeHiveValue, type HiveChange } from '../model/hive';
import { succeeded } from '../model/outcome';
import { policyKey, tokenFilterPolicy } from '../model/reachable';
import {
  deleteRegistry,
  isKnownValue,
  licensingKey,
  nearestValueName,
  readRegistry,
  registryValueFor,
  writeRegistry,
} from '../model/registry';
import { registryProblems } from '../model/registry-problems';
import type { MachineState, RegistryValue } from '../model/state';
import { EstateError } from './errors';
import type { Laboratory } from './laboratory';
import { asEstateError } from './machines';
import { requireMachine } from './names';
import { mustPerform } from './power';

/** A value of a machine's licensing key. */
export interface RegistryView {
  readonly machine: string;
  readonly key: string;
  /** Null: there is none. */
  readonly value: RegistryValue | null;
}

/** A value by its name, with its path below the licensing key where it has one ("Activation\Manual"). */
export function getRegistryValue(
  laboratory: Pick<Laboratory, 'store'>,
  name: string,
  key: string,
): RegistryView {
  return laboratory.store.read((reader) => {
    return viewOf(requireMachine(reader, name).state, key);
  });
}

function viewOf(state: MachineState, key: string): RegistryView {
  const beside = besideOf(state, key);
  const path = beside === null ? pathOf(state, key) : `${beside.path}\\${beside.name}`;
  const value =
    beside === null ? readRegistry(state.registry, path) : readHiveValue(state, beside.path, beside.name);
  return { machine: state.name, key: path, value: value ?? null };
}

/** Every value of a machine's licensing key with its path below it, by name. */
export function listRegistryValues(
  laboratory: Pick<Laboratory, 'store'>,
  name: string,
): { readonly machine: string; readonly values: readonly { key: string; value: RegistryValue }[] } {
  return laboratory.store.read((reader) => {
    const { state } = requireMachine(reader, name);
    const values = Object.entries(state.registry).map(([key, value]) => ({ key, value }));
    return { machine: state.name, values: values.sort((one, other) => (one.key < other.key ? -1 : 1)) };
  });
}

/**
 * Writes a value with the type that Windows expects there; several words make the lines of a multi-string. It takes
 * effect when the service starts again.
 * @throws EstateError `invalid` for a DWORD that is none
 */
export async function setRegistryValue(
  laboratory: Laboratory,
  name: string,
  key: string,
  words: readonly string[],
): Promise<RegistryView> {
  const { state } = await mustPerform(laboratory, name, (machine) => {
    const beside = besideOf(machine, key);
    if (beside !== null)
      return succeeded(done(writeHiveValue(machine, { ...beside, value: valueOf(beside.name, words) })));
    const path = pathOf(machine, key);
    return succeeded({ ...machine, registry: writeRegistry(machine.registry, path, valueOf(path, words)) });
  });
  return viewOf(state, key);
}

/** What is said of a value that is not there, with the known name that is like its name. */
export function noSuchValue(machine: string, path: string): string {
  const meant = isKnownValue(path) ? null : nearestValueName(path);
  return `${machine} has no value ${path}.${meant === null ? '' : ` Did you mean ${meant}?`}`;
}

/**
 * Deletes a value.
 * @throws EstateError `not-found` where there is none
 */
export async function deleteRegistryValue(
  laboratory: Laboratory,
  name: string,
  key: string,
): Promise<RegistryView> {
  const { state } = await mustPerform(laboratory, name, (machine) => {
    const view = viewOf(machine, key);
    if (view.value === null) throw new EstateError('not-found', noSuchValue(machine.name, view.key));
    const beside = besideOf(machine, key);
    if (beside !== null) return succeeded(done(deleteHiveValue(machine, beside.path, beside.name)));
    const path = pathOf(machine, key);
    return succeeded({ ...machine, registry: deleteRegistry(machine.registry, path) });
  });
  return { ...viewOf(state, key), value: null };
}

/**
 * Refuses a name that the licensing service reads nothing of, with the one that was probably meant.
 * @throws EstateError `invalid`
 */
export function requireKnownValue(laboratory: Pick<Laboratory, 'store'>, name: string, key: string): void {
  const path = laboratory.store.read((reader) => {
    const { state } = requireMachine(reader, name);
    return besideOf(state, key) === null ? pathOf(state, key) : null;
  });
  if (path === null || isKnownValue(path)) return;
  const meant = nearestValueName(path);
  throw new EstateError(
    'invalid',
    `The licensing service reads no value ${path}.${meant === null ? '' : ` Did you mean ${meant}?`} ` +
      '--force writes it all the same.',
  );
}

/** What the licensing service passes over in a value that was written, a sentence for each; none where it takes it. */
export function valueProblems({ key, value }: RegistryView): readonly string[] {
  return value === null ? [] : registryProblems(key, value);
}

function valueOf(path: string, words: readonly string[]): RegistryValue {
  if (words.length === 0) throw new EstateError('invalid', 'A value is missing.');
  if (words.length > 1) return { type: 'MULTI_SZ', data: words };
  return asEstateError(() => registryValueFor(path, words[0] ?? ''));
}

/** Values that stand elsewhere and may be called by their name alone. */
const knownElsewhere: ReadonlyMap<string, { readonly path: string; readonly name: string }> = new Map([
  [tokenFilterPolicy.toLowerCase(), { path: policyKey, name: tokenFilterPolicy }],
  ['defaultshell', { path: openSshKey, name: 'DefaultShell' }],
]);

/** Key and name of a value beside the licensing key: by its whole path, or one of those that are known; null: it is below it. */
function besideOf(
  machine: MachineState,
  key: string,
): { readonly path: string; readonly name: string } | null {
  const known = knownElsewhere.get(key.toLowerCase());
  if (known !== undefined) return known;
  const [, whole] = /^\\*(?:HKLM|HKEY_LOCAL_MACHINE):?\\+(.+)$/i.exec(key.replaceAll('/', '\\')) ?? [];
  const at = whole?.lastIndexOf('\\') ?? -1;
  if (whole === undefined || at <= 0) return null;
  if (whole.toLowerCase().startsWith(`${licensingKey(machine).toLowerCase()}\\`)) return null;
  return { path: whole.slice(0, at), name: whole.slice(at + 1) };
}

function done(change: HiveChange): MachineState {
  if (change.ok) return change.machine;
  const reasons = { denied: 'Windows makes it itself', missing: 'it is not there', full: 'there is no room' };
  throw new EstateError('not-possible', `The value cannot be changed: ${reasons[change.problem]}.`);
}

/** The path below the licensing key; the whole path of the key in front of it is taken off. */
function pathOf(machine: MachineState, key: string): string {
  const path = key.replaceAll('/', '\\').replace(/^\\+|\\+$/g, '');
  const whole = licensingKey(machine).toLowerCase();
  const bare = path.replace(/^(?:HKLM|HKEY_LOCAL_MACHINE)\\/i, '');
  const below = bare.toLowerCase().startsWith(`${whole}\\`) ? bare.slice(whole.length + 1) : path;
  if (below !== '' && below.length <= 255) return below;
  throw new EstateError('invalid', 'A value has a name, at most 255 characters with its path.');
}
