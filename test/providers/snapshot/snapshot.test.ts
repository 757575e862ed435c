import * as fc from 'fast-check';
import { isLicensingError, type LicensingProvider } from '../../../src/licensing/provider';
import { dryRunOf } from '../../../src/providers/dry-run';
import { asDmtf, readDate } from '../../../src/providers/snapshot/dates';
import { snapshotProvider } from '../../../src/providers/snapshot/provider';
import { takeSnapshot } from '../../../src/providers/snapshot/write';
import { utc } from '../../../src/licensing/local-time';
import { renderText } from '../../../src/render/text';
import { parseCommandLine } from '../../../src/verbs/grammar';
import { endingOf, runCommandLine, type CommandResult } from '../../../src/verbs/run';
import { verbs } from '../../../src/verbs/table';
import { makeDouble } from '../../conformance/double';
import { caseOf, service, windowsProduct } from '../../verbs/machine';

const now = Date.UTC(2026, 10, 20, 10);

async function results(argv: readonly string[], provider: LicensingProvider): Promise<CommandResult[]> {
  const all: CommandResult[] = [];
  const connect = (): Promise<LicensingProvider> => Promise.resolve(provider);
  for await (const result of runCommandLine(parseCommandLine(argv), connect)) all.push(result);
  return all;
}

async function print(argv: readonly string[], document: unknown): Promise<string> {
  return renderText(await results(argv, snapshotProvider(JSON.stringify(document), 'pc1', now)), utc);
}

/** What `Get-CimInstance | ConvertTo-Json` makes of an instance. */
const exported = {
  CapturedAt: { value: '/Date(1795082400000)/', DisplayHint: 2, DateTime: 'Thursday, November 19, 2026' },
  Service: {
    ...service({ Version: '10.0.22621.1' }),
    CimClass: { CimSuperClassName: null, CimClassMethods: [{ Name: 'x' }] },
    CimInstanceProperties: ['a', 'b'],
    PSComputerName: null,
  },
  Products: {
    ...windowsProduct({
      LicenseStatus: '1',
      GracePeriodRemaining: '1440',
      LicenseIsAddon: 'False',
      TrustedTime: null,
    }),
    EvaluationEndDate: '/Date(-11644473600000)/',
  },
};

describe('a snapshot', () => {
  test('of a real machine is read with its odd types', async () => {
    expect(await print(['/xpr'], exported)).toBe(
      'Windows(R), Enterprise edition:\n    Volume activation will expire 11/20/2026 10:00:00 AM\n\n',
    );
  });

  test('that does not say when it was taken uses the time of the reader', async () => {
    const undated = { Service: exported.Service, Products: exported.Products };
    expect(await print(['/xpr'], undated)).toContain('will expire 11/21/2026 10:00:00 AM');
  });

  test('may be a whole case of the corpus', async () => {
    const text = await print(['/dli'], caseOf(['/dli']));
    expect(text).toContain('Partial Product Key: 2YT43');
  });

  test('with names in another case means the same', async () => {
    const products = [
      {
        id: 'a',
        NAME: 'Windows',
        partialproductkey: 'ABCDE',
        applicationid: windowsProduct()['ApplicationID'] ?? '',
      },
    ];
    expect(await print(['/dli'], { service: {}, products })).toContain('Name: Windows');
  });

  test('without products has no key', async () => {
    expect(await print(['/dlv'], { service: service(), products: null })).toBe(
      'Software licensing service version: 10.0.19041.1\nError: product key not found.\n\n',
    );
  });

  test.each(verbs.filter(({ changesState }) => changesState).map(({ name }) => name))(
    'refuses /%s clearly',
    async (name) => {
      const provider = snapshotProvider(JSON.stringify(exported), 'pc1', now);
      const all = await results([`/${name}`, 'x', '1', 'y'], provider);
      expect(endingOf(all)).toMatchObject({ scriptExitCode: 1, ok: false });
      expect(renderText(all, utc)).toBe(
        'Error: pc1 is a snapshot: a verb that changes a machine needs the machine itself.\n\n',
      );
    },
  );

  test('shows in a dry run what a verb would call', async () => {
    const dry = dryRunOf(snapshotProvider(JSON.stringify(exported), 'pc1', now));
    expect(endingOf(await results(['/ckhc'], dry.provider)).ok).toBe(true);
    expect(dry.plannedCalls.map(({ method }) => method)).toEqual(['DisableKeyManagementServiceHostCaching']);
  });

  test('refuses a method of a reading verb too', async () => {
    const provider = snapshotProvider(JSON.stringify(exported), 'pc1', now);
    expect(endingOf(await results(['/ad-activation-get-iid', 'KEY'], provider)).hresult).toBe(0x80070032);
  });

  test.each([
    ['', 'holds no JSON'],
    ['[1', 'holds no JSON'],
    ['[]', 'is no snapshot'],
    ['{"products": []}', 'is no snapshot'],
    ['{"service": {}, "products": 3}', 'is no snapshot'],
    ['{"service": [], "products": []}', 'is no snapshot'],
  ])('%j is refused', (text, part) => {
    expect(() => snapshotProvider(text, 'pc1', now)).toThrow(part);
  });

  test('any JSON is read or refused', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        try {
          snapshotProvider(text, 'pc1', now);
        } catch (error) {
          expect(isLicensingError(error)).toBe(true);
        }
      }),
    );
  });

  test('keeps activation objects and certificates', async () => {
    const object = {
      displayName: 'One',
      distinguishedName: 'CN=One,DC=x',
      'msSPP-CSVLKSkuId': 'abc',
      'msSPP-CSVLKPid': '1-2',
      'msSPP-CSVLKPartialProductKey': 'KMS22',
    };
    const certificates = ['AB|CN=a|CN=b|2026-01-02 03:04:05|2027-01-02 03:04:05'];
    const one = caseOf(['/ao-list'], { activationObjects: [object], certificates });
    const { provider } = makeDouble(one);
    const written = await takeSnapshot(provider);
    expect(await print(['/ao-list'], written)).toBe(renderText(await results(['/ao-list'], provider), utc));
    expect(await print(['/ltc'], one.machine)).toContain('Valid from: 1/2/2026\nValid to: 1/2/2027\n');
    const unsupported = makeDouble(caseOf([], { activationObjects: 'unsupported' })).provider;
    expect(await takeSnapshot(unsupported)).toMatchObject({ activationObjects: 'unsupported' });
  });

  test('says of certificates what the machine said, as far as the file tells', async () => {
    const document = { service: service(), products: [windowsProduct()] };
    const certificates = ['AB|CN=a|CN=b|2026-01-02 03:04:05|2027-01-02 03:04:05'];
    const tokenLicenses = [{ ID: 'x', ILID: 'y', ILVID: 1 }];
    const ltc = async (more: object): Promise<number | null> =>
      endingOf(
        await results(['/ltc'], snapshotProvider(JSON.stringify({ ...document, ...more }), 'pc1', now)),
      ).hresult;
    expect(await ltc({ tokenLicenses: [] })).toBe(0xc004f304);
    expect(await ltc({ tokenLicenses: null })).toBe(0xc004f304);
    expect(await ltc({ tokenLicenses })).toBe(0x80070032);
    expect(await ltc({})).toBe(0x80070032);
    expect(await ltc({ tokenLicenses, certificates: [] })).toBeNull();

    const { provider } = makeDouble(caseOf(['/ltc'], { certificates, tokenLicenses }));
    const written = await takeSnapshot(provider);
    expect(written.certificates).toEqual(certificates);
    expect(await print(['/ltc'], written)).toBe(renderText(await results(['/ltc'], provider), utc));
    const failing = makeDouble(
      caseOf(['/ltc'], { tokenLicenses }, { failures: { GetTokenActivationGrants: '0xC004F304' } }),
    );
    expect(await takeSnapshot(failing.provider)).not.toHaveProperty('certificates');
  });

  test('that was written of a provider answers like it', async () => {
    const one = caseOf(['/dlv'], {
      products: [windowsProduct(), windowsProduct({ ID: 'x', PartialProductKey: '' })],
    });
    const { provider } = makeDouble(one);
    const written = await takeSnapshot(provider);
    expect(written).toMatchObject({
      schema: 'slmgr.snapshot/1',
      capturedAt: '2026-11-20T10:00:00.000Z',
      domain: 'corp.contoso.com',
    });
    const original = renderText(await results(['/dlv', 'all'], provider), utc);
    expect(await print(['/dlv', 'all'], written)).toBe(original);
    expect(original).toContain('This license is not in use.');
  });

  test('of a machine in no domain has no activation objects', async () => {
    const { provider } = makeDouble(caseOf(['/dli']));
    const outside = snapshotProvider(JSON.stringify(await takeSnapshot(provider)), 'pc1', now);
    const again = await takeSnapshot({
      ...outside,
      directory: snapshotProvider(JSON.stringify({ service: {}, products: [] }), 'pc2', now).directory,
    });
    expect(again).toMatchObject({ domain: null, activationObjects: [] });
  });
});

describe('dates of exports', () => {
  test.each([
    ['20261120100000.000000-000', now],
    ['/Date(1795168800000)/', now],
    ['/Date(1795168800000+0100)/', now],
    ['2026-11-20T10:00:00Z', now],
    ['2026-11-20T11:00:00.0000000+01:00', now],
    ['2026-11-20T10:00:00', now],
    ['2026-11-20', Date.UTC(2026, 10, 20)],
  ])('%s', (text, instant) => {
    expect(readDate(text)).toBe(instant);
  });

  test.each([
    null,
    '',
    'soon',
    '1601-01-01T00:00:00Z',
    '/Date(-11644473600000)/',
    42,
    '16010101000000.000000-000',
  ])('%j is none', (value) => {
    expect(readDate(value)).toBeNull();
    expect(asDmtf(value)).toBe('16010101000000.000000-000');
  });
});
