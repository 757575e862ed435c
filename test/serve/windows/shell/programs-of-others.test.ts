import { addMachines } from '../../../../src/lab/estate/machines';
import { closeLaboratories, heldLaboratory, type TestLaboratory } from '../../../lab/estate/laboratories';
import { account } from '../support';
import { LabShell } from './lab-line';

/* The very lines that programs of others send, and what their patterns look for in the answers. */

let laboratory: TestLaboratory;
const machines = new Map<string, LabShell>();

beforeAll(() => {
  laboratory = heldLaboratory();
  const server = 'Windows Server 2022 Datacenter';
  addMachines(laboratory, { name: 'SRV', product: server });
  addMachines(laboratory, { name: 'EVAL', product: server, channel: 'evaluation' });
  addMachines(laboratory, { name: 'R2', product: 'Windows Server 2012 R2 Datacenter' });
  addMachines(laboratory, { name: 'PC', product: 'Windows 7 Enterprise' });
  account(laboratory, 'admin');
  for (const name of ['SRV', 'EVAL', 'R2', 'PC']) machines.set(name, new LabShell(laboratory, name));
});

afterAll(closeLaboratories);

async function out(machine: string, line: string): Promise<string> {
  const { stdout, stderr, exitCode } = await machines.get(machine)!.run('admin', line);
  expect([stderr, exitCode]).toEqual(['', 0]);
  return stdout;
}

test('Salt finds name, description, key and status in lines that end as those of Windows', async () => {
  const script = String.raw`cscript C:\Windows\System32\slmgr.vbs`;
  const pattern = /Name: (.*)\r\nDescription: (.*)\r\nPartial Product Key: (.*)\r\nLicense Status: (.*)/;
  const found = pattern.exec(await out('SRV', `${script} /dli`));
  expect(found?.slice(1).map((text) => text.trim())).toEqual([
    'Windows(R), ServerDatacenter edition',
    'Windows(R) Operating System, VOLUME_KMSCLIENT channel',
    '6VM33',
    'Notification',
  ]);
  expect(await out('SRV', `${script} /upk`)).toContain('Uninstalled product key successfully.');
  expect(pattern.test(await out('SRV', `${script} /dli`))).toBe(false);
  const key = 'WX4NM-KYWYW-QJJR4-XV3QB-6VM33';
  expect(await out('SRV', `${script} /ipk ${key}`)).toContain(`Installed product key ${key} successfully.`);
  expect(await out('SRV', `${script} /dli`)).toContain('6VM33');
});

/** The plug-in of Checkmk's agent, its lines put into one. */
const checkmk = [
  'echo ^<^<^<win_license^>^>^>',
  String.raw`copy /Y "%windir%\system32\slmgr.vbs" "FOLDER\checkmk_slmgr.vbs" > NUL 2>&1`,
  String.raw`if exist "FOLDER\checkmk_slmgr.vbs" ( cscript //NoLogo "FOLDER\checkmk_slmgr.vbs" /dli & del "FOLDER\checkmk_slmgr.vbs" > NUL ) else ( echo instead & cscript //NoLogo "%windir%\System32\slmgr.vbs" /dli )`,
].join(' & ');

test.each([
  ['EVAL', '%temp%', 'Licensed', 'Timebased activation expiration: 259200 minute(s) (180 day(s))'],
  ['PC', '%temp%', 'Initial grace period', 'Time remaining: 43200 minute(s) (30 day(s))'],
  ['R2', String.raw`%SystemDrive%\ProgramData\checkmk\agent\tmp`, 'Notification', 'instead'],
])("Checkmk's agent on %s runs its copy in %s, or the script itself", async (name, folder, status, line) => {
  const lines = (await out(name, checkmk.replaceAll('FOLDER', folder)))
    .split('\r\n')
    .map((each) => each.trim());
  expect(lines[0]).toBe('<<<win_license>>>');
  expect(lines).toContain(`License Status: ${status}`);
  expect(lines).toContain(line);
  expect(await out(name, String.raw`if exist "%temp%\checkmk_slmgr.vbs" (echo left) else (echo gone)`)).toBe(
    'gone\r\n',
  );
});

test("Ohai's plug-in has its values from /dlv, asked for with a hyphen", async () => {
  const text = await out('PC', String.raw`cscript %windir%\system32\slmgr.vbs -dlv`);
  for (const name of [
    'Software licensing service version',
    'Activation ID',
    'Application ID',
    'Extended PID',
    'Installation ID',
    'Partial Product Key',
    'License Status',
    'Remaining Windows rearm count',
    'Trusted time',
  ])
    expect(text).toMatch(new RegExp(String.raw`^${name}: \S`, 'm'));
});

test('mytool-vps reads the date of /xpr, and days and rearms of /dlv', async () => {
  const script = String.raw`cscript //nologo C:\Windows\system32\slmgr.vbs`;
  expect(await out('EVAL', `${script} /xpr`)).toMatch(/expire\s+(\d{1,2}\/\d{1,2}\/\d{4})/i);
  const details = await out('EVAL', `${script} /dlv`);
  expect(details).toMatch(/expiration:\s*[\d,]+\s*minute\(s\)\s*\(\s*180\s*day\(s\)\)/i);
  expect(details).toMatch(/remaining\s+windows\s+rearm\s+count\s*:\s*\d+/i);
});

test("Google's script reads the product's name, and the status from slmgr's lines", async () => {
  const script = [
    String.raw`$reg = 'HKLM:\Software\Microsoft\Windows NT\CurrentVersion'`,
    '$script:product_name = (Get-ItemProperty -Path $reg -Name ProductName).ProductName',
    String.raw`$slmgr_status = & cscript //E:VBScript //nologo $env:windir\system32\slmgr.vbs /dli`,
    "$status = $slmgr_status | Select-String -Pattern '^License Status:'",
    'Write-Output "$script:product_name $($status -match \' Licensed\')"',
  ].join('\n');
  const line = `powershell -NoProfile -EncodedCommand ${Buffer.from(script, 'utf16le').toString('base64')}`;
  expect(await out('R2', line)).toBe('Windows Server 2012 R2 Datacenter False\r\n');
  expect(await out('EVAL', line)).toBe('Windows Server 2022 Datacenter True\r\n');
});
