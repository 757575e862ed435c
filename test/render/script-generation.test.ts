import { renderText } from '../../src/render/text';
import { currentScript, scriptOf } from '../../src/render/text/script-generation';
import { officeId, run, service, windowsProduct } from '../verbs/machine';

type Changes = Parameters<typeof windowsProduct>[0];

async function textOf(version: string, changes: Changes, verb = '/dlv'): Promise<readonly string[]> {
  const { results } = await run([verb], { service: service({}), products: [windowsProduct(changes)] });
  return renderText(results, () => 0, scriptOf(version)).split('\n');
}

const client = {
  Description: 'Windows, VOLUME_KMSCLIENT channel',
  LicenseStatus: 1,
  GracePeriodRemaining: 259_000,
  DiscoveredKeyManagementServiceMachineName: 'kms01.lab.example',
  DiscoveredKeyManagementServiceMachinePort: 1688,
  DiscoveredKeyManagementServiceMachineIpAddress: '192.0.2.7',
  TrustedTime: '20260105080000.000000-000',
};
const starts = (lines: readonly string[], ...labels: readonly string[]): readonly string[] =>
  labels.filter((label) => lines.some((line) => line.trim().startsWith(label)));
const labels = [
  ...[
    'Product Key Channel:',
    'Remaining Windows rearm count:',
    'Remaining SKU rearm count:',
    'Trusted time:',
  ],
  ...['Configured Activation Type:', 'Most recent activation information:', 'KMS machine IP address:'],
  'KMS host caching is',
];

describe("the text of the generations' own scripts", () => {
  test.each([
    ['6.0.6002.18005', []],
    ['6.1.7601.17514', [1, 3, 7]],
    ['6.2.9200.16384', [1, 3, 4, 5, 7]],
    ['6.3.9600.17415', [0, 1, 2, 3, 4, 5, 6, 7]],
    ['10.0.26100.3194', [0, 1, 2, 3, 4, 5, 6, 7]],
  ] as const)('a KMS client of %s', async (version, shown) => {
    const lines = await textOf(version, client);
    expect(starts(lines, ...labels)).toEqual(shown.map((at) => labels[at]));
    expect(lines).toContain('Key Management Service client information');
    expect(lines).toContain('    KMS machine name from DNS: kms01.lab.example:1688');
  });

  test.each([
    ['6.0.6002.18005', 179],
    ['6.1.7601.17514', 179],
    ['6.2.9200.16384', 180],
    ['10.0.19041.1', 180],
  ])('days of %s are %d', async (version, days) => {
    for (const verb of ['/dli', '/dlv'])
      expect(await textOf(version, client, verb)).toContain(
        `Volume activation expiration: 259000 minute(s) (${days} day(s))`,
      );
  });

  test('Windows 7 prints four URLs of any product that is no KMS client, and counts rearms of Windows for Office', async () => {
    const office = {
      ...{
        Description: 'Office, RETAIL channel',
        ApplicationID: officeId,
        UseLicenseURL: 'http://a.example/u',
      },
      ...{ ProcessorURL: '', MachineURL: '', ProductKeyURL: '', ValidationURL: 'http://a.example/v' },
    };
    const { results } = await run(['/dlv', 'all'], {
      service: service({}),
      products: [windowsProduct(office)],
    });
    const lines = renderText(results, () => 0, scriptOf('6.1.7601.1')).split('\n');
    expect(lines.filter((line) => line.includes(' URL:'))).toEqual([
      'Processor Certificate URL: ',
      'Machine Certificate URL: ',
      'Use License URL: http://a.example/u',
      'Product Key Certificate URL: ',
    ]);
    expect(starts(lines, 'Remaining Windows rearm count:', 'Remaining App rearm count:')).toEqual([
      'Remaining Windows rearm count:',
    ]);
    expect((await textOf('6.1.7601.1', client)).filter((line) => line.includes(' URL:'))).toEqual([]);
  });

  test('a version that is not known, or of a later Windows, has the text of today', () => {
    for (const version of [null, '', '10.0.26100.1', '11.0', 'x'])
      expect(scriptOf(version)).toBe(currentScript);
  });

  test('from Windows 8.1 to Windows 10 and Server 2022 it is that of today without the lines about a subscription', () => {
    for (const version of ['6.3.9600.1', '10.0.14393.1', '10.0.20348.3207'])
      expect(scriptOf(version)).toEqual({ ...currentScript, hasSubscription: false });
  });
});
