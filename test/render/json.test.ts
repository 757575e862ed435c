import { verbFacts } from '../../src/render/json';
import type { LicenseData } from '../../src/render/schemas/license';
import { verbDataSchemas } from '../../src/render/schemas/verbs';
import { parseCommandLine } from '../../src/verbs/grammar';
import { run, service, windowsProduct } from '../verbs/machine';

type Machine = Parameters<typeof run>[1];
type Rest = Parameters<typeof run>[2];

async function factsOf(
  argv: readonly string[],
  machine?: Machine,
  rest?: Rest,
): Promise<ReturnType<typeof verbFacts>> {
  const { results } = await run(argv, machine, rest);
  return verbFacts(parseCommandLine(argv), results);
}

describe('the JSON facts of a verb', () => {
  test('/dli has everything, as numbers, times and states', async () => {
    const { data, ...rest } = await factsOf(['/dli']);
    expect(rest).toEqual({ verb: 'dli', ok: true, hresult: null, messages: [] });
    const { service: machine, products } = verbDataSchemas.dli.parse(data);
    expect(machine).toMatchObject({
      version: '10.0.19041.1',
      remainingWindowsRearmCount: 3,
      listeningPort: 1688,
    });
    expect(products).toHaveLength(1);
    expect(products[0]).toMatchObject({
      licenseStatus: { code: 1, name: 'Licensed' },
      licenseStatusReason: null,
      graceMinutesRemaining: 259200,
      expiresAt: '2027-05-19T10:00:00.000Z',
      lastActivationType: { code: 2, name: 'KMS' },
      kmsHost: null,
      activeDirectory: null,
      token: null,
      installationId: '123456',
    });
    expect(products[0]?.kmsClient).toMatchObject({ registeredMachine: null, hostCaching: true });
  });

  test('/xpr says when, and that nothing runs out', async () => {
    const products = [windowsProduct({ GracePeriodRemaining: 0 })];
    const { data } = await factsOf(['/xpr'], { products });
    expect((data as LicenseData).products[0]?.expiresAt).toBeNull();
  });

  test('/dlv of a KMS host has its counters', async () => {
    const host = windowsProduct({
      Description: 'x, VOLUME_KMS_WS22 channel',
      IsKeyManagementServiceMachine: 1,
      KeyManagementServiceCurrentCount: 25,
      KeyManagementServiceTotalRequests: 7,
      LicenseStatusReason: -1073418231,
    });
    const settings = service({
      KeyManagementServiceLowPriority: true,
      KeyManagementServiceListeningPort: 1700,
    });
    const { data } = await factsOf(['/dlv'], { products: [host], service: settings });
    const [product] = (data as LicenseData).products;
    expect(product?.kmsClient).toBeNull();
    expect(product?.licenseStatusReason).toBe('0xC004F009');
    expect(product?.kmsHost).toMatchObject({ currentCount: 25, listeningPort: 1700, priority: 'low' });
    expect(product?.kmsHost?.requests).toMatchObject({ total: 7, failed: null });
  });

  test('the service is told where no product is shown', async () => {
    const { data, ok, messages } = await factsOf(['/dli', 'x']);
    expect(data).toMatchObject({ service: { version: '10.0.19041.1' }, products: [] });
    expect({ ok, messages }).toEqual({ ok: false, messages: ['Error: product key not found.'] });
  });

  test('an error has its number, its sentence and what the provider says', async () => {
    const facts = await factsOf(['/ato'], {}, { failures: { Activate: '0xC004F074' } });
    expect(facts).toMatchObject({ verb: 'ato', ok: false, hresult: 0xc004f074, data: { activations: [] } });
    expect(facts.messages[0]).toMatch(/^Activating /);
    expect(facts.messages[1]).toMatch(/^Error: 0xC004F074 The Software Licensing Service/);
    expect(facts.messages[2]).toBe('The case lets Activate fail.');
  });

  test('an argument that is refused is explained once', async () => {
    const { messages } = await factsOf(['/rearm-app', 'x']);
    expect(messages).toHaveLength(2);
  });

  test('a refused command line has a sentence and no data', async () => {
    expect(await factsOf(['/ipk'])).toEqual({
      verb: 'ipk',
      ok: false,
      hresult: null,
      messages: ['Error: option ipk needs <Product Key>'],
      data: null,
    });
    expect(await factsOf(['/foo'])).toMatchObject({ verb: null, messages: ['Unrecognized option: /foo'] });
    expect(await factsOf([])).toMatchObject({ messages: ['Invalid combination of command parameters.'] });
  });

  test('a machine that is not reached has no data', async () => {
    const facts = await factsOf(['srv', '/dli'], {}, { failures: { Connect: '0x80070005' } });
    expect(facts).toMatchObject({ verb: 'dli', data: null, hresult: 0x80070005 });
  });

  test.each([
    [['/ato'], { activations: [{ activated: true, name: 'Windows(R), Enterprise edition' }] }],
    [['/ipk', 'KEY'], { productKey: 'KEY' }],
    [['/upk'], { uninstalled: ['11111111-2222-3333-4444-555555555555'] }],
    [['/cpky'], { done: true }],
    [['/ilc', 'a.xrm-ms'], { installedFiles: ['a.xrm-ms'] }],
    [['/rearm'], { rearmed: true, id: null, restartNeeded: true }],
    [['/dti'], { installationId: '123456' }],
    [['/skms', 'kms:1690'], { done: true, kmsMachine: 'kms:1690', lookupDomain: null }],
    [['/skms-domain', 'lic.example'], { done: true, kmsMachine: null, lookupDomain: 'lic.example' }],
    [['/ckms'], { done: true, kmsMachine: null, lookupDomain: null }],
    [['/ckhc'], { hostCaching: false }],
    [['/sdns'], { setting: null, restartNeeded: false }],
    [['/act-type', '2'], { activationType: { code: 2, name: 'KMS' } }],
    [['/act-type', '7'], { activationType: null }],
    [['/lil'], { licenses: [] }],
    [['/ltc'], { certificates: [] }],
    [['/ao-list'], { activationObjects: [] }],
    [['/ad-activation-online', 'KEY'], { done: true }],
  ])('%j', async (argv: string[], data) => {
    expect((await factsOf(argv)).data).toMatchObject(data);
  });
});
