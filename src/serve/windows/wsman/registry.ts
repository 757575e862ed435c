import { type LicensingProvider } from '../../../licensing/provider';
import { platformKey } from '../../../licensing/windows';
import {
  createHiveKey,
  deleteHiveKey,
  deleteHiveValue,
  readHiveKey,
  readHiveValue,
  writeHiveValue,
  type HiveChange,
} from '../../../lab/model/hive';
import { licensingKey } from '../../../lab/model/registry';
import { succeeded } from '../../../lab/model/outcome';
import { type MachineState, type RegistryValue } from '../../../lab/model/state';
import { registryCode } from '../../../providers/simulated/registry';
import { type XmlElement } from '../../../transports/winrm/soap/xml';
import { type MachineSystem } from '../shell/system';
import { licensing, type CimRow } from './cim-service';
import { wmiCode, wmiFault } from './fault';

/** What the registry needs of a machine; without its system only the licensing service's own key is there. */
export interface RegistrySource {
  readonly provider: LicensingProvider;
  readonly system?: RegistrySystem;
}

/** The part of a machine that has its registry. */
export type RegistrySystem = Pick<MachineSystem, 'state' | 'isAdministrator' | 'change'>;

const localMachine = 0x80000002;
const success = 0;
const fileNotFound = 2;
const accessDenied = 5;
const invalidParameter = 0x80041008;
/** WBEM_E_TYPE_MISMATCH: the value is of another type than the method reads. */
const typeMismatch = 0x80041005;
/** REG_* numbers of the types that a simulated machine keeps. */
const typeNumber = { SZ: 1, EXPAND_SZ: 2, BINARY: 3, DWORD: 4, MULTI_SZ: 7, QWORD: 11 } as const;

/** A call of StdRegProv: where, and what. */
interface Call {
  readonly key: string;
  readonly value: string;
  readonly input: XmlElement | undefined;
}

/**
 * A static method of StdRegProv. Its result is a return code; a fault says what StdRegProv or the simulated machine
 * does not have.
 */
export async function invokeRegistry(
  { provider, system }: RegistrySource,
  method: string,
  input: XmlElement | undefined,
): Promise<CimRow> {
  const root = Number(text(input, 'hDefKey') || localMachine) >>> 0;
  if (root !== localMachine)
    throw wmiFault(
      wmiCode.notSupported,
      'Not supported: this simulated machine has no registry beside HKEY_LOCAL_MACHINE ',
    );
  const key = text(input, 'sSubKeyName').replace(/^\\+|\\+$/g, '');
  const call: Call = { key, value: text(input, 'sValueName'), input };
  const name = method.toLowerCase();
  const own = await ofLicensing(provider, name, call);
  if (own !== null) return own;
  if (system === undefined) throw wmiFault(wmiCode.invalidMethod, 'Invalid method ');
  const place = { ...call, key: onVista(system.state(), key) };
  return reading(system.state(), name, place) ?? (await changing(system, name, place));
}

function text(input: XmlElement | undefined, name: string): string {
  return input?.children.find((element) => element.name.toLowerCase() === name.toLowerCase())?.text ?? '';
}

function texts(input: XmlElement | undefined, name: string): readonly string[] {
  const found = input?.children.filter((element) => element.name.toLowerCase() === name.toLowerCase()) ?? [];
  return found.map((element) => element.text);
}

function isLicensing(key: string): boolean {
  return `${key.toLowerCase()}\\`.startsWith(`${platformKey.toLowerCase()}\\`);
}

/** Windows Vista's own key is reached by the newer name as well. */
function onVista(machine: MachineState, key: string): string {
  return isLicensing(key) && readHiveKey(machine, key) === null
    ? `${licensingKey(machine)}${key.slice(platformKey.length)}`
    : key;
}

/** What licensing itself uses, on any key: texts. */
async function ofLicensing(provider: LicensingProvider, method: string, call: Call): Promise<CimRow | null> {
  const { key, value, input } = call;
  const { registry } = provider;
  switch (method) {
    case 'checkaccess': {
      const code = await licensing(registry.checkAccess(key));
      return { ReturnValue: code, bGranted: code === success };
    }
    case 'getstringvalue': {
      const { code, data } = await licensing(registry.getString(key, value));
      return { ReturnValue: code, sValue: data };
    }
    case 'setstringvalue':
      return { ReturnValue: await licensing(registry.setString(key, value, text(input, 'sValue'))) };
    case 'deletevalue':
      return { ReturnValue: await licensing(registry.deleteValue(key, value)) };
    default:
      return null;
  }
}

/** The types that a method reads, and what it calls their data. */
const readers: Readonly<
  Record<string, { readonly types: readonly RegistryValue['type'][]; readonly out: string }>
> = {
  getstringvalue: { types: ['SZ', 'EXPAND_SZ'], out: 'sValue' },
  getexpandedstringvalue: { types: ['EXPAND_SZ', 'SZ'], out: 'sValue' },
  getmultistringvalue: { types: ['MULTI_SZ'], out: 'sValue' },
  getdwordvalue: { types: ['DWORD'], out: 'uValue' },
  getqwordvalue: { types: ['QWORD'], out: 'uValue' },
  getbinaryvalue: { types: ['BINARY'], out: 'uValue' },
};

/** What a method that reads answers; null for another method. */
function reading(machine: MachineState, method: string, { key, value }: Call): CimRow | null {
  const found = readHiveKey(machine, key);
  switch (method) {
    case 'checkaccess':
      return { ReturnValue: found === null ? fileNotFound : success, bGranted: found !== null };
    case 'enumkey':
      return found === null
        ? { ReturnValue: fileNotFound, sNames: null }
        : { ReturnValue: success, sNames: found.subkeys };
    case 'enumvalues':
      return found === null
        ? { ReturnValue: fileNotFound, sNames: null, Types: null }
        : {
            ReturnValue: success,
            sNames: found.values.map(({ name }) => name),
            Types: found.values.map((each) => String(typeNumber[each.value.type])),
          };
    default: {
      const reader = readers[method];
      if (reader === undefined) return null;
      const data = readHiveValue(machine, key, value);
      if (data === undefined) return { ReturnValue: found === null ? fileNotFound : 1, [reader.out]: null };
      if (!reader.types.includes(data.type)) return { ReturnValue: typeMismatch, [reader.out]: null };
      return { ReturnValue: success, [reader.out]: shown(data, method) };
    }
  }
}

function shown(value: RegistryValue, method: string): CimRow[string] {
  switch (value.type) {
    case 'EXPAND_SZ':
      return method === 'getexpandedstringvalue' ? expanded(value.data) : value.data;
    case 'BINARY':
      return (value.data.match(/../g) ?? []).map((pair) => String(Number.parseInt(pair, 16)));
    default:
      return value.data;
  }
}

/** The variables that WMI's own process has on every Windows. */
const folders: Readonly<Record<string, string>> = {
  systemroot: String.raw`C:\Windows`,
  windir: String.raw`C:\Windows`,
  systemdrive: 'C:',
  programfiles: String.raw`C:\Program Files`,
  programdata: String.raw`C:\ProgramData`,
};

function expanded(data: string): string {
  return data.replace(/%([^%]+)%/g, (whole, name: string) => folders[name.toLowerCase()] ?? whole);
}

/** Runs a method that changes the registry. */
async function changing(system: RegistrySystem, method: string, call: Call): Promise<CimRow> {
  const work = changeOf(method, call);
  if (work === null) throw wmiFault(wmiCode.invalidMethod, 'Invalid method ');
  if (work === 'wrong') return { ReturnValue: invalidParameter };
  if (!system.isAdministrator()) return { ReturnValue: accessDenied };
  const seen = { code: success };
  await system.change((state) => {
    const changed = work(state);
    seen.code = changed.ok ? success : registryCode(changed.problem);
    return succeeded(changed.ok ? changed.machine : state);
  });
  return { ReturnValue: seen.code };
}

type Change = (machine: MachineState) => HiveChange;

function changeOf(method: string, { key, value, input }: Call): Change | 'wrong' | null {
  switch (method) {
    case 'createkey':
      return key === '' ? 'wrong' : (machine) => createHiveKey(machine, key);
    case 'deletekey':
      // Windows deletes no key that has keys below it.
      return (machine) =>
        (readHiveKey(machine, key)?.subkeys.length ?? 0) > 0
          ? { ok: false, problem: 'denied' }
          : deleteHiveKey(machine, key);
    case 'deletevalue':
      return (machine) => deleteHiveValue(machine, key, value);
    default: {
      const data = written(method, input);
      if (data === null || data === 'wrong') return data;
      return (machine) =>
        readHiveKey(machine, key) === null
          ? { ok: false, problem: 'missing' }
          : writeHiveValue(machine, { path: key, name: value, value: data });
    }
  }
}

/** The value that a method writes; null for a method that writes none. */
function written(method: string, input: XmlElement | undefined): RegistryValue | 'wrong' | null {
  switch (method) {
    case 'setstringvalue':
      return { type: 'SZ', data: text(input, 'sValue') };
    case 'setexpandedstringvalue':
      return { type: 'EXPAND_SZ', data: text(input, 'sValue') };
    case 'setmultistringvalue':
      return { type: 'MULTI_SZ', data: texts(input, 'sValue') };
    case 'setdwordvalue': {
      const number = whole(text(input, 'uValue'), 0xffff_ffffn);
      return number === null ? 'wrong' : { type: 'DWORD', data: Number(number) };
    }
    case 'setqwordvalue': {
      const number = whole(text(input, 'uValue'), 0xffff_ffff_ffff_ffffn);
      return number === null ? 'wrong' : { type: 'QWORD', data: String(number) };
    }
    case 'setbinaryvalue': {
      const bytes = texts(input, 'uValue').map((each) => whole(each, 255n));
      if (bytes.includes(null)) return 'wrong';
      return {
        type: 'BINARY',
        data: bytes.map((each) => Number(each).toString(16).padStart(2, '0')).join(''),
      };
    }
    default:
      return null;
  }
}

function whole(digits: string, most: bigint): bigint | null {
  if (!/^\s*\d{1,20}\s*$/.test(digits)) return null;
  const number = BigInt(digits.trim());
  return number <= most ? number : null;
}
