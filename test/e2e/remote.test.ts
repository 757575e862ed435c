import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { connect as connectTls } from 'node:tls';
import ssh2 from 'ssh2';
import { makeKey, hasSshd, sshdNote, startSshd } from '../fixtures/sshd';
import { type Ended, Program } from './program';
import { Running } from './served';

const password = 'Secret-Pa55!word';
const python = '/usr/bin/python3';
const hasPython = existsSync(python);
const launcher = resolve(__dirname, '../../bin/slmgr');
const connectLine = (code: string, server: string): string =>
  `Error ${code} occurred in connecting to server ${server}. `;

/** The machines' side, and a person's side that has no laboratory. */
let far: Program;
let near: Program;
let serving: Running;
let address: Record<'ssh' | 'winrm' | 'winrms', string>;

beforeAll(async () => {
  far = new Program();
  near = new Program();
  near.env['HOME'] = near.home;
  near.env['SSH_AUTH_SOCK'] = undefined;
  near.env['SLMGR_PASSWORD'] = password;
  far.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z', '--seed', '1');
  far.ok('lab', 'add', 'KMS01', '--product', 'Windows Server 2022 Datacenter');
  far.runWith({ input: `${password}\n` }, 'lab', 'account', 'add', 'admin', '--password-stdin');
  far.runWith({ input: 'Other-1\n' }, 'lab', 'account', 'add', 'joe', '--standard', '--password-stdin');
  const targets = join(near.home, 'targets.yaml');
  serving = new Running(far, ...'lab serve --ssh 0 --winrm 0 --winrms 0 --targets-out'.split(' '), targets);
  await serving.until(({ stdout }) => stdout.split('\n').length > 3 && existsSync(targets));
  const lines = serving.stdout.trim().split('\n');
  address = Object.fromEntries(lines.map((line) => line.split(' ').slice(1))) as typeof address;
}, 60_000);

afterAll(async () => {
  const status = await serving.stop();
  far.remove();
  near.remove();
  expect(status).toBe(0);
});

const known = (): readonly string[] => ['--known-hosts', join(near.home, 'targets.yaml.known_hosts')];
const ssh = (user = 'admin'): string => `ssh://${user}@${address.ssh}`;

function expectFailure(ended: Ended, code: string, status: number, said: RegExp): void {
  expect(ended.stdout).toMatch(/^Error 0x[0-9A-F]{8} occurred in connecting to server /);
  expect(ended.stdout).toContain(code);
  expect(ended.stderr).toMatch(said);
  expect(ended.status).toBe(status);
}

/** A page of a server's certificate, as somebody would get it with openssl s_client. */
async function certificateOf(server: string): Promise<string> {
  const [host, port] = server.split(':');
  const socket = connectTls({ host, port: Number(port), rejectUnauthorized: false });
  await new Promise((done, failed) => socket.once('secureConnect', done).once('error', failed));
  const { raw } = socket.getPeerCertificate();
  socket.destroy();
  return `-----BEGIN CERTIFICATE-----\n${raw.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

describe('machines over the network, from the command line', () => {
  test('each machine says one line for each way to it', () => {
    expect(serving.stdout).toMatch(
      /^KMS01 ssh 127\.0\.0\.1:\d+\nKMS01 winrm 127\.0\.0\.1:\d+\nKMS01 winrms 127\.0\.0\.1:\d+\n$/,
    );
  });

  test('SSH: an unknown key is refused, --accept-new takes it, then the answer is that of the machine itself', () => {
    const own = ['--known-hosts', join(near.home, 'known_hosts')];
    expectFailure(near.run(ssh(), '/dlv', ...own), '0x800706BA', 186, /host key failed/);
    const local = far.ok('KMS01', '/dlv');
    expect(near.ok(ssh(), '/dlv', '--accept-new', ...own)).toBe(local);
    expect(near.ok(ssh(), '/dlv', ...own)).toBe(local);
  });

  test('WinRM: sealed over HTTP, over HTTPS by its authority or its fingerprint, Basic over HTTPS only', async () => {
    const local = far.ok('KMS01', '/dlv');
    const { winrm, winrms } = address;
    const caFile = join(near.home, 'ca.pem');
    writeFileSync(caFile, await certificateOf(winrms));
    expect(near.ok(`winrm://admin@${winrm}`, '/dlv')).toBe(local);
    expect(near.ok(`winrms://admin@${winrms}`, '/dlv', '--ca-file', caFile)).toBe(local);
    expect(near.ok(`winrms://admin@${winrms}`, '/dlv', '--ca-file', caFile, '--auth', 'basic')).toBe(local);
    expect(near.ok('KMS01-winrms', '/dlv', '--targets', join(near.home, 'targets.yaml'))).toBe(local);
    const overHttp = near.run(`winrm://admin@${winrm}`, '/dlv', '--auth', 'basic');
    expectFailure(overHttp, '0x80070005', 5, /over HTTPS only/);
    expectFailure(near.run(`winrms://admin@${winrms}`, '/dlv'), '0x800706BA', 186, /TLS failed/);
  }, 60_000);

  test('a sign-in that is missing or impossible is a failure to connect', () => {
    const to = `winrm://admin@${address.winrm}`;
    const without = { env: { SLMGR_PASSWORD: undefined } };
    expectFailure(near.runWith(without, to, '/xpr'), '0x80070005', 5, /authentication failed.*password/);
    expectFailure(
      near.run(`winrms://admin@${address.winrms}`, '/xpr', '--auth', 'kerberos', '--insecure'),
      '0x80070005',
      5,
      /authentication failed: Kerberos/,
    );
    const wrong = { env: { SLMGR_PASSWORD: 'wrong' } };
    expectFailure(near.runWith(wrong, ssh(), '/xpr', ...known()), '0x80070005', 5, /refused the user admin/);
    expectFailure(near.runWith(wrong, to, '/xpr'), '0x80070005', 5, /refused the sign-in/);
    const exposed = join(near.home, 'exposed');
    writeFileSync(exposed, password, { mode: 0o644 });
    const named = ['--password-file', exposed];
    const { stdout, stderr } = near.runWith(without, ssh(), '/xpr', ...known(), ...named);
    expect(stdout).toContain(connectLine('0x80070005', ssh()));
    expect(stderr.split('chmod 600')).toHaveLength(2);
  }, 60_000);

  test('files that cannot be read are named, and the program ends', () => {
    const hosts = near.run(ssh(), '/xpr', '--known-hosts', near.home);
    expectFailure(hosts, '0x800706BA', 186, /known hosts .* cannot be read/);
    const targets = near.run('KMS01', '/xpr', '--targets', near.home);
    expect([targets.status, targets.stderr]).toEqual([1, expect.stringContaining('cannot be read')]);
  });

  test('where SSH is refused and WinRM answers, the error names the option and nothing switches', async () => {
    const server = createServer().listen(5985, '127.0.0.3');
    await new Promise((done) => server.once('listening', done));
    const child = near.start('127.0.0.3', '/xpr');
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const status = await new Promise((done) => child.once('close', done));
    server.close();
    expect(said).toContain('--transport winrm would try it');
    expect(status).toBe(186);
  });

  test('check-connection goes step by step; a machine of the laboratory has no way to go', () => {
    const report = near.json('check-connection', ssh(), ...known());
    expect(report.data['steps']).toHaveLength(6);
    expect(report).toMatchObject({ ok: true, exitCode: 0 });
    const failed = near.json('check-connection', `winrms://admin@${address.winrms}`);
    expect(failed).toMatchObject({ ok: false, exitCode: 186, hresult: '0x800706BA' });
    expect(failed.target?.kind).toBe('unreachable');
    expect(failed.messages).toEqual([expect.stringContaining('0x800706BA occurred in connecting to server')]);
    expect(far.json('check-connection', 'KMS01').data).toMatchObject({ ok: true, transport: 'none' });
    expect(far.json('check-connection', '.')).toMatchObject({ ok: true, exitCode: 0 });
  }, 60_000);

  test('no password in what --debug, JSON, errors, files and process lists show', async () => {
    const shown = [
      near.run(ssh(), '/dlv', '--debug', ...known()),
      near.run(`winrm://admin@${address.winrm}`, '/dlv', '--debug', '--json'),
      near.run(ssh('joe'), '/dlv', '--debug', ...known()),
      near.run(`winrm://joe@${address.winrm}`, '/dlv', '--debug'),
      near.run('KMS01', 'admin', password, '/dlv', '--targets', join(near.home, 'targets.yaml')),
    ];
    expect(shown.map(({ stdout, stderr }) => stdout + stderr).join('')).not.toContain(password);
    expect(shown[4]?.stderr.match(/a password on the command line/g)).toHaveLength(1);
    const child = near.start(ssh(), '/dlv', ...known());
    const lists: string[] = [];
    const look = setInterval(() => lists.push(processList()), 20);
    await new Promise((done) => child.once('close', done));
    clearInterval(look);
    expect(lists.join('')).not.toContain(password);
    expect(serving.stdout + serving.stderr).not.toContain(password);
    for (const file of filesBelow(far.home).concat(filesBelow(near.home))) {
      if (file.endsWith('exposed')) continue;
      expect(readFileSync(file).includes(password)).toBe(false);
    }
    if (process.platform !== 'win32') {
      for (const file of filesBelow(join(far.home, 'data')))
        expect([file, statSync(file).mode & 0o077]).toEqual([file, 0]);
    }
  }, 60_000);

  test('a served machine outlives people who want a shell or copy files, and sessions on which nothing starts', async () => {
    const [host = '', port] = address.ssh.split(':');
    const said = await new Promise<string>((done, failed) => {
      const client = new ssh2.Client();
      let text = '';
      client.once('error', failed).once('close', () => done(text));
      client.once('ready', () => {
        client.sftp(() => {
          client.shell((error, channel) => {
            if (error !== undefined) {
              failed(error);
              return;
            }
            channel.on('data', (chunk: Buffer) => (text += chunk.toString()));
            channel.once('close', () => client.end());
          });
        });
      });
      client.connect({ host, port: Number(port), username: 'admin', password });
    });
    expect(said).toContain('no interactive shell');
    expect(near.ok(ssh(), '/xpr', ...known())).toContain('Notification mode');
  }, 60_000);

  test('a machine that is stopped is not reached, and is again when it runs', () => {
    far.ok('lab', 'stop', 'KMS01');
    try {
      expectFailure(near.run(ssh(), '/xpr', ...known()), '0x800706BA', 186, /TCP failed/);
      expectFailure(near.run(`winrm://admin@${address.winrm}`, '/xpr'), '0x800706BA', 186, /TCP failed/);
      expectFailure(near.run(`winrms://admin@${address.winrms}`, '/xpr'), '0x800706BA', 186, /TLS failed/);
    } finally {
      far.ok('lab', 'start', 'KMS01');
    }
    expect(near.ok(ssh(), '/xpr', ...known())).toContain('Notification mode');
  }, 60_000);

  test('a password from standard input', () => {
    const line = ['KMS01', 'admin', '-', '/xpr', '--targets', join(near.home, 'targets.yaml')];
    const { status, stderr } = near.runWith({ input: `${password}\n` }, ...line);
    expect([status, stderr]).toEqual([0, '']);
  });

  const atTerminal = hasPython ? test : test.skip;
  atTerminal(
    'at a terminal: yes accepts a key, the password is not echoed, Ctrl+C ends the program',
    () => {
      const env = { ...near.env, SLMGR_PASSWORD: undefined };
      const type = (waits: readonly (readonly [string, string])[], ...words: readonly string[]): Ended => {
        const args = [join(__dirname, 'at-terminal.py'), JSON.stringify(waits), process.execPath, launcher];
        const { status, stdout, stderr } = spawnSync(python, [...args, ...words], {
          env,
          encoding: 'utf8',
          timeout: 50_000,
        });
        return { status: status ?? -1, stdout, stderr };
      };
      const file = join(near.home, 'known_at_terminal');
      const asked = ['(yes/no)', 'yes\r'] as const;
      const secret = ['Password for', `${password}\r`] as const;
      const first = type([asked, secret], ssh(), '/xpr', '--known-hosts', file);
      expect(first.stdout).toContain('Windows is in Notification mode');
      expect(first.stdout).not.toContain(password);
      expect(first.status).toBe(0);
      expect(readFileSync(file, 'utf8')).toContain('ssh-ed25519');
      const stopped = type([['Password for', '\u0003']], `winrm://admin@${address.winrm}`, '/xpr');
      expect(stopped.status).toBe(130);
      expect(stopped.stdout).not.toContain('error');
    },
    120_000,
  );
});

describe('the agent on a machine that runs slmgr', () => {
  const withSshd = hasSshd ? test : test.skip;
  withSshd(
    `answers over a real sshd as the machine itself does${sshdNote}`,
    async () => {
      const key = makeKey(near.home, 'id', 'ed25519');
      const sshd = await startSshd({ authorized: [`${key}.pub`], commandPath: commandFolder() });
      try {
        const file = join(near.home, 'agents.yaml');
        const hosts = join(near.home, 'agent_hosts');
        writeFileSync(hosts, sshd.knownHosts);
        const entry = {
          host: '127.0.0.1',
          port: sshd.port,
          user: sshd.user,
          key,
          knownHosts: hosts,
          agent: 'KMS01',
        };
        writeFileSync(file, JSON.stringify({ version: 1, targets: { linux: entry } }));
        const line = (...words: readonly string[]): string => near.ok('linux', ...words, '--targets', file);
        expect(line('/dlv')).toBe(far.ok('KMS01', '/dlv'));
        expect(line('/skms', 'kms.example:1700')).toBe(
          'Key Management Service machine name set to kms.example:1700 successfully.\n\n',
        );
        expect(far.ok('snapshot', 'KMS01')).toContain('kms.example');
        expect(near.json('check-connection', 'linux', '--targets', file).ok).toBe(true);
      } finally {
        await sshd.stop();
      }
    },
    90_000,
  );
});

/** A folder in which `slmgr` is the far side's program with the far side's laboratory. */
function commandFolder(): string {
  const quoted = [process.execPath, launcher].map((word) => `'${word}'`).join(' ');
  const script = `#!/bin/sh\nSLMGR_HOME='${String(far.env['SLMGR_HOME'])}' exec ${quoted} "$@"\n`;
  const file = join(far.home, 'slmgr');
  writeFileSync(file, script, { mode: 0o755 });
  return far.home;
}

function processList(): string {
  if (!existsSync('/proc/self/cmdline')) return '';
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .join('\n');
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
