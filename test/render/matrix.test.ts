import { officeId, run, service, windowsProduct } from '../verbs/machine';

/** What stands in a product's description, with what slmgr calls an end of its activation. */
const channels = {
  RETAIL: 'Volume activation',
  OEM_SLP: 'Volume activation',
  OEM_DM: 'Volume activation',
  OEM_COA_NSLP: 'Volume activation',
  VOLUME_KMSCLIENT: 'Volume activation',
  VOLUME_MAK: 'Volume activation',
  VOLUME_KMS: 'Volume activation',
  VOLUME_KMS_WS22: 'Volume activation',
  VIRTUAL_MACHINE_ACTIVATION: 'Automatic VM activation',
  TIMEBASED_EVAL: 'Timebased activation',
  TIMEBASED_SUB: 'Timebased activation',
} as const;
type Channel = keyof typeof channels;

const labels: Readonly<Record<number, string>> = {
  0: 'Unlicensed',
  1: 'Licensed',
  2: 'Initial grace period',
  3: 'Additional grace period (KMS license expired or hardware out of tolerance)',
  4: 'Non-genuine grace period.',
  5: 'Notification',
  6: 'Extended grace period',
};
const ends: Readonly<Record<number, string>> = {
  2: 'Initial grace period ends',
  3: 'Additional grace period ends',
  4: 'Non-genuine grace period ends',
  6: 'Extended grace period ends',
};
const end = '11/21/2026 10:01:00 AM';
const reasons: Readonly<Record<number, string>> = {
  0: '0x0.',
  [0xc004f200]: '0xC004F200 (non-genuine).',
  [0xc004f009]: '0xC004F009 (grace time expired).',
  [0xc004e003]: '0xC004E003.',
};

interface Shape {
  readonly status: number;
  readonly channel: Channel;
  readonly minutes: number;
  readonly reason: number;
}

/** Every status with every channel, with minutes that remain and without; numbers of no page too. */
const shapes: readonly Shape[] = [0, 1, 2, 3, 4, 5, 6, 7, 99].flatMap((status) =>
  (Object.keys(channels) as Channel[]).flatMap((channel) =>
    [0, 1441].flatMap((minutes) =>
      (status === 5 ? Object.keys(reasons).map(Number) : [0]).map((reason) => ({
        status,
        channel,
        minutes,
        reason,
      })),
    ),
  ),
);

function productOf({ status, channel, minutes, reason }: Shape): ReturnType<typeof windowsProduct> {
  return windowsProduct({
    Description: `Windows(R) Operating System, ${channel} channel`,
    LicenseStatus: status,
    LicenseStatusReason: reason | 0,
    GracePeriodRemaining: minutes,
    ProductKeyID: 'PID',
    ProductKeyChannel: 'KEY',
    ValidationURL: 'https://v.example',
    EvaluationEndDate: '20270218235959.000000-000',
    TrustedTime: '20261120095912.000000-000',
    RemainingSkuReArmCount: 4,
    IsKeyManagementServiceMachine: channel.startsWith('VOLUME_KMS') && channel !== 'VOLUME_KMSCLIENT' ? 1 : 0,
    KeyManagementServiceCurrentCount: 7,
    DiscoveredKeyManagementServiceMachineName: 'kms.example',
    DiscoveredKeyManagementServiceMachinePort: 1688,
    KeyManagementServiceProductKeyID: 'HOST',
    VLActivationInterval: 120,
    VLRenewalInterval: 10080,
  });
}

function statusLines({ status, channel, minutes, reason }: Shape): readonly string[] {
  const label = labels[status];
  if (label === undefined) return ['License Status: Unknown'];
  const left = `${minutes} minute(s) (${minutes === 0 ? 0 : 2} day(s))`;
  if (status === 1 && minutes > 0)
    return [`License Status: Licensed`, `${channels[channel]} expiration: ${left}`];
  if (status === 5) return ['License Status: Notification', `Notification Reason: ${reasons[reason] ?? ''}`];
  return [`License Status: ${label}`, ...(status < 2 ? [] : [`Time remaining: ${left}`])];
}

const clientLines = (status: number): readonly string[] =>
  status === 1
    ? [
        '',
        'Most recent activation information:',
        'Key Management Service client information',
        '    Client Machine ID (CMID): 99999999-2222-3333-4444-555555555555',
        '    KMS machine name from DNS: kms.example:1688',
        '    KMS machine IP address: not available',
        '    KMS machine extended PID: HOST',
        '    Activation interval: 120 minutes',
        '    Renewal interval: 10080 minutes',
        '    KMS host caching is enabled',
      ]
    : ['Please use slmgr.vbs /ato to activate and update KMS client information in order to update values.'];

const hostLines = [
  '',
  'Key Management Service is enabled on this machine',
  '    Current count: 7',
  '    Listening on Port: 1688',
  '    DNS publishing enabled',
  '    KMS priority: Normal',
];

function behind({ status, channel }: Shape): readonly string[] {
  if (channel === 'VOLUME_KMSCLIENT') return ['Configured Activation Type: All', ...clientLines(status)];
  if (channel === 'VIRTUAL_MACHINE_ACTIVATION') return ['Guest IAID: Not Available'];
  return channel === 'VOLUME_KMS' || channel === 'VOLUME_KMS_WS22' ? hostLines : [];
}

function detailed(shape: Shape): readonly string[] {
  const hasUrls = shape.channel !== 'VOLUME_KMSCLIENT' && shape.channel !== 'VIRTUAL_MACHINE_ACTIVATION';
  return [
    'Software licensing service version: 10.0.19041.1',
    '',
    'Name: Windows(R), Enterprise edition',
    `Description: Windows(R) Operating System, ${shape.channel} channel`,
    'Activation ID: 11111111-2222-3333-4444-555555555555',
    'Application ID: 55c92734-d682-4d71-983e-d6ec3f16059f',
    'Extended PID: PID',
    'Product Key Channel: KEY',
    'Installation ID: 123456',
    ...(hasUrls ? ['Validation URL: https://v.example'] : []),
    'Partial Product Key: 2YT43',
    ...statusLines(shape),
    ...(shape.status === 0 ? [] : ['Evaluation End Date: 2/18/2027 11:59:59 PM']),
    'Remaining Windows rearm count: 3',
    'Remaining SKU rearm count: 4',
    'Trusted time: 11/20/2026 9:59:12 AM',
    ...behind(shape),
  ];
}

function expiry({ status, channel, minutes }: Shape): readonly string[] {
  const at = minutes === 0 ? '11/20/2026 10:00:00 AM' : end;
  const sentence = (): string | undefined => {
    if (status === 0) return 'Unlicensed';
    if (status === 5) return 'Windows is in Notification mode';
    if (status !== 1) return ends[status] === undefined ? undefined : `${ends[status]} ${at}`;
    return minutes === 0 ? 'The machine is permanently activated.' : `${channels[channel]} will expire ${at}`;
  };
  const said = sentence();
  return said === undefined ? [] : ['Windows(R), Enterprise edition:', `    ${said}`];
}

const named = ({ status, channel, minutes, reason }: Shape): string =>
  `status ${status}, ${channel}, ${minutes} minutes, reason ${reason.toString(16)}`;

describe('the text of every status in every channel', () => {
  test('/dlv, /dli and /xpr say what belongs to it, in the order of slmgr', async () => {
    for (const shape of shapes) {
      const products = [productOf(shape)];
      const told = await run(['/dlv'], { products });
      expect([named(shape), ...told.lines]).toEqual([named(shape), ...detailed(shape)]);
      const short = detailed(shape).filter(
        (line) =>
          !/^(?:Software|Activation ID|Application|Extended PID|Product Key Ch|Installation|Validation|Evaluation|Remaining|Trusted)/.test(
            line,
          ),
      );
      expect([named(shape), ...(await run(['/dli'], { products })).lines]).toEqual([named(shape), ...short]);
      const ended = (await run(['/xpr'], { products })).lines.filter((line) => line !== '');
      expect([named(shape), ...ended]).toEqual([named(shape), ...expiry(shape)]);
    }
  });

  test.each([
    [0, 'All'],
    [1, 'AD'],
    [2, 'KMS'],
    [3, 'Token'],
    [4, 'All'],
    [null, 'All'],
  ])('VLActivationTypeEnabled %j is %s', async (type, word) => {
    const { lines } = await run(['/dlv'], { products: [windowsProduct({ VLActivationTypeEnabled: type })] });
    expect(lines).toContain(`Configured Activation Type: ${word}`);
  });

  test("the rearm counts of another application are its own, and those of add-ons of Windows are Windows' own", async () => {
    const office = windowsProduct({
      ID: '22222222-2222-3333-4444-555555555555',
      ApplicationID: officeId,
      RemainingAppReArmCount: 1,
      RemainingSkuReArmCount: 2,
    });
    const { lines } = await run(['/dlv', '22222222-2222-3333-4444-555555555555'], { products: [office] });
    expect(lines.filter((line) => line.startsWith('Remaining'))).toEqual([
      'Remaining App rearm count: 1',
      'Remaining SKU rearm count: 2',
    ]);
    const addon = windowsProduct({
      LicenseIsAddon: true,
      RemainingAppReArmCount: 9,
      RemainingSkuReArmCount: 2,
    });
    expect(
      (await run(['/dlv'], { products: [addon], service: service({ RemainingWindowsReArmCount: 5 }) })).lines,
    ).toEqual(expect.arrayContaining(['Remaining Windows rearm count: 5', 'Remaining SKU rearm count: 2']));
  });

  test('a product that says nothing but what it is prints no word of JavaScript', async () => {
    const bare = Object.fromEntries(
      Object.entries(windowsProduct()).map(([name, value]) => [
        name,
        ['ID', 'Name', 'Description', 'ApplicationID', 'PartialProductKey'].includes(name) ? value : null,
      ]),
    );
    for (const verb of ['/dli', '/dlv', '/xpr', '/dti']) {
      const { lines } = await run([verb], { products: [bare], service: { Version: '10.0' } });
      expect(lines.join('\n')).not.toMatch(/\b(?:null|undefined|NaN|Infinity|object Object)\b/);
    }
  });
});
