import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InProcess } from '../../storm/in-process';

/** Every command that takes machines takes the options that choose them. */
let program: InProcess;
let policy: string;

beforeAll(async () => {
  program = new InProcess(null);
  await program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z', '--seed', '1');
  await program.ok('lab', 'add', 'PC', '--product', 'Windows 10 Enterprise', '--count', '4');
  await program.ok('lab', 'add', 'SRV', '--product', 'Windows Server 2022 Standard');
  await program.ok('fleet', 'scan');
  await program.ok('fleet', 'tag', 'PC-[001-002]', 'site=berlin');
  policy = join(program.files, 'policy.yaml');
  writeFileSync(
    policy,
    "version: 1\npolicies:\n  - { targets: 'PC-*', set: { kms: kms01 } }\n  - { targets: SRV, set: { kms: kms02 } }\n",
  );
});
afterAll(() => program.remove());

async function data<T>(...words: readonly string[]): Promise<T> {
  const { out, err } = await program.run([...words, '--json']);
  const document = JSON.parse(out) as { readonly data: T | null; readonly messages: readonly string[] };
  if (document.data === null) throw new Error(`${words.join(' ')}: ${out}${err}`);
  return document.data;
}

const machinesOf = (found: { readonly machines: readonly (string | object)[] }): readonly string[] =>
  found.machines.map((each) =>
    typeof each === 'string'
      ? each
      : ((each as { readonly machine?: string; readonly name?: string }).machine ??
        (each as { readonly name: string }).name),
  );

describe('plan and apply of a part of a policy', () => {
  const planned = async (...words: readonly string[]): Promise<readonly string[]> =>
    machinesOf(await data('plan', policy, ...words));

  test.each([
    [
      ['--where', 'tag.site = berlin'],
      ['PC-001', 'PC-002'],
    ],
    [
      ['--exclude', 'PC-[001-002],SRV'],
      ['PC-003', 'PC-004'],
    ],
    [['--where', 'tag.site = berlin', '--exclude', 'PC-001'], ['PC-002']],
    [['--pick-first', '1'], ['PC-001']],
    [['--where', 'name = SRV'], ['SRV']],
  ])('%j', async (words, names) => {
    expect(await planned(...words)).toEqual(names);
  });

  test('--pick takes so many of all of its machines; nobody left is an error, and nothing is read', async () => {
    expect(await planned('--pick', '2')).toHaveLength(2);
    const { status, out, err } = await program.run(['plan', policy, '--exclude', '*']);
    expect([status, out]).toEqual([1, '']);
    expect(err).toContain('No machine is left.');
  });

  test('apply changes these and no others, a saved plan too; --rerun takes up what was away; all of it is remembered', async () => {
    await program.ok('lab', 'stop', 'PC-002');
    const first = await data<{ readonly results: readonly object[] }>(
      ...['apply', policy, '--yes', '--where', 'tag.site = berlin'],
    );
    expect(first.results).toMatchObject([
      { machine: 'PC-001', outcome: 'changed' },
      { machine: 'PC-002', outcome: 'unreachable' },
    ]);
    expect(await program.ok('fleet', 'list', '--columns', 'name,kms', '--tsv')).toContain('PC-001\tkms01');
    await program.ok('lab', 'start', '--rerun', 'unreachable');
    const again = await data<{ readonly results: readonly object[] }>(
      ...['apply', policy, '--yes', '--rerun', 'unreachable'],
    );
    expect(again.results).toMatchObject([{ machine: 'PC-002', outcome: 'changed' }]);
    const saved = join(program.files, 'saved.plan');
    await program.run(['plan', policy, '--out', saved, '--no-record']);
    const narrowed = await data<{ readonly results: readonly object[] }>(
      ...['apply', saved, '--yes', '--exclude', 'PC-*'],
    );
    expect(narrowed.results).toMatchObject([{ machine: 'SRV', outcome: 'changed' }]);
    expect(await planned('--where', 'kms != kms01 and name ~ "PC-*"')).toEqual(['PC-003', 'PC-004']);
  });
});

describe('the inventory', () => {
  const listed = async (...words: readonly string[]): Promise<readonly string[]> =>
    machinesOf(await data('fleet', 'list', ...words));

  test('lists, tags and forgets those that options mean', async () => {
    expect(await listed('--exclude', 'PC-*')).toEqual(['SRV']);
    expect(await listed('PC-*', '--pick-first', '2')).toEqual(['PC-001', 'PC-002']);
    expect(await listed('--where', 'tag.site = berlin', '--exclude', 'PC-001')).toEqual(['PC-002']);
    await program.run(['PC-[003-004]', '/xpr']);
    expect(await listed('--rerun', 'ok')).toEqual(['PC-003', 'PC-004']);
    expect(
      machinesOf(
        await data('fleet', 'tag', 'site=bonn', '--where', 'tag.site != berlin', '--exclude', 'SRV'),
      ),
    ).toEqual(['PC-003', 'PC-004']);
    const changes = await data<{ readonly changes: readonly { readonly machine: string }[] }>(
      ...['fleet', 'history', '--where', 'tag.site = bonn'],
    );
    expect(new Set(changes.changes.map(({ machine }) => machine))).toEqual(new Set(['PC-003', 'PC-004']));
    const both = await program.run(['fleet', 'forget', '--where', 'tag.site = bonn']);
    expect([both.status, both.err]).toEqual([1, expect.stringContaining('That means 2 machines')]);
    expect(machinesOf(await data('fleet', 'forget', '--where', 'tag.site = bonn', '--yes'))).toHaveLength(2);
    expect((await program.run(['fleet', 'forget', '--yes'])).err).toContain('Machines are missing');
    expect((await program.run(['fleet', 'list', 'PC-*', '--exclude', '*'])).err).toContain(
      'No machine is left',
    );
    await program.ok('fleet', 'scan');
  });

  test('that nobody fulfils a condition is an answer to a question, and no reason to change anything', async () => {
    const nobody = ['--where', 'days > 99999'];
    const empty = new InProcess(null);
    try {
      for (const one of [program, empty]) {
        expect(await one.ok('fleet', 'list', ...nobody)).toContain('The inventory has no such machine');
        expect(await one.ok('fleet', 'history', ...nobody)).toBe('Nothing changed.\n');
        expect(await one.ok('fleet', 'history', ...nobody, '--as-of', '1d')).toBe('Nothing changed.\n');
        expect((await one.run(['fleet', 'tag', 'site=x', ...nobody])).status).toBe(1);
        expect((await one.run(['fleet', 'forget', '--yes', ...nobody])).status).toBe(1);
      }
    } finally {
      empty.remove();
    }
    expect((await program.run(['fleet', 'list', 'nosuch', ...nobody])).status).toBe(1);
  });

  test('scan and collect read those that options mean', async () => {
    const read = async (...words: readonly string[]): Promise<number> =>
      (await data<{ readonly machines: number }>('fleet', 'scan', ...words)).machines;
    await program.run(['PC-[003-004]', '/xpr']);
    expect(await read('--rerun', 'ok')).toBe(2);
    expect(await read('PC-*', '--rerun', 'ok', '--exclude', 'PC-003')).toBe(1);
    expect(await read('--cidr', '127.0.0.9/32', '--timeout', '1s')).toBe(1);
    await program.ok('fleet', 'forget', '127.0.0.9');
    const { results } = await data<{ readonly results: readonly { readonly machine: string }[] }>(
      ...['fleet', 'proxy', 'collect', '--where', 'tag.site = berlin', '--grade', 'full'],
      ...['--out', join(program.files, 'site.proxy')],
    );
    expect(results.map(({ machine }) => machine)).toEqual(['PC-001', 'PC-002']);
  });
});

describe('the power of lab machines', () => {
  test('by what the inventory knows, but never of one that is elsewhere under its name', async () => {
    const other = new InProcess(null);
    try {
      await other.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
      await other.ok('lab', 'add', 'PC', '--product', 'Windows 10 Enterprise', '--count', '3');
      await other.ok('fleet', 'scan', 'PC-[001-002]');
      const file = join(other.files, 'away.yaml');
      writeFileSync(file, 'targets:\n  PC-003: {host: 127.0.0.1, port: 1, user: admin}\n', { mode: 0o600 });
      await other.run(['fleet', 'scan', 'PC-003', '--targets', file]);
      await other.ok('fleet', 'tag', 'PC-*', 'site=berlin');
      expect(await other.ok('lab', 'stop', '--where', 'tag.site = berlin')).toBe(
        'PC-001 is stopped.\nPC-002 is stopped.\n',
      );
      expect(await other.ok('lab', 'start', 'PC-*', '--exclude', 'PC-001')).toContain('PC-002 is running');
      expect(await other.ok('lab', 'remove', '@all', '--pick-first', '1')).toBe('Removed PC-001.\n');
      const nobody = await other.run(['lab', 'stop']);
      expect([nobody.status, nobody.err]).toEqual([1, expect.stringContaining('a name is missing')]);
      const unknown = await other.run(['lab', 'stop', 'PC-009', '--pick', '1']);
      expect(unknown.status).toBe(1);
    } finally {
      other.remove();
    }
  });
});
