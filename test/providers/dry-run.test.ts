import { dryRunOf } from '../../src/providers/dry-run';
import { renderDryRun, dryRunDataOf } from '../../src/render/dry-run';
import { dryRunData } from '../../src/render/schemas/verbs';
import { utc } from '../../src/licensing/local-time';
import { parseCommandLine } from '../../src/verbs/grammar';
import { runCommandLine, type CommandResult } from '../../src/verbs/run';
import { verbs } from '../../src/verbs/table';
import { makeDouble } from '../conformance/double';
import { caseOf, windowsProduct } from '../verbs/machine';

const host = windowsProduct({
  Description: 'Windows(R) Operating System, VOLUME_KMS_WS22 channel',
  IsKeyManagementServiceMachine: 1,
});

async function dryRun(
  argv: readonly string[],
  machine: Parameters<typeof caseOf>[1] = {},
): Promise<{ text: string; called: readonly string[] }> {
  const { provider, calls } = makeDouble(caseOf(argv, { products: [host], ...machine }));
  const dry = dryRunOf(provider);
  const results: CommandResult[] = [];
  const connect = (): Promise<typeof provider> => Promise.resolve(dry.provider);
  for await (const result of runCommandLine(parseCommandLine(argv), connect)) results.push(result);
  expect(dryRunData.parse(dryRunDataOf(dry.plannedCalls))).toEqual({ plannedCalls: dry.plannedCalls });
  return { text: renderDryRun(dry.plannedCalls, results, utc), called: calls };
}

const id = '11111111-2222-3333-4444-555555555555';

describe('a dry run', () => {
  test('names the calls in order and makes none', async () => {
    expect(await dryRun(['/skms', 'kms.example:1690'])).toEqual({
      text:
        'Would call service.SetKeyManagementServiceMachine(kms.example)\n' +
        'Would call service.SetKeyManagementServicePort(1690)\n',
      called: [],
    });
  });

  test('of /ipk names the registry values', async () => {
    const { text } = await dryRun(['/ipk', 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE']);
    expect(text).toContain('Would call service.InstallProductKey(AAAAA-BBBBB-CCCCC-DDDDD-EEEEE)\n');
    expect(text).toContain('Would call registry.SetStringValue(SOFTWARE\\');
  });

  test('of /ato says nothing about how it ends', async () => {
    expect((await dryRun(['/ato'])).text).toBe(
      `Would call product[${id}].Activate()\nWould call service.RefreshLicenseStatus()\n`,
    );
  });

  test('shows what stands in the way', async () => {
    expect((await dryRun(['/upk', '00000000-2222-3333-4444-555555555555'])).text).toContain(
      'Error: product key not found.\n',
    );
    expect((await dryRun(['/sai', '-5'])).text).toBe('Error: The data is invalid\n\n');
  });

  test('hides the PIN', async () => {
    const { text } = await dryRun(['/fta', 'ABCDEF', '4711']);
    expect(text).toContain('signer.Sign(ABCDEF, ***)');
    expect(text).not.toContain('4711');
  });

  test('of /ipk on a client clears the values of a KMS host', async () => {
    const { text, called } = await dryRun(['/ipk', 'KEY'], { products: [windowsProduct()] });
    expect(text.match(/registry\.DeleteValue/g)).toHaveLength(2);
    expect(called).toEqual([]);
  });

  test('of /del-ao looks the object up and leaves it', async () => {
    const distinguishedName =
      'CN=One,CN=Activation Objects,CN=Microsoft SPP,CN=Services,CN=Configuration,DC=corp,DC=contoso,DC=com';
    const object = {
      displayName: 'One',
      distinguishedName,
      'msSPP-CSVLKSkuId': null,
      'msSPP-CSVLKPid': null,
      'msSPP-CSVLKPartialProductKey': null,
    };
    const { text, called } = await dryRun(['/del-ao', 'one'], { activationObjects: [object] });
    expect(text).toBe('Would call directory.Delete(CN=One)\n');
    expect(called).toEqual([`ldap.get LDAP://${distinguishedName.replace('CN=One', 'CN=one')}`]);
  });

  test('of /ril names the licences', async () => {
    const tokenLicenses = [{ ID: 'x1', ILID: 'il', ILVID: 1 }];
    const { text } = await dryRun(['/ril', 'il', '1'], { tokenLicenses });
    expect(text).toBe('Would call license[x1].Uninstall()\n');
  });

  test('of a reading verb reads', async () => {
    const { called } = await dryRun(['/ltc']);
    expect(called).toEqual([`product[${id}].GetTokenActivationGrants()`, 'signer.GetCertificateThumbprints']);
  });

  test('of any changing verb changes nothing', async () => {
    const words: Readonly<Record<string, string>> = {
      'rearm-app': id,
      'rearm-sku': id,
      sprt: '1',
      sai: '20',
      sri: '20',
    };
    for (const verb of verbs.filter(({ changesState, name }) => changesState && name !== 'ilc')) {
      const { called } = await dryRun([
        `/${verb.name}`,
        words[verb.name] ?? 'x',
        ...(verb.name === 'ril' ? ['1'] : []),
      ]);
      expect(called.filter((call) => !/^(ldap\.get|signer\.Get)/.test(call))).toEqual([]);
    }
  });
});
