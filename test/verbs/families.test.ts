import { officeId, run, service, windowsProduct } from './machine';

const secondId = '22222222-2222-3333-4444-555555555555';
const mak = { Description: 'Windows(R) Operating System, VOLUME_MAK channel', PartialProductKey: '8HVX7' };

describe('licences whose place is unclear', () => {
  const missingProductProperties = ['LicenseIsAddon'];

  test.each(['/ato', '/upk', '/dti', '/xpr', '/dli', '/dlv'])('%s warns before it goes on', async (verb) => {
    const { lines } = await run([verb], { products: [windowsProduct(mak)], missingProductProperties });
    const place = lines.indexOf(
      'Warning: This operation may affect more than one target license.  Please verify the results.',
    );
    expect(place).toBeGreaterThanOrEqual(0);
    expect(lines[place + 1]).toBe(
      'Processing the license for Windows(R) Operating System, VOLUME_MAK channel (11111111-2222-3333-4444-555555555555).',
    );
  });

  test('a KMS description proves the primary licence', async () => {
    const { lines } = await run(['/dti'], { missingProductProperties });
    expect(lines).toEqual(['Installation ID: 123456']);
  });

  test('a product that was named needs no warning', async () => {
    const products = [windowsProduct(mak)];
    const { lines } = await run(['/dti', '11111111-2222-3333-4444-555555555555'], {
      products,
      missingProductProperties,
    });
    expect(lines).toEqual(['Installation ID: 123456']);
  });

  test('/ato goes on to the next one', async () => {
    const products = [windowsProduct(mak), windowsProduct({ ...mak, ID: secondId, LicenseStatus: 2 })];
    const { calls } = await run(['/ato'], { products, missingProductProperties });
    expect(calls).toEqual([`product[${secondId}].Activate()`, 'service.RefreshLicenseStatus()']);
  });
});

describe('product keys', () => {
  test('/ipk warns where it cannot tell add-ons', async () => {
    const { lines } = await run(['/ipk', 'KEY'], {
      products: [windowsProduct(mak)],
      missingProductProperties: ['LicenseIsAddon'],
    });
    expect(lines).toHaveLength(3);
    expect(lines.at(-1)).toBe('Installed product key KEY successfully.');
  });

  test('/upk of an unknown product keeps the version of a KMS host that stays', async () => {
    const host = windowsProduct({ Description: 'Office 16, VOLUME_KMS channel', ApplicationID: officeId });
    const { lines, calls } = await run(['/upk', secondId], { products: [host] });
    expect(calls.map((call) => call.slice(0, 8))).toEqual(['reg.set ', 'reg.set ']);
    expect(lines).toEqual(['Error: product key not found.']);
  });

  test('/upk leaves further keys alone once another product proves to be a KMS host', async () => {
    const { calls } = await run(['/upk'], {
      products: [
        windowsProduct(),
        windowsProduct({ ID: 'o', Description: 'Office 16, VOLUME_KMS channel', ApplicationID: officeId }),
        windowsProduct({ ...mak, ID: secondId }),
      ],
    });
    expect(calls.filter((call) => call.includes('UninstallProductKey'))).toEqual([
      'product[11111111-2222-3333-4444-555555555555].UninstallProductKey()',
    ]);
    expect(calls.at(-1)).toMatch(/^reg\.set /);
  });

  test('/upk with a value that is not there is fine', async () => {
    const { ending, calls } = await run(['/upk'], { registryReturns: { DeleteValue: 2 } });
    expect(ending.ok).toBe(true);
    expect(calls.filter((call) => call.startsWith('reg.delete'))).toHaveLength(2);
  });

  test('/upk that is refused by the registry has uninstalled all the same', async () => {
    const { lines, ending } = await run(['/upk'], { registryReturns: { DeleteValue: 1450 } });
    expect(lines[0]).toBe('Uninstalled product key successfully.');
    expect(ending.scriptExitCode).toBe(1450);
  });
});

describe('activation', () => {
  test('a licensed MAK is not used up again', async () => {
    const { calls, lines } = await run(['/ato'], { products: [windowsProduct(mak)] });
    expect(calls).toEqual([]);
    expect(lines.at(-1)).toBe('Product activated successfully.');
  });

  test('a status of no known meaning is no success', async () => {
    const { ending, lines } = await run(['/ato'], { products: [windowsProduct({ LicenseStatus: 9 })] });
    expect(lines.at(-1)).toBe('Error: Product activation failed.');
    expect(ending).toMatchObject({ scriptExitCode: 0, ok: false });
  });

  test('/ato of a product by its ID leaves the others', async () => {
    const office = windowsProduct({ ID: secondId, ApplicationID: officeId });
    const { calls } = await run(['/ato', secondId.toUpperCase()], { products: [windowsProduct(), office] });
    expect(calls[0]).toBe(`product[${secondId}].Activate()`);
    expect(calls).toHaveLength(2);
  });

  test('a product that went away keeps what was known', async () => {
    const { lines } = await run(['/atp', '42'], {}, { effects: { DepositOfflineConfirmationId: [] } });
    expect(lines).toEqual([
      'Confirmation ID for product 11111111-2222-3333-4444-555555555555 deposited successfully.',
    ]);
  });
});

describe('settings of a KMS client', () => {
  test('/act-type without words clears the type', async () => {
    const { calls, lines } = await run(['/act-type']);
    expect(calls).toEqual(['service.ClearVLActivationTypeEnabled()']);
    expect(lines).toEqual(['Volume activation type set successfully.']);
  });

  test('an unknown activation ID is printed in small letters', async () => {
    const { lines } = await run(['/ckms', 'ABCDEF00-2222-3333-4444-555555555555']);
    expect(lines).toEqual(['Error: Activation ID (abcdef00-2222-3333-4444-555555555555) not found.']);
  });

  test.each([
    ['[2001:db8::1]:', 'SetKeyManagementServiceMachine([2001:db8::1])', 'ClearKeyManagementServicePort()'],
    ['kms:1688', 'SetKeyManagementServiceMachine(kms)', 'SetKeyManagementServicePort(1688)'],
  ])('/skms %s', async (words, ...calls) => {
    const run1 = await run(['/skms', words]);
    expect(run1.calls).toEqual(calls.map((call) => `service.${call}`));
  });

  test('a failing way back does not hide the first error', async () => {
    const failures = {
      SetKeyManagementServicePort: '0x80070057',
      ClearKeyManagementServiceMachine: '0x80070005',
    };
    const { ending } = await run(['/skms', 'kms:1'], {}, { failures });
    expect(ending.hresult).toBe(0x80070057);
  });

  test.each(['', ':'])('/skms %j only forgets the port, as the script of Windows does', async (words) => {
    const { lines, calls, ending } = await run(['/skms', words], { service: service({}) });
    expect(lines).toEqual([`Key Management Service machine name set to ${words} successfully.`]);
    expect(calls).toEqual(['service.ClearKeyManagementServicePort()']);
    expect(ending.scriptExitCode).toBe(0);
  });

  test('both warnings name what is in force', async () => {
    const both = service({
      KeyManagementServiceMachine: 'kms9',
      KeyManagementServiceLookupDomain: 'lic.example',
    });
    expect((await run(['/ckms'], { service: both })).lines[1]).toContain('lic.example will be used');
    expect((await run(['/ckms-domain'], { service: both })).lines[1]).toContain('kms9:0 will be used');
  });
});

describe('settings of a KMS host', () => {
  const officeHost = windowsProduct({
    ID: secondId,
    ApplicationID: officeId,
    Description: 'Office 16, VOLUME_KMS channel',
    IsKeyManagementServiceMachine: 1,
  });

  test.each(['/sdns', '/cdns'])('%s takes the host of any product', async (verb) => {
    expect((await run([verb], { products: [windowsProduct(), officeHost] })).calls).toHaveLength(1);
  });

  test.each(['/spri', '/cpri'])("%s is a matter of Windows' own host", async (verb) => {
    const { lines, calls, ending } = await run([verb], { products: [windowsProduct(), officeHost] });
    expect(lines).toEqual(['Warning: Priority can only be set on a KMS machine that is also activated.']);
    expect(calls).toEqual([]);
    expect(ending).toMatchObject({ scriptExitCode: 0, ok: false });
  });
});

describe('token-based activation', () => {
  test('/fta reports a signer that fails after the first line', async () => {
    const { lines, calls, ending } = await run(
      ['/fta', 'ABC', '1234'],
      {},
      { failures: { Sign: '0xC004F30E' } },
    );
    expect(lines[0]).toMatch(/^Activating /);
    expect(ending.hresult).toBe(0xc004f30e);
    expect(calls.at(-1)).toBe('signer.Sign(ABC,1234)');
  });

  test('/ril that fails tells what it removed before', async () => {
    const license = { ID: 'x1', ILID: 'il', ILVID: 1 };
    const { lines, ending } = await run(
      ['/ril', 'il', '1'],
      { tokenLicenses: [license] },
      { failures: { Uninstall: '0x80070005' } },
    );
    expect(lines[0]).toBe('Removing Token-based Activation License ...');
    expect(ending.hresult).toBe(0x80070005);
  });
});

describe('Active Directory', () => {
  const object = {
    displayName: 'One, two',
    distinguishedName:
      'CN=One\\, two,CN=Activation Objects,CN=Microsoft SPP,CN=Services,CN=Configuration,DC=corp,DC=contoso,DC=com',
    'msSPP-CSVLKSkuId': null,
    'msSPP-CSVLKPid': null,
    'msSPP-CSVLKPartialProductKey': null,
  };

  test('/del-ao of a name with a comma deletes the whole name', async () => {
    const { calls } = await run(['/del-ao', 'One\\, two'], { activationObjects: [object] });
    expect(calls.at(-1)).toBe('ldap.delete CN=One\\, two');
  });

  test.each([
    'CN=One,OU=Elsewhere,DC=corp,DC=contoso,DC=com',
    'CN=One,CN=Sub,CN=Activation Objects,CN=Microsoft SPP,CN=Services,CN=Configuration,DC=corp,DC=contoso,DC=com',
    'other.example/CN=One,DC=corp,DC=contoso,DC=com',
  ])('/del-ao of %s never deletes the object of that name in the container', async (elsewhere) => {
    const objects = [object, { ...object, distinguishedName: elsewhere }];
    const { calls, ending } = await run(['/del-ao', elsewhere], { activationObjects: objects });
    expect(ending.hresult).toBe(0x80072030);
    expect(calls).toEqual([`ldap.get LDAP://${elsewhere}`]);
  });

  test('/del-ao compares names as the directory does', async () => {
    const written = object.distinguishedName
      .replaceAll(/(?<!\\),/g, ' , ')
      .replaceAll('=', ' = ')
      .toUpperCase();
    const objects = [object, { ...object, distinguishedName: written }];
    const { ending } = await run(['/del-ao', written], { activationObjects: objects });
    expect(ending.scriptExitCode).toBe(0);
  });

  test('/del-ao without the container', async () => {
    const { lines, calls, ending } = await run(['/del-ao', 'x'], { activationObjects: 'unsupported' });
    expect(lines).toEqual([
      'Active Directory-Based Activation is not supported in the current Active Directory schema.',
    ]);
    expect(calls).toEqual([]);
    expect(ending.ok).toBe(false);
  });

  test('/ao-list of an object without attributes', async () => {
    const { lines } = await run(['/ao-list'], { activationObjects: [{ ...object, displayName: null }] });
    expect(lines.slice(0, 3)).toEqual([
      'Activation Objects',
      '    Activation Object name: ',
      '        Activation ID: {}',
    ]);
  });
});

describe('licence files', () => {
  test('/rilc without any file', async () => {
    const { lines } = await run(['/rilc']);
    expect(lines).toEqual(['Re-installing license files ...', 'License files re-installed successfully.']);
  });

  test('/rearm-app that fails ends with its error', async () => {
    const argv = ['/rearm-app', officeId];
    const { lines, ending } = await run(argv, {}, { failures: { ReArmApp: '0xC004D307' } });
    expect(lines[0]).toMatch(/^Error: 0xC004D307 The maximum allowed/);
    expect(ending.scriptExitCode).toBe(-1073425657);
  });
});
