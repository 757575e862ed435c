import { encode, input, run, TestMachine, text } from './machine';

const banner =
  'Microsoft (R) Windows Script Host Version 5.812\r\nCopyright (C) Microsoft Corporation. All rights reserved.\r\n\r\n';

describe('slmgr in the words people use', () => {
  test.each<[string, boolean, ...string[]]>([
    ['cscript //nologo C:\\Windows\\System32\\slmgr.vbs /dli', false, '/dli'],
    ['cscript /nologo slmgr.vbs /xpr', false, '/xpr'],
    ['CScript.exe C:/Windows/System32/slmgr.vbs /xpr //NoLogo', false, '/xpr'],
    ['cscript.exe %windir%\\system32\\slmgr.vbs /dlv all', true, '/dlv', 'all'],
    [
      '"%SystemRoot%\\System32\\cscript.exe" //B //NoLogo "%SystemRoot%\\System32\\slmgr.vbs" /xpr',
      false,
      '/xpr',
    ],
    ['slmgr /ipk AAAAA-BBBBB-CCCCC-DDDDD-EEEEE', false, '/ipk', 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE'],
    ['slmgr.vbs -dlv', false, '-dlv'],
    [
      'cmd /c "cscript //nologo %windir%\\system32\\slmgr.vbs /skms kms01:1688"',
      false,
      '/skms',
      'kms01:1688',
    ],
    ['cmd.exe /c cscript //nologo slmgr.vbs /ato', false, '/ato'],
    [
      'powershell -NoProfile -Command "cscript //nologo $env:windir\\system32\\slmgr.vbs /dli"',
      false,
      '/dli',
    ],
    ['powershell -c "& cscript.exe //nologo \'C:\\Windows\\System32\\slmgr.vbs\' /dli"', false, '/dli'],
    ['powershell -Command "& { cscript //nologo $env:SystemRoot\\System32\\slmgr.vbs /xpr }"', false, '/xpr'],
    ['powershell -c ". {slmgr /dli}"', false, '/dli'],
    [
      'cscript //nologo slmgr.vbs /ad-activation-online KEY "My Object" 2>&1',
      false,
      '/ad-activation-online',
      'KEY',
      'My Object',
    ],
    [
      `PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand ${encode('cscript //nologo slmgr.vbs /dli')}`,
      false,
      '/dli',
    ],
    [
      `powershell -enc ${encode("& 'C:\\Windows\\System32\\cscript.exe' '//nologo' \"${env:windir}\\system32\\slmgr.vbs\" '/skms-domain' 'lab.example'")}`,
      false,
      '/skms-domain',
      'lab.example',
    ],
    [`powershell -enc ${encode('cmd /c "slmgr /xpr"')}`, false, '/xpr'],
    [
      `powershell -enc ${encode('$c = "$env:windir\\System32\\cscript.exe"; $a = "/xpr"; & $c //nologo slmgr.vbs $a')}`,
      false,
      '/xpr',
    ],
    ['wscript slmgr.vbs /dli', false, '/dli'],
    ['call slmgr /dli', false, '/dli'],
    ['start /b /wait "" slmgr /dli', false, '/dli'],
    ['cd /d %windir%\\system32 && cscript //nologo slmgr.vbs /xpr', false, '/xpr'],
    [
      'slmgr /ad-activation-online KEY "a & b | c > d"',
      false,
      '/ad-activation-online',
      'KEY',
      'a & b | c > d',
    ],
    ['slmgr /skms "a""b" "c\\\\" \\"d', false, '/skms', 'a"b', 'c\\', '"d'],
    ['slmgr /skms a^&b', false, '/skms', 'a&b'],
  ])('%s', async (line, hasBanner, ...args) => {
    const ran = await run(line);
    expect(ran).toEqual({ asked: [args], exitCode: 0, stderr: '', stdout: (hasBanner ? banner : '') + text });
  });

  test('copies of slmgr.vbs work under another name; another script does not', async () => {
    const machine = new TestMachine();
    expect(await machine.run('copy %windir%\\System32\\slmgr.vbs C:\\Temp\\act.vbs')).toMatchObject({
      exitCode: 0,
      stdout: '        1 file(s) copied.\r\n',
    });
    for (const line of [
      'cscript /nologo C:\\Temp\\act.vbs /xpr',
      'cd C:\\Temp & cscript //nologo act.vbs /xpr',
      'C:\\Temp\\act.vbs /xpr',
    ])
      expect([line, (await machine.run(line)).asked]).toEqual([line, [['/xpr']]]);
    await machine.run('echo WScript.Echo 1 > C:\\Temp\\other.vbs');
    const other = await machine.run('cscript //nologo C:\\Temp\\other.vbs');
    expect(other).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('another script') as string,
      asked: [],
    });
    expect(await run('cscript //nologo none.vbs')).toMatchObject({
      exitCode: 1,
      stdout: 'Input Error: Can not find script file "none.vbs".\r\n',
    });
  });

  test('our own loader and the agent are known, alone', async () => {
    const loader = `powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -EncodedCommand ${encode('LOADER')}`;
    expect(input(loader)).toBe('bridge');
    expect(await run(loader, 'request')).toMatchObject({ stdout: 'bridge request', exitCode: 0 });
    expect(input('slmgr agent --stdio')).toBe('agent');
    expect(input('cmd /c slmgr agent --stdio')).toBe('agent');
    expect(input('slmgr /dli')).toBeNull();
    expect(input('findstr x')).toBe('text');
    expect(input('hostname | findstr x')).toBeNull();
    expect(input('hostname & slmgr agent --stdio')).toBeNull();
    expect(await run('slmgr /ckms & slmgr agent --stdio')).toMatchObject({ exitCode: 120, asked: [] });
  });
});

describe('filters', () => {
  test.each<[string, string, number]>([
    ['slmgr /dli | findstr License', 'License Status: Licensed\r\n', 0],
    ['cscript //nologo slmgr.vbs /dli | findstr /i /c:"license status"', 'License Status: Licensed\r\n', 0],
    ['slmgr /dli | findstr "Name Status"', text, 0],
    ['slmgr /dli | findstr /n /r "^Name.*R)$"', '1:Name: Windows(R)\r\n', 0],
    ['slmgr /dli | findstr /x /c:"Name: Windows(R)"', 'Name: Windows(R)\r\n', 0],
    ['slmgr /dli | findstr nothing', '', 1],
    ['slmgr /dli | find /v "Name"', 'License Status: Licensed\r\n', 0],
    ['slmgr /dli | find /i "LICENSED"', 'License Status: Licensed\r\n', 0],
    ['slmgr /dli | find /c "i"', '2\r\n', 0],
    ['slmgr /dli | find Name', '', 2],
    ['slmgr /dli|more', text, 0],
    ['slmgr /dli | sort', 'License Status: Licensed\r\nName: Windows(R)\r\n', 0],
    ['slmgr /dli | sort /r', text, 0],
    ['slmgr /dli | findstr Name | findstr /i windows', 'Name: Windows(R)\r\n', 0],
    ['hostname & slmgr /dli | findstr Name', 'KMS01\r\nName: Windows(R)\r\n', 0],
    ['echo a.b| findstr /l "a.b"', 'a.b\r\n', 0],
    ['echo axb| findstr /l "a.b"', '', 1],
    ['echo axb| findstr "a.b"', 'axb\r\n', 0],
  ])('%s', async (line, stdout, exitCode) => {
    expect(await run(line)).toMatchObject({ stdout, exitCode });
  });

  test('standard input of the session reaches the first command', async () => {
    expect(await run('findstr b', 'abc\nxyz\n')).toMatchObject({ stdout: 'abc\r\n', exitCode: 0 });
    expect(await run('sort < nul', 'abc\n')).toMatchObject({ stdout: '', exitCode: 0 });
  });
});
