import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConnection, type ConnectionReport } from '../../src/remote/check-connection';
import { connectOverWinrm } from '../../src/remote/connect-winrm';
import { planConnection, type RemoteOptions } from '../../src/remote/plan';
import { SshUserFiles } from '../../src/transports/ssh/user-files';
import { makeDouble } from '../conformance/double';
import { smallCase } from '../fixtures/case';
import { playPowerShell } from '../fixtures/play-powershell';
import { testPorts } from '../fixtures/remote-ports';
import { hasSshd, makeKey, type Sshd, sshdNote, startSshd } from '../fixtures/sshd';
import { testHost } from '../providers/windows/bridge-executor';

const describeWithSshd = hasSshd ? describe : describe.skip;

describeWithSshd(`the way that OpenSSH's files say${sshdNote}`, () => {
  let folder = '';
  let home = '';
  let key = '';
  let rsaKey = '';
  let target: Sshd;
  let mid: Sshd;
  let outer: Sshd;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slmgr-way-'));
    key = makeKey(folder, 'key of mine', 'ed25519');
    rsaKey = makeKey(folder, 'rsa', 'rsa');
    const authorized = [`${key}.pub`, `${rsaKey}.pub`];
    const play = playPowerShell(makeDouble(smallCase()).provider, testHost);
    // The target has an RSA key alone, and counts six attempts as a default server does.
    target = await startSshd({ play, authorized, hostKeyTypes: ['rsa'], maxAuthTries: 6 });
    mid = await startSshd({ authorized });
    outer = await startSshd({ authorized });
  });
  afterAll(async () => {
    await Promise.all([target, mid, outer].map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    home = mkdtempSync(join(folder, 'home-'));
    mkdirSync(join(home, '.ssh'), { mode: 0o700 });
    known(target.knownHosts + mid.knownHosts + outer.knownHosts);
  });

  const known = (text: string): void => writeFileSync(join(home, '.ssh', 'known_hosts'), text);
  const config = (...lines: readonly string[]): void =>
    writeFileSync(join(home, '.ssh', 'config'), `${lines.join('\n')}\n`, { mode: 0o600 });

  async function check(
    machine: string,
    options: RemoteOptions = {},
    env: Readonly<Record<string, string>> = {},
  ): Promise<ConnectionReport & { readonly said: string }> {
    const ports = testPorts(home, {
      env,
      localUser: target.user,
      sshFiles: new SshUserFiles(join(home, 'etc')),
    });
    const plan = await planConnection({ machine, account: null }, options, ports);
    const report = await checkConnection(plan, { ports, winrm: connectOverWinrm });
    return { ...report, said: ports.said.join('\n') };
  }

  const host = (name: string, { port }: Sshd, ...more: readonly string[]): readonly string[] => [
    `Host ${name}`,
    ' HostName 127.0.0.1',
    ` Port ${String(port)}`,
    ...more.map((line) => ` ${line}`),
  ];

  test('inner by mid by outer: each by the jump host of its own', async () => {
    const all = ['Host *', ` User ${target.user}`, ' IdentityFile "~/keys of %r/id"'];
    mkdirSync(join(home, `keys of ${target.user}`));
    execFileSync('/bin/cp', [key, join(home, `keys of ${target.user}`, 'id')]);
    config(
      ...host('inner', target, 'ProxyJump mid'),
      ...host('mid', mid, 'ProxyJump outer'),
      ...host('outer', outer),
      ...all,
    );
    const report = await check('inner');
    expect(report.steps.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(report.said).toContain(`127.0.0.1`);
    // Without the first one there is no way: mid is not reached by itself.
    config(
      ...host('inner', target, 'ProxyJump mid'),
      ...host('mid', mid, 'ProxyJump outer'),
      'Host outer',
      ' HostName 127.0.0.1',
      ' Port 1',
      ...all,
    );
    expect((await check('inner')).steps.find(({ status }) => status === 'failed')?.detail).toContain(
      '127.0.0.1:1',
    );
  });

  test('a jump host that names itself, or one behind which the way begins again, is refused', async () => {
    config('Host *', ' ProxyJump bastion');
    expect((await check('web')).steps[1]).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('for ever') as unknown,
    });
    config('Host a', ' ProxyJump b', 'Host b', ' ProxyJump a');
    expect((await check('a')).steps[1]?.detail).toContain('for ever');
  });

  test.each(['accept-new', 'no'])(
    'a host with another key on file has changed, whatever StrictHostKeyChecking %s says',
    async (strict) => {
      const other = readFileSync(`${makeKey(home, 'other', 'ed25519')}.pub`, 'utf8');
      known(`[127.0.0.1]:${String(target.port)} ${other}`);
      config(...host('web', target, `StrictHostKeyChecking ${strict}`));
      const before = readFileSync(join(home, '.ssh', 'known_hosts'), 'utf8');
      const report = await check('web', { acceptNew: true }, { SLMGR_PASSWORD: 'not for him' });
      const [step] = report.steps.filter(({ status }) => status === 'failed');
      expect([step?.step, step?.detail]).toEqual([
        'host-key',
        expect.stringMatching(/has changed: it shows ssh-rsa/),
      ]);
      expect(report.steps.find(({ step: name }) => name === 'authentication')?.status).toBe('skipped');
      expect(report.said).not.toMatch(/USERAUTH/);
      expect(readFileSync(join(home, '.ssh', 'known_hosts'), 'utf8')).toBe(before);
    },
  );

  test('the plain name on file counts on another port where the key is the same', async () => {
    known(`127.0.0.1 ${target.publicHostKeys[0] ?? ''}\n`);
    const machine = `ssh://${target.user}@127.0.0.1:${String(target.port)}`;
    expect((await check(machine, { identity: [key] })).ok).toBe(true);
    known(`127.0.0.1 ${mid.publicHostKeys[0] ?? ''}\n`);
    const report = await check(machine, { identity: [key] });
    expect(report.steps.find(({ status }) => status === 'failed')?.detail).toContain('is not on file');
  });

  test('new keys go where UserKnownHostsFile says, hashed where HashKnownHosts does', async () => {
    known('');
    config(
      ...host(
        'web',
        target,
        'UserKnownHostsFile "${HOME}/known of mine"',
        'HashKnownHosts yes',
        `IdentityFile "${key}"`,
      ),
    );
    expect((await check('web', { acceptNew: true })).ok).toBe(true);
    expect(readFileSync(join(home, 'known of mine'), 'utf8')).toMatch(/^\|1\|\S+\|\S+ ssh-rsa /);
    expect(existsSync('${HOME}')).toBe(false);
    expect((await check('web')).ok).toBe(true);
  });

  test('an IdentityFile that is missing is named', async () => {
    config(...host('web', target, 'IdentityFile ~/gone-%h'));
    const report = await check('web');
    expect(report.said).toContain(`${home}/gone-127.0.0.1 is not there`);
    const failed = report.steps.find(({ status }) => status === 'failed');
    expect([failed?.step, failed?.advice.join(' ')]).toEqual([
      'authentication',
      expect.stringContaining('config, line 4'),
    ]);
  });

  async function withAgent(
    act: (
      env: { readonly SSH_AUTH_SOCK: string },
      add: (...files: readonly string[]) => void,
    ) => Promise<void>,
  ): Promise<void> {
    const socket = join(home, 'agent.sock');
    const agent = spawn('/usr/bin/ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    try {
      for (let tries = 0; tries < 200 && !existsSync(socket); tries += 1)
        await new Promise((wake) => setTimeout(wake, 50));
      const env = { SSH_AUTH_SOCK: socket };
      await act(env, (...files) => {
        execFileSync('/usr/bin/ssh-add', ['-q', ...files], { env, stdio: 'ignore' });
      });
    } finally {
      agent.kill();
    }
  }

  const failedIn = (report: ConnectionReport): string =>
    report.steps
      .filter(({ status }) => status === 'failed')
      .map(({ step, detail, advice }) => [step, detail, ...advice].join(' '))
      .join();

  test('seven keys of an agent: too many for the server, and the right one where it is named', () =>
    withAgent(async (env, add) => {
      const strangers = Array.from({ length: 7 }, (_, at) =>
        makeKey(home, `stranger${String(at)}`, 'ed25519'),
      );
      add(...strangers, key);
      config(...host('web', target), ...host('mine', target, `IdentityFile "${key}"`, 'IdentitiesOnly yes'));
      const report = await check('web', {}, env);
      expect(report.hresult).toBe('0x80070005');
      expect(report.steps.find(({ step }) => step === 'host-key')?.status).toBe('ok');
      expect(failedIn(report)).toMatch(
        /^authentication.*Too many authentication failures.*--identity FILE.*IdentitiesOnly/,
      );
      expect((await check('mine', {}, env)).ok).toBe(true);
    }));

  test('IdentitiesOnly with a key file that is locked: the agent signs where it holds that key, and no other of its keys is shown', () =>
    withAgent(async (env, add) => {
      const locked = join(home, 'locked');
      execFileSync('/bin/cp', [key, locked]);
      config(...host('web', target, 'IdentityFile ~/locked', 'IdentitiesOnly yes'));
      add(rsaKey);
      execFileSync('/usr/bin/ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-f', locked]);
      expect(failedIn(await check('web', {}, env))).toMatch(/^authentication.*locked.*passphrase/);
      add(key);
      expect((await check('web', {}, env)).ok).toBe(true);
    }));

  test('RequiredRSASize holds for the key of the host, for key files and for keys of an agent', () =>
    withAgent(async (env, add) => {
      add(rsaKey);
      const few = 'RequiredRSASize 3072';
      config(...host('far', target, few), ...host('mine', mid, few, `IdentityFile ${rsaKey}`));
      expect(failedIn(await check('far', {}, env))).toMatch(
        /^host-key.*RSA key of 2048 bits, and RequiredRSASize is 3072/,
      );
      expect(failedIn(await check('mine', {}, env))).toMatch(
        /^authentication.*nothing could be tried|RSA key of less/,
      );
      expect(failedIn(await check('mine'))).toMatch(/^authentication.*RSA key of less than 3072 bits/);
      config(...host('far', target, 'RequiredRSASize 2048'), ...host('mine', mid, `IdentityFile ${rsaKey}`));
      expect((await check('far', {}, env)).ok).toBe(true);
      expect((await check('mine')).steps.find(({ step }) => step === 'authentication')?.status).toBe('ok');
    }));

  test('ways to sign in that are switched off are not gone, and the password stays here', async () => {
    config(...host('web', target, 'PasswordAuthentication no', 'IdentityFile none'));
    const report = await check('web', {}, { SLMGR_PASSWORD: 'x' });
    expect(report.steps.find(({ status }) => status === 'failed')?.detail).toContain(
      'nothing could be tried',
    );
  });
});
