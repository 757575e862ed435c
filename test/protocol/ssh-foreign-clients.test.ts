import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accounts, python, run, ServedLab, testWith, works, type Ended } from './served-lab';

const withSsh = testWith(works('ssh', '-V'), "Debian's openssh-client");
const withParamiko = testWith(works(python, '-c', 'import paramiko'), "Debian's python3-paramiko");

const lab = new ServedLab();
let knownHosts: string;

beforeAll(async () => {
  await lab.start();
  knownHosts = join(lab.program.home, 'known_hosts');
  writeFileSync(join(lab.program.home, 'askpass'), '#!/bin/sh\nprintf "%s\\n" "$TEST_PASSWORD"\n', {
    mode: 0o700,
  });
}, 120_000);

afterAll(() => lab.stop(), 30_000);

interface SshCall {
  readonly command: string;
  readonly account?: { readonly user: string; readonly password: string };
  readonly checking?: 'yes' | 'accept-new';
  readonly machine?: string;
  readonly options?: readonly string[];
  readonly input?: string;
}

function ssh({
  command,
  account = accounts.admin,
  checking = 'accept-new',
  machine,
  options = [],
  input = '',
}: SshCall): Promise<Ended> {
  const words = ['-F', 'none', '-p', lab.port('ssh', machine), '-o', `UserKnownHostsFile=${knownHosts}`];
  const once = ['-o', 'NumberOfPasswordPrompts=1', '-o', 'PubkeyAuthentication=no'];
  return run(
    'ssh',
    [
      ...words,
      ...once,
      ...['-o', `StrictHostKeyChecking=${checking}`, '-o', 'ConnectTimeout=20', ...options],
      ...['-l', account.user, '127.0.0.1', command],
    ],
    {
      env: {
        SSH_ASKPASS: join(lab.program.home, 'askpass'),
        SSH_ASKPASS_REQUIRE: 'force',
        TEST_PASSWORD: account.password,
        DISPLAY: 'none',
      },
      input,
    },
  );
}

withSsh('OpenSSH runs what people send to Windows and gets its exit codes', async () => {
  expect(await ssh({ command: 'hostname' })).toMatchObject({ status: 0, stdout: 'KMS01\r\n' });
  const local = lab.program.ok('KMS01', '/dli');
  for (const command of [
    'slmgr /dli',
    'cscript //nologo C:\\Windows\\System32\\slmgr.vbs /dli',
    'cmd /c cscript //Nologo %windir%\\system32\\slmgr.vbs -dli',
    'powershell -NoProfile -Command "cscript //nologo $env:windir\\system32\\slmgr.vbs /dli"',
    `powershell -EncodedCommand ${Buffer.from('slmgr /dli', 'utf16le').toString('base64')}`,
  ]) {
    const { status, stdout, stderr } = await ssh({ command });
    expect({ command, status, stdout: stdout.replaceAll('\r\n', '\n') }).toEqual({
      command,
      status: 0,
      stdout: local,
    });
    expect(stderr).not.toContain('rror');
  }
  expect(await ssh({ command: 'slmgr /bogus' })).toMatchObject({ status: 1 });
  expect((await ssh({ command: 'cscript slmgr.vbs /xpr' })).stdout).toMatch(
    /^Microsoft \(R\) Windows Script/,
  );
});

withSsh('OpenSSH: a standard user may read and not change, a wrong password is refused', async () => {
  expect(await ssh({ command: 'slmgr /xpr', account: accounts.standard })).toMatchObject({ status: 0 });
  const change = await ssh({ command: 'slmgr /skms kms.lab.example', account: accounts.standard });
  expect(change).toMatchObject({ status: 5 });
  expect(change.stdout).toContain('0x80070005');
  const wrong = await ssh({ command: 'hostname', account: { user: 'admin', password: 'falsch' } });
  expect(wrong).toMatchObject({ status: 255, stdout: '' });
  expect(wrong.stderr).toContain('Permission denied');
  expect(await ssh({ command: 'whoami', account: accounts.umlaut })).toMatchObject({ status: 0 });
});

withSsh('OpenSSH: the host key stays, both kinds are offered, and a changed one is noticed', async () => {
  await ssh({ command: 'hostname' });
  for (const kind of ['rsa-sha2-512', 'ssh-ed25519']) {
    writeFileSync(knownHosts, '');
    const options = ['-o', `HostKeyAlgorithms=${kind}`];
    expect(await ssh({ command: 'hostname', options })).toMatchObject({ status: 0 });
  }
  expect(await ssh({ command: 'hostname', checking: 'yes' })).toMatchObject({ status: 0 });
  // The keys of one machine written down for the other: what an attacker in between looks like.
  const port = lab.port('ssh', 'APP01');
  const lines = readFileSync(knownHosts, 'utf8').replaceAll(`]:${lab.port('ssh')} `, `]:${port} `);
  writeFileSync(knownHosts, lines);
  const changed = await ssh({ command: 'hostname', machine: 'APP01' });
  expect(changed).toMatchObject({ status: 255, stdout: '' });
  expect(changed.stderr).toContain('REMOTE HOST IDENTIFICATION HAS CHANGED');
  writeFileSync(knownHosts, '');
});

withSsh('OpenSSH: a stopped machine says so, and goes on after its start', async () => {
  lab.program.ok('lab', 'stop', 'APP01');
  const stopped = await ssh({ command: 'slmgr /dli', machine: 'APP01' });
  expect(stopped.status).not.toBe(0);
  lab.program.ok('lab', 'start', 'APP01');
  expect(await ssh({ command: 'slmgr /dli', machine: 'APP01' })).toMatchObject({ status: 0 });
});

withSsh('known_hosts beside the targets file fits what OpenSSH sees', async () => {
  writeFileSync(knownHosts, '');
  expect(await ssh({ command: 'hostname', checking: 'yes' })).toMatchObject({ status: 255 });
  writeFileSync(knownHosts, readFileSync(`${lab.targetsFile}.known_hosts`, 'utf8'));
  expect(await ssh({ command: 'hostname', checking: 'yes' })).toMatchObject({ status: 0 });
  writeFileSync(knownHosts, '');
});

withParamiko('paramiko signs in by password and keyboard-interactive and runs commands', async () => {
  const script = join(__dirname, 'peers', 'paramiko-client.py');
  const { user, password } = accounts.umlaut;
  const { stdout, stderr } = await run(python, [script, lab.port('ssh'), user, password]);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({
    password: { text: 'KMS01\r\n', status: 0 },
    powershell: { status: 1 },
    unknown: { status: 1, text: '' },
    interactive: { text: `kms01\\${user}\r\n`, status: 0 },
    wrong: 'AuthenticationException',
    offered: ['keyboard-interactive', 'password'],
  });
});
