import { endingOf } from '../../src/verbs/run';
import { licenseDataOf } from '../../src/render/json/license';
import { licenseData } from '../../src/render/schemas/license';
import { officeAddon, officeId, run, service, windowsProduct } from '../verbs/machine';

type Changes = Parameters<typeof windowsProduct>[0];

const linesOf = async (changes: Changes, verb = '/dlv'): Promise<readonly string[]> =>
  (await run([verb], { products: [windowsProduct(changes)] })).lines;

const urls = {
  ProcessorURL: 'http://a.example/p',
  MachineURL: 'http://a.example/m',
  UseLicenseURL: 'http://a.example/u',
  ProductKeyURL: 'http://a.example/k',
  ValidationURL: 'http://a.example/v',
};

describe('certificate and validation URLs', () => {
  test.each([
    ['VOLUME_KMSCLIENT', 0],
    ['VIRTUAL_MACHINE_ACTIVATION', 0],
    ['VOLUME_KMS_WS22', 5],
    ['VOLUME_MAK', 5],
    ['RETAIL', 5],
    ['OEM_DM', 5],
    ['TIMEBASED_EVAL', 5],
  ])('/dlv of the channel %s prints %d of them', async (channel, count) => {
    const lines = await linesOf({ ...urls, Description: `Windows, ${channel} channel` });
    expect(lines.filter((line) => line.includes(' URL: '))).toHaveLength(count);
    const all = await run(['/dlv', 'all'], {
      products: [windowsProduct({ ...urls, Description: `Windows, ${channel} channel` })],
    });
    expect(all.lines.filter((line) => line.includes(' URL: '))).toHaveLength(count);
  });

  test('only those are printed that are there, and none by /dli', async () => {
    const mak = { ...urls, MachineURL: '', ProcessorURL: null, Description: 'x, VOLUME_MAK channel' };
    expect((await linesOf(mak)).filter((line) => line.includes(' URL: '))).toEqual([
      'Use License URL: http://a.example/u',
      'Product Key Certificate URL: http://a.example/k',
      'Validation URL: http://a.example/v',
    ]);
    expect((await linesOf(mak, '/dli')).filter((line) => line.includes(' URL: '))).toEqual([]);
  });

  test('data has them whatever the channel', async () => {
    const { results } = await run(['/dlv'], { products: [windowsProduct(urls)] });
    expect(licenseDataOf(results).products[0]?.urls.machine).toBe('http://a.example/m');
  });
});

describe('the end of an evaluation', () => {
  const evaluation = {
    Description: 'Windows, TIMEBASED_EVAL channel',
    EvaluationEndDate: '20270218235959.000000-000',
  };
  const line = 'Evaluation End Date: 2/18/2027 11:59:59 PM';

  test.each([1, 2, 3, 4, 5, 6, 9])('is printed with status %d', async (status) => {
    expect(await linesOf({ ...evaluation, LicenseStatus: status })).toContain(line);
  });

  test('is not printed while unlicensed, whatever the channel, and never by /dli', async () => {
    for (const more of [{}, { Description: 'Windows, RETAIL channel' }, { PartialProductKey: '3V66T' }]) {
      const lines = await linesOf({ ...evaluation, ...more, LicenseStatus: 0 });
      expect(lines.filter((one) => one.startsWith('Evaluation'))).toEqual([]);
      expect(lines).toContain('License Status: Unlicensed');
    }
    expect(await linesOf({ ...evaluation, LicenseStatus: 1 }, '/dli')).not.toContain(line);
  });

  test.each([
    ['16010101000000.000000-000', null],
    ['', null],
    [null, null],
    ['20271318235959.000000-000', null],
    ['20270218245959.000000-000', null],
    ['20270218000000.000000-000', 'Evaluation End Date: 2/18/2027'],
    ['16010102120000.000000-000', 'Evaluation End Date: 1/2/1601 12:00:00 PM'],
  ])('%j', async (date, printed) => {
    const lines = await linesOf({ ...evaluation, EvaluationEndDate: date });
    expect(lines.find((one) => one.startsWith('Evaluation')) ?? null).toBe(printed);
  });
});

describe('add-ons', () => {
  const addon = [
    'Name: Office 16, Office16AddonVL_MAK edition',
    'Description: Office 16, VOLUME_MAK channel',
    'Partial Product Key: ADD01',
    'License Status: Licensed',
  ];

  test("an add-on of Office stands behind Windows' block, after two empty lines", async () => {
    const { text } = await run(['/dli'], { products: [windowsProduct(), officeAddon()] });
    expect(text).toContain(`    KMS host caching is enabled\n\n\n${addon.join('\n')}\n\n\n`);
    expect(text).not.toContain('product key not found');
    const detailed = await run(['/dlv'], { products: [windowsProduct(), officeAddon()] });
    expect(detailed.text).toContain('    KMS host caching is enabled\n\n\nName: Office 16');
    expect(detailed.text).toContain('Remaining App rearm count: ');
  });

  test('it stands where the machine lists it, alone too', async () => {
    const first = await run(['/dli'], { products: [officeAddon(), windowsProduct()] });
    expect(first.text.startsWith(`\n${addon.join('\n')}\n\n\nName: Windows(R)`)).toBe(true);
    const alone = await run(['/dli'], { products: [officeAddon()] });
    expect(alone.text).toBe(`\n${addon.join('\n')}\n\n\n`);
  });

  test('what is no add-on, has no key, or does not say stays out', async () => {
    for (const other of [
      { LicenseIsAddon: false },
      { PartialProductKey: '' },
      { LicenseIsAddon: null },
      { ApplicationID: officeId, LicenseIsAddon: 0 },
    ]) {
      const { text } = await run(['/dli'], { products: [windowsProduct(), officeAddon(other)] });
      expect(text).not.toContain('Office');
    }
  });

  test('/xpr is about Windows', async () => {
    const { text } = await run(['/xpr'], { products: [windowsProduct(), officeAddon()] });
    expect(text).not.toContain('Office');
  });
});

describe('the subscription block', () => {
  const granted = {
    SubscriptionEdition: 'Enterprise',
    SubscriptionType: 0,
    SubscriptionStatus: 1,
    SubscriptionExpiry: '2027-06-30T00:00:00Z',
  };
  const block = async (changes: Changes, ...argv: readonly string[]): Promise<readonly string[]> => {
    const machine = { products: [windowsProduct(), officeAddon()], service: service(changes) };
    const { lines } = await run(argv.length === 0 ? ['/dli'] : argv, machine);
    return lines.filter((line) => line.startsWith('Subscription'));
  };

  test.each([
    [0, 'User based subscription'],
    [1, 'Device based subscription'],
    [2, 'Azure based subscription'],
  ])('type %d is %s; the block stands once behind all products', async (type, name) => {
    for (const verb of ['/dli', '/dlv']) {
      const machine = {
        products: [windowsProduct(), officeAddon()],
        service: service({ ...granted, SubscriptionType: type }),
      };
      const { text } = await run([verb], machine);
      const expected = [
        'Subscription edition: Enterprise',
        `Subscription type: ${name}`,
        'Subscription status: Active',
        'Subscription expiry: 2027-06-30T00:00:00Z',
      ];
      expect(text.endsWith(`\n\n${expected.join('\n')}\n\n`)).toBe(true);
      expect(text.match(/Subscription edition/g)).toHaveLength(1);
    }
  });

  test.each([
    [1, 'Active'],
    [100, 'Disabled'],
    [120, 'Expired'],
    [0, 'Not active'],
    [7, 'Not active'],
    [null, 'Not active'],
  ])('status %j is %s', async (status, name) => {
    expect(await block({ ...granted, SubscriptionStatus: status })).toContain(`Subscription status: ${name}`);
  });

  test.each([['<unspecified>'], ['<Unspecified>'], [''], [null]])('expiry %j is unknown', async (expiry) => {
    expect(await block({ ...granted, SubscriptionExpiry: expiry })).toContain('Subscription expiry: Unknown');
  });

  test('there is none for other types, for /xpr, and for a machine that does not say', async () => {
    for (const type of [3, 120, -1, null, 4_294_967_295]) {
      expect(await block({ ...granted, SubscriptionType: type })).toEqual([]);
    }
    expect(await block({})).toEqual([]);
    expect(await block(granted, '/xpr')).toEqual([]);
  });

  test('data has it with codes and an ISO time', async () => {
    const { results } = await run(['/dlv'], { products: [windowsProduct()], service: service(granted) });
    const data = licenseDataOf(results);
    expect(data.service?.subscription).toEqual({
      edition: 'Enterprise',
      type: { code: 0, name: 'User based subscription' },
      status: { code: 1, name: 'Active' },
      expiresAt: '2027-06-30T00:00:00.000Z',
    });
    expect(licenseData.safeParse(data).success).toBe(true);
    const without = await run(['/dlv'], { products: [windowsProduct()] });
    expect(licenseDataOf(without.results).service?.subscription).toBeNull();
  });
});

describe('numbers beyond what is sensible', () => {
  test.each([-1, 4_294_967_295, '4294967295'])('grace minutes of %j count back from now', async (minutes) => {
    expect(await linesOf({ GracePeriodRemaining: minutes }, '/dli')).toContain(
      'Volume activation expiration: -1 minute(s) (0 day(s))',
    );
    expect(await linesOf({ GracePeriodRemaining: minutes }, '/xpr')).toContain(
      '    Volume activation will expire 11/20/2026 9:59:00 AM',
    );
  });

  test.each([1e300, -1e300, '9'.repeat(400), Number.MAX_SAFE_INTEGER])(
    'grace minutes of %s end in no internal error',
    async (minutes) => {
      for (const status of [1, 2, 6]) {
        const { results } = await run(['/xpr'], {
          products: [windowsProduct({ LicenseStatus: status, GracePeriodRemaining: minutes })],
        });
        expect(endingOf(results).ok).toBe(true);
        expect(licenseData.safeParse(licenseDataOf(results)).success).toBe(true);
      }
    },
  );

  test('a product that does not say its status is of unknown status', async () => {
    expect(await linesOf({ LicenseStatus: null })).toContain('License Status: Unknown');
    expect(await linesOf({ LicenseStatus: null }, '/xpr')).toEqual(['']);
  });
});
