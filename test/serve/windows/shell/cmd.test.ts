import { run, TestMachine, text } from './machine';

describe('cmd.exe', () => {
  test.each<[string, string, number]>([
    // Operators go by the command in front of them.
    ['slmgr /dli >nul && echo yes', 'yes\r\n', 0],
    ['slmgr /bogus >nul && echo yes', '', 1],
    ['slmgr /bogus >nul || echo no', 'no\r\n', 1],
    ['slmgr /bogus >nul & echo then', 'then\r\n', 1],
    ['slmgr /bogus >nul && echo a || echo b', 'b\r\n', 1],
    ['slmgr /no > nul', '', 0xc004f074],
    ['echo a& echo b', 'a\r\nb\r\n', 0],
    ['(echo a & echo b) | find "b"', 'b\r\n', 0],
    // Statuses.
    ['exit 5', '', 5],
    ['exit /b 7', '', 7],
    ['exit -1', '', 0xffffffff],
    ['cmd /c exit /b 3', '', 3],
    ['cmd /c exit 3 & echo after', 'after\r\n', 3],
    ['slmgr /bogus > nul & exit', '', 1],
    ['slmgr /bogus > nul & exit 0', '', 0],
    ['exit 4 & echo never', '', 4],
    ['exit 4 | find "x" & echo here', 'here\r\n', 1],
    ['slmgr /bogus >nul & if errorlevel 1 echo failed', 'failed\r\n', 1],
    ['slmgr /dli >nul & if errorlevel 1 (echo failed) else echo good', 'good\r\n', 0],
    ['slmgr /bogus >nul & if not errorlevel 2 exit 9', '', 9],
    ['slmgr /bogus >nul & echo %ERRORLEVEL%', '0\r\n', 1],
    ['slmgr /bogus >nul & call echo %^ERRORLEVEL%', '1\r\n', 1],
    ['cmd /v:on /c "slmgr /bogus >nul & exit !errorlevel!"', '', 1],
    ['cmd /v:on /c "set A=x& echo !A!"', 'x\r\n', 0],
    ['cmd /v:on /c "set A=kms01& echo !A:~0,3!-!A:01=02!-!none!-!"', 'kms-kms02--\r\n', 0],
    ['cmd /v:on /c "set A=kms01& if !A:~0,3!==kms echo same"', 'same\r\n', 0],
    // Variables.
    ['echo %COMPUTERNAME% %nothing%', 'KMS01 %nothing%\r\n', 0],
    ['set A=1 & echo %A%', '%A%\r\n', 0],
    ['set "A=b c" & set A', 'A=b c\r\n', 0],
    ['set nothing_', '', 1],
    ['echo %COMPUTERNAME:~0,3% %COMPUTERNAME:01=x%', 'KMS KMSx\r\n', 0],
    ['cd C:\\Temp & cd', 'C:\\Temp\r\n', 0],
    ['cd', 'C:\\Users\\Admin\r\n', 0],
    ['cd C:\\none & cd', 'C:\\Users\\Admin\r\n', 0],
    // if and for.
    ['if exist %windir%\\System32\\slmgr.vbs echo there', 'there\r\n', 0],
    ['if not exist C:\\none.txt echo none', 'none\r\n', 0],
    ['if defined windir echo set', 'set\r\n', 0],
    ['if "%COMPUTERNAME%"=="KMS01" (echo me) else (echo other)', 'me\r\n', 0],
    ['if /i a==A echo same', 'same\r\n', 0],
    ['if a==A echo same', '', 0],
    ['if 10 gtr 9 echo more', 'more\r\n', 0],
    ['if 1==2 echo a & echo b', '', 0],
    ['for %i in (a b "c d") do echo %~i', 'a\r\nb\r\nc d\r\n', 0],
    [
      'for %i in (C:\\a.b\\slmgr.vbs "x y.txt" none) do @echo %~ni-%~xi-%~nxi',
      'slmgr-.vbs-slmgr.vbs\r\nx y-.txt-x y.txt\r\nnone--none\r\n',
      0,
    ],
    ['for /l %i in (1,2,5) do @echo %i', '1\r\n3\r\n5\r\n', 0],
    ['for /f %i in ("one two") do echo %i', 'one\r\n', 0],
    ['for /f "tokens=1,3* delims=:, " %a in ("w x:y,z and more") do @echo %a-%b-%c', 'w-y-z and more\r\n', 0],
    [
      'for /f "tokens=2 delims=:" %a in (\'slmgr /dli\') do @echo [%a]',
      '[ Windows(R)]\r\n[ Licensed]\r\n',
      0,
    ],
    [
      'for /f "delims=" %a in (\'slmgr /dli ^| find "Status"\') do @echo %a',
      'License Status: Licensed\r\n',
      0,
    ],
    [
      'for /f "skip=1 tokens=3" %a in (\'cscript //nologo slmgr.vbs /dli\') do @if /i "%a"=="licensed" (echo yes) else echo no',
      'yes\r\n',
      0,
    ],
    ["for /f %a in ('hostname') do slmgr /skms %a >nul && echo ok", 'ok\r\n', 0],
    ['for /f "usebackq tokens=2 delims==" %a in (`set COMPUTERN`) do @echo %a', 'KMS01\r\n', 0],
    ['for /f "usebackq" %a in (\'b c\') do @echo %a', 'b\r\n', 0],
    [
      'echo a b> x.txt & echo ;c>> x.txt & echo d>> x.txt & for /f %i in (x.txt) do @echo %i',
      'a\r\nd\r\n',
      0,
    ],
    ['for /f %i in (none.txt) do @echo %i', '', 1],
    // Words.
    ['echo "a & b" ^& c', '"a & b" & c\r\n', 0],
    ['echo.', '\r\n', 0],
    ['echo', 'ECHO is on.\r\n', 0],
    ['@echo off & echo a', 'a\r\n', 0],
    ['rem anything & slmgr /bogus', '', 0],
    ['hostname', 'KMS01\r\n', 0],
    ['whoami', 'kms01\\admin\r\n', 0],
    ['chcp 65001 >nul & echo a', 'a\r\n', 0],
    ['dir /b %windir%\\System32\\s*', 'sc.exe\r\nshutdown.exe\r\nslmgr.vbs\r\nslui.exe\r\nsort.exe\r\n', 0],
    ['start "" /min slmgr /bogus', '', 0],
    ['start /wait slmgr /bogus', '', 1],
  ])('%s', async (line, stdout, exitCode) => {
    expect(await run(line)).toMatchObject({ stdout, exitCode });
  });

  test('what is not there is named, and the rest of the line goes on as in Windows', async () => {
    const unknown =
      "'nonsense' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n";
    expect(await run('nonsense')).toMatchObject({ stderr: unknown, exitCode: 1 });
    expect(await run('nonsense & if errorlevel 9009 echo so')).toMatchObject({
      stderr: unknown,
      stdout: 'so\r\n',
    });
    expect(await run('nonsense && slmgr /ckms')).toMatchObject({ asked: [], exitCode: 1 });
    expect(await run('nonsense || slmgr /ckms')).toMatchObject({ asked: [['/ckms']], exitCode: 0 });
    expect(await run('type C:\\none & slmgr /ckms')).toMatchObject({
      stderr: 'The system cannot find the file specified.\r\n',
      asked: [['/ckms']],
    });
  });

  test('redirections write and read the files of the machine', async () => {
    const machine = new TestMachine();
    await machine.run('slmgr /dli > C:\\Temp\\a.txt 2>&1');
    expect((await machine.run('type C:\\Temp\\a.txt')).stdout).toBe(text);
    await machine.run('echo more>> C:/temp/A.TXT');
    expect((await machine.run('findstr more < C:\\Temp\\a.txt')).stdout).toBe('more\r\n');
    expect((await machine.run('find /c "i" C:\\Temp\\a.txt')).stdout).toBe(
      '\r\n---------- C:\\TEMP\\A.TXT: 2\r\n',
    );
    expect(await machine.run('nonsense 2> C:\\Temp\\err.txt & type C:\\Temp\\err.txt')).toMatchObject({
      stderr: '',
    });
    expect((await machine.run('type C:\\Temp\\err.txt')).stdout).toContain('nonsense');
    expect(await machine.run('(echo a & echo b) > C:\\Temp\\b.txt & type C:\\Temp\\b.txt')).toMatchObject({
      stdout: 'a \r\nb\r\n',
    });
    expect(
      await machine.run('md C:\\Temp\\x\\y & move C:\\Temp\\b.txt C:\\Temp\\x\\y & dir /b C:\\Temp\\x\\y'),
    ).toMatchObject({
      stdout: '        1 file(s) moved.\r\nb.txt\r\n',
    });
    expect(
      await machine.run(
        'ren C:\\Temp\\x\\y\\b.txt c.txt & del C:\\Temp\\x\\y\\c.txt & rd C:\\Temp\\x\\y & dir /b C:\\Temp\\x',
      ),
    ).toMatchObject({ stdout: '' });
    for (const file of ['C:\\none\\a.txt', '%windir%\\a.txt', 'D:\\a.txt', 'C:\\Temp\\a?b']) {
      const refused = await machine.run(`slmgr /ckms > ${file}`);
      expect({ file, asked: refused.asked, exitCode: refused.exitCode }).toEqual({
        file,
        asked: [],
        exitCode: 1,
      });
    }
  });

  test.each([
    'schtasks /query',
    'wmic os get name',
    'cmd',
    'cmd /k dir',
    'goto end',
    'set /p A=',
    'dir /s /b',
    "for /f %i in ('hostname') do findstr %i a.txt",
    "for /f %i in ('wmic os') do echo %i",
    "for /f %i in ('hostname') do %i",
    'for /f "tokens=1" %i in (a.txt) do for /r %j in (*) do echo %j',
    'for %i in (*.txt) do echo %i',
    'echo %RANDOM%',
    'C:\\Temp\\a.bat',
    'install.msi',
    'powershell',
    'powershell -File a.ps1',
    'powershell -c "Get-CimInstance Win32_Process"',
    'start notepad',
    'slmgr /dli | findstr "a[b-c]"',
    'slmgr /dli | findstr /s x',
    'cmd /c "cmd /c wmic os"',
    ':label',
    'powershell -c "cmd /c wmic os get name"',
    `${'cmd /c '.repeat(20)}slmgr /dli`,
    `${'slmgr /dli &'.repeat(300)} hostname`,
    'for /l %i in (1,1,900) do for /l %j in (1,1,900) do slmgr /dli',
    'echo first & for %i in (a.txt) do echo %~fi',
    'echo first & for %i in (a.txt) do echo %~$PATH:i',
    'cmd /v:on /c "set L=a b& echo first & for %i in (!L!) do echo %i"',
    'cmd /v:on /c "echo first & echo !A:*x=y!"',
    'cmd /v:on /c "echo first & if "!A:*x=y!"=="1" echo x"',
  ])('refused as a whole, with 120: %s', async (line) => {
    for (const whole of [line, `slmgr /ckms & ${line}`]) {
      const ran = await run(whole);
      expect(ran).toMatchObject({ asked: [], stdout: '', exitCode: 120 });
      expect(ran.stderr).toMatch(
        /^slmgr: this simulated machine does not have .*Nothing of the line was run\.\r\n$/s,
      );
    }
  });

  test.each([
    'slmgr /ckms & | find "x"',
    'slmgr /ckms && ',
    '(slmgr /ckms',
    'slmgr /ckms >',
    'if 1==',
    'slmgr /ckms & )',
    '& slmgr /ckms',
  ])('bad syntax, as Windows says it: %s', async (line) => {
    const ran = await run(line);
    expect(ran).toMatchObject({ asked: [], stdout: '', exitCode: 1 });
    expect(ran.stderr).toMatch(/unexpected at this time\.|syntax of the command is incorrect\./);
  });
});
