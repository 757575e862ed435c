import { addDnsRecord } from '../../../src/lab/estate/dns';
import { queryEvents } from '../../../src/lab/estate/events';
import { mintLabKey } from '../../../src/lab/estate/keys';
import { addMachines, installProduct, removeMachine, showMachine } from '../../../src/lab/estate/machines';
import { advanceClock } from '../../../src/lab/estate/perform';
import { changeSetting } from '../../../src/lab/estate/estate-settings';
import {
  closeLaboratories,
  day,
  heldLaboratory,
  hour,
  type TestLaboratory,
} from '../../lab/estate/laboratories';
import { LabShell } from './shell/lab-line';
import { account } from './support';

/** More of what the documents say of hosts, DNS and renewals, with the commands that they print. */

const tooFew = '0xC004F038';
const r2 = 'Windows Server 2008 R2 Standard';
const server2008 = 'Windows Server 2008 Standard';
const seven = 'Windows 7 Enterprise';

let laboratory: TestLaboratory;

beforeEach(() => {
  laboratory = heldLaboratory();
  account(laboratory, 'admin');
});
afterEach(closeLaboratories);

const add = (
  name: string,
  product: string,
  more: { domain?: string; virtual?: boolean; count?: number } = {},
): unknown => addMachines(laboratory, { name, product, ...more });

async function on(machine: string, line: string): Promise<string> {
  const { stdout, stderr } = await new LabShell(laboratory, machine).run('admin', line);
  return stdout + stderr;
}

async function host(name: string, product: string): Promise<string> {
  const { text } = mintLabKey(laboratory, { kind: 'csvlk', edition: product });
  return on(name, `slmgr.vbs /ipk ${text} && slmgr.vbs /ato`);
}

const idsOf = (machine: string): readonly number[] =>
  queryEvents(laboratory.store, machine, { ids: [], since: null, after: null }).entries.map(({ id }) => id);

test('volume editions are KMS clients as they come: nothing is configured, and a host is found', async () => {
  add('KMS01', r2);
  await host('KMS01', r2);
  for (const [name, product] of [
    ['A', 'Windows Vista Business'],
    ['B', 'Windows 7 Professional'],
    ['C', 'Windows Server 2008 Enterprise'],
    ['D', 'Windows Server 2008 R2 Datacenter'],
  ] as const) {
    add(name, product);
    expect(await on(name, 'slmgr.vbs /dli')).toContain('VOLUME_KMSCLIENT channel');
    expect([name, await on(name, 'slmgr.vbs /ato')]).toEqual([
      name,
      expect.stringContaining(name === 'D' ? '0xC004F042' : tooFew),
    ]);
  }
});

test('a virtual machine is activated once physical ones have reached the threshold of a host of the time of Vista', async () => {
  add('OLD', server2008);
  await host('OLD', server2008);
  add('VM', server2008, { virtual: true });
  expect(await on('VM', 'slmgr.vbs /ato')).toContain(tooFew);
  add('PC', server2008, { count: 4 });
  for (const n of [1, 2, 3, 4]) await on(`PC-00${n}`, 'slmgr.vbs /ato');
  expect(await on('VM', 'slmgr.vbs /ato')).toContain(tooFew);
  add('FIFTH', server2008);
  expect(await on('FIFTH', 'slmgr.vbs /ato')).toContain('Product activated successfully');
  expect(await on('VM', 'slmgr.vbs /ato')).toContain('Product activated successfully');
});

test('a host on Windows Vista activates Vista, and no server', async () => {
  add('KMS01', 'Windows Vista Enterprise');
  expect(await host('KMS01', 'Windows Vista Enterprise')).toContain('Product activated successfully');
  add('PC', 'Windows Vista Business');
  add('SRV', server2008);
  add('NEW', seven);
  expect(await on('PC', 'slmgr.vbs /ato')).toContain(tooFew);
  expect(await on('SRV', 'slmgr.vbs /ato')).toContain('0xC004F042');
  expect(await on('NEW', 'slmgr.vbs /ato')).toContain('0xC004F042');
});

test('Office, Project and Visio 2010 make up one count of five', async () => {
  add('KMS01', r2);
  installProduct(laboratory, 'KMS01', 'Office 2010 KMS Host');
  const { text } = mintLabKey(laboratory, { kind: 'csvlk', edition: 'Office Professional Plus 2010' });
  await on('KMS01', `slmgr.vbs /ipk ${text}`);
  const { products: installed } = showMachine(laboratory, 'KMS01').state;
  const hosting = installed.find(({ kmsHost }) => kmsHost !== null)?.activationId ?? '';
  expect(await on('KMS01', `slmgr.vbs /ato ${hosting}`)).toContain('Product activated successfully');
  const products = [
    'Office Professional Plus 2010',
    'Project Professional 2010',
    'Visio Premium 2010',
    'Office Standard 2010',
    'Project Standard 2010',
  ];
  for (const [i, product] of products.entries()) {
    const name = `PC${String(i)}`;
    add(name, seven);
    installProduct(laboratory, name, product);
    const id = showMachine(laboratory, name).state.products[1]?.activationId ?? '';
    const expected = i < 4 ? tooFew : 'Product activated successfully';
    expect([product, await on(name, `slmgr.vbs /ato ${id}`)]).toEqual([
      product,
      expect.stringContaining(expected),
    ]);
  }
});

test('where clients and hosts run, at least 173 days are always left', async () => {
  add('KMS01', r2);
  await host('KMS01', r2);
  add('SRV', r2, { count: 5 });
  await advanceClock(laboratory, 5 * hour);
  for (let times = 0; times < 12; times += 1) {
    await advanceClock(laboratory, 2 * day + 5 * hour);
    const left = /(\d+) minute\(s\)/.exec(await on('SRV-001', 'slmgr.vbs /dli'))?.[1];
    expect(Number(left)).toBeGreaterThanOrEqual(173 * 24 * 60);
  }
});

test('a machine with a MAK asks Microsoft once, and nobody ever again', async () => {
  add('PC', seven);
  const { text } = mintLabKey(laboratory, { kind: 'mak', edition: seven });
  await on('PC', `slmgr.vbs /ipk ${text} && slmgr.vbs /ato`);
  expect(showMachine(laboratory, 'PC').nextDue).toBeNull();
  await advanceClock(laboratory, 400 * day);
  expect(await on('PC', 'slmgr.vbs /xpr')).toContain('permanently activated');
});

test('a host that is named by hand and does not answer has no other in its place', async () => {
  for (const name of ['KMS01', 'KMS02']) {
    add(name, r2);
    await host(name, r2);
  }
  add('PC', seven);
  await on('PC', 'slmgr.vbs /skms KMS01.lab.example:1688');
  removeMachine(laboratory, 'KMS01');
  expect(await on('PC', 'slmgr.vbs /ato')).toContain('0xC004F074');
  await on('PC', 'slmgr.vbs /ckms');
  expect(await on('PC', 'slmgr.vbs /ato')).toContain(tooFew);
});

test('a host that may not publish logs it at each start and each day, until /cdns ends it', async () => {
  changeSetting(laboratory, 'firstHostOwnsRecords', 'yes');
  for (const name of ['KMS01', 'KMS02']) {
    add(name, r2);
    await host(name, r2);
  }
  const failures = (): number => idsOf('KMS02').filter((id) => id === 12293).length;
  expect(failures()).toBe(1);
  await advanceClock(laboratory, 2 * day);
  expect(failures()).toBe(3);
  await on('KMS02', 'slmgr.vbs /cdns && net stop sppsvc && net start sppsvc');
  await advanceClock(laboratory, 2 * day);
  expect(failures()).toBe(3);
  expect(idsOf('KMS01').filter((id) => id === 12293)).toEqual([]);
});

test('a record by hand stands beside those that hosts publish', async () => {
  add('KMS01', r2);
  await host('KMS01', r2);
  add('KMS02', r2);
  await host('KMS02', r2);
  addDnsRecord(laboratory, {
    name: '_vlmcs._tcp.branch.example.',
    type: 'SRV',
    data: '0 0 1688 kms02.lab.example',
  });
  await advanceClock(laboratory, 3 * day);
  add('PC', seven, { domain: 'branch.example' });
  expect(await on('PC', 'nslookup -type=all _vlmcs._tcp')).toContain('kms02.lab.example');
  expect(await on('PC', 'slmgr.vbs /ato')).toContain(tooFew);
  add('HQ', seven);
  expect(await on('HQ', 'nslookup -type=all _vlmcs._tcp')).toMatch(/kms01[^]*kms02/);
});

test('a DNS domain for each place keeps clients at the host of their own', async () => {
  for (const place of ['west', 'east']) {
    add(`KMS-${place}`, r2, { domain: `${place}.example` });
    await host(`KMS-${place}`, r2);
    add(`PC-${place}`, seven, { domain: `${place}.example` });
    await on(`PC-${place}`, 'slmgr.vbs /ato');
  }
  expect(await on('KMS-west', 'slmgr.vbs /dli')).toContain('Current count: 1');
  expect(await on('KMS-east', 'slmgr.vbs /dli')).toContain('Current count: 1');
});
