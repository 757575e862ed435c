import { Program } from './program';

/**
 * The deployment guide's own commands (seeds 000 to 003), in its order, on a simulated estate: Windows 7 and Windows
 * Server 2008 R2.
 */
describe('the deployment guide', () => {
  const program = new Program();
  afterAll(() => program.remove());

  const run = (...words: string[]): string => program.ok(...words);
  const say = (...words: string[]): string => program.run(...words).stdout;

  beforeAll(() => {
    run('lab', 'init', '--domain', 'contoso.example', '--now', '2026-01-05T08:00:00Z', '--seed', '7');
    run('lab', 'add', 'KMS01', '--product', 'Windows Server 2008 R2 Standard');
    run('lab', 'add', 'PC', '--product', 'Windows 7 Enterprise', '--count', '25');
  });

  test('runs from its first command to its last', () => {
    // Installing KMS hosts: /ipk KmsKey, /ato, restart the service.
    const key = run('lab', 'mint-key', '--type', 'csvlk', '--for', 'Windows Server 2008 R2 Standard').trim();
    expect(key).toMatch(/^([A-Z0-9]{5}-){4}[A-Z0-9]{5}$/);
    expect(run('KMS01', '/ipk', key)).toBe(`Installed product key ${key} successfully.\n\n`);
    const activated = run('KMS01', '/ato');
    expect(activated).toContain('Activating Windows');
    expect(activated).toContain('Product activated successfully.');
    run('lab', 'restart', 'KMS01');

    // Configuring KMS hosts, table 3, in its order.
    expect(run('KMS01', '/sprt', '1689')).toContain('KMS port set to 1689 successfully.');
    expect(run('KMS01', '/cdns')).toContain('DNS publishing disabled');
    expect(run('KMS01', '/sdns')).toContain('DNS publishing enabled');
    expect(run('KMS01', '/cpri')).toContain('KMS priority set to Low');
    expect(run('KMS01', '/spri')).toContain('KMS priority set to Normal');
    expect(run('KMS01', '/sai', '90')).toContain(
      'Volume activation interval set to 90 minutes successfully.',
    );
    expect(run('KMS01', '/sri', '5040')).toContain(
      'Volume renewal interval set to 5040 minutes successfully.',
    );
    run('KMS01', '/sprt', '1688');
    run('lab', 'restart', 'KMS01');
    const host = run('KMS01', '/dli');
    expect(host).toContain('License Status: Licensed');
    expect(host).toMatch(/Key Management Service is enabled on this machine/);
    expect(host).toMatch(/Current count: (0|-1)/);
    expect(host).toMatch(/Listening on Port: 1688/);
    expect(host).toMatch(/DNS publishing enabled/);
    expect(host).toMatch(/KMS priority: Normal/);

    // Publishing to multiple DNS domains; the record lists both afterwards.
    run(
      'lab',
      'registry',
      'KMS01',
      'set',
      'DnsDomainPublishList',
      'contoso.example',
      'branch.example, 10, 50',
    );
    run('lab', 'restart', 'KMS01');
    expect(run('lab', 'registry', 'KMS01', 'get', 'DnsDomainPublishList')).toBe(
      'contoso.example\nbranch.example, 10, 50\n',
    );
    const records = run('lab', 'dns', 'records', '_vlmcs');
    expect(records).toMatch(/_vlmcs\._tcp\.contoso\.example\s+SRV\s+\d+\s+0 0 1688 kms01\.contoso\.example/);
    expect(records).toMatch(/_vlmcs\._tcp\.branch\.example\s+SRV\s+\d+\s+10 50 1688 kms01\.contoso\.example/);
    expect(run('lab', 'events', 'KMS01', '--id', '12294')).toContain('branch.example');

    // Manually creating SRV records, with automatic publishing off.
    run('KMS01', '/cdns');
    run('lab', 'dns', 'remove', '_vlmcs._tcp.contoso.example');
    run('lab', 'registry', 'KMS01', 'set', 'DisableDnsPublishing', '1');
    run('lab', 'dns', 'add', '_vlmcs._tcp.contoso.example', 'SRV', '0', '0', '1688', 'kms01.contoso.example');

    // The first client is counted, but below the threshold.
    const first = program.run('PC-001', '/ato');
    expect(first.stdout).toContain('0xC004F038');
    expect(first.status).toBe(0x38);
    expect(run('KMS01', '/dli')).toContain('Current count: 1');

    // The rest ask by themselves; the count rises and everybody activates.
    run('lab', 'clock', 'advance', '5h');
    expect(run('KMS01', '/dli')).toContain('Current count: 25');
    const client = run('PC-001', '/dli');
    expect(client).toContain('License Status: Licensed');
    expect(client).toMatch(/Volume activation expiration: \d+ minute\(s\) \(1(79|80) day\(s\)\)/);
    expect(run('lab', 'events', 'KMS01', '--id', '12290')).toContain('PC-001');

    // Manually specifying a KMS host, then auto-discovery again.
    expect(run('PC-002', '/skms', 'kms01.contoso.example:1688')).toContain(
      'Key Management Service machine name set to kms01.contoso.example:1688 successfully.',
    );
    expect(run('PC-002', '/ato')).toContain('Product activated successfully.');
    expect(run('PC-002', '/dlv')).toContain('Registered KMS machine name: kms01.contoso.example:1688');
    expect(run('PC-002', '/ckms')).toContain('Key Management Service machine name cleared successfully.');
    expect(run('PC-002', '/ato')).toContain('Product activated successfully.');
    expect(run('PC-002', '/dlv')).toContain('KMS machine name from DNS: kms01.contoso.example:1688');

    // Converting a KMS client to MAK and back.
    const mak = run('lab', 'mint-key', '--type', 'mak', '--for', 'Windows 7 Enterprise').trim();
    run('PC-003', '/ipk', mak);
    expect(run('PC-003', '/ato')).toContain('Product activated successfully.');
    expect(say('PC-003', '/xpr')).toContain('The machine is permanently activated.');
    run('PC-003', '/ipk', '33PXH-7Y6KF-2VJC9-XBBR8-HVTHH');
    expect(run('PC-003', '/ato')).toContain('Product activated successfully.');
    expect(run('PC-003', '/dli')).toContain('VOLUME_KMSCLIENT channel');

    // Deploying: /rearm three times on Windows 7, and no fourth.
    for (let left = 2; left >= 0; left -= 1) {
      expect(run('PC-004', '/rearm')).toContain('Please restart the system for the changes to take effect.');
      run('lab', 'restart', 'PC-004');
      expect(program.data('lab', 'show', 'PC-004')['rearmsRemaining']).toBe(left);
    }
    const fourth = program.run('PC-004', '/rearm');
    expect(fourth.stdout).toContain('0xC004D307');
    expect(fourth.status).toBe(7);
  }, 120_000);
});
