import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprintOf } from '../../src/transports/ssh/known-hosts';
import { hasSshd, makeKey, type Sshd, sshdNote, startSshd } from '../fixtures/sshd';
import { launcher, Program, type Document } from './program';

const python = '/usr/bin/python3';
const isPossible = hasSshd && existsSync(python);
const note = existsSync(python) ? sshdNote : ' (skipped: no python3)';

/** Machines of a laboratory behind real SSH servers, and somebody at a terminal who has none. */
(isPossible ? describe : describe.skip)(`what is asked before a run${note}`, () => {
  const far = new Program();
  const near = new Program();
  const servers: Sshd[] = [];
  let key = '';
  let locked = '';

  beforeAll(async () => {
    near.env['HOME'] = near.home;
    near.env['SSH_AUTH_SOCK'] = undefined;
    near.env['SLMGR_PASSWORD'] = undefined;
    far.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z', '--seed', '1');
    far.ok('lab', 'add', 'PC', '--count', '2', '--product', 'Windows 11 Enterprise');
    key = makeKey(near.home, 'id', 'ed25519');
    locked = makeKey(near.home, 'locked', 'ed25519', 'open sesame');
    const script = `#!/bin/sh\nSLMGR_HOME='${far.env['SLMGR_HOME']!}' exec '${process.execPath}' '${launcher}' "$@"\n`;
    writeFileSync(join(far.home, 'slmgr'), script, { mode: 0o755 });
    const authorized = [`${key}.pub`, `${locked}.pub`];
    for (let each = 0; each < 2; each += 1) {
      servers.push(await startSshd({ authorized, commandPath: far.home }));
    }
  }, 60_000);

  afterAll(async () => {
    for (const server of servers) await server.stop();
    far.remove();
    near.remove();
  });

  const fingerprint = ({ publicHostKeys: [line = ''] }: Sshd): string =>
    fingerprintOf(Buffer.from(line.split(' ')[1] ?? '', 'base64'));

  /** A targets file of both, with a file of known hosts of its own. */
  function machines(name: string, more: (at: number) => object): readonly [targets: string, hosts: string] {
    const hosts = join(near.home, `${name}.hosts`);
    writeFileSync(hosts, '');
    const entries = servers.map(({ port, user }, at): readonly [string, object] => [
      `PC-00${at + 1}`,
      { host: '127.0.0.1', port, user, key, knownHosts: hosts, agent: `PC-00${at + 1}`, ...more(at) },
    ]);
    const file = join(near.home, `${name}.yaml`);
    writeFileSync(file, JSON.stringify({ version: 1, targets: Object.fromEntries(entries) }), {
      mode: 0o600,
    });
    return [file, hosts];
  }

  function runsKept(): readonly string[] {
    const folder = join(near.env['SLMGR_HOME']!, 'runs');
    return existsSync(folder) ? readdirSync(folder).toSorted() : [];
  }

  function atTerminal(
    answers: readonly (readonly [string, string])[],
    ...words: readonly string[]
  ): { readonly status: number | null; readonly shown: string } {
    const line = [join(__dirname, 'at-terminal.py'), JSON.stringify(answers), process.execPath, launcher];
    const ended = spawnSync(python, [...line, ...words], {
      encoding: 'utf8',
      env: near.env,
      timeout: 90_000,
    });
    return { status: ended.status, shown: ended.stdout };
  }

  test('all host keys that are not on file in one question; then they are, and nobody is asked again', () => {
    const [targets, hosts] = machines('keys', () => ({}));
    const line = ['PC-00[1-2]', '/xpr', '--targets', targets];
    const before = runsKept();
    const refused = atTerminal([['(yes/no)?', 'no\n']], ...line);
    expect(refused.shown).toContain('2 host keys are not on file:');
    for (const server of servers) expect(refused.shown).toContain(`ssh-ed25519 ${fingerprint(server)}`);
    expect(refused.shown).toContain('Nothing was sent.');
    expect(refused.status).toBe(1);
    expect(runsKept()).toEqual(before);
    expect(readFileSync(hosts, 'utf8')).toBe('');

    const piped = near.json(...line);
    const steps = (piped.data['results'] as readonly { readonly step: string }[]).map(({ step }) => step);
    expect([piped.exitCode, steps]).toEqual([4, ['host-key', 'host-key']]);

    const taken = atTerminal([['(yes/no)?', 'yes\n']], ...line);
    expect(taken.shown.match(/yes\/no/g)).toHaveLength(1);
    expect(taken.shown).toContain('PC-[001-002] (2) ok');
    expect(taken.status).toBe(0);
    expect(readFileSync(hosts, 'utf8').trim().split('\n')).toHaveLength(2);

    const again = atTerminal([], ...line);
    expect([again.status, again.shown.includes('yes/no')]).toEqual([0, false]);
  }, 90_000);

  test('a machine behind a jump host whose key is new as well: the way opens step by step', () => {
    const [jump, target] = servers as [Sshd, Sshd];
    const [targets, hosts] = machines('jump', (at) =>
      at === 0 ? {} : { jump: { host: `${jump.user}@127.0.0.1:${jump.port}`, key } },
    );
    const { status, shown } = atTerminal(
      [
        [fingerprint(jump), 'yes\n'],
        [fingerprint(target), 'yes\n'],
      ],
      ...['check-connection', 'PC-00?!PC-001', '--targets', targets],
    );
    expect(shown.match(/1 host key is not on file/g)).toHaveLength(2);
    expect(shown).toContain('1 machine: 1 ok');
    expect(status).toBe(0);
    expect(readFileSync(hosts, 'utf8')).toContain(`[127.0.0.1]:${target.port}`);
  }, 90_000);

  test('the passphrase of a key is asked for once, also for a plan and a scan', () => {
    const [targets, hosts] = machines('locked', () => ({ key: locked }));
    writeFileSync(hosts, servers.map(({ knownHosts }) => knownHosts).join(''));
    const policy = join(near.home, 'policy.yaml');
    writeFileSync(
      policy,
      "version: 1\npolicies:\n  - { targets: 'PC-00[1-2]', set: { hostCaching: true } }\n",
    );
    for (const line of [
      ['fleet', 'scan', '@all'],
      ['plan', policy],
    ]) {
      const { status, shown } = atTerminal(
        [['Passphrase for', 'open sesame\n']],
        ...line,
        '--targets',
        targets,
      );
      expect([line[0], shown.match(/Passphrase for/g)?.length]).toEqual([line[0], 1]);
      expect([line[0], status, shown.includes('sesame')]).toEqual([line[0], 0, false]);
    }
    const piped: Document = near.json('@all', '/xpr', '--targets', targets);
    expect(JSON.stringify(piped.data)).toContain('nobody can be asked for it');
  }, 90_000);

  test('a password that the file says is asked for: once for each user, with the machines; then each server decides', () => {
    const [targets, hosts] = machines('password', () => ({ key: undefined, password: 'prompt' }));
    writeFileSync(hosts, servers.map(({ knownHosts }) => knownHosts).join(''));
    const { status, shown } = atTerminal(
      [['Password for', 'wrong\n']],
      ...['@all', '/xpr', '--targets', targets],
    );
    expect(shown.match(/Password for/g)).toHaveLength(1);
    expect(shown).toContain('on 2 machines (PC-[001-002]):');
    expect(shown).toContain('(2) unreachable at authentication');
    expect([status, shown.includes('wrong')]).toEqual([4, false]);
    expect(readdirSync(join(near.env['SLMGR_HOME']!, 'runs')).length).toBeGreaterThan(0);
  }, 90_000);
});
