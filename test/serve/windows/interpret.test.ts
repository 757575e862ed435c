import {
  interpret,
  type ShellFacts,
  type ShellKind,
  type ShellTask,
} from '../../../src/serve/windows/shell/interpret';

const facts: ShellFacts = { computerName: 'KMS01', user: 'Admin', isLoader: (script) => script === 'LOADER' };
const encode = (script: string): string => Buffer.from(script, 'utf16le').toString('base64');
const ask = (line: string, shell: ShellKind = 'cmd'): readonly ShellTask[] => interpret(line, shell, facts);
const slmgr = (banner: boolean, ...args: string[]): ShellTask => ({ kind: 'slmgr', banner, args });

describe('slmgr in the words people use', () => {
  test.each<[ShellKind, string, ShellTask]>([
    ['cmd', 'cscript //nologo C:\\Windows\\System32\\slmgr.vbs /dli', slmgr(false, '/dli')],
    ['cmd', 'cscript.exe %windir%\\system32\\slmgr.vbs /dlv all', slmgr(true, '/dlv', 'all')],
    [
      'cmd',
      '"%SystemRoot%\\System32\\cscript.exe" //B //NoLogo "%SystemRoot%\\System32\\slmgr.vbs" /xpr',
      slmgr(false, '/xpr'),
    ],
    [
      'cmd',
      'slmgr /ipk AAAAA-BBBBB-CCCCC-DDDDD-EEEEE',
      slmgr(false, '/ipk', 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE'),
    ],
    ['cmd', 'slmgr.vbs -dlv', slmgr(false, '-dlv')],
    [
      'cmd',
      'cmd /c "cscript //nologo %windir%\\system32\\slmgr.vbs /skms kms01:1688"',
      slmgr(false, '/skms', 'kms01:1688'),
    ],
    ['cmd', 'cmd.exe /c cscript //nologo slmgr.vbs /ato', slmgr(false, '/ato')],
    [
      'cmd',
      'powershell -NoProfile -Command "cscript //nologo $env:windir\\system32\\slmgr.vbs /dli"',
      slmgr(false, '/dli'),
    ],
    [
      'cmd',
      'powershell -c "& cscript.exe //nologo \'C:\\Windows\\System32\\slmgr.vbs\' /dli"',
      slmgr(false, '/dli'),
    ],
    ['powershell', 'cscript //nologo "$env:SystemRoot\\System32\\slmgr.vbs" /dlv', slmgr(false, '/dlv')],
    [
      'powershell',
      "& 'C:\\Windows\\System32\\cscript.exe' '//nologo' \"${env:windir}\\system32\\slmgr.vbs\" '/skms-domain' 'lab.example'",
      slmgr(false, '/skms-domain', 'lab.example'),
    ],
    ['powershell', 'cmd /c "slmgr /xpr"', slmgr(false, '/xpr')],
    [
      'cmd',
      'powershell -Command "& { cscript //nologo $env:SystemRoot\\System32\\slmgr.vbs /xpr }"',
      slmgr(false, '/xpr'),
    ],
    ['powershell', '. {slmgr /dli}', slmgr(false, '/dli')],
    [
      'cmd',
      'cscript //nologo slmgr.vbs /ad-activation-online KEY "My Object" 2>&1',
      slmgr(false, '/ad-activation-online', 'KEY', 'My Object'),
    ],
    [
      'cmd',
      `PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand ${encode('cscript //nologo slmgr.vbs /dli')}`,
      slmgr(false, '/dli'),
    ],
    ['cmd', 'wscript slmgr.vbs /dli', slmgr(true, '/dli')],
  ])('%s: %s', (shell, line, task) => {
    expect(ask(line, shell)).toEqual([task]);
  });

  test('several commands in a line are done one after the other', () => {
    expect(ask('chcp 65001 >nul & slmgr /dli && slmgr /xpr')).toEqual([
      { kind: 'print', text: 'Active code page: 65001\r\n' },
      slmgr(false, '/dli'),
      slmgr(false, '/xpr'),
    ]);
    expect(ask('$ProgressPreference = "SilentlyContinue"; slmgr /dli', 'powershell').at(-1)).toEqual(
      slmgr(false, '/dli'),
    );
  });

  test.each([
    ['$env:windir', 'C:\\Windows'],
    ['  ${env:COMPUTERNAME} ', 'KMS01'],
    ['"$env:SystemRoot\\System32\\slmgr.vbs"', 'C:\\Windows\\System32\\slmgr.vbs'],
    ["'slmgr /dli'", 'slmgr /dli'],
    ['$env:nothing', ''],
  ])('PowerShell writes a value that stands alone: %s', (line, text) => {
    expect(ask(line, 'powershell')).toEqual([{ kind: 'print', text: `${text}\r\n` }]);
    expect(ask(`powershell -EncodedCommand ${encode(line)}`)).toEqual([
      { kind: 'print', text: `${text}\r\n` },
    ]);
  });

  test('PowerShell calls a value behind &', () => {
    expect(ask('& "$env:windir\\System32\\slmgr.vbs" /dli', 'powershell')).toEqual([slmgr(false, '/dli')]);
    expect(ask('& "slmgr"', 'powershell')).toEqual([slmgr(false)]);
    expect(ask('$env:windir; hostname', 'powershell')).toHaveLength(2);
  });

  test('what only says where the next command runs prints nothing', () => {
    expect(ask('cd /d %windir%\\system32 && cscript //nologo slmgr.vbs /xpr')).toEqual([
      { kind: 'print', text: '' },
      slmgr(false, '/xpr'),
    ]);
    expect(ask('set A=1 & slmgr /xpr').at(-1)).toEqual(slmgr(false, '/xpr'));
  });

  test('our own loader and the agent are known', () => {
    expect(
      ask(
        `powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -EncodedCommand ${encode('LOADER')}`,
      ),
    ).toEqual([{ kind: 'bridge' }]);
    expect(ask('slmgr agent --stdio')).toEqual([{ kind: 'agent' }]);
  });

  test('simple commands answer, unknown ones are named', () => {
    expect(ask('hostname')).toEqual([{ kind: 'print', text: 'KMS01\r\n' }]);
    expect(ask('format c:')).toEqual([{ kind: 'unknown', program: 'format', shell: 'cmd' }]);
    expect(ask('cscript other.vbs')).toEqual([{ kind: 'missing-script', script: 'other.vbs', banner: true }]);
  });

  test('nesting without end is cut off', () => {
    expect(ask('cmd /c '.repeat(50) + 'slmgr /dli')).toEqual([]);
  });

  test('an & inside quotes separates nothing', () => {
    expect(ask('slmgr /ad-activation-online KEY "a & b"')).toEqual([
      slmgr(false, '/ad-activation-online', 'KEY', 'a & b'),
    ]);
  });
});
