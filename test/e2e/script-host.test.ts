import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program } from './program';

/** `lab exec` with the parsing rules that real programs use. */
describe("programs written for Windows' script host", () => {
  const program = new Program();
  afterAll(() => program.remove());

  beforeAll(() => {
    program.ok('lab', 'init', '--domain', 'lab.example', '--now', '2026-01-05T08:00:00Z', '--seed', '3');
    program.ok('lab', 'add', 'KMS01', '--product', 'Windows Server 2019 Standard');
    program.ok('lab', 'add', 'SRV', '--product', 'Windows Server 2019 Standard', '--count', '5');
    program.ok('lab', 'add', 'LONE', '--product', 'Windows 10 Enterprise', '--domain', '');
    const key = program
      .ok('lab', 'mint-key', '--type', 'csvlk', '--for', 'Windows Server 2019 Standard')
      .trim();
    program.ok('KMS01', '/ipk', key);
    program.ok('KMS01', '/ato');
    program.ok('lab', 'clock', 'advance', '5h');
  });

  const cscript = (machine: string, ...words: string[]): ReturnType<Program['run']> =>
    program.run('lab', 'exec', machine, '--', 'cscript', ...words);

  test('the banner is there, with CRLF, unless //nologo', () => {
    const banner =
      'Microsoft (R) Windows Script Host Version 5.812\r\nCopyright (C) Microsoft Corporation. All rights reserved.\r\n\r\n';
    const plain = cscript('SRV-001', 'slmgr.vbs', '/dli');
    const bare = cscript('SRV-001', '//nologo', 'slmgr.vbs', '/dli');
    expect(plain.stdout).toBe(banner + bare.stdout);
    expect(bare.stdout).not.toContain('Microsoft (R) Windows Script Host');
    expect(bare.stdout.replaceAll('\r\n', '')).not.toContain('\n');
    expect([plain.stderr, bare.stderr]).toEqual(['', '']);
  });

  test("an older machine prints its own script's text; slmgr's own line keeps the one text", () => {
    program.ok('lab', 'add', 'OLD', '--product', 'Windows 7 Enterprise');
    const { stdout } = cscript('OLD', 'slmgr.vbs', '/dlv');
    expect(stdout).toContain('Microsoft (R) Windows Script Host Version 5.8\r\n');
    expect(stdout).not.toContain('Product Key Channel');
    expect(program.ok('OLD', '/dlv')).toContain('Product Key Channel: Volume:GVLK');
    program.ok('OLD', '/skms', 'nowhere.lab.example');
    expect(cscript('OLD', '//nologo', 'slmgr.vbs', '/ato').stdout).toContain(
      'The Key Management Service (KMS) is unavailable\r\n',
    );
    // The script is that of the machine on which it runs.
    expect(cscript('SRV-001', '//nologo', 'slmgr.vbs', 'OLD', '/dlv').stdout).toContain(
      'Product Key Channel',
    );
    program.ok('lab', 'remove', 'OLD');
  });

  test("lines run in the machine's own shells", () => {
    const shell = (...words: string[]): ReturnType<Program['run']> =>
      program.run('lab', 'exec', 'SRV-001', '--', ...words);
    expect(shell('cmd', '/c', 'slmgr /dli | find "Status" & echo "a b"& exit 5')).toMatchObject({
      stdout: 'License Status: Licensed\r\n"a b"\r\n',
      stderr: '',
      status: 5,
    });
    expect(shell('cmd.exe', '/c', 'cscript', '//nologo', 'slmgr.vbs', '/xpr').status).toBe(0);
    const script = 'cmd /c "exit 3"; "$LASTEXITCODE $env:COMPUTERNAME"';
    expect(shell('powershell', '-NoProfile', '-c', script).stdout).toBe('3 SRV-001\r\n');
    // Refused as a whole: nothing of the line was run.
    const refused = shell('cmd', '/c', 'echo begun & schtasks /query');
    expect(refused).toMatchObject({ stdout: '', status: 120 });
    expect(refused.stderr).toContain('the program schtasks. Nothing of the line was run.');
    const endless = shell('powershell', '-c', 'while ($true) { $a = 1 }');
    expect(endless).toMatchObject({ stdout: '', status: 1 });
    expect(endless.stderr).toBe('slmgr: the line runs too many commands. The line was ended there.\r\n');
    expect(shell('cmd')).toMatchObject({ stdout: '', status: 120 });
    expect(
      program.runWith({ input: 'one\ntwo\n' }, 'lab', 'exec', 'SRV-001', '--', 'cmd', '/c', 'findstr two')
        .stdout,
    ).toBe('two\r\n');
  });

  test('the whole line "License Status: Licensed"', () => {
    const lines = cscript('SRV-001', '//nologo', 'slmgr.vbs', '/dli').stdout.split('\r\n');
    expect(lines).toContain('License Status: Licensed');
    expect(cscript('LONE', '//nologo', 'slmgr.vbs', '/dli').stdout.split('\r\n')).not.toContain(
      'License Status: Licensed',
    );
  });

  test('four lines of /dli in a row', () => {
    const { stdout } = cscript('SRV-001', '//nologo', 'slmgr.vbs', '/dli');
    expect(stdout).toMatch(
      /Name: (.+)\r\nDescription: (.+)\r\nPartial Product Key: ([A-Z0-9]{5})\r\nLicense Status: (.+)\r\n/,
    );
  });

  test('the second line of /xpr', () => {
    const [name, sentence] = cscript('SRV-001', '//nologo', 'slmgr.vbs', '/xpr').stdout.split('\r\n');
    expect(name).toMatch(/^Windows\(R\), ServerStandard edition:$/);
    expect(sentence).toMatch(/^ {4}Volume activation will expire \d+\/\d+\/2026 \d+:\d\d:\d\d (AM|PM)$/);
  });

  test('N minute(s) (N day(s))', () => {
    const { stdout } = cscript('SRV-001', '//nologo', 'slmgr.vbs', '/dlv');
    const [, minutes, days] = /(\d+) minute\(s\) \((\d+) day\(s\)\)/.exec(stdout) ?? [];
    expect(Math.ceil(Number(minutes) / 1440)).toBe(Number(days));
    expect(Number(days)).toBe(180);
  });

  test('the machine itself by its own name, by a dot and as localhost', () => {
    const own = cscript('SRV-001', '//nologo', 'slmgr.vbs', '/xpr').stdout;
    for (const name of ['.', 'localhost', 'LOCALHOST', '127.0.0.1', 'SRV-001']) {
      expect([name, cscript('SRV-001', '//nologo', 'slmgr.vbs', name, '/xpr').stdout]).toEqual([name, own]);
    }
    expect(cscript('SRV-001', '//nologo', 'slmgr.vbs', '.', '/ao-list').status).toBe(0);
    expect(cscript('SRV-001', '//nologo', 'slmgr.vbs', 'localhost', '/ao-list').status).toBe(1);
  });

  test('a failure ends non-zero, with nothing on standard error', () => {
    const failed = cscript('LONE', '//nologo', 'slmgr.vbs', '/ato');
    expect(failed.stdout).toMatch(/0x8007007B|0x8007232B|0xC004F074/);
    expect(failed.status).not.toBe(0);
    expect(failed.stderr).toBe('');
  });

  test('programs build the path from SystemRoot and windir', () => {
    const script =
      'set -e; test -f "$SystemRoot/System32/slmgr.vbs"; test -f "$windir/system32/cscript.exe"; ' +
      '"$windir/System32/cscript.exe" //nologo "$SystemRoot/System32/slmgr.vbs" /dli | head -n 2';
    const { stdout, status } = program.run('lab', 'exec', 'SRV-001', '--', 'sh', '-c', script);
    expect(status).toBe(0);
    expect(stdout).toContain('Name: Windows(R), ServerStandard edition');
  });

  test('a Windows path and the bare names work', () => {
    const path = cscript('SRV-001', '//NoLogo', 'C:\\Windows\\System32\\slmgr.vbs', '/dli').stdout;
    for (const name of ['slmgr', 'slmgr.vbs']) {
      expect(program.run('lab', 'exec', 'SRV-001', '--', name, '/dli', '//nologo').stdout).toBe(path);
    }
  });

  test('options of the host with one slash, other spellings of it, and paths whose backslashes a shell took', () => {
    const expected = cscript('SRV-001', '//nologo', 'slmgr.vbs', '/xpr').stdout;
    expect(expected).toContain('expire');
    for (const line of [
      'cscript /nologo slmgr.vbs /xpr',
      'CScript.exe /NoLogo /T:60 SLMGR.VBS /xpr',
      'wscript slmgr.vbs /xpr',
      String.raw`cscript //nologo C:\Windows\System32\slmgr.vbs /xpr`,
      '"$SystemRoot/Sysnative/cscript.exe" /nologo "$windir/SysWOW64/slmgr.vbs" /xpr',
    ]) {
      const { stdout, status } = program.run('lab', 'exec', 'SRV-001', '--', 'sh', '-c', line);
      expect({ line, stdout, status }).toEqual({ line, stdout: expected, status: 0 });
    }
    const bad = cscript('SRV-001', '/bogus', 'slmgr.vbs', '/xpr');
    expect(bad).toMatchObject({ status: 1, stdout: expect.stringContaining('"/bogus"') as string });
  });

  test('a copy of slmgr.vbs works under another name and in another folder; another script is told apart', () => {
    const copy = join(program.home, 'activate me.vbs');
    const script = [
      `cp "$SystemRoot/System32/slmgr.vbs" "${copy}"`,
      `cscript //nologo "${copy}" /xpr`,
      `"${copy}" /xpr`,
    ].join(' && ');
    const expected = cscript('SRV-001', '//nologo', 'slmgr.vbs', '/xpr').stdout;
    const { stdout, status } = program.run('lab', 'exec', 'SRV-001', '--', 'sh', '-c', script);
    expect({ stdout, status }).toEqual({
      stdout: `${expected}${cscript('SRV-001', 'slmgr.vbs', '/xpr').stdout}`,
      status: 0,
    });
    for (const name of ['vendored.vbs', 'my-slmgr.vbs']) {
      const path = join(program.home, name);
      const title = name === 'vendored.vbs' ? "' Windows Software Licensing Management Tool." : "' Another";
      writeFileSync(path, `' Copyright\r\n'\r\n${title}\r\n`);
      const ran = cscript('SRV-001', '//nologo', path, '/xpr');
      expect([name, ran.status]).toEqual([name, name === 'vendored.vbs' ? 0 : 1]);
      expect(ran.stdout).toContain(name === 'vendored.vbs' ? 'expire' : 'is another script');
    }
  });

  test('the AD verbs, which refuse a remote machine, run on the machine itself', () => {
    expect(program.run('SRV-001', '/ao-list').status).toBe(1);
    expect(program.run('lab', 'exec', 'SRV-001', '--', 'slmgr', '/ao-list').status).toBe(0);
  });

  test('net, reg, nslookup, slui and sc act on the machine, with the lines that runbooks print', () => {
    const shell = (line: string): ReturnType<Program['run']> =>
      program.run('lab', 'exec', 'KMS01', '--', 'sh', '-c', line);
    const key = String.raw`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform`;
    const file = join(program.home, 'spp.reg');
    const ran = shell(
      `reg add '${key}' /v DnsDomainPublishList /t REG_MULTI_SZ /d 'lab.example\\0b.example, 10, 5' /f && ` +
        `reg export '${key}' '${file}' /y && net stop sppsvc && net start sppsvc && slui.exe 4`,
    );
    expect(ran.stdout).toContain('The Software Protection service was started successfully.\r\n');
    expect(ran).toMatchObject({ status: 0, stderr: expect.stringContaining('Installation ID') as string });
    expect(shell('Nslookup -type=all _vlmcs._tcp.b.example').stdout).toMatch(/weight +\s*= 5/);
    const other = program.run(
      'lab',
      'exec',
      'SRV-002',
      '--',
      'sh',
      '-c',
      `REG IMPORT '${file}'; sc query sppsvc`,
    );
    expect(other).toMatchObject({ status: 0, stdout: expect.stringContaining('RUNNING') as string });
    expect(program.ok('lab', 'registry', 'SRV-002', 'get', 'DnsDomainPublishList')).toBe(
      'lab.example\nb.example, 10, 5\n',
    );
    // 1060 does not fit a POSIX status; its low byte is what a parent sees. A question without an answer is a no.
    expect(shell('sc query nosuch; echo $?; hostname').stdout).toMatch(/FAILED 1060:[^]*\n36\nKMS01\r\n$/);
    expect(shell(`reg delete '${key}' /v DnsDomainPublishList < /dev/null`).stdout).toContain('canceled');
    expect(shell('net use; echo $?')).toMatchObject({
      stdout: '120\n',
      stderr: expect.stringContaining('does not have net use') as string,
    });
  });

  test("the program's status and output are its own", () => {
    const script = join(program.home, 'inventory.sh');
    writeFileSync(
      script,
      '#!/bin/sh\necho "$1 of $(cscript //nologo slmgr.vbs /dli | tr -d "\\r" | sed -n 2p)"\nexit 23\n',
      {
        mode: 0o755,
      },
    );
    const { status, stdout } = program.run('lab', 'exec', 'SRV-001', '--', script, 'Name');
    expect(status).toBe(23);
    expect(stdout).toBe('Name of Name: Windows(R), ServerStandard edition\n');
    const missing = program.run('lab', 'exec', 'SRV-001', '--', '/no/such/program');
    expect(missing.status).toBe(127);
    expect(missing.stderr).toContain('no such program');
  });

  test('another script is not found, and the machine must exist', () => {
    const other = cscript('SRV-001', '//nologo', 'ospp.vbs');
    expect(other.status).toBe(1);
    expect(other.stdout).toContain('Can not find script file');
    expect(cscript('NOBODY', 'slmgr.vbs').status).toBe(1);
  });
});
