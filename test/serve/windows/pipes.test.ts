import { MachineFiles } from '../../../src/serve/windows/shell/files';
import { type ShellKind } from '../../../src/serve/windows/shell/interpret';
import { type CommandOutcome, runCommandLine } from '../../../src/serve/windows/shell/run';

const text = 'Name: Windows(R)\nLicense Status: Licensed\n';

/** Runs a line on a machine whose slmgr prints two lines and whose words are told. */
async function run(
  line: string,
  shell: ShellKind = 'cmd',
): Promise<CommandOutcome & { readonly asked: readonly (readonly string[])[] }> {
  const asked: (readonly string[])[] = [];
  const outcome = await runCommandLine(
    { line, stdin: Buffer.alloc(0), shell },
    { computerName: 'KMS01', user: 'admin', isLoader: () => false },
    {
      slmgr: (args) => {
        asked.push(args);
        return Promise.resolve({ text, exitCode: 0 });
      },
      bridge: () => Promise.resolve(''),
      files: new MachineFiles(),
    },
  );
  return { ...outcome, asked };
}

describe('pipes on a simulated machine', () => {
  test.each<[ShellKind, string, string]>([
    ['cmd', 'slmgr /dli | findstr License', 'License Status: Licensed\r\n'],
    [
      'cmd',
      'cscript //nologo slmgr.vbs /dli | findstr /i /c:"license status"',
      'License Status: Licensed\r\n',
    ],
    ['cmd', 'slmgr /dli | findstr "Name Status"', 'Name: Windows(R)\r\nLicense Status: Licensed\r\n'],
    ['cmd', 'slmgr /dli | find /v "Name"', 'License Status: Licensed\r\n'],
    ['cmd', 'slmgr /dli|more', 'Name: Windows(R)\r\nLicense Status: Licensed\r\n'],
    ['cmd', 'slmgr /dli | findstr Name | findstr /i windows', 'Name: Windows(R)\r\n'],
    ['powershell', "slmgr /dli | Select-String -Pattern 'license'", 'License Status: Licensed\r\n'],
    ['powershell', 'slmgr /dli | Out-String', 'Name: Windows(R)\r\nLicense Status: Licensed\r\n'],
    ['cmd', 'powershell -Command "slmgr /dli | Select-String Name"', 'Name: Windows(R)\r\n'],
  ])('%s: %s', async (shell, line, stdout) => {
    const outcome = await run(line, shell);
    expect(outcome).toMatchObject({ stdout, exitCode: 0, stderr: '' });
    expect(outcome.asked).toEqual([['/dli']]);
  });

  test('a filter that lets nothing through ends with 1; it sees only the command before it', async () => {
    expect(await run('slmgr /dli | findstr nothing')).toMatchObject({ stdout: '', exitCode: 1 });
    expect((await run('hostname & slmgr /dli | findstr Name')).stdout).toBe('KMS01\r\nName: Windows(R)\r\n');
  });

  test('a program that is not there is named, and a | inside quotes is no pipe', async () => {
    expect((await run('slmgr /dli | sort')).stderr).toContain("'sort' is not recognized");
    expect((await run('slmgr /ad-activation-online KEY "a | b"')).asked).toEqual([
      ['/ad-activation-online', 'KEY', 'a | b'],
    ]);
  });
});
