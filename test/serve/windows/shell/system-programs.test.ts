import { addDnsRecord } from '../../../../src/lab/estate/dns';
import { queryEvents } from '../../../../src/lab/estate/events';
import { mintLabKey } from '../../../../src/lab/estate/keys';
import { addMachines, showMachine } from '../../../../src/lab/estate/machines';
import { closeLaboratories, heldLaboratory, type TestLaboratory } from '../../../lab/estate/laboratories';
import { account } from '../support';
import { LabShell } from './lab-line';

const key = String.raw`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform`;
const shown = String.raw`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform`;

let laboratory: TestLaboratory;
let host: LabShell;
let client: LabShell;
/** Machines that a test changes for good. */
let other: LabShell;
let vista: LabShell;

beforeAll(async () => {
  laboratory = heldLaboratory();
  addMachines(laboratory, { name: 'KMS01', product: 'Windows Server 2008 R2 Standard' });
  addMachines(laboratory, { name: 'PC', product: 'Windows 7 Enterprise' });
  addMachines(laboratory, { name: 'PC2', product: 'Windows 7 Enterprise' });
  addMachines(laboratory, { name: 'OLD', product: 'Windows Vista Enterprise' });
  account(laboratory, 'admin');
  account(laboratory, 'joe', { standard: true });
  host = new LabShell(laboratory, 'KMS01');
  client = new LabShell(laboratory, 'PC');
  other = new LabShell(laboratory, 'PC2');
  vista = new LabShell(laboratory, 'OLD');
  const { text } = mintLabKey(laboratory, { kind: 'csvlk', edition: 'Windows Server 2008 R2 Standard' });
  for (const line of [`slmgr /ipk ${text}`, 'slmgr /ato'])
    expect(await host.run('admin', line)).toMatchObject({ exitCode: 0 });
});

afterAll(closeLaboratories);

const countOf = (machine: string, id: number): number =>
  queryEvents(laboratory.store, machine, { ids: [id], since: null, after: null }).entries.length;

describe('net and sc', () => {
  test('net stop sppsvc && net start sppsvc: what was set takes effect, and the logs tell it', async () => {
    await host.run('admin', 'slmgr /sprt 1700');
    expect(showMachine(laboratory, 'KMS01').state.loadedHost.listeningPort).toBe(1688);
    const before = [903, 900, 902, 12294].map((id) => countOf('KMS01', id));
    expect(await host.run('admin', 'net stop sppsvc && net start sppsvc')).toEqual({
      exitCode: 0,
      stderr: '',
      stdout:
        'The Software Protection service is stopping.\r\nThe Software Protection service was stopped successfully.\r\n\r\n' +
        'The Software Protection service is starting.\r\nThe Software Protection service was started successfully.\r\n\r\n',
    });
    expect(showMachine(laboratory, 'KMS01').state.loadedHost.listeningPort).toBe(1700);
    expect([903, 900, 902, 12294].map((id) => countOf('KMS01', id))).toEqual(
      before.map((count) => count + 1),
    );
    await host.run('admin', 'slmgr /sprt 1688 & net stop sppsvc & net start sppsvc');
  });

  test('a host whose service is stopped answers nobody; whoever asks it for licensing starts it again', async () => {
    const ato = (): Promise<{ stdout: string }> => client.run('joe', 'slmgr /ato');
    expect((await ato()).stdout).toContain('0xC004F038');
    await host.run('admin', 'net stop sppsvc');
    expect((await host.run('joe', 'sc query sppsvc')).stdout).toContain(
      'STATE              : 1  STOPPED \r\n',
    );
    expect((await ato()).stdout).toContain('0xC004F074');
    expect((await host.run('joe', 'slmgr /dli')).stdout).toContain('Licensed');
    expect((await host.run('joe', 'sc query sppsvc')).stdout).toContain(
      'STATE              : 4  RUNNING \r\n',
    );
    expect((await ato()).stdout).toContain('0xC004F038');
  });

  test.each<[string, string, number, RegExp]>([
    ['admin', 'net start sppsvc', 2, /already been started\.\r\n\r\n.*NET HELPMSG 2182\./],
    ['admin', 'net stop nosuch', 2, /^The service name is invalid\.\r\n\r\n.*NET HELPMSG 2185\./],
    ['admin', 'net stop slsvc', 2, /NET HELPMSG 2185/],
    ['joe', 'net stop sppsvc', 2, /^System error 5 has occurred\.\r\n\r\nAccess is denied\./],
    ['joe', 'net start "Software Protection"', 2, /^System error 5/],
    ['admin', 'net stop spooler', 120, /does not have the service spooler/],
    ['admin', 'net use', 120, /does not have net use/],
  ])('%s: %s ends with %d', async (user, line, status, stderr) => {
    const ran = await host.run(user, line);
    expect([ran.exitCode, ran.stdout]).toEqual([status, '']);
    expect(ran.stderr).toMatch(stderr);
  });

  test.each<[string, string, number]>([
    ['admin', 'sc start sppsvc', 1056],
    ['admin', 'sc query nosuch', 1060],
    ['admin', 'sc stop slsvc', 1060],
    ['joe', 'sc stop sppsvc', 5],
    ['joe', 'sc start sppsvc', 5],
  ])('%s: %s ends with %d', async (user, line, status) => {
    const ran = await host.run(user, line);
    expect(ran.exitCode).toBe(status);
    expect(ran.stdout).toMatch(new RegExp(`^\\[SC\\] .* FAILED ${status}:\\r\\n\\r\\n.*\\.\\r\\n\\r\\n$`));
  });

  test("Vista's service has its own name", async () => {
    const line = 'net stop slsvc & net start slsvc & sc stop slsvc & sc stop slsvc';
    const ran = await vista.run('admin', line);
    expect(ran.stdout).toContain('The Software Licensing service was started successfully.\r\n');
    expect(ran.stdout).toContain('[SC] ControlService FAILED 1062:');
    expect(ran.exitCode).toBe(1062);
    expect((await vista.run('admin', 'net stop sppsvc')).exitCode).toBe(2);
  });
});

describe('reg', () => {
  test("add, query and delete, in Windows' words", async () => {
    expect(await host.run('admin', `reg add "${key}" /v DisableDnsPublishing /t REG_DWORD /d 1 /f`)).toEqual({
      ...{ exitCode: 0, stderr: '' },
      stdout: 'The operation completed successfully.\r\n',
    });
    expect(await host.run('joe', `reg query "${key}" /v DisableDnsPublishing`)).toEqual({
      ...{ exitCode: 0, stderr: '' },
      stdout: `\r\n${shown}\r\n    DisableDnsPublishing    REG_DWORD    0x1\r\n\r\n`,
    });
    await host.run('admin', 'net stop sppsvc & net start sppsvc');
    expect(showMachine(laboratory, 'KMS01').state.loadedHost.dnsPublishing).toBe(false);
    expect((await host.run('admin', `reg delete "${key}" /v disablednspublishing /f`)).exitCode).toBe(0);
    await host.run('admin', 'net stop sppsvc & net start sppsvc');
    expect(showMachine(laboratory, 'KMS01').state.loadedHost.dnsPublishing).toBe(true);
    expect(await host.run('admin', `reg query "${key}" /v DisableDnsPublishing`)).toEqual({
      ...{ exitCode: 1, stdout: '' },
      stderr: 'ERROR: The system was unable to find the specified registry key or value.\r\n',
    });
  });

  test('a question is answered on standard input, and a no changes nothing', async () => {
    const add = (data: number): string => `reg add "${key}" /v Asked /t REG_DWORD /d ${data}`;
    await host.run('admin', add(1));
    const refused = await host.run('admin', add(2), 'n\r\n');
    expect(refused.stdout).toBe(
      'Value Asked exists, overwrite(Yes/No)? The operation was canceled by the user.\r\n',
    );
    expect((await host.run('admin', add(2))).stdout).toContain('canceled');
    expect((await host.run('joe', `reg query "${key}" /v Asked`)).stdout).toContain('0x1');
    await host.run('admin', add(3), 'yes\r\n');
    expect((await host.run('joe', `reg query "${key}" /v Asked`)).stdout).toContain('0x3');
    expect((await host.run('admin', `echo y| reg delete "${key}" /v Asked`)).stdout).toContain(
      'Delete the registry value Asked (Yes/No)? The operation completed',
    );
  });

  test('every type, by export from one machine and import on another', async () => {
    const own = String.raw`HKLM\SOFTWARE\Lab`;
    const lines = [
      String.raw`reg add ${own} /v Text /d "a \"b\" C:\Temp\\" /f`,
      `reg add ${own} /ve /d standard /f`,
      `reg add ${own} /v List /t REG_MULTI_SZ /d "one\\0two" /f`,
      `reg add ${own} /v Other /t REG_MULTI_SZ /s ; /d "one;two" /f`,
      `reg add ${own} /v Path /t REG_EXPAND_SZ /d ^%windir^%\\x /f`,
      `reg add ${own} /v Big /t REG_QWORD /d 0xfedcba9876543210 /f`,
      `reg add ${own} /v Bytes /t REG_BINARY /d ${'0aff'.repeat(40)} /f`,
      String.raw`reg add ${own}\Empty /f`,
    ];
    for (const line of lines) expect(await host.run('admin', line)).toMatchObject({ exitCode: 0 });
    const query = `reg query ${own} /s`;
    const expected = (await host.run('admin', query)).stdout;
    expect(expected).toContain('    (Default)    REG_SZ    standard\r\n');
    expect(expected).toContain('    Big    REG_QWORD    0xfedcba9876543210\r\n');
    expect(expected).toContain(String.raw`    List    REG_MULTI_SZ    one\0two`);
    expect(expected).toContain(String.raw`    Text    REG_SZ    a "b" C:\Temp\ `.trimEnd());
    expect(expected).toContain(String.raw`HKEY_LOCAL_MACHINE\SOFTWARE\Lab\Empty`);
    const file = String.raw`C:\Temp\lab.reg`;
    expect((await host.run('admin', `reg export ${own} ${file} /y`)).exitCode).toBe(0);
    const bytes = host.machine.files.read(file)!;
    expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xfe]);
    client.machine.files.write(file, bytes);
    const imported = await client.run('admin', `reg import ${file}`);
    // Windows tells this success on standard error.
    expect(imported).toEqual({
      ...{ exitCode: 0, stdout: '' },
      stderr: 'The operation completed successfully.\r\n',
    });
    expect((await client.run('admin', query)).stdout).toBe(expected);
    expect((await client.run('admin', `reg delete ${own} /f`)).exitCode).toBe(0);
    expect((await client.run('admin', `reg query ${own}`)).exitCode).toBe(1);
  });

  test("Vista's own path; the newer one is not there", async () => {
    const old = String.raw`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SL`;
    await vista.run('admin', `reg add "${old}" /v DnsDomainPublishList /t REG_MULTI_SZ /d "a.example" /f`);
    expect(showMachine(laboratory, 'OLD').state.registry['DnsDomainPublishList']).toEqual({
      type: 'MULTI_SZ',
      data: ['a.example'],
    });
    expect((await vista.run('admin', `reg query "${key}"`)).exitCode).toBe(1);
    expect((await vista.run('admin', `reg query "${old}"`)).stdout).toContain('a.example');
  });

  test.each<[string, string, number, RegExp]>([
    ['joe', `reg add "${key}" /v x /d 1 /f`, 1, /^ERROR: Access is denied\.\r\n$/],
    ['joe', `reg delete "${key}" /v SkipRearm /f`, 1, /unable to find/],
    ['admin', `reg delete "${key}" /f`, 1, /Access is denied/],
    ['admin', String.raw`reg delete HKLM\SOFTWARE /f`, 1, /Access is denied/],
    ['admin', String.raw`reg query HKLM\nosuch`, 1, /unable to find/],
    ['admin', 'reg query', 1, /^ERROR: Invalid syntax\.\r\nType "REG QUERY \/\?" for usage\.\r\n$/],
    ['admin', String.raw`reg query HKEY\x`, 1, /^ERROR: Invalid key name\.\r\n/],
    ['admin', `reg add "${key}" /v x /t REG_DWORD /d abc /f`, 1, /Specify valid numeric value/],
    ['admin', `reg add "${key}" /v x /t REG_DWORD /d 4294967296 /f`, 1, /Specify valid numeric value/],
    ['admin', `reg add "${key}" /v x /t REG_WHAT /d 1 /f`, 1, /Invalid syntax/],
    ['admin', String.raw`reg import C:\Temp\none.reg`, 1, /^ERROR: Error opening the file\./],
    ['admin', String.raw`reg query HKCU\Software`, 120, /does not have the registry below HKCU/],
    ['admin', String.raw`reg query \\OTHER\HKLM\Software`, 120, /another computer/],
  ])('%s: %s ends with %d', async (user, line, status, stderr) => {
    const ran = await host.run(user, line);
    expect([ran.exitCode, ran.stdout]).toEqual([status, '']);
    expect(ran.stderr).toMatch(stderr);
  });
});

describe('nslookup', () => {
  test.each([
    'nslookup -type=all _vlmcs._tcp',
    'nslookup –type=all _vlmcs._tcp',
    'nslookup -q=srv _vlmcs._tcp.lab.example',
  ])('%s tells of the KMS host', async (line) => {
    const { stdout, exitCode } = await client.run('joe', line);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Server: {2}dns\.lab\.example\r\nAddress: {2}192\.0\.2\.53\r\n\r\n/);
    expect(stdout).toContain(
      '_vlmcs._tcp.lab.example\tSRV service location:\r\n' +
        '          priority       = 0\r\n          weight         = 0\r\n' +
        '          port           = 1688\r\n          svr hostname   = kms01.lab.example\r\n',
    );
    expect(stdout).toMatch(/kms01\.lab\.example\tinternet address = 198\.1[89]\.\d+\.\d+\r\n/);
  });

  test('names that are not there, addresses, aliases and search lists', async () => {
    expect(await vista.run('joe', 'nslookup -type=srv _vlmcs._tcp.nosuch.example')).toMatchObject({
      exitCode: 0,
      stderr: "*** dns.lab.example can't find _vlmcs._tcp.nosuch.example: Non-existent domain\r\n",
    });
    addDnsRecord(laboratory, { name: 'kms.branch.example.', type: 'CNAME', data: 'kms01.lab.example' });
    addDnsRecord(laboratory, {
      name: '_vlmcs._tcp.branch.example.',
      type: 'SRV',
      data: '5 1 1700 kms.branch.example',
    });
    expect((await vista.run('joe', 'nslookup kms.branch.example')).stdout).toMatch(
      /Name: {4}kms01\.lab\.example\r\nAddress: {2}198\./,
    );
    const tcpip = String.raw`HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters`;
    await vista.run('admin', `reg add ${tcpip} /v SearchList /d branch.example,lab.example /f`);
    expect((await vista.run('joe', 'nslookup -type=srv _vlmcs._tcp')).stdout).toContain('= 1700');
    expect((await vista.run('joe', 'ipconfig /all')).stdout).toMatch(
      /DNS Suffix Search List\. \. \. \. \. \. : branch\.example\r\n {39}lab\.example\r\n/,
    );
  });
});

describe('slui, shutdown, hostname', () => {
  test('slui 4 prints nothing, as in Windows; what its window has goes to standard error', async () => {
    const { stdout, stderr, exitCode } = await client.run('joe', 'slui 4');
    expect([stdout, exitCode]).toEqual(['', 0]);
    const [, id = ''] = /Installation ID: ([\d ]+)\./.exec(stderr) ?? [];
    expect((await client.run('joe', 'slmgr /dti')).stdout).toContain(id.replaceAll(' ', ''));
    expect((await client.run('joe', 'slui.exe 0x2a 0xC004F074')).stderr).toContain('0xC004F074');
    expect((await client.run('joe', 'slui 9')).exitCode).toBe(120);
  });

  test('shutdown /r restarts the machine: what waited for it is done', async () => {
    expect((await other.run('joe', 'shutdown /r /t 0')).exitCode).toBe(5);
    await other.run('admin', 'slmgr /rearm');
    expect(showMachine(laboratory, 'PC2').state.pendingRearm).not.toBeNull();
    await other.run('admin', 'net stop sppsvc & net start sppsvc');
    expect(showMachine(laboratory, 'PC2').state.pendingRearm).not.toBeNull();
    expect(await other.run('admin', 'shutdown /r /t 0 /f')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(showMachine(laboratory, 'PC2').state).toMatchObject({ pendingRearm: null, running: true });
    expect((await other.run('admin', 'shutdown /a')).exitCode).toBe(1116);
    await other.run('admin', 'shutdown /s');
    expect(showMachine(laboratory, 'PC2').state.running).toBe(false);
  });

  test('in PowerShell as well', async () => {
    const line = `powershell -c "net stop sppsvc; net start sppsvc; reg query '${key}' /v none; exit $LASTEXITCODE"`;
    const ran = await host.run('admin', line);
    expect(ran.stdout).toContain('The Software Protection service was started successfully.');
    expect(ran.exitCode).toBe(1);
    expect((await host.run('joe', 'hostname')).stdout).toBe('KMS01\r\n');
  });
});
