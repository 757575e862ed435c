import { hresult } from '../../src/licensing/hresult';
import { utc } from '../../src/licensing/local-time';
import { renderText, textPrinter } from '../../src/render/text';
import { run, service, windowsProduct } from '../verbs/machine';

describe('the text printer', () => {
  test('prints the line about an activation at once and the rest at the end', () => {
    const printer = textPrinter(utc);
    expect(printer.push({ kind: 'product-not-found' })).toBe('');
    expect(printer.push({ kind: 'activating', name: 'Windows', activationId: 'x' })).toBe(
      'Activating Windows (x) ...\n',
    );
    expect(printer.end()).toBe('Error: product not found.\n\n');
  });

  test('prints nothing where there is nothing to say', () => {
    expect(renderText([], utc)).toBe('');
    expect(renderText([{ kind: 'service', service: {} as never, detailed: false }], utc)).toBe('');
  });

  test('keeps what came before an error', () => {
    const text = renderText(
      [
        { kind: 'product-key-uninstalled', activationId: 'x' },
        { kind: 'error', hresult: hresult(1450), step: { kind: 'operation' }, detail: 'x' },
      ],
      utc,
    );
    expect(text).toMatch(/^Uninstalled product key successfully\.\nError: 1450 On a computer/);
  });
});

describe('licence information where the corpus is silent', () => {
  const printed = async (changes: Parameters<typeof windowsProduct>[0], verb = '/dlv'): Promise<string> =>
    (await run([verb], { products: [windowsProduct(changes)] })).lines.join('\n');

  test.each([
    [2, 'Initial grace period'],
    [3, 'Additional grace period (KMS license expired or hardware out of tolerance)'],
    [4, 'Non-genuine grace period.'],
    [6, 'Extended grace period'],
  ])('status %d tells the time that remains, none included', async (status, label) => {
    const text = await printed({ LicenseStatus: status, GracePeriodRemaining: 0 });
    expect(text).toContain(`License Status: ${label}\nTime remaining: 0 minute(s) (0 day(s))\n`);
  });

  test.each([
    [2, 'Initial grace period ends 11/20/2026 10:00:00 AM'],
    [3, 'Additional grace period ends 11/20/2026 10:00:00 AM'],
    [4, 'Non-genuine grace period ends 11/20/2026 10:00:00 AM'],
    [6, 'Extended grace period ends 11/20/2026 10:00:00 AM'],
  ])('/xpr of status %d without minutes ends now', async (status, sentence) => {
    expect(await printed({ LicenseStatus: status, GracePeriodRemaining: 0 }, '/xpr')).toContain(sentence);
  });

  test('a reason is printed without zeros in front', async () => {
    const text = await printed({ LicenseStatus: 5, LicenseStatusReason: 0x4004f00c });
    expect(text).toContain('Notification Reason: 0x4004F00C.');
  });

  test('an override without a port names the default port', async () => {
    const text = await printed({
      KeyManagementServiceMachine: 'kms9',
      KeyManagementServiceLookupDomain: 'lic.example',
    });
    expect(text).toContain('Registered KMS machine name: kms9:1688');
    expect(text).toContain('kms9:1688 will be used for activation.');
  });

  test('token activation shows with KMS as last type, AD goes before it', async () => {
    const token = { TokenActivationILVID: 3, TokenActivationILID: 'il', VLActivationType: 2 };
    expect(await printed(token)).toContain('Token-based Activation information');
    expect(await printed({ ...token, VLActivationType: 1 })).toContain('AD Activation client information');
  });

  test('a client that is not licensed is told to activate', async () => {
    expect(await printed({ LicenseStatus: 3 })).toContain('Please use slmgr.vbs /ato to activate');
  });

  test('a MAK shows no activation type', async () => {
    const text = await printed({ Description: 'x, VOLUME_MAK channel', VLActivationType: 1 });
    expect(text).not.toContain('Configured Activation Type');
  });

  test('a count that the machine does not know stays empty', async () => {
    const { lines } = await run(['/dlv'], {
      products: [
        windowsProduct({ Description: 'x, VOLUME_KMS_WS22 channel', IsKeyManagementServiceMachine: 1 }),
      ],
      service: service({ KeyManagementServiceLowPriority: true, KeyManagementServiceListeningPort: 1700 }),
    });
    const place = lines.indexOf('Key Management Service is enabled on this machine');
    expect(lines.slice(place + 1)).toEqual([
      '    Current count: ',
      '    Listening on Port: 1700',
      '    DNS publishing enabled',
      '    KMS priority: Low',
    ]);
  });
});
