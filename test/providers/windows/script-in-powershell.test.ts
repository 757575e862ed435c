import { parseAnswer } from '../../../src/providers/windows/bridge/answer-schema';
import {
  type BridgeError,
  type BridgeOperation,
  type BridgeResult,
} from '../../../src/providers/windows/bridge/protocol';
import { smallCase } from '../../fixtures/case';
import { findPwsh, StandInHost } from './powershell/pwsh';

const pwsh = findPwsh();
const describeWithPowerShell = pwsh === null ? describe.skip : describe;
const skipped = pwsh === null ? ' (skipped: no pwsh on the PATH or in SLMGR_TEST_PWSH)' : '';

const container =
  'CN=Activation Objects,CN=Microsoft SPP,CN=Services,CN=Configuration,DC=corp,DC=contoso,DC=com';
const one = {
  displayName: 'One',
  distinguishedName: `CN=One,${container}`,
  'msSPP-CSVLKSkuId': null,
  'msSPP-CSVLKPid': null,
  'msSPP-CSVLKPartialProductKey': null,
};

describeWithPowerShell(`the real script against objects as lax as the real ones${skipped}`, () => {
  let host: StandInHost;

  beforeAll(() => {
    host = new StandInHost(pwsh ?? '');
  });
  afterAll(() => host.close());

  async function play(machine: object, failures: object = {}): Promise<void> {
    const base = smallCase();
    await host.play({ ...base, machine: { ...base.machine, ...machine }, failures: { ...failures } });
  }

  async function ask(...operations: readonly BridgeOperation[]): Promise<readonly BridgeResult[]> {
    const steps = operations.map((operation) => ({ do: operation, onError: 'go-on' }));
    return parseAnswer(await host.ask(JSON.stringify({ v: 1, steps }))).results;
  }

  const numberOf = (result: BridgeResult | undefined): string =>
    result?.ok === false ? (result.error satisfies BridgeError).hresult : 'no error';

  test('an object that is not there is found out, and nothing of its name is deleted', async () => {
    await play({ activationObjects: [one], domain: 'corp.contoso.com' });
    const [there, elsewhere, absent] = await ask(
      { op: 'directory-get', dn: one.distinguishedName },
      { op: 'directory-get', dn: 'CN=One,OU=Elsewhere,DC=corp,DC=contoso,DC=com' },
      { op: 'directory-delete', name: 'CN=Two' },
    );
    expect([there?.ok, numberOf(elsewhere), numberOf(absent)]).toEqual([true, '0x80072030', '0x80072030']);
    expect((await host.calls()).filter((call) => call.startsWith('ldap.delete'))).toEqual([]);
  });

  test('a slash in a name does not choose another server', async () => {
    await play({ activationObjects: [one], domain: 'corp.contoso.com' });
    const [slashed] = await ask({ op: 'directory-get', dn: `other.example/CN=One,${container}` });
    expect(numberOf(slashed)).toBe('0x80072030');
    expect(await host.calls()).toEqual([`ldap.get LDAP://other.example\\/CN=One,${container}`]);
  });

  test('a schema without the container, and a computer off the domain', async () => {
    await play({ activationObjects: 'unsupported', domain: 'corp.contoso.com' });
    const [old] = await ask({ op: 'directory-supported' });
    expect(old).toEqual({ ok: true, value: false });
    await play({ activationObjects: [one], domain: '' });
    const off = await ask(
      { op: 'directory-supported' },
      { op: 'directory-context' },
      { op: 'directory-list' },
    );
    expect(off.map(numberOf)).toEqual(['0x8007054B', '0x8007054B', '0x8007054B']);
  });

  test.each([
    '2026-11-20T10:00:00Z',
    '2026-11-20',
    '/Date(0)/',
    '/Date(1700000000000+0100)/',
    '~x',
    '',
    ' "quoted" \\ ',
  ])('an argument arrives as it is: %j', async (text) => {
    await play({});
    const service = { op: 'invoke', class: 'SoftwareLicensingService', keyName: 'Version' } as const;
    const args = [{ name: 'LookupDomain', type: 'string', value: text }] as const;
    const [done] = await ask({ ...service, key: '', method: 'SetKeyManagementServiceLookupDomain', args });
    expect(done?.ok).toBe(true);
    expect(await host.calls()).toEqual([`service.SetKeyManagementServiceLookupDomain(${text})`]);
  });

  test('the number of an error is looked for inside it, never in its text', async () => {
    await play({});
    const numbers = await host.thrown();
    expect(numbers).toEqual({
      inner: '0xC004F074',
      innerOfText: '0x80070005',
      zero: '0x80041001',
      fileName: '0x80070002',
      own: '0x80041002',
    });
  });
});
