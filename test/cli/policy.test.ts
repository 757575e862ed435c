import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InProcess, type Ran } from '../storm/in-process';

interface Result {
  readonly machine: string;
  readonly outcome: string;
  readonly changed: boolean;
  readonly step: string | null;
  readonly changes: readonly { readonly setting: string; readonly outcome: string }[];
}

describe('plan and apply', () => {
  const program = new InProcess(null);
  afterAll(() => {
    program.remove();
  });

  const file = (name: string, text?: string): string => {
    const path = join(program.files, name);
    if (text !== undefined) writeFileSync(path, text);
    return path;
  };
  const policy = (name: string, ...rules: readonly string[]): string =>
    file(name, `version: 1\npolicies:\n${rules.map((rule) => `  - ${rule}\n`).join('')}`);
  const data = async <T>(...line: readonly string[]): Promise<T> =>
    (JSON.parse((await program.run([...line, '--json'])).out) as { readonly data: T }).data;
  const results = async (...line: readonly string[]): Promise<readonly Result[]> =>
    (await data<{ readonly results: readonly Result[] }>(...line)).results;

  beforeAll(async () => {
    await program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
    await program.ok('lab', 'add', 'PC', '--product', 'Windows 10 Enterprise', '--count', '12');
  });

  test('a plan tells what differs, folded, and changes nothing', async () => {
    const path = policy(
      'folded.yaml',
      "{ targets: 'PC-[001-003]', set: { kms: kms01, hostCaching: false } }",
      '{ targets: PC-003, set: { kms: auto } }',
    );
    const planned = await program.run(['plan', path]);
    expect(planned).toEqual({
      status: 2,
      out:
        '~ 2 machines: kms auto → kms01:1688, hostCaching on → off\n    PC-[001-002]\n' +
        '~ 1 machine: hostCaching on → off\n    PC-003\n',
      err: 'slmgr: 3 to change, 0 as wanted, 0 unreachable, 0 unknown.\n',
    });
    expect(await program.run(['plan', path])).toEqual(planned);
  });

  test('a saved plan says the same, is for its owner alone, and is applied exactly', async () => {
    const path = policy('two.yaml', "{ targets: 'PC-[004-006]', set: { kms: kms01 } }");
    const saved = file('two.plan');
    const made = await program.run(['plan', path, '--out', saved]);
    expect(made.status).toBe(2);
    expect(statSync(saved).mode & 0o077).toBe(0);
    expect(await program.run(['plan', 'show', saved])).toEqual(made);
    await program.ok('PC-005', '/skms', 'other');
    await program.ok('PC-006', '/skms', 'kms01');
    const refused = await program.run(['apply', saved]);
    expect(refused).toMatchObject({ status: 1, out: '', err: expect.stringContaining('--yes') as string });
    const applied = await results('apply', saved, '--yes');
    expect(applied.map(({ machine, outcome, changed, step }) => [machine, outcome, changed, step])).toEqual(
      expect.arrayContaining([
        ['PC-004', 'changed', true, null],
        ['PC-005', 'failed', false, 'changed-since-plan'],
        ['PC-006', 'ok', false, null],
      ]),
    );
    expect((await program.run(['plan', path])).out).toContain('kms other:1688 → kms01:1688\n    PC-005\n');
    expect((await program.run(['apply', saved, '--yes'])).status).toBe(3);
  });

  test('a machine that is away is told apart, and makes 3 of the status', async () => {
    const path = policy('three.yaml', "{ targets: 'PC-[007-008]', set: { activation: kms } }");
    await program.ok('lab', 'stop', 'PC-008');
    const planned = await program.run(['plan', path, '--out', file('three.plan')]);
    expect(planned.status).toBe(3);
    expect(planned.out).toContain('! 1 machine: unreachable, PC-008 is stopped');
    await program.ok('lab', 'start', 'PC-008');
    const applied = await results('apply', file('three.plan'), '--yes');
    expect(applied.map(({ machine, outcome }) => [machine, outcome])).toEqual(
      expect.arrayContaining([
        ['PC-007', 'changed'],
        ['PC-008', 'skipped'],
      ]),
    );
    expect((await program.run(['apply', path, '--yes'])).status).toBe(0);
    expect((await program.run(['plan', path])).status).toBe(0);
  });

  test('what cannot be told is unknown, and nothing is sent to it', async () => {
    const path = policy('four.yaml', '{ targets: PC-009, set: { port: 1700, kms: kms01 } }');
    const planned = await program.run(['plan', path]);
    expect(planned).toMatchObject({
      status: 3,
      out: expect.stringContaining('? 1 machine: unknown') as string,
    });
    const applied = await results('apply', path, '--yes');
    expect(applied).toMatchObject([
      { machine: 'PC-009', outcome: 'failed', step: 'unclear', changed: false },
    ]);
    expect(
      (await program.run(['plan', policy('four-b.yaml', '{ targets: PC-009, set: { kms: auto } }')])).status,
    ).toBe(0);
  });

  test('settings of a KMS host wait for its service, and that is said as its verbs say it', async () => {
    const product = 'Windows Server 2022 Standard';
    await program.ok('lab', 'add', 'HOST', '--product', product);
    const key = await program.ok('lab', 'mint-key', '--type', 'csvlk', '--for', product);
    await program.ok('HOST', '/ipk', key.trim());
    await program.ok('HOST', '/ato');
    const path = policy('host.yaml', '{ targets: HOST, set: { port: 1700, priority: low } }');
    const warning = 'Warning: a KMS reboot is needed for this setting to take effect.';
    const { status, out } = await program.run(['apply', path, '--yes']);
    expect([status, out]).toEqual([
      0,
      expect.stringContaining(`port 1688 → 1700: changed\npriority normal → low: changed\n${warning}\n`),
    ]);
    const again = await program.run(['apply', path, '--yes']);
    expect([again.status, again.out.includes(warning)]).toEqual([0, false]);
  });

  test('in batches, a failure stops what has not begun', async () => {
    const key = file('bad.key', 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE\n');
    const path = policy(
      'five.yaml',
      `{ targets: 'PC-[010-012]', set: { key: { type: mak, from: { command: 'cat ${key}' } } } }`,
    );
    const applied = await results('apply', path, '--yes', '--batch', '1', '--max-fail', '0');
    expect(applied.map(({ machine, outcome }) => [machine, outcome])).toEqual([
      ['PC-010', 'failed'],
      ['PC-011', 'not-run'],
      ['PC-012', 'not-run'],
    ]);
    expect(applied[0]?.changes).toMatchObject([{ setting: 'key', outcome: 'failed' }]);
  });

  test('no key is in a plan, in a message or in a document', async () => {
    const key = (
      await program.ok('lab', 'mint-key', '--type', 'mak', '--for', 'Windows 10 Enterprise')
    ).trim();
    const path = policy(
      'six.yaml',
      '{ targets: PC-010, set: { key: { type: mak, from: { env: THE_KEY } }, licensed: true } }',
    );
    const run = (...line: readonly string[]): Promise<Ran> => program.run(line, '', { THE_KEY: key });
    const told = [
      await run('plan', path, '--out', file('six.plan')),
      await run('apply', file('six.plan'), '--yes', '--json'),
      await run('plan', path, '--json'),
    ];
    expect(told.map(({ status }) => status)).toEqual([2, 0, 0]);
    expect(readFileSync(file('six.plan'), 'utf8')).toContain(`MAK that ends in ${key.slice(-5)}`);
    expect(JSON.stringify([told, readFileSync(file('six.plan'), 'utf8')])).not.toContain(key.slice(0, 17));
  });

  test.each<[string, readonly string[], string]>([
    ['a policy that is not there', ['plan', 'nowhere.yaml'], 'nowhere.yaml cannot be read'],
    ['a saved plan in the place of a policy', ['plan', 'some.plan'], '"slmgr plan show" tells'],
    ['a policy in the place of a plan', ['plan', 'show', 'one.yaml'], 'is a policy and no saved plan'],
    ['a mistake in a policy', ['plan', 'bad.yaml'], 'bad.yaml: line 3: policies.0.set.kms'],
    ['a name of nobody', ['apply', 'nobody.yaml', '--yes'], 'policies.0: '],
    ['a key that cannot be had', ['apply', 'nokey.yaml', '--yes'], 'The key of the policy cannot be had'],
    ['a plan that was cut', ['apply', 'cut.plan', '--yes'], 'cut.plan: the plan is no JSON'],
  ])('%s is refused with the place, and nobody is asked', async (_what, line, told) => {
    policy('one.yaml', '{ targets: PC-001, set: { kms: auto } }');
    await program.run(['plan', file('one.yaml'), '--out', file('some.plan')]);
    file('bad.yaml', 'version: 1\npolicies:\n  - {targets: PC-001, set: {kms: "a b"}}\n');
    policy('nobody.yaml', '{ targets: NOBODY-7, set: { kms: auto } }');
    policy('nokey.yaml', '{ targets: PC-001, set: { key: { type: mak, from: { env: NOT_SET_AT_ALL } } } }');
    file('cut.plan', readFileSync(file('some.plan'), 'utf8').slice(0, 200));
    const words = line.map((word) => (/\.(yaml|plan)$/.test(word) ? file(word) : word));
    const ran = await program.run(words);
    expect([ran.status, ran.out]).toEqual([1, '']);
    expect(ran.err).toContain(told);
  });

  test('machines that cannot be reached for the same reason stand together, by the way of ssh and of WinRM', async () => {
    const path = policy('away.yaml', "{ targets: '@all', set: { kms: auto } }");
    const one = (name: string, transport: string): string =>
      `  ${name}: { host: 127.0.0.1, port: 9, transport: ${transport}, user: admin, password: { env: AWAY } }\n`;
    const targets = file(
      'away.targets.yaml',
      `targets:\n${one('A1', 'ssh')}${one('A2', 'ssh')}${one('B1', 'winrm')}`,
    );
    const planned = await program.run(['plan', path, '--targets', targets], '', { AWAY: 'x' });
    expect(planned.status).toBe(3);
    expect(planned.out).toMatch(
      /^! 2 machines: unreachable, tcp: .*\n {4}A\[1-2\]\n! 1 machine: unreachable, tcp: .*\n {4}B1\n$/,
    );
    expect((await program.run(['fleet', 'runs'])).out).toContain(`plan ${path}`);
  });

  test('a plan made for a machine of the laboratory is not applied to another one of the same name', async () => {
    const path = policy('seven.yaml', '{ targets: PC-001, set: { activation: kms } }');
    await program.run(['plan', path, '--out', file('seven.plan')]);
    const targets = file(
      'targets.yaml',
      'targets:\n  PC-001: { host: 127.0.0.1, transport: ssh, port: 9 }\n',
    );
    const ran = await program.run(['apply', file('seven.plan'), '--yes', '--targets', targets]);
    expect(ran).toMatchObject({ status: 1, out: '' });
    expect(ran.err).toContain('PC-001 is reached by ssh today, and was by lab when the plan was made');
  });
});
