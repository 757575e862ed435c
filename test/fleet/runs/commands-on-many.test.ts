import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InProcess } from '../../storm/in-process';

interface Result {
  readonly machine: string;
  readonly outcome: string;
  readonly step: string | null;
  readonly hresult: string | null;
  readonly data: {
    readonly schema?: string;
    readonly file?: string;
    readonly steps?: readonly { readonly step: string; readonly status: string }[];
  } | null;
}

interface Document {
  readonly exitCode: number;
  readonly messages: readonly string[];
  readonly data: {
    readonly run: string;
    readonly counts: Readonly<Record<string, number>>;
    readonly results: readonly Result[];
  };
}

let program: InProcess;

beforeAll(async () => {
  program = new InProcess(null);
  await program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z', '--seed', '1');
  await program.ok('lab', 'add', 'PC', '--product', 'Windows 10 Enterprise', '--count', '3');
  await program.ok('lab', 'stop', 'PC-002');
  writeFileSync(
    join(program.folder, 'away.yaml'),
    [
      'targets:',
      '  ssh-1: {host: 127.0.0.1, port: 1, user: admin}',
      '  ssh-2: {host: 127.0.0.2, port: 1, user: admin}',
      '  winrm-1: {host: 127.0.0.3, port: 1, user: admin, transport: winrm}',
      '',
    ].join('\n'),
    { mode: 0o600 },
  );
});
afterAll(() => program.remove());

const json = async (...words: readonly string[]): Promise<Document & { readonly status: number }> => {
  const { status, out } = await program.run([...words, '--json']);
  return { ...(JSON.parse(out) as Document), status };
};
const outcomes = ({ data }: Document): readonly (readonly [string, string])[] =>
  data.results.map(({ machine, outcome }) => [machine, outcome]);

describe('check-connection of many machines', () => {
  const away = (): string => join(program.folder, 'away.yaml');

  test('is a run: results with the steps of each, counts, and the status of a run', async () => {
    const document = await json('check-connection', 'PC-*');
    expect([document.status, document.exitCode]).toEqual([3, 3]);
    expect(document.data.counts).toMatchObject({ ok: 2, unreachable: 1, notRun: 0 });
    expect(outcomes(document)).toEqual([
      ['PC-001', 'ok'],
      ['PC-002', 'unreachable'],
      ['PC-003', 'ok'],
    ]);
    expect(document.data.results[0]?.data?.steps).toContainEqual(
      expect.objectContaining({ step: 'licensing-classes', status: 'ok' }),
    );
    expect(document.data.results[1]).toMatchObject({ step: 'licensing-classes', hresult: '0x800706BA' });
    expect(await program.ok('fleet', 'runs')).toContain('check-connection PC-*');
    const again = await json('check-connection', '--rerun', 'unreachable');
    expect([outcomes(again), again.status]).toEqual([[['PC-002', 'unreachable']], 4]);
  });

  test('those whose way ends at the same place stand together, whatever their addresses', async () => {
    const { status, out, err } = await program.run(['check-connection', '@all', '--targets', away()]);
    expect(status).toBe(4);
    expect(out).toContain('== ssh-[1-2] (2) unreachable at tcp, 0x800706BA ==');
    expect(out).toContain('nothing listens on <host>:1');
    // Alone, a machine is told of with what is its own.
    expect(out).toMatch(/== winrm-1 \(1\) unreachable at tcp, 0x800706BA ==\n(?:.*\n)*.*127\.0\.0\.3 port 1/);
    expect(err).toContain('slmgr: 3 machines: 3 unreachable');
    // The way's own advice, not that of the number, which KMS clients have as well.
    expect(err).toMatch(/ 3 × 0x800706BA at tcp .* What to do: (?!Open 1688)/);
  });

  test('lines as they come, rows for programs, JSON lines', async () => {
    const live = await program.run(['check-connection', 'PC-[001-002]', '--live']);
    expect(live.out).toMatch(/^PC-00[12]: name {15}ok$/m);
    const rows = await program.run(['check-connection', '@all', '--targets', away(), '--tsv']);
    const [head, ...lines] = rows.out.trimEnd().split('\n');
    expect(head).toBe('Machine\tStep\tStatus\tDetail\tAdvice');
    expect(lines.find((line) => line.startsWith('ssh-2\ttcp'))).toContain('127.0.0.2:1');
    const { out } = await program.run(['check-connection', 'PC-*', '--ndjson']);
    const parsed = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly schema: string; readonly data: object });
    expect(parsed.map(({ schema }) => schema)).toEqual([
      ...Array.from({ length: 3 }, () => 'slmgr.run-result/1'),
      'slmgr.result/1',
    ]);
    expect(Object.keys(parsed.at(-1)?.data ?? {})).toEqual(['run', 'counts']);
  });

  test('what was found out is remembered, who was away too; --no-record leaves it out', async () => {
    await program.run(['check-connection', 'PC-*']);
    await program.ok('fleet', 'forget', 'PC-*', '--yes');
    await program.run(['check-connection', 'PC-*', '--no-record']);
    expect(await program.ok('fleet', 'list')).not.toMatch(/^PC-00/m);
    await program.run(['check-connection', 'PC-*']);
    const listed = (await program.run(['fleet', 'list', 'PC-*'])).out;
    expect(listed).toMatch(/^PC-001 +notification/m);
    expect(listed).toMatch(/^PC-002 +never-read/m);
  });

  test('limits hold, and an option of runs is refused for one machine', async () => {
    const stopped = await json(
      'check-connection',
      '@all',
      '--targets',
      away(),
      '--batch',
      '1',
      '--max-fail',
      '0',
    );
    expect(stopped.data.counts).toMatchObject({ unreachable: 1, notRun: 2 });
    const one = await program.run(['check-connection', 'PC-001', '--live']);
    expect([one.status, one.out]).toEqual([1, '']);
    expect(one.err).toContain('--live belongs to lines about many machines');
    expect((await program.run(['check-connection'])).err).toContain('A machine is missing');
  });
});

describe('snapshot of many machines', () => {
  test('each becomes a file of the folder, which answers later; who is away leaves the file that was there', async () => {
    const folder = join(program.files, 'recorded');
    mkdirSync(folder);
    writeFileSync(join(folder, 'PC-002.json'), 'of yesterday');
    const { status, out } = await program.run(['snapshot', 'PC-*', '--out', folder]);
    expect(status).toBe(3);
    expect(out).toContain('== PC-[001,003] (2) ok ==\n<machine>.json\n');
    expect(readdirSync(folder).sort()).toEqual(['PC-001.json', 'PC-002.json', 'PC-003.json']);
    expect(readFileSync(join(folder, 'PC-002.json'), 'utf8')).toBe('of yesterday');
    const recorded = await program.ok('--snapshot', join(folder, 'PC-003.json'), '/dli');
    expect(recorded).toBe(await program.ok('PC-003', '/dli'));
    const one = join(program.files, 'one.json');
    expect(await program.ok('snapshot', 'PC-003', '--out', one)).toBe('');
    expect(await program.ok('--snapshot', one, '/dli')).toBe(recorded);
  });

  test('as JSON each is the data of its result; with a folder, its file is', async () => {
    const bare = await json('snapshot', 'PC-*');
    expect(bare.data.results.map(({ data }) => data?.schema)).toEqual([
      'slmgr.snapshot/1',
      undefined,
      'slmgr.snapshot/1',
    ]);
    const folder = join(program.files, 'new', 'folder');
    const filed = await json('snapshot', 'PC-*', '--exclude', 'PC-002', '--out', folder);
    expect(filed.status).toBe(0);
    expect(filed.data.results.map(({ data }) => data?.file)).toEqual([
      join(folder, 'PC-001.json'),
      join(folder, 'PC-003.json'),
    ]);
  });

  test('a name that is no file name anywhere becomes one, and nothing is written outside of the folder', async () => {
    const folder = join(program.files, 'named');
    // The inventory would know PC-001 by that name, to the other tests' surprise.
    const document = await json('snapshot', 'lab://PC-001,PC-003', '--out', folder, '--no-record');
    expect(document.status).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['PC-003.json', 'lab%3A%2F%2FPC-001.json']);
  });

  test('without a folder, into a file, beside --snapshot: refused before anything is read', async () => {
    const file = join(program.files, 'file');
    writeFileSync(file, 'mine');
    for (const [words, why] of [
      [['snapshot', 'PC-*'], 'go into a folder'],
      [['snapshot', 'PC-*', '--out', file], 'there is a file of that name'],
      [['snapshot', 'PC-*', '--out', join(file, 'below')], 'cannot be made'],
      [['snapshot', 'PC-*', '--snapshot', file], 'A snapshot is of one machine'],
    ] as const) {
      const { status, out, err } = await program.run(words);
      expect([words, status, out]).toEqual([words, 1, '']);
      expect(err).toContain(why);
    }
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(existsSync(join(file, 'below'))).toBe(false);
  });
});
