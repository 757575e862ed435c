import { listAccounts, putAccount, removeAccount } from '../../../src/lab/estate/accounts';
import { accountOn } from '../../../src/lab/estate/authorization';
import { addDnsRecord, listDnsRecords, removeDnsRecords } from '../../../src/lab/estate/dns';
import { endOfEvents, queryEvents, type EventQuery } from '../../../src/lab/estate/events';
import { cloneMachine, sysprepMachine } from '../../../src/lab/estate/images';
import { blockKey, confirmInstallation, mintLabKey } from '../../../src/lab/estate/keys';
import {
  deleteRegistryValue,
  getRegistryValue,
  setRegistryValue,
} from '../../../src/lab/estate/machine-registry';
import { addMachines, listMachines, showMachine } from '../../../src/lab/estate/machines';
import { advanceClock, perform } from '../../../src/lab/estate/perform';
import { restartMachine, startMachine, stopMachine } from '../../../src/lab/estate/power';
import { changeMachineHardware, setMachine } from '../../../src/lab/estate/settings-of-machine';
import { simulatedProvider } from '../../../src/providers/simulated/provider';
import { invokeMethod } from '../../../src/lab/model/methods';
import { closeLaboratories, heldLaboratory, hour, type TestLaboratory } from './laboratories';

afterEach(closeLaboratories);

const everything: EventQuery = { ids: [], since: null, after: null };

function withMachine(product = 'Windows 7 Enterprise'): TestLaboratory {
  const laboratory = heldLaboratory();
  addMachines(laboratory, { name: 'PC', product });
  return laboratory;
}

describe('power', () => {
  test('a stopped machine sends nothing; started again, its clients try at once', async () => {
    const laboratory = withMachine();
    expect(await stopMachine(laboratory, 'pc')).toMatchObject({ running: false });
    await advanceClock(laboratory, 5 * hour);
    const requests: EventQuery = { ...everything, ids: [8198] };
    expect(queryEvents(laboratory.store, 'PC', requests).entries).toEqual([]);
    expect(await startMachine(laboratory, 'PC')).toMatchObject({ running: true });
    expect(queryEvents(laboratory.store, 'PC', requests).entries).toHaveLength(1);
    const ids = queryEvents(laboratory.store, 'PC', everything).entries.map(({ id }) => id);
    expect(ids.slice(0, 3)).toEqual([903, 900, 902]);
  });

  test('a KMS host takes its settings at a restart', async () => {
    const laboratory = withMachine('Windows Server 2008 R2 Standard');
    await setRegistryValue(laboratory, 'PC', 'KeyManagementServiceListeningPort', ['1700']);
    expect(showMachine(laboratory, 'PC').state.loadedHost.listeningPort).toBe(1688);
    const restarted = await restartMachine(laboratory, 'PC');
    expect(restarted.loadedHost.listeningPort).toBe(1700);
  });

  test('an unknown machine is refused', async () => {
    await expect(stopMachine(heldLaboratory(), 'X')).rejects.toThrow(/no machine X/);
  });
});

describe('settings', () => {
  test('only what is named changes', async () => {
    const laboratory = withMachine();
    await setMachine(laboratory, 'PC', { elevated: false, clockSkewMs: -5 * hour, slic: 'no-marker' });
    await setMachine(laboratory, 'PC', { dnsSuffix: 'branch.example' });
    expect(showMachine(laboratory, 'PC').state).toMatchObject({
      elevated: false,
      clockSkewMs: -5 * hour,
      slic: 'no-marker',
      dns: { primary: 'branch.example' },
    });
    expect((await setMachine(laboratory, 'PC', { dnsSuffix: null })).dns.primary).toBeNull();
    await expect(setMachine(laboratory, 'PC', {})).rejects.toThrow(/Nothing to set/);
    await expect(setMachine(laboratory, 'PC', { dnsSuffix: 'a b' })).rejects.toThrow(/no DNS domain/);
  });

  test('hardware counts up', async () => {
    const laboratory = withMachine();
    const { hardware } = showMachine(laboratory, 'PC').state;
    expect((await changeMachineHardware(laboratory, 'PC')).hardware).toBe(hardware + 1);
  });
});

describe('images', () => {
  test('K2.7 a clone has the CMID of its original, and after sysprep one of its own', async () => {
    const laboratory = withMachine();
    await sysprepMachine(laboratory, 'PC');
    await cloneMachine(laboratory, 'PC', 'COPY');
    const before = listMachines(laboratory).map(({ state }) => state.cmid);
    expect(before[0]).toBe(before[1]);
    await startMachine(laboratory, 'PC');
    await startMachine(laboratory, 'COPY');
    const after = listMachines(laboratory).map(({ state }) => state.cmid);
    expect(new Set([...before, ...after]).size).toBe(3);
  });

  test('K2.7 with SkipRearm=1 sysprep leaves the licensing state', async () => {
    const laboratory = withMachine();
    await setRegistryValue(laboratory, 'PC', 'SkipRearm', ['1']);
    expect((await sysprepMachine(laboratory, 'PC')).rearmed).toBe(false);
  });

  test('without a rearm left sysprep refuses with its error', async () => {
    const laboratory = withMachine();
    for (let time = 0; time < 3; time += 1) {
      await sysprepMachine(laboratory, 'PC');
      await startMachine(laboratory, 'PC');
    }
    await expect(sysprepMachine(laboratory, 'PC')).rejects.toThrow(/0xC004D307/);
    expect(showMachine(laboratory, 'PC').state.running).toBe(false);
  });

  test('a copy needs a free name', async () => {
    const laboratory = withMachine();
    await expect(cloneMachine(laboratory, 'PC', 'pc')).rejects.toThrow(/already/);
    await expect(cloneMachine(laboratory, 'PC', 'p c')).rejects.toThrow(/no machine name/);
  });
});

describe('registry', () => {
  test('values have the type that Windows expects, by any spelling of their place', async () => {
    const laboratory = withMachine();
    const list = await setRegistryValue(laboratory, 'PC', 'DnsDomainPublishList', [
      'a.example',
      'b.example, 1, 2',
    ]);
    expect(list.value).toEqual({ type: 'MULTI_SZ', data: ['a.example', 'b.example, 1, 2'] });
    await setRegistryValue(laboratory, 'PC', 'userOperations', ['1']);
    const whole = String.raw`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform\UserOperations`;
    expect(getRegistryValue(laboratory, 'PC', whole).value).toEqual({ type: 'DWORD', data: 1 });
    await setRegistryValue(laboratory, 'PC', 'Activation/Manual', ['0x1']);
    expect(getRegistryValue(laboratory, 'PC', String.raw`Activation\Manual`).value).toEqual({
      type: 'DWORD',
      data: 1,
    });
  });

  test('what cannot be is refused and changes nothing', async () => {
    const laboratory = withMachine();
    await expect(setRegistryValue(laboratory, 'PC', 'SkipRearm', ['yes'])).rejects.toThrow(/is no DWORD/);
    await expect(deleteRegistryValue(laboratory, 'PC', 'SkipRearm')).rejects.toThrow(
      /has no value SkipRearm/,
    );
    expect(getRegistryValue(laboratory, 'PC', 'SkipRearm').value).toBeNull();
    await setRegistryValue(laboratory, 'PC', 'SkipRearm', ['1']);
    expect((await deleteRegistryValue(laboratory, 'PC', 'skiprearm')).value).toBeNull();
  });
});

describe('keys', () => {
  test('are of the lab, and equal seeds mint equal ones', () => {
    const mint = (): string =>
      mintLabKey(heldLaboratory(3), { kind: 'csvlk', edition: 'Windows Server 2008 R2 Standard' }).text;
    expect(mint()).toMatch(/^LABK1-/);
    expect(mint()).toBe(mint());
    const group = mintLabKey(heldLaboratory(), {
      kind: 'csvlk',
      edition: 'Windows Server 2008 R2 Datacenter',
    });
    expect(group.hostGroup).toBe('2008R2-C');
    expect(() =>
      mintLabKey(heldLaboratory(), { kind: 'mak', edition: 'Windows 7 Enterprise', pool: 0 }),
    ).toThrow(/1 to 1023/);
  });

  test('K11.6 the telephone takes one activation of the pool for each installation ID', async () => {
    const laboratory = withMachine();
    const { text } = mintLabKey(laboratory, { kind: 'mak', edition: 'Windows 7 Enterprise', pool: 1 });
    const installationIdOf = async (name: string): Promise<string> => {
      await perform(laboratory, name, (state, context) =>
        invokeMethod(
          state,
          {
            class: 'SoftwareLicensingService',
            key: state.version,
            method: 'InstallProductKey',
            args: { ProductKey: text },
          },
          context,
        ),
      );
      const provider = await simulatedProvider(laboratory, name, {
        readFile: () => Promise.reject(new Error('none')),
        onClose: () => undefined,
      });
      const [product] = await provider.query({
        class: 'SoftwareLicensingProduct',
        select: ['OfflineInstallationId'],
        filter: { kind: 'has-product-key' },
      });
      return String(product?.OfflineInstallationId);
    };
    const first = await installationIdOf('PC');
    const answer = confirmInstallation(laboratory, first);
    expect(answer).toMatchObject({ ok: true, confirmationId: expect.stringMatching(/^\d{48}$/) as string });
    expect(confirmInstallation(laboratory, first.replace(/(.{6})/g, '$1-'))).toEqual(answer);
    addMachines(laboratory, { name: 'PC2', product: 'Windows 7 Enterprise' });
    const second = await installationIdOf('PC2');
    expect(confirmInstallation(laboratory, second)).toEqual({ ok: false, hresult: 0xc004c020 });
    expect(() => confirmInstallation(laboratory, '123')).toThrow(/54 or 63 digits/);
    expect(() => confirmInstallation(laboratory, `${first.slice(0, -1)}x`)).toThrow(/54 or 63 digits/);
  });

  test('a blocked key is remembered, an unknown one refused', () => {
    const laboratory = heldLaboratory();
    const { text } = mintLabKey(laboratory, { kind: 'retail', edition: 'Windows 7 Enterprise' });
    expect(blockKey(laboratory, text.toLowerCase(), true).isBlocked).toBe(true);
    expect(() => blockKey(laboratory, 'AAAAA', true)).toThrow(/has not minted/);
  });
});

describe('DNS', () => {
  test('relative names are put into the domain, data is checked and written in one form', () => {
    const laboratory = heldLaboratory();
    const srv = addDnsRecord(laboratory, {
      name: '_VLMCS._tcp',
      type: 'srv',
      data: '0  0 01688 kms01.lab.example.',
    });
    expect(srv).toEqual({
      name: '_vlmcs._tcp.lab.example',
      type: 'SRV',
      ttl: 3600,
      data: '0 0 1688 kms01.lab.example',
    });
    addDnsRecord(laboratory, {
      name: '_vlmcs._tcp.other.example',
      type: 'SRV',
      data: '1 2 3 x.example',
      ttl: 5,
    });
    addDnsRecord(laboratory, { name: 'kms01', type: 'A', data: '198.18.0.1' });
    expect(listDnsRecords(laboratory.store).map(({ name }) => name)).toEqual([
      '_vlmcs._tcp.lab.example',
      '_vlmcs._tcp.other.example',
      'kms01.lab.example',
    ]);
    expect(
      removeDnsRecords(laboratory, { name: '_vlmcs._tcp', type: 'SRV', data: '0 0 1688 KMS01.lab.example' }),
    ).toBe(1);
    expect(removeDnsRecords(laboratory, { name: 'kms01', type: 'A', data: null })).toBe(1);
    expect(removeDnsRecords(laboratory, { name: 'kms01', type: 'A', data: null })).toBe(0);
  });

  test.each([
    ['x', 'MX', '10 mail', /no record type/],
    ['x', 'SRV', '0 0 70000 host', /no data of a record SRV/],
    ['x', 'SRV', '0 0 1688', /no data of a record SRV/],
    ['x', 'A', '1.2.3.256', /no data of a record A/],
    ['x', 'AAAA', '1.2.3.4', /no data of a record AAAA/],
    ['a b', 'A', '1.2.3.4', /no DNS domain/],
  ])('%s %s "%s" is refused', (name, type, data, message) => {
    const laboratory = heldLaboratory();
    expect(() => addDnsRecord(laboratory, { name, type, data })).toThrow(message);
    expect(listDnsRecords(laboratory.store)).toEqual([]);
  });
});

describe('events', () => {
  test('are filtered, and a cursor gives what came later', async () => {
    const laboratory = withMachine();
    await advanceClock(laboratory, 3 * hour);
    const first = queryEvents(laboratory.store, 'PC', everything);
    expect(first.entries.length).toBeGreaterThan(0);
    expect(laboratory.store.read((reader) => endOfEvents(reader, 'PC'))).toEqual(first.cursor);
    expect(queryEvents(laboratory.store, 'PC', { ...everything, after: first.cursor }).entries).toEqual([]);
    await advanceClock(laboratory, 2 * hour);
    const later = queryEvents(laboratory.store, 'PC', { ...everything, after: first.cursor });
    expect(later.entries.length).toBeGreaterThan(0);
    const all = queryEvents(laboratory.store, 'PC', everything);
    expect(all.entries).toEqual([...first.entries, ...later.entries]);
    const since = all.entries.at(-1)!.at;
    expect(queryEvents(laboratory.store, 'PC', { ...everything, since }).entries).toEqual(later.entries);
    expect(queryEvents(laboratory.store, 'PC', { ...everything, ids: [1] }).entries).toEqual([]);
    expect(() => queryEvents(laboratory.store, 'X', everything)).toThrow(/no machine X/);
  });
});

describe('accounts', () => {
  test("a machine's own account stands before that of all machines", () => {
    const laboratory = withMachine();
    putAccount(laboratory, { user: 'ada', machine: null, role: 'standard', passwordHash: 'all' });
    putAccount(laboratory, { user: 'Ada', machine: 'PC', role: 'administrator', passwordHash: 'own' });
    const accountOf = (user: string, machine: string): ReturnType<typeof accountOn> =>
      laboratory.store.read((reader) => accountOn(reader, user, machine));
    expect(accountOf('ADA', 'pc')?.passwordHash).toBe('own');
    expect(accountOf('ada', 'OTHER')?.passwordHash).toBe('all');
    expect(accountOf('bob', 'PC')).toBeNull();
    removeAccount(laboratory, 'ada', 'pc');
    expect(listAccounts(laboratory.store)).toHaveLength(1);
    expect(() => removeAccount(laboratory, 'ada', 'PC')).toThrow(/no account ada on PC/);
  });

  test.each(['', 'a/b', 'a\\b', ' a', 'a*'])('"%s" is no user name', (user) => {
    const account = { user, machine: null, role: 'standard', passwordHash: 'h' } as const;
    expect(() => putAccount(heldLaboratory(), account)).toThrow(/is no user name/);
  });
});
