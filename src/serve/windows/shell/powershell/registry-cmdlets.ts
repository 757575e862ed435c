import {
  createHiveKey,
  deleteHiveKey,
  deleteHiveValue,
  readHiveKey,
  writeHiveValue,
  type HiveChange,
  type HiveKey,
} from '../../../../lab/model/hive';
import { succeeded } from '../../../../lab/model/outcome';
import { type MachineState, type RegistryValue } from '../../../../lab/model/state';
import { NotSimulated } from '../not-simulated';
import { plainText, type Bound } from './bind';
import { type Cmdlet, type CmdletCall } from './cmdlet';
import { failure } from './failure';
import { numberOf } from './numbers';
import { objectOf, textOf, type Value } from './values';

const provider = 'Microsoft.PowerShell.Core\\Registry::';

/** Path below HKEY_LOCAL_MACHINE of a name in PowerShell's drives; null where it is no name of a key there. */
export function keyPath(path: string): string | null {
  const [, rest] =
    /^(?:Microsoft\.PowerShell\.Core\\)?(?:Registry::)?(?:HKLM:|HKEY_LOCAL_MACHINE(?=[\\/]|$)|HKLM(?=[\\/]))[\\/]?(.*)$/is.exec(
      path,
    ) ?? [];
  return rest === undefined ? null : rest.replaceAll('/', '\\').replace(/\\+$/, '');
}

/**
 * Refuses the drives that a simulated machine has not.
 * @throws NotSimulated
 */
export function checkDrive(path: string | null): void {
  if (path === null) return;
  const drive = /^([a-z]\w+):|^(?:Microsoft\.PowerShell\.Core\\)?Registry::/i.exec(path)?.[0];
  if (drive !== undefined && keyPath(path) === null)
    throw new NotSimulated(`the drive of ${path.slice(0, 40)}`);
  if (/[*?[]/.test(path)) throw new NotSimulated(`names with * and ? (${path})`);
}

function checkPaths({ values }: Bound): void {
  for (const name of ['path', 'literalpath']) {
    for (const each of values.get(name) ?? []) {
      const text = plainText(each);
      checkDrive(text);
      if (text !== null && keyPath(text) === null) throw new NotSimulated(`properties of files (${text})`);
    }
  }
}

function pathOf(call: CmdletCall): string {
  return textOf(call.values('path')[0] ?? call.values('literalpath')[0] ?? null);
}

function keyOf(call: CmdletCall): { readonly path: string; readonly key: string } {
  const path = pathOf(call);
  const key = keyPath(path);
  if (key === null) throw new NotSimulated(`the registry key ${path.slice(0, 60)}`);
  return { path, key };
}

const missing = (name: string, path: string): string =>
  `${name} : Cannot find path '${path.replaceAll('/', '\\')}' because it does not exist.`;
const noProperty = (name: string, value: string, path: string): string =>
  `${name} : Property ${value} does not exist at path ${shownKey(path)}.`;

function shownKey(path: string): string {
  return `HKEY_LOCAL_MACHINE\\${keyPath(path) ?? ''}`;
}

function dataOf(value: RegistryValue): Value {
  switch (value.type) {
    case 'QWORD':
      return Number(value.data);
    case 'DWORD':
      return value.data | 0;
    case 'BINARY':
      return (value.data.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
    case 'EXPAND_SZ':
      return value.data.replaceAll(/%(?:SystemRoot|windir)%/gi, String.raw`C:\Windows`);
    default:
      return value.data;
  }
}

function itemOf(found: HiveKey, key: string, names: readonly string[]): Value {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const values = found.values
    .filter(({ name }) => wanted.size === 0 || wanted.has(name.toLowerCase()))
    .map(({ name, value }) => ({ name: name === '' ? '(default)' : name, value: dataOf(value) }));
  const parts = key.split('\\');
  const whole = `${provider}HKEY_LOCAL_MACHINE\\${key}`;
  return objectOf([
    ...values,
    { name: 'PSPath', value: whole },
    { name: 'PSParentPath', value: whole.replace(/\\[^\\]*$/, '') },
    { name: 'PSChildName', value: parts.at(-1) ?? '' },
    { name: 'PSDrive', value: 'HKLM' },
    { name: 'PSProvider', value: 'Microsoft.PowerShell.Core\\Registry' },
  ]);
}

function reading(name: string, isValue: boolean): Cmdlet {
  return {
    isSelfContained: true,
    parameters: { positional: ['path', 'name'], named: ['literalpath'] },
    check: checkPaths,
    run: (call) => {
      const { path, key } = keyOf(call);
      const found = readHiveKey(call.process.machine.programs.system.state(), key);
      if (found === null) return call.fail(missing(name, path));
      const names = call.values('name').map(textOf);
      if (names.some((each) => /[*?]/.test(each))) throw new NotSimulated(`${name} with patterns of names`);
      const absent = names.find(
        (each) => !found.values.some((value) => value.name.toLowerCase() === each.toLowerCase()),
      );
      if (absent !== undefined) return call.fail(noProperty(name, absent, path));
      if (!isValue) return [itemOf(found, key, names)];
      return names.map((each) => {
        const value = found.values.find((one) => one.name.toLowerCase() === each.toLowerCase())?.value;
        return value === undefined ? null : dataOf(value);
      });
    },
  };
}

async function change(
  call: CmdletCall,
  name: string,
  work: (machine: MachineState) => HiveChange,
): Promise<void> {
  const { system } = call.process.machine.programs;
  if (!system.isAdministrator()) throw failure(`${name} : Requested registry access is not allowed.`);
  const seen: { problem: string | null } = { problem: null };
  await system.change((state) => {
    const changed = work(state);
    seen.problem = changed.ok ? null : changed.problem;
    return succeeded(changed.ok ? changed.machine : state);
  });
  if (seen.problem === null) return;
  throw failure(
    seen.problem === 'missing'
      ? missing(name, pathOf(call))
      : `${name} : Requested registry access is not allowed.`,
  );
}

/** The value that a type's name and data make. */
function valueOf(type: string, data: Value): RegistryValue {
  switch (type.toLowerCase()) {
    case '':
      return typeof data === 'number' ? valueOf('dword', data) : { type: 'SZ', data: textOf(data) };
    case 'string':
      return { type: 'SZ', data: textOf(data) };
    case 'expandstring':
      return { type: 'EXPAND_SZ', data: textOf(data) };
    case 'multistring':
      return {
        type: 'MULTI_SZ',
        data: (Array.isArray(data) ? (data as readonly Value[]) : [data]).map(textOf),
      };
    case 'dword':
      return { type: 'DWORD', data: numberOf(data) >>> 0 };
    case 'qword':
      return { type: 'QWORD', data: String(Math.max(0, Math.trunc(numberOf(data)))) };
    default:
      throw new NotSimulated(`registry values of the type ${type}`);
  }
}

function writing(name: string, typeParameter: 'type' | 'propertytype'): Cmdlet {
  return {
    isSelfContained: true,
    parameters: {
      positional: ['path', 'name', 'value'],
      named: ['literalpath', typeParameter],
      switches: ['force', 'passthru'],
      whole: ['value'],
    },
    check: checkPaths,
    run: async (call) => {
      const { path, key } = keyOf(call);
      const value = textOf(call.values('name')[0] ?? null);
      const state = call.process.machine.programs.system.state();
      const found = readHiveKey(state, key);
      if (found === null) return call.fail(missing(name, path));
      const before = found.values.find((each) => each.name.toLowerCase() === value.toLowerCase())?.value;
      if (name === 'New-ItemProperty' && before !== undefined && !call.switches.has('force'))
        return call.fail(`${name} : The property already exists.`);
      const data = valueOf(typeGiven(call, typeParameter, before), call.values('value')[0] ?? null);
      await change(call, name, (machine) => writeHiveValue(machine, { path: key, name: value, value: data }));
      if (name === 'Set-ItemProperty' && !call.switches.has('passthru')) return [];
      const now = readHiveKey(call.process.machine.programs.system.state(), key);
      return now === null ? [] : [itemOf(now, key, [value])];
    },
  };
}

/** The type that a value is to have: the one that was given, else the one that it has. */
function typeGiven(call: CmdletCall, parameter: string, before: RegistryValue | undefined): string {
  const given = textOf(call.values(parameter)[0] ?? null);
  return given === '' ? typeNames[before?.type ?? 'none'] : given;
}

/** A value keeps its type where no other is given. */
const typeNames: Readonly<Record<RegistryValue['type'] | 'none', string>> = {
  ...{ SZ: 'string', EXPAND_SZ: 'expandstring', MULTI_SZ: 'multistring', DWORD: 'dword', QWORD: 'qword' },
  ...{ BINARY: 'binary', none: '' },
};

const removeProperty: Cmdlet = {
  isSelfContained: true,
  parameters: { positional: ['path', 'name'], named: ['literalpath'], switches: ['force'] },
  check: checkPaths,
  run: async (call) => {
    const { path, key } = keyOf(call);
    const value = textOf(call.values('name')[0] ?? null);
    const found = readHiveKey(call.process.machine.programs.system.state(), key);
    if (found === null) return call.fail(missing('Remove-ItemProperty', path));
    if (!found.values.some((each) => each.name.toLowerCase() === value.toLowerCase()))
      return call.fail(noProperty('Remove-ItemProperty', value, path));
    await change(call, 'Remove-ItemProperty', (machine) => deleteHiveValue(machine, key, value));
    return [];
  },
};

/** New-Item of the registry; null for a path of a file. */
export async function newKey(call: CmdletCall): Promise<readonly Value[] | null> {
  const path = pathOf(call);
  const key = keyPath(path);
  if (key === null) return null;
  const state = call.process.machine.programs.system.state();
  const isForced = call.switches.has('force');
  if (readHiveKey(state, key) !== null && !isForced)
    return call.fail('New-Item : A key in this path already exists.');
  const above = key.replace(/\\?[^\\]*$/, '');
  if (readHiveKey(state, above) === null && !isForced)
    return call.fail('New-Item : The registry key at the specified path does not exist.');
  await change(call, 'New-Item', (machine) => createHiveKey(machine, key));
  return [];
}

/** Remove-Item of the registry; null for a path of a file. */
export async function removeKey(call: CmdletCall): Promise<readonly Value[] | null> {
  const path = pathOf(call);
  const key = keyPath(path);
  if (key === null) return null;
  const found = readHiveKey(call.process.machine.programs.system.state(), key);
  if (found === null) return call.fail(missing('Remove-Item', path));
  if (found.subkeys.length > 0 && !call.switches.has('recurse'))
    throw new NotSimulated('Remove-Item of a key with keys below it, without -Recurse: it would ask');
  await change(call, 'Remove-Item', (machine) => deleteHiveKey(machine, key));
  return [];
}

/** Cmdlets of the registry, by name. */
export const registryCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['get-itemproperty', reading('Get-ItemProperty', false)],
  ['get-itempropertyvalue', reading('Get-ItemPropertyValue', true)],
  ['set-itemproperty', writing('Set-ItemProperty', 'type')],
  ['new-itemproperty', writing('New-ItemProperty', 'propertytype')],
  ['remove-itemproperty', removeProperty],
];
