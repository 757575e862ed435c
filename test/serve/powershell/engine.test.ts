import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine, type ConfinedEngine } from '../../../src/serve/powershell/engine';
import { setRegistryValue } from '../../../src/lab/estate/machine-registry';
import { listen, type Listening } from '../../../src/serve/windows/listen';
import { createSshTarget } from '../../../src/serve/windows/ssh';
import { generateHostKey } from '../../../src/serve/windows/ssh/host-keys';
import { createWinrmTarget } from '../../../src/serve/windows/winrm';
import { closeLaboratories, type TestLaboratory } from '../../lab/estate/laboratories';
import { LabShell } from '../windows/shell/lab-line';
import { twoMachines } from '../windows/support';
import { missingForPlays, play, type Task } from './ansible-play';
import { engineHere } from './engine-here';

const here = engineHere();
const possible = 'path' in here;
const skipped = possible ? '' : ` (skipped: ${here.missing})`;
const withEngine = possible ? test : test.skip;

jest.setTimeout(300_000);

let laboratory: TestLaboratory;
let engine: ConfinedEngine;
let machine: LabShell;
let folder: string;

beforeAll(async () => {
  if (!possible) return;
  folder = mkdtempSync(join(tmpdir(), 'slmgr-engine-'));
  laboratory = twoMachines();
  engine = await startEngine(here.path, { platform: process.platform, env: process.env });
  machine = new LabShell(laboratory, 'KMS01', engine);
});

afterAll(() => {
  closeLaboratories();
  if (possible) rmSync(folder, { recursive: true, force: true });
});

const encoded = (script: string): string =>
  `powershell -NoProfile -EncodedCommand ${Buffer.from(script, 'utf16le').toString('base64')}`;

/** A program of this computer that a box left behind would be one of these users'. */
function leftBehind(): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const [, user = 0] = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8')) ?? [];
      return Number(user) >= 61_184 && Number(user) < 65_184;
    } catch {
      return false;
    }
  });
}

/** What was ended may be on its way out still. */
async function nothingLeft(): Promise<void> {
  for (let tries = 0; tries < 200 && leftBehind().length > 0; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(leftBehind()).toEqual([]);
}

describe(`a machine whose scripts a real PowerShell runs${skipped}`, () => {
  withEngine('has its classes, its registry, its service and its programs', async () => {
    const script = String.raw`
      $ErrorActionPreference = 'Stop'
      $product = Get-CimInstance SoftwareLicensingProduct -Filter 'PartialProductKey <> null'
      "product $($product.PartialProductKey) $($product.LicenseStatus)"
      $service = Get-WmiObject -Class SoftwareLicensingService
      $null = $service.SetKeyManagementServiceMachine('kms.contoso.test')
      Get-CimInstance -Query 'SELECT Version FROM SoftwareLicensingService' |
        Invoke-CimMethod -MethodName SetKeyManagementServicePort -Arguments @{ PortNumber = 1690 } | Out-Null
      $service = Get-CimInstance SoftwareLicensingService
      "host $($service.KeyManagementServiceMachine):$($service.KeyManagementServicePort)"
      (Get-CimInstance Win32_OperatingSystem).Caption
      (Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion').EditionID
      $null = New-Item HKLM:\SOFTWARE\Contoso\Deep -Force
      New-ItemProperty HKLM:\SOFTWARE\Contoso -Name Answer -Value 42 -PropertyType DWord | Out-Null
      Set-ItemProperty HKLM:\SOFTWARE\Contoso -Name List -Value 'a', 'b' -Type MultiString
      $key = Get-Item HKLM:\SOFTWARE\Contoso
      "$($key.GetValueKind('Answer')) $($key.GetValue('Answer')) $($key.GetValue('List') -join '+') $(Test-Path HKLM:\SOFTWARE\Nothing)"
      Stop-Service sppsvc
      "$((Get-Service sppsvc).Status) $(@(Get-Service).Count)"
      Restart-Service sppsvc
      cscript //nologo slmgr.vbs /dlv | Select-String 'Partial Product Key'
      slmgr.vbs /bogus | Out-Null
      "status $LASTEXITCODE"
      ([Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()).IsInRole('Administrators')
      exit 5`;
    const { exitCode, stdout, stderr } = await machine.run('admin', encoded(script));
    expect(stderr).toBe('');
    expect(stdout.split(/\r?\n/).filter((line) => line !== '')).toEqual([
      'product 6VM33 5',
      'host kms.contoso.test:1690',
      'Microsoft Windows Server 2022 Datacenter',
      'ServerDatacenter',
      'DWord 42 a+b False',
      'Stopped 1',
      'Partial Product Key: 6VM33',
      'status 1',
      'True',
    ]);
    expect(exitCode).toBe(5);
    // What a script has written the machine's own programs see.
    const query = await machine.run('admin', String.raw`reg query HKLM\SOFTWARE\Contoso /v Answer`);
    expect(query.stdout).toContain('REG_DWORD    0x2a');
  });

  withEngine('gives a standard user no more than the other shells do', async () => {
    const script = String.raw`
      ([Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()).IsInRole('Administrators')
      try { Stop-Service sppsvc -ErrorAction Stop } catch { 'service refused' }
      try { $null = New-Item HKLM:\SOFTWARE\Joe -ErrorAction Stop } catch { "registry: $_" }
      try { (Get-WmiObject SoftwareLicensingService).ClearKeyManagementServiceMachine() } catch { 'method refused' }
      whoami`;
    const { stdout } = await machine.run('joe', encoded(script));
    expect(stdout.split(/\r?\n/).filter((line) => line !== '')).toEqual([
      'False',
      'service refused',
      'registry: Access is denied.',
      'method refused',
      String.raw`kms01\joe`,
    ]);
    expect((await machine.run('admin', 'sc query sppsvc')).stdout).toContain('RUNNING');
  });

  withEngine("writes nothing to the machine's disk that the machine has not, and says so", async () => {
    const script = String.raw`
      $ErrorActionPreference = 'Stop'
      foreach ($way in {
        $null = New-Item -ItemType Directory -Path C:\Temp\sub }, {
        Set-Content C:\Temp\a.txt x }, {
        'x' > C:\Temp\b.txt }, {
        Copy-Item HKLM:\SOFTWARE C:\Temp\c }) { try { & $way; 'done' } catch { 'refused' } }
      Test-Path C:\Temp\sub
      cmd /c 'dir /b C:\Temp & echo own> C:\Temp\own.txt & type C:\Temp\own.txt & del C:\Temp\own.txt'`;
    const { stdout } = await machine.run('admin', encoded(script));
    expect(stdout.split(/\s+/).filter(Boolean)).toEqual([
      ...Array<string>(4).fill('refused'),
      'False',
      'own',
    ]);
    const created = encoded(String.raw`New-Item -ItemType Directory -Path C:\Temp\sub`);
    expect(await machine.run('admin', created)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("no files of a simulated machine's disk") as unknown,
    });
  });

  withEngine('reads its standard input, starts itself within itself, and no deeper than it may', async () => {
    const inner = encoded("'inner ' + (@($input) -join ',')");
    const script = `cscript //nologo slmgr.vbs /bogus | Out-Null; $LASTEXITCODE; 'x','y' | ${inner}; $env:USERNAME`;
    const ran = await machine.run('admin', `powershell -Command "${script}"`);
    expect([ran.stderr, ran.stdout.split(/\r?\n/).filter(Boolean)]).toEqual([
      '',
      ['1', 'inner x,y', 'admin'],
    ]);
    const asked = await machine.run('admin', encoded('($input | Out-String).Trim().Length'), 'from outside');
    expect(asked.stdout.trim()).toBe('12');
  });
});

describe(`a script's box${skipped}`, () => {
  withEngine(
    'has no file, no variable, no process, no network of this computer, and nothing to gain',
    async () => {
      const secret = join(folder, 'secret');
      writeFileSync(secret, 'the secret', { mode: 0o644 });
      let connections = 0;
      const server = createServer(() => (connections += 1));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as { readonly port: number };
      process.env['SLMGR_ENGINE_TEST'] = 'the secret';
      try {
        const script = `
        foreach ($file in '${secret}', '/etc/shadow', '/etc/hostname', '/root', '${process.cwd()}', '/proc/1/environ', '/usr/bin', '/bin/sh') {
          try { $found = Get-Content -Raw $file -ErrorAction Stop; "read $file $found" } catch { }
          if ($file -ne '/proc/1/environ' -and (Test-Path $file -ErrorAction SilentlyContinue)) { "there $file" }
        }
        Get-ChildItem env: | Where-Object { $_.Name -like 'SLMGR*' -or $_.Value -like '*secret*' } | ForEach-Object { "variable $_" }
        try { [Net.Sockets.TcpClient]::new('127.0.0.1', ${port}); 'connected' } catch { 'no network' }
        foreach ($place in '/x', '/etc/x', '/opt/machine/x', '/opt/pwsh/x', '/dev/x', '/usr/lib/x') {
          try { Set-Content $place 1 -ErrorAction Stop; "written $place" } catch { }
        }
        "processes $(@(Get-Process).Count -lt 4)"
        Get-Content /proc/self/status | Select-String '^(CapEff|CapBnd|NoNewPrivs|Groups):'`;
        const { stdout, stderr } = await machine.run('admin', encoded(script));
        expect(stderr).toBe('');
        expect(
          stdout
            .split(/\r?\n/)
            .map((line) => line.trim())
            .filter(Boolean),
        ).toEqual([
          'no network',
          'processes True',
          expect.stringMatching(/^Groups:\s*(?:65534 ?)*$/),
          expect.stringMatching(/^CapEff:\s*0+$/),
          expect.stringMatching(/^CapBnd:/),
          expect.stringMatching(/^NoNewPrivs:\s*1$/),
        ]);
        expect(connections).toBe(0);
      } finally {
        delete process.env['SLMGR_ENGINE_TEST'];
        await new Promise((resolve) => server.close(resolve));
      }
    },
  );

  const bounded = (bounds: Parameters<ConfinedEngine['within']>[0]): LabShell =>
    new LabShell(laboratory, 'KMS01', engine.within(bounds));

  withEngine('ends a script that sleeps for ever, and one that nobody waits for', async () => {
    const slept = await bounded({ milliseconds: 3000 }).run('admin', encoded('Start-Sleep 100000'));
    expect([slept.exitCode, slept.stderr]).toEqual([
      1,
      expect.stringContaining('the script was ended: it took longer than 3 s'),
    ]);
    const gone = new AbortController();
    const waiting = machine.run('admin', encoded('Start-Sleep 100000'), '', gone.signal);
    setTimeout(() => gone.abort(), 500);
    await expect(waiting).rejects.toThrow('nobody waits');
    await nothingLeft();
  });

  withEngine('ends a script that prints for ever', async () => {
    const printed = await bounded({ output: 1024 * 1024 }).run(
      'admin',
      encoded("while ($true) { 'x' * 10000 }"),
    );
    expect([printed.exitCode, printed.stderr]).toEqual([
      1,
      expect.stringContaining('printed more than 1 MB'),
    ]);
    expect(printed.stdout.length).toBeLessThanOrEqual(1024 * 1024);
  });

  withEngine('lets no script have more processes, memory or disk than its own', async () => {
    const megabyte = 1024 * 1024;
    const small = bounded({ tasks: 60, memory: 400 * megabyte, disk: 8 * megabyte, milliseconds: 120_000 });
    const script = `
      $started = 0
      try { while ($started -lt 200) { [void][Diagnostics.Process]::Start('/opt/dotnet/dotnet', '/opt/pwsh/pwsh.dll -NoProfile -Command "Start-Sleep 60"'); $started += 1 } } catch { }
      [Console]::Out.WriteLine("few $($started -lt 200)")`;
    const forked = await small.run('admin', encoded(script));
    // .NET ends where it cannot have one more thread; a loop that goes on is ended by the bound of its memory.
    expect(forked.exitCode !== 0 || forked.stdout.includes('few True')).toBe(true);
    const memory = await small.run(
      'admin',
      encoded(`while ($true) { $p = [Runtime.InteropServices.Marshal]::AllocHGlobal(${16 * megabyte})
        [Runtime.InteropServices.Marshal]::Copy([byte[]]::new(${16 * megabyte}), 0, $p, ${16 * megabyte}) }`),
    );
    expect(memory.exitCode).not.toBe(0);
    const disk = await small.run(
      'admin',
      encoded(
        `try { 1..40 | ForEach-Object { [IO.File]::WriteAllBytes("/tmp/$_", [byte[]]::new(${megabyte})) } } catch { "full $_" }`,
      ),
    );
    expect(disk.stdout).toContain('full');
    await nothingLeft();
  });
});

const licensingKey = String.raw`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform`;

describe(`Ansible's own modules for Windows${skipped}`, () => {
  const missing = possible ? missingForPlays() : 'a PowerShell';
  const withAnsible = missing === null ? test : test.skip;
  const note = missing === null ? '' : ` (skipped: no ${missing})`;
  const all: readonly Task[] = ['ping', 'regedit', 'role', 'shell', 'service'];
  const open: Listening[] = [];

  afterAll(async () => {
    for (const each of open) await each.close();
  });

  beforeEach(async () => {
    if (missing !== null) return;
    await machine.run('admin', String.raw`reg delete HKLM\SOFTWARE\Contoso\Play /f & net start sppsvc`);
  });

  withAnsible(
    `over SSH${note}`,
    async () => {
      await setRegistryValue(laboratory, 'KMS01', 'DefaultShell', ['powershell.exe']);
      const server = createSshTarget(machine.machine, [generateHostKey('ed25519', 'kms01').privateKey]);
      const listening = await listen(server, '127.0.0.1', 0);
      open.push(listening);
      const played = await play(folder, { kind: 'ssh', port: listening.port }, all);
      expect([played.status, played.stdout]).toEqual([0, expect.stringContaining('failed=0')]);
      const query = await machine.run('admin', String.raw`reg query HKLM\SOFTWARE\Contoso\Play /v Answer`);
      expect(query.stdout).toContain('0x2a');
      expect((await machine.run('admin', 'sc query sppsvc')).stdout).toContain('STOPPED');
    },
    1_000_000,
  );

  withAnsible(
    `over WinRM${note}`,
    async () => {
      const listening = await listen(createWinrmTarget(machine.machine, null), '127.0.0.1', 0);
      open.push(listening);
      const way = { kind: 'winrm', port: listening.port } as const;
      const played = await play(folder, way, all);
      expect([played.status, played.stdout]).toEqual([0, expect.stringContaining('failed=0')]);
      expect((await machine.run('admin', 'sc query sppsvc')).stdout).toContain('STOPPED');
      const query = await machine.run(
        'admin',
        String.raw`reg query "${licensingKey}" /v KeyManagementServiceName`,
      );
      expect(query.stdout).toContain('kms.play.test');
    },
    1_000_000,
  );
});

test('without one, what is no PowerShell is refused with what to do', async () => {
  const start = (path: string, platform: NodeJS.Platform = 'linux'): Promise<unknown> =>
    startEngine(path, { platform, env: process.env });
  await expect(start('/usr/bin/pwsh', 'darwin')).rejects.toThrow('--powershell needs Linux');
  if (!possible) return;
  await expect(start(join(folder, 'none'))).rejects.toThrow('there is no such file or folder');
  await expect(start('/bin/true')).rejects.toThrow('is no PowerShell 7');
});
