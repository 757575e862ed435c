import { removeAccount } from '../../../src/lab/estate/accounts';
import { setMachine } from '../../../src/lab/estate/settings-of-machine';
import { closeLaboratories, type TestLaboratory } from '../../lab/estate/laboratories';
import { account, askAgent, run, SshServed, twoMachines } from './support';

const uninstall = 'cscript //nologo slmgr.vbs /upk';
const upkOf = (words: string): string => `cscript //nologo slmgr.vbs ${words} /upk`;
const denied = /0x80070005|Access denied/;

let laboratory: TestLaboratory;
let served: SshServed;

beforeEach(async () => {
  laboratory = twoMachines();
  served = await SshServed.start(laboratory);
});

afterEach(async () => {
  await served.close();
  closeLaboratories();
});

const keyOf = (name: string): number =>
  laboratory.store.read(
    (reader) => reader.machine(name)!.state.products.filter(({ key }) => key !== null).length,
  );

describe('one check, at every act, against the machine acted on', () => {
  test('an account that another machine does not have changes and reads nothing there', async () => {
    const client = await served.connect('admin');
    const before = keyOf('OTHER');
    for (const line of [upkOf('OTHER'), upkOf('other'), 'slmgr OTHER /dlv']) {
      expect((await run(client, line)).stdout).toMatch(denied);
    }
    expect(keyOf('OTHER')).toBe(before);
  });

  test('nor does one of the same name with another password, or a standard user', async () => {
    account(laboratory, 'admin', { machine: 'OTHER', password: 'another-1!' });
    const client = await served.connect('admin');
    expect((await run(client, upkOf('OTHER'))).stdout).toMatch(denied);
    expect((await run(client, upkOf('OTHER admin another-1!'))).stdout).not.toMatch(denied);
    account(laboratory, 'admin', { machine: 'OTHER', standard: true });
    expect((await run(client, upkOf('OTHER'))).stdout).toMatch(denied);
  });

  test('one that it has acts there, and by a user who is named with the password', async () => {
    account(laboratory, 'admin', { machine: 'OTHER' });
    account(laboratory, 'guest', { machine: 'OTHER', password: 'guest-1!' });
    const client = await served.connect('admin');
    expect((await run(client, 'slmgr OTHER /dli')).stdout).toContain('ServerDatacenter');
    expect((await run(client, 'slmgr OTHER CORP\\guest guest-1! /dli')).stdout).toContain('ServerDatacenter');
    expect((await run(client, 'slmgr OTHER guest wrong /dli')).stdout).toMatch(denied);
    expect((await run(client, 'slmgr OTHER nobody guest-1! /dli')).stdout).toMatch(denied);
  });

  test("the token of a remote administrator is filtered where the machine is set so, the machine's own is not", async () => {
    account(laboratory, 'admin');
    await setMachine(laboratory, 'OTHER', { elevated: false });
    await setMachine(laboratory, 'KMS01', { elevated: false });
    const client = await served.connect('admin');
    expect((await run(client, upkOf('OTHER'))).stdout).toMatch(denied);
    expect((await run(client, uninstall)).stdout).not.toMatch(denied);
  });
});

describe('rights are lost at once on connections that are open', () => {
  const query = {
    op: 'query',
    class: 'SoftwareLicensingService',
    select: ['Version'],
    filter: { kind: 'all' },
  };

  test('of an administrator who is made standard', async () => {
    const client = await served.connect('admin');
    account(laboratory, 'admin', { machine: 'KMS01', standard: true });
    expect((await run(client, uninstall)).stdout).toMatch(denied);
    expect((await run(client, 'slmgr /dli')).stdout).toContain('ServerDatacenter');
  });

  test.each([
    ['removed', () => removeAccount(laboratory, 'admin', 'KMS01')],
    ['given another password', () => account(laboratory, 'admin', { machine: 'KMS01', password: 'new-1!' })],
  ])('of one who is %s', async (_what, change) => {
    const client = await served.connect('admin');
    change();
    expect(await run(client, 'slmgr /dli')).toMatchObject({ stdout: '', stderr: 'Access is denied.\r\n' });
    expect(await run(client, 'hostname')).toMatchObject({ stdout: '', status: 5 });
    expect((await run(client, 'slmgr agent --stdio', '{}\n')).stdout).toBe('');
  });

  test('also in the middle of a conversation', async () => {
    const client = await served.connect('admin');
    const [before] = await askAgent(client, query);
    expect(before).toMatchObject({ ok: true });
    const provider = await served.machine.provider(served.machine.findAccount('admin')!.account);
    removeAccount(laboratory, 'admin', 'KMS01');
    await expect(
      provider.query({ class: 'SoftwareLicensingService', select: ['Version'], filter: { kind: 'all' } }),
    ).rejects.toMatchObject({ hresult: 0x80070005 });
    await expect(provider.registry.getString('SOFTWARE', 'x')).rejects.toThrow(/no account admin/);
  });
});
