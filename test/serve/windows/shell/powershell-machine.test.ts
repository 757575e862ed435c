import { closeLaboratories } from '../../../lab/estate/laboratories';
import { twoMachines } from '../support';
import { LabShell } from './lab-line';
import { encode } from './machine';

let shell: LabShell;

beforeAll(() => {
  shell = new LabShell(twoMachines(), 'KMS01');
});

afterAll(closeLaboratories);

const ps = (script: string, user = 'admin'): ReturnType<LabShell['run']> =>
  shell.run(user, `powershell -NoProfile -EncodedCommand ${encode(script)}`);

const windows = '-Filter "Name LIKE \'Windows%\' AND PartialProductKey IS NOT NULL"';

/** What administrators' scripts ask of a machine, and what it prints. */
test.each<[script: string, stdout: string]>([
  [`(Get-CimInstance SoftwareLicensingProduct ${windows}).LicenseStatus`, '5\r\n'],
  [
    'Get-WmiObject SoftwareLicensingProduct | Where-Object { $_.PartialProductKey } | ForEach-Object { "$($_.PartialProductKey) $($_.LicenseStatus)" }',
    '6VM33 5\r\n',
  ],
  [
    `Get-CimInstance SoftwareLicensingProduct ${windows} | Select-Object PartialProductKey, LicenseStatus`,
    '\r\nPartialProductKey LicenseStatus\r\n----------------- -------------\r\n6VM33                         5\r\n\r\n\r\n',
  ],
  [
    `Get-CimInstance -ClassName SoftwareLicensingProduct ${windows} | Format-List LicenseFamily, @{ n = 'Status'; e = { switch ($_.LicenseStatus) { 1 { 'Licensed' } 5 { 'Notification' } } } }`,
    '\r\n\r\nLicenseFamily : ServerDatacenter\r\nStatus        : Notification\r\n\r\n\r\n\r\n',
  ],
  [
    `$p = Get-CimInstance -Query "SELECT ID, LicenseStatus FROM SoftwareLicensingProduct WHERE PartialProductKey <> null"; if ($p.LicenseStatus -eq 1) { 'licensed' } else { "status $($p.LicenseStatus)" }`,
    'status 5\r\n',
  ],
  [
    `[pscustomobject]@{ Computer = $env:COMPUTERNAME; Licensed = (Get-CimInstance SoftwareLicensingProduct ${windows}).LicenseStatus -eq 1 } | ConvertTo-Json`,
    '{\r\n    "Computer":  "KMS01",\r\n    "Licensed":  false\r\n}\r\n',
  ],
  ['(Get-CimInstance Win32_OperatingSystem).Caption', 'Microsoft Windows Server 2022 Datacenter\r\n'],
  [
    "(Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion').EditionID",
    'ServerDatacenter\r\n',
  ],
  [
    "if (Test-Path 'HKLM:\\SOFTWARE\\None') { 'there' } else { 'none' }; try { Get-ItemProperty HKLM:\\SOFTWARE\\None -ErrorAction Stop } catch { 'caught' }",
    'none\r\ncaught\r\n',
  ],
  [
    "Get-Service sppsvc | Select-Object -ExpandProperty Status; (Get-Service -Name sppsvc).Status -eq 'Running'",
    'Running\r\nTrue\r\n',
  ],
  [
    '$r = cscript //nologo C:\\Windows\\System32\\slmgr.vbs /dli | Select-String "License Status:"; ($r.Line -split ":")[1].Trim()',
    'Notification\r\n',
  ],
  [
    'foreach ($line in (cscript //nologo slmgr.vbs /dli)) { if ($line -match "^(?<k>Name|License Status): (?<v>.*)$") { "{0,-15}={1}" -f $matches.k, $matches["v"] } }',
    'Name           =Windows(R), ServerDatacenter edition\r\nLicense Status =Notification\r\n',
  ],
  // A check that notes what is wrong, as tests of images do.
  [
    `$script:errors = @()
     function Test-License { $status = cscript C:\\Windows\\system32\\slmgr.vbs /dli
       if ($status -notcontains 'License Status: Licensed') { $script:errors += 'not licensed' } }
     Test-License
     if ($script:errors.Count -gt 0) { Write-Host "errors: $($script:errors -join ';')" }`,
    'errors: not licensed\r\n',
  ],
  // An attempt that is made again until a status says so.
  [
    `$tries = 2
     while ($tries -gt 0) {
       $found = (Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion' -Name ProductName).ProductName
       if ($found -like '*2022*') { "activation of $found"; break }
       $tries = $tries - 1 }`,
    'activation of Windows Server 2022 Datacenter\r\n',
  ],
])('%s', async (script, stdout) => {
  expect(await ps(script)).toMatchObject({ stderr: '', stdout, exitCode: 0 });
});

test('methods change the machine, with the errors of licensing, and those of a standard user', async () => {
  const script = `
    $service = Get-WmiObject -Class SoftwareLicensingService
    [void]$service.SetKeyManagementServiceMachine('kms.contoso.test')
    $service.SetKeyManagementServicePort(1690) | Out-Null
    $result = Invoke-CimMethod -InputObject (Get-CimInstance SoftwareLicensingService) -MethodName SetKeyManagementServicePort -Arguments @{ PortNumber = 1691 }
    "returned $($result.ReturnValue)"
    $service = Get-CimInstance SoftwareLicensingService
    "$($service.KeyManagementServiceMachine):$($service.KeyManagementServicePort)"
    try { $wmi = Get-WmiObject SoftwareLicensingService; $wmi.InstallProductKey('AAAAA-AAAAA-AAAAA-AAAAA-AAAAA') }
    catch { 'key refused {0:X}' -f $_.Exception.HResult }`;
  const ran = await ps(script);
  expect(ran.stdout).toMatch(/^returned 0\r\nkms\.contoso\.test:1691\r\nkey refused C004F0[0-9A-F]{2}\r\n$/);
  const joe = await ps(
    "try { (Get-WmiObject SoftwareLicensingService).ClearKeyManagementServiceMachine() } catch { 'refused' }",
    'joe',
  );
  expect(joe.stdout).toBe('refused\r\n');
  expect((await ps('(Get-CimInstance SoftwareLicensingService).KeyManagementServiceMachine')).stdout).toBe(
    'kms.contoso.test\r\n',
  );
});

test('the registry is written by an administrator alone', async () => {
  const script = `
    New-Item HKLM:\\SOFTWARE\\Contoso\\Deep -Force | Out-Null
    New-ItemProperty HKLM:\\SOFTWARE\\Contoso -Name Answer -Value 42 -PropertyType DWord | Out-Null
    Set-ItemProperty HKLM:\\SOFTWARE\\Contoso -Name Answer -Value 43
    Set-ItemProperty HKLM:\\SOFTWARE\\Contoso -Name List -Value 'a', 'b' -Type MultiString
    $key = Get-ItemProperty HKLM:\\SOFTWARE\\Contoso
    "$($key.Answer) $($key.List -join '+')"
    Remove-ItemProperty HKLM:\\SOFTWARE\\Contoso -Name List
    (Get-ItemProperty HKLM:\\SOFTWARE\\Contoso).List -eq $null`;
  expect(await ps(script)).toMatchObject({ stderr: '', stdout: '43 a+b\r\nTrue\r\n' });
  expect((await shell.run('admin', 'reg query HKLM\\SOFTWARE\\Contoso /v Answer')).stdout).toContain('0x2b');
  const joe = await ps('New-Item HKLM:\\SOFTWARE\\Joe; Test-Path HKLM:\\SOFTWARE\\Joe', 'joe');
  expect(joe).toMatchObject({
    stdout: 'False\r\n',
    stderr: expect.stringContaining('not allowed') as string,
  });
});

test('bounds: no script runs, nests or grows without end', async () => {
  await expect(ps('while ($true) { $i++ }')).rejects.toThrow('too many');
  await expect(ps("$x = 'x' * 1000; while ($true) { $x = $x + $x }")).rejects.toThrow(/too m/);
  await expect(ps('$a = 1..1000; while ($true) { $a = $a + $a }')).rejects.toThrow(/too m/);
  expect(await ps('function f { f }; f')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('call depth') as string,
  });
  expect(await ps("'a' * 99999999")).toMatchObject({ exitCode: 1 });
  expect(await ps('1..99999999')).toMatchObject({ exitCode: 1 });
});
