import { addDnsRecord } from '../../../src/lab/estate/dns';
import { blockKey, confirmInstallation, mintLabKey } from '../../../src/lab/estate/keys';
import { setRegistryValue } from '../../../src/lab/estate/machine-registry';
import { addMachines, removeMachine, showMachine } from '../../../src/lab/estate/machines';
import { advanceClock } from '../../../src/lab/estate/perform';
import { setMachine } from '../../../src/lab/estate/settings-of-machine';
import { simulatedAddress } from '../../../src/lab/clockwork/names';
import { closeLaboratories, heldLaboratory, hour, type TestLaboratory } from '../../lab/estate/laboratories';
import { LabShell } from './shell/lab-line';
import { account } from './support';

/** What the documents of volume activation say of an estate, tried with the commands that they print. */

const tooFew = '0xC004F038';
const notFound = '0xC004F074';

let laboratory: TestLaboratory;

beforeEach(() => {
  laboratory = heldLaboratory();
  account(laboratory, 'admin');
});

afterEach(closeLaboratories);

function add(name: string, product: string, more: { domain?: string | null; virtual?: boolean } = {}): void {
  addMachines(laboratory, { name, product, ...more });
}

async function on(machine: string, line: string): Promise<string> {
  const { stdout, stderr } = await new LabShell(laboratory, machine).run('admin', line);
  return stdout + stderr;
}

/** Makes a machine a KMS host with the key of a product. */
async function host(name: string, product: string): Promise<string> {
  const { text } = mintLabKey(laboratory, { kind: 'csvlk', edition: product });
  return (await on(name, `slmgr /ipk ${text}`)) + (await on(name, 'slmgr /ato'));
}

const r2 = 'Windows Server 2008 R2 Standard';
const seven = 'Windows 7 Enterprise';

describe('finding a KMS host', () => {
  test('a suffix search list leads a client of another domain to the host', async () => {
    add('KMS01', r2);
    add('PC', seven, { domain: 'branch.example' });
    await host('KMS01', r2);
    expect(await on('PC', 'slmgr /ato')).toMatch(/0x8007232B|0x8007251D|0xC004F074/);
    await setMachine(laboratory, 'PC', {
      dnsSuffix: 'branch.example',
      searchList: ['branch.example', 'lab.example'],
    });
    expect(await on('PC', 'slmgr /ato')).toContain(tooFew);
    expect(await on('PC', 'nslookup -type=srv _vlmcs._tcp')).toContain('kms01.lab.example');
    await expect(setMachine(laboratory, 'PC', { searchList: ['not a domain'] })).rejects.toThrow(
      /no DNS domain/,
    );
  });

  test('/skms takes a full name, a NetBIOS name, an address and an alias of the zone', async () => {
    add('KMS01', r2);
    add('PC', seven);
    await host('KMS01', r2);
    await on('KMS01', 'slmgr /cdns');
    addDnsRecord(laboratory, { name: 'kms.lab.example.', type: 'CNAME', data: 'kms01.lab.example' });
    addDnsRecord(laboratory, { name: 'keys.lab.example.', type: 'A', data: simulatedAddress('KMS01') });
    const address = simulatedAddress('KMS01');
    for (const name of [
      'kms01.lab.example',
      'KMS01',
      address,
      `${address}:1688`,
      'kms.lab.example:1688',
      'kms',
      'keys',
    ]) {
      await on('PC', `slmgr /skms ${name}`);
      expect([name, await on('PC', 'slmgr /ato')]).toEqual([name, expect.stringContaining(tooFew)]);
    }
    for (const name of [
      simulatedAddress('NOBODY'),
      '198.18.0.1:1688',
      'other.lab.example',
      `${address}:1689`,
    ]) {
      await on('PC', `slmgr /skms ${name}`);
      expect([name, await on('PC', 'slmgr /ato')]).toEqual([name, expect.stringContaining(notFound)]);
    }
  });

  test('a retired host stays in DNS; clients go to another one', async () => {
    add('KMS01', r2);
    add('KMS02', r2);
    add('PC', seven);
    await host('KMS01', r2);
    await host('KMS02', r2);
    removeMachine(laboratory, 'KMS01');
    expect(await on('PC', 'nslookup -type=all _vlmcs._tcp')).toMatch(/kms01[^]*kms02/);
    expect(await on('PC', 'slmgr /ato')).toContain(tooFew);
  });
});

describe('the firewall', () => {
  test('without the KMS exception nobody reaches the host; another port wants one of its own', async () => {
    add('KMS01', r2);
    add('PC', seven);
    await host('KMS01', r2);
    await setMachine(laboratory, 'KMS01', { firewall: { ports: [], wmi: false } });
    expect(await on('PC', 'slmgr /ato')).toContain(notFound);
    await setMachine(laboratory, 'KMS01', { firewall: { ports: [1688], wmi: false } });
    expect(await on('PC', 'slmgr /ato')).toContain(tooFew);
    await on('KMS01', 'slmgr /sprt 1700 & net stop sppsvc & net start sppsvc');
    expect(await on('PC', 'slmgr /ato')).toContain(notFound);
    await setMachine(laboratory, 'KMS01', { firewall: { ports: [1688, 1700], wmi: false } });
    expect(await on('PC', 'slmgr /ato')).toContain(tooFew);
  });

  test('remote slmgr wants the WMI exception', async () => {
    add('A', seven);
    add('B', seven);
    await setMachine(laboratory, 'B', { firewall: { ports: [], wmi: false } });
    expect(await on('A', 'slmgr B /dli')).toMatch(/0x800706BA/);
    expect(await on('B', 'slmgr /dli')).toContain('Windows(R) 7');
    await setMachine(laboratory, 'B', { firewall: { ports: [], wmi: true } });
    expect(await on('A', 'slmgr B /dli')).toContain('Windows(R) 7');
  });
});

describe('workgroup machines', () => {
  beforeEach(() => {
    add('A', seven);
    add('W', seven, { domain: null });
  });
  const remote = (): Promise<string> => on('A', 'slmgr W admin Passw0rd-1! /dli');

  test('LocalAccountTokenFilterPolicy lets their administrators in over the network', async () => {
    expect(await remote()).toMatch(/0x80070005|Access denied/);
    expect(await on('W', 'slmgr /dli')).toContain('Windows(R) 7');
    const policies = String.raw`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System`;
    await on('W', `reg add ${policies} /v LocalAccountTokenFilterPolicy /t REG_DWORD /d 0x01 /f`);
    expect(await remote()).toContain('Windows(R) 7');
    await on('W', `reg delete ${policies} /v LocalAccountTokenFilterPolicy /f`);
    expect(await remote()).toMatch(/0x80070005|Access denied/);
    await setRegistryValue(laboratory, 'W', 'LocalAccountTokenFilterPolicy', ['1']);
    expect(await remote()).toContain('Windows(R) 7');
  });

  test('the built-in Administrator and members of a domain need none; 0 closes WinRM as well', async () => {
    account(laboratory, 'Administrator');
    expect(await on('A', 'slmgr W Administrator Passw0rd-1! /dli')).toContain('Windows(R) 7');
    expect(await on('W', 'slmgr A admin Passw0rd-1! /dli')).toContain('Windows(R) 7');
    const filters = (machine: string): boolean => {
      const { machine: served } = new LabShell(laboratory, machine);
      return served.filtersTokens({ user: 'admin', passwordHash: '' });
    };
    expect([filters('A'), filters('W')]).toEqual([false, false]);
    await setRegistryValue(laboratory, 'W', 'LocalAccountTokenFilterPolicy', ['0']);
    await setRegistryValue(laboratory, 'A', 'LocalAccountTokenFilterPolicy', ['0']);
    expect([filters('A'), filters('W')]).toEqual([false, true]);
  });
});

describe('hosts of the generation of Windows Vista', () => {
  const count = async (name: string): Promise<number> =>
    Number(/Current count: (\d+)/.exec(await on(name, 'slmgr /dli'))?.[1] ?? '0');

  test('do not count virtual machines; those of Windows 7 do', async () => {
    for (const [name, product] of [
      ['OLD', 'Windows Server 2008 Standard'],
      ['NEW', r2],
    ] as const) {
      add(name, product);
      await host(name, product);
      add(`${name}-VM`, 'Windows Vista Enterprise', { virtual: true });
      add(`${name}-PC`, 'Windows Vista Enterprise');
      for (const client of [`${name}-VM`, `${name}-PC`]) await on(client, `slmgr /skms ${name} & slmgr /ato`);
    }
    expect([await count('OLD'), await count('NEW')]).toEqual([1, 2]);
  });

  test('take a host key of the next generation only with the KMS 1.2 update', async () => {
    add('OLD', 'Windows Server 2008 Standard');
    await setMachine(laboratory, 'OLD', { kmsUpdates: false });
    expect(await host('OLD', r2)).toContain('0xC004F015');
    await setMachine(laboratory, 'OLD', { kmsUpdates: true });
    expect(await host('OLD', r2)).toContain('successfully');
    add('PC', seven);
    expect(await on('PC', 'slmgr /ato')).toContain(tooFew);
  });
});

describe('Windows Server 2003', () => {
  const host2003 = 'Windows Server 2003 Standard';

  test('is a KMS host with the add-on 1.2, and shows itself in its own text', async () => {
    add('OLD', host2003);
    add('PC', seven);
    expect(await on('OLD', 'slmgr /dli')).toContain('Error: product key not found.');
    expect(await host('OLD', r2)).toContain('Product activated successfully.');
    expect(await on('PC', 'slmgr /ato')).toContain(tooFew);
    const shown = await on('OLD', 'cscript slmgr.vbs /dli');
    expect(shown).toContain(
      'Version 5.6\r\nCopyright (C) Microsoft Corporation 1996-2001. All rights reserved.',
    );
    expect(shown).toContain('VOLUME_KMS_R2_B channel');
    expect(shown).toContain('Current count: 1');
    expect(shown).not.toContain('cumulative requests');
    expect(await on('OLD', 'ver')).toContain('Microsoft Windows [Version 5.2.3790]');
  });

  test('counts physical machines alone, and with KMS 1.1 takes the keys of its time alone', async () => {
    add('OLD', host2003);
    await setMachine(laboratory, 'OLD', { kmsUpdates: false });
    const { text: newer } = mintLabKey(laboratory, { kind: 'csvlk', edition: r2 });
    expect(await on('OLD', `slmgr /ipk ${newer}`)).toContain('0xC004F015');
    expect(await host('OLD', 'Windows Server 2008 Standard')).toContain('Product activated successfully.');
    add('VM', 'Windows Vista Business', { virtual: true });
    add('PC', 'Windows Vista Business');
    await on('VM', 'slmgr /ato');
    expect(await on('OLD', 'slmgr /dli')).toMatch(/Current count: (-1|0)/);
    await on('PC', 'slmgr /ato');
    expect(await on('OLD', 'slmgr /dli')).toContain('Current count: 1');
    const { text: tooNew } = mintLabKey(laboratory, {
      kind: 'csvlk',
      edition: 'Windows Server 2016 Standard',
    });
    expect(await on('OLD', `slmgr /ipk ${tooNew}`)).toContain('0xC004F015');
  });

  test('takes no other key, and is no client', async () => {
    add('OLD', host2003);
    const { text: mak } = mintLabKey(laboratory, { kind: 'mak', edition: r2 });
    expect(await on('OLD', `slmgr /ipk ${mak}`)).toContain('0xC004F069');
    expect(() => mintLabKey(laboratory, { kind: 'mak', edition: host2003 })).toThrow(/no mak/);
    expect(() => addMachines(laboratory, { name: 'X', product: host2003, channel: 'retail' })).toThrow(
      /no retail/,
    );
  });
});

describe('editions for clusters', () => {
  test.each(['Windows Server 2008 HPC', 'Windows Server 2008 R2 HPC Edition'])(
    '%s is a host of its group, for clients too and not for Standard',
    async (product) => {
      add('KMS01', product);
      expect(await host('KMS01', product)).toContain('Product activated successfully');
      add('PC', 'Windows Vista Enterprise');
      add('NODE', product, {});
      add('STD', 'Windows Server 2008 Standard');
      expect(await on('PC', 'slmgr /ato')).toContain(tooFew);
      expect(await on('NODE', 'slmgr /ato')).toContain(tooFew);
      expect(await on('STD', 'slmgr /ato')).toContain('0xC004F042');
    },
  );
});

test("an activated host and enough clients, with the guide's own lines from end to end", async () => {
  add('KMS01', r2);
  add('SRV', r2, {});
  const { text } = mintLabKey(laboratory, { kind: 'csvlk', edition: r2 });
  await on(
    'KMS01',
    `cscript %windir%\\system32\\slmgr.vbs /ipk ${text} && slmgr.vbs /ato && net stop sppsvc && net start sppsvc`,
  );
  addMachines(laboratory, { name: 'MORE', product: r2, count: 4 });
  await advanceClock(laboratory, 5 * hour);
  expect(await on('KMS01', 'slmgr.vbs /dli')).toContain('Current count: 5');
  expect(showMachine(laboratory, 'SRV').state.products[0]?.license.status).toBe('licensed');
});

test('six hosts ten times each, then the call centre makes an exception for one activation', async () => {
  const { text: key } = mintLabKey(laboratory, { kind: 'csvlk', edition: r2 });
  for (let each = 1; each <= 6; each += 1) {
    add(`KMS0${each}`, r2);
    await on(`KMS0${each}`, `slmgr /ipk ${key}`);
    await on(`KMS0${each}`, 'slmgr /ato');
  }
  for (let times = 2; times <= 10; times += 1) await on('KMS01', 'slmgr /ato');
  expect(await on('KMS01', 'slmgr /ato')).toContain('0xC004C008');
  add('KMS07', r2);
  await on('KMS07', `slmgr /ipk ${key}`);
  expect(await on('KMS07', 'slmgr /ato')).toContain('0xC004C008');
  const dti = await on('KMS07', 'slmgr /dti');
  const iid = /(\d{54,63})/.exec(dti)?.[1] ?? '';
  expect(confirmInstallation(laboratory, iid)).toEqual({ ok: false, hresult: 0xc004c008 });
  const granted = confirmInstallation(laboratory, iid, { isException: true });
  const cid = granted.ok ? granted.confirmationId : '';
  expect(await on('KMS07', `slmgr /atp ${cid}`)).toContain('deposited successfully');
  expect(await on('KMS07', 'slmgr /xpr')).toContain('permanently activated');
  // The exception was for this installation ID: what the key allows is as it was.
  expect(confirmInstallation(laboratory, iid)).toEqual(granted);
  expect(await on('KMS01', 'slmgr /ato')).toContain('0xC004C008');
  add('KMS08', r2);
  await on('KMS08', `slmgr /ipk ${key}`);
  const other = /(\d{54,63})/.exec(await on('KMS08', 'slmgr /dti'))?.[1] ?? '';
  blockKey(laboratory, key, true);
  expect(confirmInstallation(laboratory, other, { isException: true })).toEqual({
    ok: false,
    hresult: 0xc004c003,
  });
});

test('a setup key makes a KMS client of a retail or a MAK machine, and a MAK the other way round', async () => {
  for (const channel of ['retail', 'mak'] as const) {
    const name = `M-${channel}`;
    addMachines(laboratory, { name, product: 'Windows 7 Professional', channel });
    expect(await on(name, 'slmgr /dli')).not.toContain('VOLUME_KMSCLIENT');
    await on(name, 'slmgr.vbs /ipk FJ82H-XT6CR-J8D7P-XQJJ2-GPDD4');
    expect(await on(name, 'slmgr /dli')).toContain('VOLUME_KMSCLIENT channel');
    const { text } = mintLabKey(laboratory, { kind: 'mak', edition: 'Windows 7 Professional' });
    await on(name, `slmgr.vbs /ipk ${text}`);
    expect(await on(name, 'slmgr /dli')).toContain('VOLUME_MAK channel');
  }
});
