import { randomUUID } from 'node:crypto';
import { machinePrograms } from '../../../src/serve/windows/machine';
import { servedMachine } from '../../../src/serve/windows/served-machine';
import { WsmanService } from '../../../src/serve/windows/wsman/service';
import { WsmanClient } from '../../../src/transports/winrm/wsman/client';
import { closeLaboratories, type TestLaboratory } from '../../lab/estate/laboratories';
import { twoMachines } from './support';

let laboratory: TestLaboratory;
let client: WsmanClient;

/** A client that hands its envelopes to the service of a user, without HTTP between. */
function clientOf(user: string): WsmanClient {
  const machine = servedMachine(laboratory, 'KMS01');
  const found = machine.findAccount(user);
  if (found === null) throw new Error(`there is no account ${user}`);
  const { system } = machinePrograms(machine, found.account);
  const service = new WsmanService({
    machine: 'KMS01',
    provider: () => machine.provider(found.account),
    system,
    run: () => Promise.reject(new Error('no shell')),
    denied: () => null,
    newGuid: randomUUID,
    receiveWait: () => Promise.resolve(),
  });
  const channel = { post: (envelope: string) => service.handle(envelope), close: () => undefined };
  return new WsmanClient(channel, {
    url: 'http://127.0.0.1/wsman',
    operationTimeoutSeconds: 60,
    maxEnvelopeSize: 153_600,
    newGuid: randomUUID,
  });
}

beforeAll(() => {
  laboratory = twoMachines();
  client = clientOf('admin');
});

afterAll(closeLaboratories);

type Args = Readonly<Record<string, string | number>>;

async function registry(method: string, args: Args, by = client): Promise<Readonly<Record<string, unknown>>> {
  const out = await by.invoke({
    ...{ namespace: 'root/default', className: 'StdRegProv', selectors: {}, method },
    args: { hDefKey: 0x8000_0002, ...args },
  });
  return Object.fromEntries(out);
}

const version = String.raw`SOFTWARE\Microsoft\Windows NT\CurrentVersion`;
const own = String.raw`SOFTWARE\Contoso`;

describe('StdRegProv over WinRM', () => {
  test('reads what the machine is', async () => {
    expect(await registry('GetStringValue', { sSubKeyName: version, sValueName: 'EditionID' })).toEqual({
      ...{ ReturnValue: '0', sValue: 'ServerDatacenter' },
    });
    const start = { sSubKeyName: String.raw`SYSTEM\CurrentControlSet\Services\sppsvc`, sValueName: 'start' };
    expect(await registry('GetDWORDValue', start)).toEqual({ ReturnValue: '0', uValue: '2' });
    // WBEM_E_TYPE_MISMATCH, as Windows has it for a number that is read as text.
    expect(await registry('GetStringValue', start)).toEqual({ ReturnValue: '2147749893', sValue: null });
    expect((await registry('GetStringValue', { sSubKeyName: 'None', sValueName: 'x' }))['ReturnValue']).toBe(
      '2',
    );
    const keys = await registry('EnumKey', {
      sSubKeyName: String.raw`SOFTWARE\Microsoft\Windows NT\CurrentVersion`,
    });
    expect(keys).toEqual({ ReturnValue: '0', sNames: 'SoftwareProtectionPlatform' });
    const values = await registry('EnumValues', { sSubKeyName: start.sSubKeyName });
    expect(values).toEqual({ ReturnValue: '0', sNames: ['DisplayName', 'Start'], Types: ['1', '4'] });
  });

  test('writes, reads again and deletes values of every type', async () => {
    expect(await registry('SetDWORDValue', { sSubKeyName: own, sValueName: 'N', uValue: 1 })).toEqual({
      ReturnValue: '2',
    });
    expect(await registry('CreateKey', { sSubKeyName: own })).toEqual({ ReturnValue: '0' });
    for (const [method, out, data, shown] of [
      ['DWORD', 'uValue', 42, '42'],
      ['QWORD', 'uValue', '18446744073709551615', '18446744073709551615'],
      ['String', 'sValue', 'a & b', 'a & b'],
      ['MultiString', 'sValue', 'one', 'one'],
      ['Binary', 'uValue', 255, '255'],
    ] as const) {
      const place = { sSubKeyName: own, sValueName: method };
      expect(await registry(`Set${method}Value`, { ...place, [out]: data })).toEqual({ ReturnValue: '0' });
      expect(await registry(`Get${method}Value`, place)).toEqual({ ReturnValue: '0', [out]: shown });
    }
    const path = { sSubKeyName: own, sValueName: 'Path' };
    await registry('SetExpandedStringValue', { ...path, sValue: String.raw`%SystemRoot%\x` });
    expect(await registry('GetExpandedStringValue', path)).toMatchObject({
      sValue: String.raw`C:\Windows\x`,
    });
    expect(await registry('SetDWORDValue', { ...path, uValue: 'many' })).toEqual({
      ReturnValue: '2147749896',
    });
    expect(await registry('DeleteValue', { sSubKeyName: own, sValueName: 'String' })).toEqual({
      ReturnValue: '0',
    });
    expect(await registry('CheckAccess', { sSubKeyName: own })).toEqual({
      ReturnValue: '0',
      bGranted: 'true',
    });
    expect(await registry('DeleteKey', { sSubKeyName: 'SOFTWARE' })).toEqual({ ReturnValue: '5' });
    expect(await registry('DeleteKey', { sSubKeyName: own })).toEqual({ ReturnValue: '0' });
    expect(await registry('CheckAccess', { sSubKeyName: own })).toEqual({
      ReturnValue: '2',
      bGranted: 'false',
    });
  });

  test('gives a standard user nothing to change, and names what the machine has not', async () => {
    const joe = clientOf('joe');
    expect(await registry('CreateKey', { sSubKeyName: own }, joe)).toEqual({ ReturnValue: '5' });
    await expect(registry('EnumKey', { hDefKey: 0x8000_0001, sSubKeyName: '' })).rejects.toThrow(
      'no registry beside HKEY_LOCAL_MACHINE',
    );
    await expect(registry('GetOwner', { sSubKeyName: own })).rejects.toThrow('Invalid method');
  });
});

test('queries have conditions and the classes that say what the machine is', async () => {
  const ask = async (wql: string): Promise<readonly unknown[]> =>
    (await client.query('root/cimv2', wql)).map((row) => Object.fromEntries(row));
  const products =
    "FROM SoftwareLicensingProduct WHERE Name LIKE 'Windows%' AND (LicenseStatus = 1 OR PartialProductKey IS NOT NULL)";
  expect(await ask(`SELECT PartialProductKey ${products}`)).toEqual([{ PartialProductKey: '6VM33' }]);
  expect(await ask("SELECT BuildNumber FROM Win32_OperatingSystem WHERE Caption LIKE '%Server%'")).toEqual([
    { BuildNumber: '20348' },
  ]);
  expect(await ask("SELECT State FROM Win32_Service WHERE Name = 'sppsvc' OR Name = 'slsvc'")).toEqual([
    { State: 'Running' },
  ]);
  expect(await ask("SELECT * FROM Win32_Service WHERE Name = 'slsvc'")).toEqual([]);
  await expect(ask('SELECT Name FROM Win32_BIOS')).rejects.toThrow('does not have Win32_BIOS');
  await expect(ask('SELECT Bogus FROM Win32_Service')).rejects.toThrow('Invalid query');
});
