import { encode, run, TestMachine, type Ran } from './machine';

const ps = (script: string, machine = new TestMachine()): Promise<Ran> =>
  machine.run(`powershell -NoProfile -EncodedCommand ${encode(script)}`);

describe('Windows PowerShell', () => {
  test.each<[string, string, number]>([
    ['$env:windir', 'C:\\Windows\r\n', 0],
    ['  ${env:COMPUTERNAME} ', 'KMS01\r\n', 0],
    ['"$env:SystemRoot\\System32\\slmgr.vbs"', 'C:\\Windows\\System32\\slmgr.vbs\r\n', 0],
    ["'slmgr /dli'", 'slmgr /dli\r\n', 0],
    ['$env:nothing', '', 0],
    ['"a`"b" + 1', 'a"b1\r\n', 0],
    ["'it''s'; \"x`ty\"", "it's\r\nx\ty\r\n", 0],
    ['1, 2; (3)', '1\r\n2\r\n3\r\n', 0],
    // Statuses.
    ['slmgr /bogus | Out-Null', '', 1],
    ['slmgr /bogus > $null; exit $LASTEXITCODE', '', 1],
    ['slmgr /no > $null; exit $LASTEXITCODE', '', 0xc004f074],
    ['slmgr /no > $null', '', 1],
    ['slmgr /bogus > $null; hostname', 'KMS01\r\n', 0],
    ['exit 7', '', 7],
    ['exit', '', 0],
    ['cmd /c exit 3; "code $LASTEXITCODE $?"', 'code 3 False\r\n', 0],
    ['cmd /c exit 3', '', 1],
    ['nonsense', '', 1],
    ["$ErrorActionPreference = 'Stop'; nonsense; 'after'", '', 1],
    ["nonsense; 'after'", 'after\r\n', 0],
    ['if ($LASTEXITCODE -ne 0) { "not 0" } else { "0" }', 'not 0\r\n', 0],
    // What Ansible adds to every command.
    [
      'Set-StrictMode -Version Latest\r\nslmgr /no > $null\r\nIf (-not $?) { If (Get-Variable LASTEXITCODE -ErrorAction SilentlyContinue) { exit $LASTEXITCODE } Else { exit 1 } }\r\n',
      '',
      0xc004f074,
    ],
    // Variables and pipelines.
    [
      '$r = cscript //nologo slmgr.vbs /dli; $r.Count; $r',
      '2\r\nName: Windows(R)\r\nLicense Status: Licensed\r\n',
      0,
    ],
    ['$r = slmgr /dli; if ($r -match "Status: Licensed") { "yes" } else { "no" }', 'yes\r\n', 0],
    ['$r = slmgr /dli; if ($r -match "Notification") { "yes" } else { "no" }', 'no\r\n', 0],
    ['if ((slmgr /dli) -like "*Licensed") { "yes" }', 'yes\r\n', 0],
    ['$r = slmgr /bogus 2>&1; $LASTEXITCODE', '1\r\n', 0],
    ['slmgr /dli | Select-String -Pattern "license"', '\r\nLicense Status: Licensed\r\n\r\n\r\n', 0],
    ['(slmgr /dli | Select-String Name) -eq $null', 'False\r\n', 0],
    ['slmgr /dli | Where-Object { $_ -match "^Name" }', 'Name: Windows(R)\r\n', 0],
    ['slmgr /dli | ? { $_ -notlike "Name*" } | % { "<$_>" }', '<License Status: Licensed>\r\n', 0],
    ['slmgr /dli | Select-Object -First 1', 'Name: Windows(R)\r\n', 0],
    ['slmgr /dli | findstr Name', 'Name: Windows(R)\r\n', 0],
    ['foreach ($i in 1,2) { Write-Output "n$i" }', 'n1\r\nn2\r\n', 0],
    ['$x = "a"; if ($x -eq "A" -and -not ($x -ceq "A")) { Write-Host one two }', 'one two\r\n', 0],
    ['$env:MYVAR = "v"; "$env:MYVAR $(hostname)"', 'v KMS01\r\n', 0],
    ['Set-Location C:\\Temp; Test-Path C:\\Temp\\none', 'False\r\n', 0],
    ['$ProgressPreference = "SilentlyContinue"; # a comment\nhostname', 'KMS01\r\n', 0],
    ['& { hostname }; . { hostname }', 'KMS01\r\nKMS01\r\n', 0],
    ['[Environment]::MachineName', 'KMS01\r\n', 0],
  ])('%s', async (script, stdout, exitCode) => {
    expect(await ps(script)).toMatchObject({ stdout, exitCode });
  });

  test.each<[string, string, number]>([
    [
      'powershell -c "slmgr /bogus; exit $LASTEXITCODE"',
      'Name: Windows(R)\r\nLicense Status: Licensed\r\n',
      1,
    ],
    ['powershell -Command "Write-Output \'a b\'; exit 4"', 'a b\r\n', 4],
    ['powershell -c "if ((hostname) -eq \'KMS01\') { exit 3 }"', '', 3],
    ['powershell Write-Output \\"a b\\"', 'a b\r\n', 0],
    ['powershell -c "exit 5" & echo after', 'after\r\n', 5],
    ['powershell -c "exit 5" || echo failed', 'failed\r\n', 5],
    ['powershell -c "slmgr /dli" | find /c "i"', '2\r\n', 0],
  ])('from cmd: %s', async (line, stdout, exitCode) => {
    expect(await run(line)).toMatchObject({ stdout, exitCode });
  });

  test('files of the machine', async () => {
    const machine = new TestMachine();
    await ps('slmgr /dli > C:\\Temp\\a.txt; slmgr /dli | Out-File C:\\Temp\\b.txt -Encoding ascii', machine);
    expect(
      (await ps('(Get-Content C:\\Temp\\a.txt).Count; Get-Content C:\\Temp\\b.txt', machine)).stdout,
    ).toBe('2\r\nName: Windows(R)\r\nLicense Status: Licensed\r\n');
    await ps("Set-Content C:\\Temp\\b.txt 'x'; Add-Content C:\\Temp\\b.txt 'y'", machine);
    expect((await machine.run('type C:\\Temp\\b.txt')).stdout).toBe('x\r\ny\r\n');
    await ps('Remove-Item C:\\Temp\\b.txt', machine);
    expect(await ps('Get-Content C:\\Temp\\b.txt', machine)).toMatchObject({ exitCode: 1, stdout: '' });
    expect(await ps('Get-Content C:\\Temp\\b.txt -ErrorAction SilentlyContinue', machine)).toMatchObject({
      stderr: '',
    });
  });

  test.each([
    'Get-CimInstance Win32_Process',
    'gwmi -Class Win32_BIOS',
    'Get-CimInstance -Query "SELECT * FROM Win32_Disk"',
    'Get-CimInstance SoftwareLicensingProduct -ComputerName OTHER',
    'Get-CimInstance -Namespace root/wmi SoftwareLicensingProduct',
    '$class = hostname; Get-CimInstance $class',
    'Restart-Computer',
    'filter f { 1 }',
    'try { 1 } catch [System.Exception] { 2 }',
    'trap { 1 }',
    'class A { }',
    ':outer while ($true) { break outer }',
    'switch -File a.txt { default { 1 } }',
    '$x = "slmgr"; if ($true) { $x = "hostname" }; & $x',
    'function f { slmgr /ckms; Get-Process }; f',
    'function f($a) { $a }; f -b 1',
    'if ($false) { Get-Process }',
    '"a" -replace "(?=a)", "b"',
    '"a" -match "(a)\\1"',
    '"a" -match (hostname)',
    '1 -band 2',
    '$PSVersionTable',
    '$x.Foo()',
    '"a".Foo',
    '[datetime]"2026-01-01"',
    '[DateTime]::Now',
    '[Net.WebClient]::new()',
    'New-Object Net.WebClient',
    'hostname | Select-String $env:X2; $env:X2 = "a"',
    'slmgr /dli | Select-String "a(?<!b)"',
    'Start-Sleep 3600',
    'schtasks /query',
    'Write-Output a -Bogus b',
    '$true = 1',
    'cmd /c "ver & wmic os"',
    '$a = hostname; cmd /c $a',
    'dir',
    'slmgr --% /dli',
    '$p = @{ a = 1 }; Write-Output @p',
    '.\\install.ps1',
    'Invoke-Expression "slmgr /dli"',
    'Get-ItemProperty HKCU:\\Software',
    'Get-ItemProperty C:\\Temp',
    'Set-Location HKLM:',
    'Remove-Item HKLM:\\SOFTWARE\\*',
  ])('refused as a whole, with 120: %s', async (script) => {
    for (const whole of [script, `slmgr /ckms; ${script}`]) {
      const ran = await ps(whole);
      expect(ran).toMatchObject({ asked: [], stdout: '', exitCode: 120 });
      expect(ran.stderr).toContain('Nothing of the line was run.');
    }
  });

  test.each([
    'slmgr /ckms && hostname',
    'slmgr /ckms || hostname',
    'slmgr /ckms; "open',
    'slmgr /ckms; if (1',
    'slmgr /ckms; )',
    'slmgr /ckms; 1 | 2',
    'slmgr /ckms &',
  ])('bad syntax, as PowerShell 5.1 says it: %s', async (script) => {
    const ran = await ps(script);
    expect(ran).toMatchObject({ asked: [], stdout: '', exitCode: 1 });
    expect(ran.stderr).toContain('ParserError');
  });
});
