import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MethodOfClass } from '../../../src/licensing/cim-classes';
import type { LicensingProvider, MethodOutput } from '../../../src/licensing/provider';
import { addDnsRecord } from '../../../src/lab/estate/dns';
import { queryEvents } from '../../../src/lab/estate/events';
import { blockKey, confirmInstallation, mintLabKey } from '../../../src/lab/estate/keys';
import { addMachines, localMachine } from '../../../src/lab/estate/machines';
import { advanceClock, perform } from '../../../src/lab/estate/perform';
import { restartMachine, stopMachine } from '../../../src/lab/estate/power';
import { setMachine } from '../../../src/lab/estate/settings-of-machine';
import { createHiveKey } from '../../../src/lab/model/hive';
import { succeeded } from '../../../src/lab/model/outcome';
import { issuanceLicenseText } from '../../../src/lab/model/token';
import { platformKey, platformKey32 } from '../../../src/licensing/windows';
import { readLicenseFile } from '../../../src/providers/simulated/io/read-license-file';
import { simulatedProvider } from '../../../src/providers/simulated/provider';
import {
  closeLaboratories,
  day,
  emptyLaboratory,
  heldLaboratory,
  hour,
  start,
  type TestLaboratory,
} from '../../lab/estate/laboratories';

afterEach(closeLaboratories);

const client = 'Windows 7 Enterprise';
const server = 'Windows Server 2008 R2 Standard';

function open(laboratory: TestLaboratory, name: string): Promise<LicensingProvider> {
  return simulatedProvider(laboratory, name, { readFile: readLicenseFile, onClose: () => undefined });
}

async function service(
  provider: LicensingProvider,
  method: MethodOfClass<'SoftwareLicensingService'>,
  args: Readonly<Record<string, string | number | boolean>> = {},
): Promise<MethodOutput> {
  const [found] = await provider.query({
    class: 'SoftwareLicensingService',
    select: ['Version'],
    filter: { kind: 'all' },
  });
  return provider.invoke({ class: 'SoftwareLicensingService', key: String(found?.Version), method, args });
}

async function onProduct(
  provider: LicensingProvider,
  method: MethodOfClass<'SoftwareLicensingProduct'>,
  args: Readonly<Record<string, string | number | boolean>> = {},
): Promise<MethodOutput> {
  const [found] = await provider.query({
    class: 'SoftwareLicensingProduct',
    select: ['ID'],
    filter: { kind: 'has-product-key' },
  });
  return provider.invoke({ class: 'SoftwareLicensingProduct', key: String(found?.ID), method, args });
}

async function facts(provider: LicensingProvider): Promise<Readonly<Record<string, unknown>>> {
  const [found] = await provider.query({
    class: 'SoftwareLicensingProduct',
    select: [
      'LicenseStatus',
      'GracePeriodRemaining',
      'KeyManagementServiceCurrentCount',
      'KeyManagementServiceTotalRequests',
      'DiscoveredKeyManagementServiceMachineName',
      'OfflineInstallationId',
    ],
    filter: { kind: 'has-product-key' },
  });
  return found ?? {};
}

/** A KMS host that is activated and serves, and clients. */
async function withHost(clients: number): Promise<TestLaboratory> {
  const laboratory = heldLaboratory();
  addMachines(laboratory, { name: 'KMS01', product: server });
  addMachines(laboratory, { name: 'PC', product: client, count: clients });
  const host = await open(laboratory, 'KMS01');
  const { text } = mintLabKey(laboratory, { kind: 'csvlk', edition: server });
  await service(host, 'InstallProductKey', { ProductKey: text });
  await onProduct(host, 'Activate');
  return laboratory;
}

describe('activation at a KMS host of the estate', () => {
  test('K1.8 the 24th client is one too few, the 25th activates', async () => {
    const laboratory = await withHost(25);
    for (let number = 1; number <= 24; number += 1) {
      const provider = await open(laboratory, `PC-${String(number).padStart(3, '0')}`);
      await expect(onProduct(provider, 'Activate')).rejects.toMatchObject({ hresult: 0xc004f038 });
    }
    const last = await open(laboratory, 'PC-025');
    await onProduct(last, 'Activate');
    expect(await facts(last)).toMatchObject({
      LicenseStatus: 1,
      GracePeriodRemaining: 180 * 24 * 60,
      DiscoveredKeyManagementServiceMachineName: 'kms01.lab.example',
    });
    expect(await facts(await open(laboratory, 'KMS01'))).toMatchObject({
      KeyManagementServiceCurrentCount: 25,
      KeyManagementServiceTotalRequests: 25,
    });
    const requests = queryEvents(laboratory.store, 'KMS01', { ids: [12290], since: null, after: null });
    expect(requests.entries).toHaveLength(25);
  }, 60_000);

  test('K3.2 clients activate of themselves as time goes on, and K11.3 the host is found by its DNS record', async () => {
    const laboratory = await withHost(26);
    await advanceClock(laboratory, 5 * hour);
    expect(await facts(await open(laboratory, 'PC-001'))).toMatchObject({ LicenseStatus: 1 });
    await advanceClock(laboratory, 7 * day);
    const host = await facts(await open(laboratory, 'KMS01'));
    expect(host).toMatchObject({ KeyManagementServiceCurrentCount: 26 });
  }, 60_000);

  test('a record made by hand is found, and a host that is stopped is not reached', async () => {
    const laboratory = await withHost(1);
    addDnsRecord(laboratory, { name: '_vlmcs._tcp', type: 'SRV', data: '0 0 1688 kms01.lab.example' });
    const pc = await open(laboratory, 'PC-001');
    await expect(onProduct(pc, 'Activate')).rejects.toMatchObject({ hresult: 0xc004f038 });
    await stopMachine(laboratory, 'KMS01');
    await expect(onProduct(pc, 'Activate')).rejects.toMatchObject({ hresult: 0xc004f074 });
    await expect(open(laboratory, 'KMS01')).rejects.toMatchObject({
      hresult: 0x800706ba,
      message: expect.stringContaining('lab start KMS01') as string,
    });
  });
});

describe('activation at the Microsoft of the lab', () => {
  test('K11.6 a MAK activates as often as its pool says', async () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: client, count: 2 });
    const { text } = mintLabKey(laboratory, { kind: 'mak', edition: client, pool: 1 });
    const [one, two] = [await open(laboratory, 'PC-001'), await open(laboratory, 'PC-002')];
    for (const provider of [one, two]) await service(provider, 'InstallProductKey', { ProductKey: text });
    await onProduct(one, 'Activate');
    expect(await facts(one)).toMatchObject({ LicenseStatus: 1, GracePeriodRemaining: 0 });
    await expect(onProduct(two, 'Activate')).rejects.toMatchObject({ hresult: 0xc004c020 });
  });

  test('the telephone activates by installation and confirmation ID', async () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: client });
    const { text } = mintLabKey(laboratory, { kind: 'mak', edition: client });
    const pc = await open(laboratory, 'PC');
    await service(pc, 'InstallProductKey', { ProductKey: text });
    const installation = String((await facts(pc))['OfflineInstallationId']);
    const answer = confirmInstallation(laboratory, installation);
    const ids = { InstallationId: installation, ConfirmationId: answer.ok ? answer.confirmationId : '' };
    await onProduct(pc, 'DepositOfflineConfirmationId', ids);
    expect(await facts(pc)).toMatchObject({ LicenseStatus: 1 });
  });

  test('K12.12 a blocked key is refused', async () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: client });
    const { text } = mintLabKey(laboratory, { kind: 'mak', edition: client });
    blockKey(laboratory, text, true);
    const pc = await open(laboratory, 'PC');
    await expect(
      service(pc, 'InstallProductKey', { ProductKey: ` ${text.toLowerCase()}` }),
    ).rejects.toMatchObject({
      hresult: 0xc004f051,
    });
  });
});

test('the local machine is Windows 11 Enterprise with its setup key, not activated, alone in the world', async () => {
  const laboratory = emptyLaboratory();
  const { machine } = localMachine(laboratory);
  const provider = await open(laboratory, machine.state.name);
  const [product] = await provider.query({
    class: 'SoftwareLicensingProduct',
    select: ['Name', 'Description', 'LicenseStatus'],
    filter: { kind: 'has-product-key' },
  });
  expect(product).toMatchObject({
    Name: 'Windows(R), Enterprise edition',
    Description: 'Windows(R) Operating System, VOLUME_KMSCLIENT channel',
    LicenseStatus: 5,
  });
  await expect(onProduct(provider, 'Activate')).rejects.toMatchObject({ hresult: 0x8007007b });
  expect(provider.description).toEqual({ kind: 'simulated', machine: machine.state.name });
});

test("the machine's time is the estate's with its own skew", async () => {
  const laboratory = heldLaboratory();
  addMachines(laboratory, { name: 'PC', product: client });
  await setMachine(laboratory, 'PC', { clockSkewMs: 5 * hour });
  expect(await (await open(laboratory, 'PC')).now()).toBe(start + 5 * hour);
});

describe('registry', () => {
  test('values below the licensing key are the settings of the model', async () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: client });
    const { registry } = await open(laboratory, 'PC');
    expect([await registry.checkAccess(platformKey), await registry.checkAccess(platformKey32)]).toEqual([
      0, 2,
    ]);
    expect(await registry.setString(platformKey, 'KeyManagementServiceName', 'kms.example')).toBe(0);
    expect(await registry.getString(platformKey.toLowerCase(), 'keymanagementservicename')).toEqual({
      code: 0,
      data: 'kms.example',
    });
    expect(await registry.deleteValue(platformKey, 'KeyManagementServiceName')).toBe(0);
    expect(await registry.deleteValue(platformKey, 'KeyManagementServiceName')).toBe(2);
    expect(await registry.getString(platformKey, 'KeyManagementServiceName')).toEqual({
      code: 2,
      data: null,
    });
    expect(await registry.setString(platformKey32, 'x', 'y')).toBe(2);
  });

  test('another key that the machine has is read and written as well, the one for 32-bit programs among them', async () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: client });
    const { registry } = await open(laboratory, 'PC');
    await perform(laboratory, 'PC', (machine) => {
      const made = createHiveKey(machine, platformKey32);
      return succeeded(made.ok ? made.machine : machine);
    });
    expect(await registry.checkAccess(platformKey32.toLowerCase())).toBe(0);
    expect(await registry.setString(platformKey32, 'KeyManagementServiceVersion', '1.2')).toBe(0);
    const found = await registry.getString(platformKey32, 'keymanagementserviceversion');
    expect(found).toEqual({ code: 0, data: '1.2' });
    expect(await registry.deleteValue(platformKey32, 'KeyManagementServiceVersion')).toBe(0);
    expect(await registry.deleteValue(platformKey32, 'KeyManagementServiceVersion')).toBe(2);
    // What Windows itself says there stays.
    const system = String.raw`SOFTWARE\Microsoft\Windows NT\CurrentVersion`;
    expect(await registry.deleteValue(system, 'CurrentBuild')).toBe(5);
  });

  test('a standard user may read and not write', async () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: client });
    await setMachine(laboratory, 'PC', { elevated: false });
    const provider = await open(laboratory, 'PC');
    expect(await provider.registry.checkAccess(platformKey)).toBe(0);
    expect(await provider.registry.setString(platformKey, 'x', 'y')).toBe(5);
    await expect(service(provider, 'ReArmWindows')).rejects.toMatchObject({ hresult: 0x80070005 });
  });
});

describe('Active Directory', () => {
  test('K15.1 an activation object of the forest activates its members', async () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'DC', product: 'Windows Server 2012 R2 Standard' });
    addMachines(laboratory, { name: 'PC', product: 'Windows 8.1 Enterprise' });
    const { text } = mintLabKey(laboratory, { kind: 'csvlk', edition: 'Windows Server 2012 R2 Standard' });
    const dc = await open(laboratory, 'DC');
    await service(dc, 'DoActiveDirectoryOnlineActivation', { ProductKey: text, ActivationObjectName: 'Lab' });
    const [object] = await dc.directory.listActivationObjects();
    expect(object?.displayName).toBe('Lab');
    expect(object?.distinguishedName).toContain(await dc.directory.configurationNamingContext());
    const pc = await open(laboratory, 'PC');
    await onProduct(pc, 'Activate');
    expect(await facts(pc)).toMatchObject({ LicenseStatus: 1 });
    const name = object!.distinguishedName;
    await dc.directory.getObject(name.toUpperCase());
    await dc.directory.deleteActivationObject(name.split(',')[0]!);
    expect(await dc.directory.listActivationObjects()).toEqual([]);
    await expect(dc.directory.getObject(name)).rejects.toMatchObject({ hresult: 0x80072030 });
  });

  test('a workgroup machine has no directory', async () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: client, domain: null });
    const { directory } = await open(laboratory, 'PC');
    await expect(directory.supportsActivationObjects()).rejects.toMatchObject({ hresult: 0x8007054b });
  });
});

describe('licence files', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slmgr-license-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test("the system's own can be installed again", async () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: client });
    const provider = await open(laboratory, 'PC');
    const files = await provider.files.systemLicenseFiles();
    expect(files.length).toBeGreaterThan(2);
    for (const file of files)
      await service(provider, 'InstallLicense', { License: await provider.files.read(file) });
  });

  test('K15.3 a token licence is installed, and its certificate signs', async () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: client });
    const file = join(folder, 'token.xrm-ms');
    const license = {
      ilid: '1f0c6bd4-0000-4000-8000-000000000001',
      ilvid: 1,
      expiresAt: start + 90 * day,
      description: 'Token',
      additionalInfo: '',
      grants: ['0123456789abcdef'],
    };
    writeFileSync(
      file,
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(issuanceLicenseText(license), 'utf16le')]),
    );
    const provider = await open(laboratory, 'PC');
    await service(provider, 'InstallLicense', { License: await provider.files.read(file) });
    const output = await onProduct(provider, 'GetTokenActivationGrants');
    expect(output['Grants']).toEqual(['0123456789abcdef']);
    expect(await provider.signer.certificates(['0123456789abcdef'])).toEqual([]);
    await expect(provider.signer.sign('c', 'none', '')).rejects.toMatchObject({ hresult: 0xc004f30e });
  });

  test('what cannot be read has the number of Windows', async () => {
    await expect(readLicenseFile(join(folder, 'none'))).rejects.toMatchObject({ hresult: 0x80070002 });
    await expect(readLicenseFile(folder)).rejects.toMatchObject({ hresult: 0x80070005 });
    const large = join(folder, 'large');
    writeFileSync(large, Buffer.alloc(5 * 1024 * 1024));
    await expect(readLicenseFile(large)).rejects.toMatchObject({ hresult: 0x800700df });
  });
});

test('two processes that activate at once both count', async () => {
  const laboratory = await withHost(4);
  const others = [laboratory, { ...laboratory, ...laboratory.second() }];
  const names = ['PC-001', 'PC-002', 'PC-003', 'PC-004'];
  const attempts = names.map(async (name, index) =>
    onProduct(await open(others[index % 2]!, name), 'Activate'),
  );
  for (const attempt of await Promise.allSettled(attempts))
    expect(attempt).toMatchObject({ status: 'rejected', reason: { hresult: 0xc004f038 } });
  await restartMachine(laboratory, 'KMS01');
  expect(await facts(await open(laboratory, 'KMS01'))).toMatchObject({
    KeyManagementServiceCurrentCount: 4,
    KeyManagementServiceTotalRequests: 4,
  });
});
