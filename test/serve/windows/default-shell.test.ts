import { setRegistryValue } from '../../../src/lab/estate/machine-registry';
import { closeLaboratories, type TestLaboratory } from '../../lab/estate/laboratories';
import { askAgent, run, SshServed, twoMachines } from './support';

const powershell = String.raw`C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`;

let laboratory: TestLaboratory;
let served: SshServed;

beforeAll(async () => {
  laboratory = twoMachines();
  served = await SshServed.start(laboratory);
});

afterAll(async () => {
  await served.close();
  closeLaboratories();
});

const as = async (shell: string): Promise<void> => {
  await setRegistryValue(laboratory, 'KMS01', 'DefaultShell', [shell]);
};

test('DefaultShell of the registry chooses what runs the lines that come over SSH', async () => {
  const client = await served.connect('admin');
  expect((await run(client, 'echo %COMPUTERNAME%')).stdout).toBe('KMS01\r\n');
  await as(powershell);
  expect((await run(client, 'echo $env:COMPUTERNAME')).stdout).toBe('KMS01\r\n');
  expect((await run(client, 'echo %COMPUTERNAME%')).stdout).toBe('%COMPUTERNAME%\r\n');
  // The version of Windows reads no "&&", and ends with 1 where its last command failed.
  expect((await run(client, 'hostname && hostname')).status).toBe(1);
  expect((await run(client, 'slmgr /bogus')).status).toBe(1);
  expect((await run(client, 'cscript //nologo slmgr.vbs /dli; exit 7')).status).toBe(7);
  await as('cmd.exe');
  expect((await run(client, 'hostname && hostname')).stdout).toBe('KMS01\r\nKMS01\r\n');
});

test('it is chosen on the machine itself, with the line that Windows documents', async () => {
  const client = await served.connect('admin');
  const set = `New-ItemProperty -Path HKLM:\\SOFTWARE\\OpenSSH -Name DefaultShell -Value '${powershell}' -PropertyType String -Force`;
  expect((await run(client, `powershell -c "${set} | Out-Null"`)).status).toBe(0);
  expect((await run(client, '$x = 3; "n$x"')).stdout).toBe('n3\r\n');
  await run(client, `reg add HKLM\\SOFTWARE\\OpenSSH /v DefaultShell /d "${powershell}" /f`);
  expect((await run(client, '$x = 4; "n$x"')).stdout).toBe('n4\r\n');
  await run(client, String.raw`reg delete HKLM\SOFTWARE\OpenSSH /v DefaultShell /f`);
  expect((await run(client, 'ver')).stdout).toContain('Microsoft Windows');
});

test('another slmgr is served in both, and a shell that is not simulated is refused', async () => {
  const client = await served.connect('admin');
  for (const shell of ['cmd.exe', powershell]) {
    await as(shell);
    expect(await askAgent(client)).toBeDefined();
  }
  await as(String.raw`C:\Program Files\Git\bin\bash.exe`);
  const refused = await run(client, 'hostname');
  expect([refused.status, refused.stdout]).toEqual([120, '']);
  expect(refused.stderr).toContain('bash.exe');
  await as('cmd.exe');
});
