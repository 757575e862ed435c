import { addMachines } from '../../../../src/lab/estate/machines';
import { closeLaboratories, heldLaboratory } from '../../../lab/estate/laboratories';
import { account } from '../support';
import { LabShell } from './lab-line';

/** The licensing service as PowerShell's cmdlets show and change it. */

let today: LabShell;
let vista: LabShell;

beforeAll(() => {
  const laboratory = heldLaboratory();
  addMachines(laboratory, { name: 'PC', product: 'Windows 10 Enterprise' });
  addMachines(laboratory, { name: 'OLD', product: 'Windows Vista Enterprise' });
  account(laboratory, 'admin');
  account(laboratory, 'joe', { standard: true });
  today = new LabShell(laboratory, 'PC');
  vista = new LabShell(laboratory, 'OLD');
});

afterAll(closeLaboratories);

const at = (shell: LabShell, script: string, user = 'admin'): ReturnType<LabShell['run']> =>
  shell.run(user, `powershell -NoProfile -Command "${script}"`);

test('Get-Service prints a table, and its members are values', async () => {
  const { stdout, exitCode } = await at(today, 'Get-Service sppsvc');
  expect(exitCode).toBe(0);
  expect(stdout.split('\r\n').map((line) => line.trimEnd())).toEqual([
    '',
    'Status   Name               DisplayName',
    '------   ----               -----------',
    'Running  sppsvc             Software Protection',
    '',
    '',
    '',
  ]);
  expect((await at(today, '(Get-Service -Name sppsvc).Status')).stdout).toBe('Running\r\n');
  expect((await at(vista, '(gsv slsvc).DisplayName')).stdout).toBe('Software Licensing\r\n');
  expect((await at(today, "if ((Get-Service sppsvc).Status -eq 'Running') { 'yes' }")).stdout).toBe(
    'yes\r\n',
  );
  expect((await at(today, "'a'; Get-Service sppsvc; 'b'")).stdout).toMatch(
    /^a\r\n\r\nStatus .*\r\nRunning .*\r\n\r\n\r\nb\r\n$/s,
  );
});

test('Stop-, Start- and Restart-Service do what they say', async () => {
  const status = async (): Promise<string> => (await at(today, '(Get-Service sppsvc).Status')).stdout.trim();
  expect(await at(today, 'Stop-Service sppsvc -Force')).toMatchObject({
    exitCode: 0,
    stdout: '',
    stderr: '',
  });
  expect(await status()).toBe('Stopped');
  expect((await today.run('admin', 'sc query sppsvc')).stdout).toContain('STOPPED');
  expect((await at(today, '(Start-Service sppsvc -PassThru).Status')).stdout).toBe('Running\r\n');
  expect((await at(today, 'Start-Service sppsvc')).exitCode).toBe(0);
  expect((await at(today, 'Restart-Service -Name sppsvc -Force')).exitCode).toBe(0);
  expect(await status()).toBe('Running');
  await at(today, 'Stop-Service sppsvc');
  expect((await at(today, 'Restart-Service sppsvc')).exitCode).toBe(0);
  expect(await status()).toBe('Running');
});

test('who may not, or names no service, is told so, with status 1', async () => {
  const denied = await at(today, 'Restart-Service sppsvc', 'joe');
  expect(denied.exitCode).toBe(1);
  expect(denied.stderr).toContain("Service 'Software Protection (sppsvc)' cannot be stopped");
  const unknown = await at(today, 'Get-Service slsvc');
  expect(unknown.exitCode).toBe(1);
  expect(unknown.stderr).toContain("Cannot find any service with service name 'slsvc'.");
  expect((await at(today, 'Get-Service nope -ErrorAction SilentlyContinue; exit 3')).exitCode).toBe(3);
});

test.each([
  'Get-Service',
  'Get-Service spp*',
  'Get-Service winrm',
  'Restart-Service $name',
  'Stop-Service sppsvc -NoWait',
])('%s is refused before anything runs', async (script) => {
  const { exitCode, stdout, stderr } = await at(today, `'first'; ${script}`);
  expect([exitCode, stdout]).toEqual([120, '']);
  expect(stderr).toContain('does not have');
});

test('lines that Select-String found have their text', async () => {
  const dli = 'cscript //nologo slmgr.vbs /dli';
  expect((await at(today, `(${dli} | Select-String 'License Status').Line`)).stdout).toBe(
    'License Status: Notification\r\n',
  );
  expect((await at(today, `(${dli} | sls 'Partial').ToString().Trim()`)).stdout).toBe(
    'Partial Product Key: 2YT43\r\n',
  );
  const all = `(${dli} | Select-String 'Name|Description').Line | Select-Object -First 1`;
  expect((await at(today, all)).stdout).toBe('Name: Windows(R), Enterprise edition\r\n');
  expect((await at(today, "('x').Nope")).exitCode).toBe(120);
  expect((await at(today, "('x').Trim")).exitCode).toBe(120);
});
