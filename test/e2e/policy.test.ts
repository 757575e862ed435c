import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { launcher, Program } from './program';

jest.setTimeout(240_000);

/** The shell blocks of a guide, in their order. */
function blocks(guide: string, language: string): readonly string[] {
  const text = readFileSync(resolve(__dirname, '../../docs', guide), 'utf8');
  return [...text.matchAll(new RegExp('```' + language + '\\n([\\s\\S]*?)```', 'g'))].map(
    ([, block = '']) => block,
  );
}

/** The program as `slmgr` on the PATH, in a folder of its own. */
function inFolder(program: Program): { readonly folder: string; readonly env: NodeJS.ProcessEnv } {
  const folder = join(program.home, 'work');
  const bin = join(program.home, 'bin');
  mkdirSync(folder);
  mkdirSync(bin);
  writeFileSync(join(bin, 'slmgr'), `#!/bin/sh\nexec '${process.execPath}' '${launcher}' "$@"\n`, {
    mode: 0o755,
  });
  return { folder, env: { ...program.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` } };
}

describe('the guides to plan and apply', () => {
  const program = new Program();
  const { folder, env } = inFolder(program);
  afterAll(() => program.remove());
  const sh = (script: string): string => {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    return `${stdout}${stderr}[${status}]`;
  };

  beforeEach(() => {
    const [prepare = ''] = blocks('policy.md', 'sh');
    const [policy = ''] = blocks('policy.md', 'yaml');
    expect(sh(`set -e\n${prepare.replace('lab init', 'lab init --force')}`)).toContain('[0]');
    writeFileSync(join(folder, 'policy.yaml'), policy);
  });

  test('docs/policy.md from its first command to its last, then docs/ansible.md', () => {
    const [, planning = '', applying = ''] = blocks('policy.md', 'sh');
    const [planned = ''] = blocks('policy.md', 'text');
    const told = sh(planning);
    const withoutKey = (text: string): string => text.replace(/(ends in) \w{5}/g, '$1 …');
    expect(withoutKey(told)).toContain(withoutKey(planned));
    expect(told).toContain('[2]');
    expect(sh(`set -e\n${applying}`)).toContain('[0]');
    expect(sh('slmgr plan policy.yaml')).toContain('= 31 machines: as wanted');
    const pipeline = blocks('ansible.md', 'sh').at(-1) ?? '';
    expect(pipeline).toContain('slmgr plan');
    expect(sh('slmgr PC-001 /ckms && slmgr PC-001 /act-type 0')).toContain('[0]');
    expect(sh(`set -e\n${pipeline}`)).toContain('[0]');
  });

  const playbookTest = existsSync('/usr/bin/ansible-playbook') ? test : test.skip;
  playbookTest('the playbook of docs/ansible.md, where ansible-playbook is installed', () => {
    expect(sh('slmgr apply policy.yaml --yes')).toContain('[0]');
    const [playbook = ''] = blocks('ansible.md', 'yaml');
    writeFileSync(join(folder, 'playbook.yaml'), playbook);
    const play = 'ANSIBLE_LOCALHOST_WARNING=0 ansible-playbook playbook.yaml';
    expect(sh(play)).toMatch(/changed=0 .*failed=0/);
    expect(sh('slmgr PC-002 /ckms')).toContain('[0]');
    expect(sh(play)).toMatch(/changed=1 .*failed=0/);
    expect(sh(play)).toMatch(/changed=0 .*failed=0/);
  });
});

describe('apply', () => {
  const program = new Program();
  afterAll(() => program.remove());
  const count = Number(process.env['SLMGR_POLICY_MACHINES'] ?? 60);

  test('killed in the middle, it is taken up again by the same line, and nothing is done twice', async () => {
    program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
    program.ok('lab', 'add', 'PC', '--product', 'Windows 10 Enterprise', '--count', String(count));
    const key = program
      .ok('lab', 'mint-key', '--type', 'mak', '--for', 'Windows 10 Enterprise', '--pool', String(count))
      .trim();
    program.env['POLICY_KEY'] = key;
    const policy = join(program.home, 'policy.yaml');
    const rule =
      "{ targets: 'PC-*', set: { key: { type: mak, from: { env: POLICY_KEY } }, licensed: true, hostCaching: false } }";
    writeFileSync(policy, `version: 1\npolicies:\n  - ${rule}\n`);
    const plan = join(program.home, 'the.plan');
    expect(program.run('plan', policy, '--out', plan).status).toBe(2);
    let status: number | null = null;
    for (let round = 0; status !== 0 && round < 20; round += 1) {
      const child = spawn(process.execPath, [launcher, 'apply', plan, '--yes'], {
        env: program.env,
        stdio: 'ignore',
      });
      const ended = new Promise<number | null>((done) => child.once('exit', done));
      const kill = round < 3 ? setTimeout(() => child.kill('SIGKILL'), 300 + 400 * round) : undefined;
      status = await ended;
      clearTimeout(kill);
    }
    expect(status).toBe(0);
    // Each activation of the pool is one machine's: with one too many the last machine would have found it empty.
    expect(program.run('plan', policy).stdout).toContain(`= ${count} machines: as wanted`);
    const again = program.json('apply', policy, '--yes');
    expect(again.data['counts']).toMatchObject({ ok: count, changed: 0 });
  });
});
