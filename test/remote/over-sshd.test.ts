import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LicensingError } from '../../src/licensing/provider';
import {
  decodeCommand,
  encodeCommand,
  newTicket,
  questionIn,
} from '../../src/providers/windows/bridge/envelope';
import { type RemoteProvider } from '../../src/providers/windows/provider';
import { checkConnection } from '../../src/remote/check-connection';
import { connectTarget } from '../../src/remote/connect-target';
import { connectOverWinrm } from '../../src/remote/connect-winrm';
import { planConnection, type RemoteOptions } from '../../src/remote/plan';
import { isRemoteFailure, type RemoteFailure } from '../../src/remote/remote-failure';
import { Secret } from '../../src/transports/secret';
import { makeDouble } from '../conformance/double';
import { smallCase } from '../fixtures/case';
import { playPowerShell } from '../fixtures/play-powershell';
import { testPorts } from '../fixtures/remote-ports';
import { freePort } from '../fixtures/ports';
import { hasSshd, makeKey, type Play, type Sshd, sshdNote, startSshd } from '../fixtures/sshd';
import { testHost } from '../providers/windows/bridge-executor';
import { findPwsh, moduleFile } from '../providers/windows/powershell/pwsh';

const describeWithSshd = hasSshd ? describe : describe.skip;
const password = 'S3cret-of-the-test';

/** What of a provider's use a test needs. */
async function versionOf(provider: Awaited<ReturnType<typeof connectTarget>>): Promise<unknown> {
  const [service] = await provider.query({
    class: 'SoftwareLicensingService',
    select: ['Version'],
    filter: { kind: 'all' },
  });
  return service?.Version;
}

describeWithSshd(`over a real sshd${sshdNote}`, () => {
  let folder = '';
  let home = '';
  let key = '';
  let sshd: Sshd;
  let play: Play = () => undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slmgr-remote-'));
    key = makeKey(folder, 'id', 'ed25519');
    sshd = await startSshd({
      play: (far) => play(far),
      authorized: [
        `${key}.pub`,
        ...['ecdsa', 'rsa'].map((type) => `${makeKey(folder, type, type)}.pub`),
        `${makeKey(folder, 'locked', 'ed25519', 'open sesame')}.pub`,
      ],
    });
  });

  afterAll(async () => {
    await sshd.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(() => {
    home = mkdtempSync(join(folder, 'home-'));
    mkdirSync(join(home, '.ssh'), { mode: 0o700 });
    writeFileSync(join(home, '.ssh', 'known_hosts'), sshd.knownHosts);
    play = playPowerShell(makeDouble(smallCase()).provider, testHost);
  });

  const word = (): string => `ssh://${sshd.user}@127.0.0.1:${String(sshd.port)}`;

  async function open(
    options: RemoteOptions = {},
    ports = testPorts(home),
    machine = word(),
  ): Promise<RemoteProvider> {
    const target = { machine, account: null };
    return (await connectTarget(
      target,
      { identity: [key], ...options },
      { ports, winrm: connectOverWinrm },
    )) as RemoteProvider;
  }

  async function failure(
    options: RemoteOptions = {},
    ports = testPorts(home),
    machine = word(),
  ): Promise<RemoteFailure> {
    const error: unknown = await open(options, ports, machine).then(
      () => new Error('it was opened'),
      (reason: unknown) => reason,
    );
    if (!isRemoteFailure(error)) throw error as Error;
    return error;
  }

  test('reads and changes over one connection', async () => {
    const double = makeDouble(smallCase());
    play = playPowerShell(double.provider, testHost);
    const provider = await open();
    expect(await versionOf(provider)).toBe('10.0.20348.1');
    await provider.invoke({
      class: 'SoftwareLicensingService',
      key: '10.0.20348.1',
      method: 'SetKeyManagementServiceMachine',
      args: { MachineName: 'kms01.corp' },
    });
    expect(double.calls).toEqual(['service.SetKeyManagementServiceMachine(kms01.corp)']);
    expect(provider.cost.roundTrips).toBe(2);
    expect(provider.host).toMatchObject({ computer: 'SERVER01', elevated: true });
    await provider.close();
  });

  test.each(['ecdsa', 'rsa'])('takes %s keys', async (type) => {
    const provider = await open({ identity: [join(folder, type)] });
    await provider.close();
  });

  test('asks for the passphrase of a key, and says when it is wrong or nobody answers', async () => {
    const identity = [join(folder, 'locked')];
    const asked: string[] = [];
    const answers = (text: string): ReturnType<typeof testPorts> =>
      testPorts(home, {
        askSecret: (question) => Promise.resolve(void asked.push(question)).then(() => new Secret(text)),
      });
    await (await open({ identity }, answers('open sesame'))).close();
    expect(asked[0]).toContain(identity[0]);
    const wrong = await failure({ identity }, answers('wrong'));
    expect([wrong.step, wrong.hresult]).toEqual(['authentication', 0x80070005]);
    expect(wrong.advice.join(' ')).toContain('the passphrase is wrong');
    const nobody = await failure({ identity });
    expect(nobody.advice.join(' ')).toContain('passphrase');
  });

  test('a wrong password and a wrong key: what was tried, what is offered, no secret', async () => {
    const ports = testPorts(home, { env: { SLMGR_PASSWORD: password } });
    const wrong = await failure({ identity: [makeKey(home, 'stranger', 'ed25519')] }, ports);
    expect([wrong.step, wrong.hresult]).toEqual(['authentication', 0x80070005]);
    expect(wrong.message).toContain('stranger');
    expect(wrong.message).toContain('a password');
    expect(wrong.message).toMatch(/the server offers .*publickey/);
    expect(wrong.advice.join(' ')).toContain('administrators_authorized_keys');
    const everything = [JSON.stringify(wrong), wrong.stack, String(wrong.cause), ...ports.said].join('\n');
    expect(ports.said.length).toBeGreaterThan(10);
    expect(everything).not.toContain(password);
  });

  test('an unknown host key is refused where nobody can be asked, and nothing is written', async () => {
    writeFileSync(join(home, '.ssh', 'known_hosts'), '');
    const unknown = await failure();
    expect([unknown.step, unknown.hresult]).toEqual(['host-key', 0x800706ba]);
    expect(unknown.message).toMatch(/not on file: ssh-ed25519 SHA256:/);
    expect(unknown.advice.join(' ')).toContain('--accept-new');
    expect(readFileSync(join(home, '.ssh', 'known_hosts'), 'utf8')).toBe('');
  });

  test('a person may say yes to an unknown key', async () => {
    writeFileSync(join(home, '.ssh', 'known_hosts'), '');
    const questions: string[] = [];
    const ports = testPorts(home, { askYesNo: (question) => Promise.resolve(questions.push(question) > 0) });
    await (await open({}, ports)).close();
    expect(questions[0]).toContain('SHA256:');
    await (await open()).close();
  });

  test('--accept-new writes the key to the file named, for its owner alone', async () => {
    const knownHosts = join(home, 'new', 'known');
    await (await open({ knownHosts, acceptNew: true })).close();
    expect(readFileSync(knownHosts, 'utf8')).toBe(sshd.knownHosts.replace(/ [^ ]*\n$/, '\n'));
    expect(statSync(knownHosts).mode & 0o777).toBe(0o600);
    await (await open({ knownHosts })).close();
  });

  test('a changed key is refused, --accept-new or not, with both fingerprints, file and line', async () => {
    const [, encoded = ''] = readFileSync(`${makeKey(home, 'other', 'ed25519')}.pub`, 'utf8').split(' ');
    const file = join(home, '.ssh', 'known_hosts');
    writeFileSync(file, `# first\n[127.0.0.1]:${String(sshd.port)} ssh-ed25519 ${encoded}\n`);
    for (const options of [{}, { acceptNew: true }]) {
      const changed = await failure(options);
      expect([changed.step, changed.hresult]).toEqual(['host-key', 0x800706ba]);
      expect(changed.message.match(/SHA256:/g)).toHaveLength(2);
      expect(changed.message).toContain(`${file}, line 2`);
    }
    expect(readFileSync(file, 'utf8')).not.toContain(sshd.publicHostKeys[0] ?? '?');
  });

  test('a revoked key is refused', async () => {
    writeFileSync(join(home, '.ssh', 'known_hosts'), `@revoked * ${sshd.publicHostKeys[0] ?? ''}\n`);
    const revoked = await failure({ acceptNew: true });
    expect([revoked.step, revoked.message.includes('revoked')]).toEqual(['host-key', true]);
  });

  test('a name that is not known, a port where nothing listens, one that does not speak', async () => {
    const noName = await failure({}, testPorts(home), 'ssh://x@does-not-exist.invalid');
    expect([noName.step, noName.hresult]).toEqual(['name', 0x800706ba]);
    const closed = await failure({}, testPorts(home), `ssh://x@127.0.0.1:${String(await freePort())}`);
    expect([closed.step, closed.hresult]).toEqual(['tcp', 0x800706ba]);
    expect(closed.advice.join(' ')).toContain('Start-Service sshd');
    const mute = createServer(() => undefined);
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const address = mute.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const silent = await failure({ timeout: 1500 }, testPorts(home), `ssh://x@127.0.0.1:${String(port)}`);
    mute.close();
    expect([silent.step, silent.message]).toEqual(['tcp', expect.stringContaining('did not speak SSH')]);
  });

  test('another protocol on the port', async () => {
    const http = createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const address = http.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const strange = await failure({ timeout: 10_000 }, testPorts(home), `ssh://x@127.0.0.1:${String(port)}`);
    http.close();
    expect(strange.step).toBe('tcp');
  });

  test('a bare host whose port 22 refuses: the error says which option would try WinRM', async () => {
    const ports = testPorts(home, { answersOnPort: (_host, port) => Promise.resolve(port === 5986) });
    writeFileSync(
      join(home, '.ssh', 'config'),
      `Host nowhere\n HostName 127.0.0.1\n Port ${String(await freePort())}\n`,
    );
    const hinted = await failure({}, ports, 'nowhere');
    expect(hinted.advice.join(' ')).toContain('--transport winrms');
    const said = await failure({ transport: 'ssh' }, ports, 'nowhere');
    expect(said.advice.join(' ')).not.toContain('winrms');
  });

  test('~/.ssh/config: host name, port, user, identity, known_hosts', async () => {
    const known = join(home, 'mine');
    writeFileSync(known, sshd.knownHosts);
    writeFileSync(
      join(home, '.ssh', 'config'),
      [
        'Host server01',
        '  HostName 127.0.0.1',
        `  Port ${String(sshd.port)}`,
        `  User ${sshd.user}`,
        `  IdentityFile ${key}`,
        '  IdentitiesOnly yes',
        `  UserKnownHostsFile ${known}`,
        `Match exec "touch ${join(home, 'ran')}"`,
        '  Port 1',
      ].join('\n'),
    );
    await (await open({ identity: [] }, testPorts(home), 'server01')).close();
    expect(existsSync(join(home, 'ran'))).toBe(false);
  });

  test('through two jump hosts, each with its own host key', async () => {
    const [first, second] = await Promise.all([
      startSshd({ authorized: [`${key}.pub`] }),
      startSshd({ authorized: [`${key}.pub`] }),
    ]);
    try {
      writeFileSync(
        join(home, '.ssh', 'known_hosts'),
        sshd.knownHosts + first.knownHosts + second.knownHosts,
      );
      const hop = (server: Sshd): string => `${server.user}@127.0.0.1:${String(server.port)}`;
      writeFileSync(
        join(home, '.ssh', 'config'),
        `Host target\n HostName 127.0.0.1\n Port ${String(sshd.port)}\n User ${sshd.user}\n ProxyJump ${hop(first)},${hop(second)}\nHost *\n IdentityFile ${key}\n`,
      );
      const provider = await open({ identity: [] }, testPorts(home), 'target');
      expect(await versionOf(provider)).toBe('10.0.20348.1');
      await provider.close();
      writeFileSync(join(home, '.ssh', 'known_hosts'), sshd.knownHosts + first.knownHosts);
      expect((await failure({ identity: [] }, testPorts(home), 'target')).step).toBe('host-key');
    } finally {
      await Promise.all([first.stop(), second.stop()]);
    }
  });

  test('a jump host that forbids forwarding', async () => {
    const jump = await startSshd({ authorized: [`${key}.pub`], allowForwarding: false });
    try {
      writeFileSync(join(home, '.ssh', 'known_hosts'), sshd.knownHosts + jump.knownHosts);
      writeFileSync(
        join(home, 'targets.yaml'),
        `targets:\n  server01:\n    host: ${word()}\n    key: ${key}\n    jump: ${jump.user}@127.0.0.1:${String(jump.port)}\n`,
      );
      writeFileSync(join(home, '.ssh', 'config'), `Host *\n IdentityFile ${key}\n`);
      const refused = await failure({ targets: [join(home, 'targets.yaml')] }, testPorts(home), 'server01');
      expect([refused.step, refused.message]).toEqual([
        'tcp',
        expect.stringMatching(/jump host does not reach/),
      ]);
      expect(refused.advice.join(' ')).toContain('AllowTcpForwarding');
    } finally {
      await jump.stop();
    }
  });

  test('no PowerShell there', async () => {
    play = (far) => {
      far.err("'powershell.exe' is not recognized as an internal or external command");
      far.exit(9009);
    };
    const none = await failure();
    expect([none.step, none.hresult]).toEqual(['command', 0x80070002]);
  });

  test('constrained language mode is told apart from missing rights', async () => {
    play = (far) => {
      far.out('#slmgr-mode:ConstrainedLanguage#\r\n');
      far.exit(0);
    };
    const constrained = await failure();
    expect([constrained.step, constrained.hresult]).toEqual(['rights', 0x800704ec]);
    expect(constrained.message).toContain('ConstrainedLanguage');
  });

  test('garbage is refused, and its control characters reach no terminal', async () => {
    play = (far) => {
      far.out('\u001b[2Jowned\u0007\r\nnext');
      far.exit(3);
    };
    const garbage = await failure();
    expect([garbage.step, garbage.hresult]).toEqual(['answer', 0x8007000d]);
    expect(garbage.message).toContain('exit status 3');
    // eslint-disable-next-line no-control-regex -- that is what is looked for
    expect(garbage.message).not.toMatch(/[\u0000-\u001f]/);
  });

  test('a program that a signal ends before it answers', async () => {
    play = (far) => far.kill();
    const ended = await failure();
    expect([ended.step, ended.hresult, ended.message.includes('KILL')]).toEqual([
      'command',
      0x800706be,
      true,
    ]);
  });

  test('an answer of another shape is refused with its place', async () => {
    play = async (far) => {
      const { ticket } = questionIn(await far.input) ?? { ticket: '' };
      far.out(`#slmgr-answer:${ticket}:${Buffer.from('{"v":1,"host":{},"results":[]}').toString('base64')}#`);
      far.exit(0);
    };
    expect((await failure()).message).toContain('host.computer');
  });

  test('an answer of another time in a banner ends nothing: the own one is waited for', async () => {
    const answers = playPowerShell(makeDouble(smallCase()).provider, testHost);
    play = async (far) => {
      far.out(`#slmgr-answer:${newTicket()}:e30=#\r\n#slmgr-answer:e30=#\r\n`);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await answers(far);
    };
    const provider = await open();
    expect(await versionOf(provider)).toBe('10.0.20348.1');
    await provider.close();
  });

  test('an answer of 50 MB is refused while it comes in', async () => {
    play = (far) => far.outMegabytes(50);
    const big = await failure();
    expect([big.step, big.message]).toEqual(['answer', expect.stringContaining('larger than')]);
  });

  test('a command that never answers', async () => {
    play = () => undefined;
    const slow = await failure({ timeout: 8000 });
    expect([slow.step, slow.hresult]).toEqual(['command', 0x800705b4]);
    expect(slow.advice.join(' ')).toContain('/dlv');
  });

  test('an answer is taken although the program does not end', async () => {
    const answering = playPowerShell(makeDouble(smallCase()).provider, testHost);
    play = (far) => answering({ ...far, exit: () => undefined });
    const provider = await open();
    await provider.close();
  });

  test('missing rights in the classes name elevation where the token is not elevated', async () => {
    const { provider } = makeDouble(smallCase());
    const denied = {
      ...provider,
      query: () => Promise.reject(new LicensingError(0x80041003 as never, 'denied')),
    };
    play = playPowerShell(denied as typeof provider, { ...testHost, elevated: false });
    const refused = await failure();
    expect([refused.step, refused.hresult]).toEqual(['elevation', 0x80041003]);
    play = playPowerShell(denied as typeof provider, testHost);
    expect((await failure()).step).toBe('rights');
  });

  test('no licensing classes', async () => {
    const { provider } = makeDouble(smallCase());
    const without = {
      ...provider,
      query: () => Promise.reject(new LicensingError(0x80041010 as never, 'class')),
    };
    play = playPowerShell(without as typeof provider, testHost);
    const missing = await failure();
    expect([missing.step, missing.hresult]).toEqual(['licensing-classes', 0x80041010]);
  });

  test('cut in the middle of a change: the state is read again and the truth is told', async () => {
    const double = makeDouble(smallCase());
    const answering = playPowerShell(double.provider, testHost);
    let cut = false;
    play = async (far) => {
      if (cut || double.calls.length > 0) return answering(far);
      await answering({
        ...far,
        out: (text) => {
          if (double.calls.length === 0) far.out(text);
        },
        exit: (code) => {
          if (double.calls.length === 0) far.exit(code);
          else {
            cut = true;
            sshd.cut();
          }
        },
      });
    };
    const provider = await open();
    const change = provider.invoke({
      class: 'SoftwareLicensingService',
      key: '10.0.20348.1',
      method: 'SetKeyManagementServiceMachine',
      args: { MachineName: 'kms01.corp' },
    });
    const error: unknown = await change.catch((reason: unknown) => reason);
    if (!isRemoteFailure(error)) throw error as Error;
    expect(error.hresult).toBe(0x800706be);
    expect(error.advice.join(' ')).toContain('KeyManagementServiceMachine is kms01.corp');
    expect(double.calls).toHaveLength(1);
    await provider.close();
  });

  const pwsh = findPwsh();
  const testWithPowerShell = pwsh === null ? test.skip : test;
  const skipped = pwsh === null ? ' (skipped: no pwsh on the PATH or in SLMGR_TEST_PWSH)' : '';

  testWithPowerShell(
    `the whole chain: our client, sshd, a real PowerShell, our script${skipped}`,
    async () => {
      const machine = join(home, 'case.json');
      writeFileSync(machine, JSON.stringify(smallCase()));
      const setUp = `Import-Module '${moduleFile}'; Set-StandInCase (ConvertFrom-Json (Microsoft.PowerShell.Management\\Get-Content -Raw '${machine}'))\n`;
      play = async (far) => {
        const loader = decodeCommand(far.command.split(' ').at(-1) ?? '') ?? '';
        const args = ['-NoProfile', '-NonInteractive', '-EncodedCommand', encodeCommand(setUp + loader)];
        const child = spawn(pwsh ?? '', args, { env: { ...process.env, NO_COLOR: '1' } });
        child.stdout.on('data', (chunk: Buffer) => far.out(chunk.toString('latin1')));
        child.stderr.on('data', (chunk: Buffer) => far.err(chunk.toString('latin1')));
        child.on('exit', (code) => far.exit(code ?? 1));
        child.stdin.end(await far.input);
      };
      const provider = await open();
      expect(await versionOf(provider)).toBe('10.0.20348.1');
      expect(provider.host?.powerShell).toMatch(/^\d/);
      await provider.close();
    },
  );

  test('check-connection: every step by itself', async () => {
    const ports = testPorts(home);
    const plan = await planConnection({ machine: word(), account: null }, { identity: [key] }, ports);
    const good = await checkConnection(plan, { ports, winrm: connectOverWinrm });
    expect(good).toMatchObject({ ok: true, hresult: null, transport: 'ssh' });
    expect(good.steps.map(({ step, status }) => `${step} ${status}`)).toEqual([
      'name ok',
      'tcp ok',
      'host-key ok',
      'authentication ok',
      'elevation ok',
      'licensing-classes ok',
    ]);
    play = playPowerShell(makeDouble(smallCase()).provider, { ...testHost, elevated: false });
    const plain = await checkConnection(plan, { ports, winrm: connectOverWinrm });
    expect([plain.ok, plain.hresult, plain.steps[4]?.status, plain.steps[5]?.status]).toEqual([
      false,
      '0x80070005',
      'failed',
      'ok',
    ]);
    writeFileSync(join(home, '.ssh', 'known_hosts'), '');
    const unknown = await checkConnection(plan, { ports, winrm: connectOverWinrm });
    expect(unknown.steps.map(({ status }) => status)).toEqual([
      'ok',
      'ok',
      'failed',
      'skipped',
      'skipped',
      'skipped',
    ]);
    expect(unknown.hresult).toBe('0x800706BA');
  });
});
