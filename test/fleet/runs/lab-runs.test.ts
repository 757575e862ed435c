import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDocument, runResultLine } from '../../../src/cli/schemas/run';
import { InProcess, type Ran } from '../../storm/in-process';

const program = new InProcess(null);

beforeAll(async () => {
  await program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z', '--seed', '1');
  await program.ok('lab', 'add', 'PC', '--count', '12', '--product', 'Windows 11 Enterprise');
  await program.ok('lab', 'add', 'SRV', '--product', 'Windows Server 2022 Standard');
  await program.ok('lab', 'stop', 'PC-003');
});

afterAll(() => {
  program.remove();
});

interface Document {
  readonly ok: boolean;
  readonly verb: string | null;
  readonly exitCode: number;
  readonly messages: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
}

const run = (...words: readonly string[]): Promise<Ran> => program.run(words);

async function json(...words: readonly string[]): Promise<Document> {
  const { out } = await run(...words, '--json');
  return JSON.parse(out) as Document;
}

interface Result {
  readonly machine: string;
  readonly outcome: string;
  readonly verification: string | null;
  readonly exitCode: number;
  readonly hresult: string | null;
  readonly step: string | null;
  readonly text: string;
  readonly data: unknown;
  readonly messages: readonly string[];
}

const resultsOf = (document: Document): readonly Result[] => document.data['results'] as readonly Result[];

const headings = ({ out }: Ran): readonly string[] =>
  out.split('\n').filter((line) => line.startsWith('== '));

const journals = (): readonly string[] => {
  const folder = join(program.folder, 'data', 'runs');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'));
};

describe('a verb on many machines of the laboratory', () => {
  test('is folded: the largest group first, failures last; a recap says the rest', async () => {
    const ended = await run('PC-[001-004],SRV', '/dli');
    expect(ended.status).toBe(3);
    expect(headings(ended)).toEqual([
      '== PC-[001-002,004] (3) ok ==',
      '== SRV (1) ok ==',
      '== PC-003 (1) unreachable at connecting, 0x800706BA ==',
    ]);
    expect(ended.err).toMatch(
      /^slmgr: 5 machines: 4 ok, 1 unreachable \(\d+\.\d s, run \S+\)\nslmgr: 1 × 0x800706BA at connecting \(PC-003\): PC-003 is stopped: .*RPC server.*\n$/,
    );
    // What stands under a heading is the text of a line to one machine.
    expect(ended.out).toContain((await program.ok('PC-001', '/dli')).trim());
  });

  test('as JSON: one document, the same data as a line to one machine', async () => {
    const document = await json('PC-[001-003]', '/dlv');
    expect(runDocument.parse(document)).toEqual(document);
    expect([document.ok, document.exitCode, document.verb]).toEqual([false, 3, 'dlv']);
    expect(document.data['counts']).toEqual({
      ok: 2,
      changed: 0,
      failed: 0,
      unreachable: 1,
      skipped: 0,
      notRun: 0,
      unknown: 0,
    });
    const [first, , last] = resultsOf(document);
    const single = await json('PC-001', '/dlv');
    expect(first).toMatchObject({ machine: 'PC-001', outcome: 'ok', exitCode: 0, data: single.data });
    expect(last).toMatchObject({
      machine: 'PC-003',
      outcome: 'unreachable',
      hresult: '0x800706BA',
      step: 'connecting',
      data: null,
    });
  });

  test('as NDJSON: a line for each machine, then the summary', async () => {
    const { status, out, err } = await run('PC-[001-002]', '/xpr', '--ndjson');
    expect([status, err]).toEqual([0, '']);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Document);
    const summary = lines.pop();
    expect(runDocument.parse(summary)).toEqual(summary);
    expect(summary?.data).not.toHaveProperty('results');
    for (const line of lines) expect(runResultLine.parse(line)).toEqual(line);
    expect(lines).toHaveLength(2);
  });

  test('changes are read back, and noted with what was known before they were sent', async () => {
    const document = await json('PC-[001-002]', '/skms', 'kms.example:1689');
    expect(resultsOf(document).map(({ outcome, verification }) => [outcome, verification])).toEqual([
      ['changed', 'verified'],
      ['changed', 'verified'],
    ]);
    const [head = '', ...entries] = journals().at(-1)!.trim().split('\n');
    expect(JSON.parse(head)).toMatchObject({
      verb: 'skms',
      line: 'PC-[001-002] /skms kms.example:1689',
      machines: ['PC-001', 'PC-002'],
    });
    expect(entries.filter((entry) => 'begun' in (JSON.parse(entry) as object))).toHaveLength(2);
    expect(JSON.parse(entries.at(-1)!)).toMatchObject({ end: { exitCode: 0, counts: { changed: 2 } } });
    const bad = await json('PC-[001-002]', '/sprt', '1700');
    expect(resultsOf(bad).map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
    expect([bad.exitCode, bad.ok]).toEqual([4, false]);
  });

  test('no product key is kept of a run', async () => {
    const key = /\S{5}(?:-\S{5}){4}/.exec(await program.ok('keys', 'Windows 11 Enterprise'))![0];
    const document = await json('PC-[011-012]', '/ipk', key, '--yes');
    expect(resultsOf(document).map(({ verification }) => verification)).toEqual(['verified', 'verified']);
    expect(journals().join('')).not.toContain(key);
    expect(journals().at(-1)).toContain(`/ipk …${key.slice(-5)}`);
  });

  test('a verb that cannot be taken back needs a word more', async () => {
    const before = journals().length;
    const { status, out, err } = await run('PC-[009-010]', '/rearm');
    expect([status, out]).toEqual([1, '']);
    expect(err).toContain('/rearm on 2 machines cannot be taken back');
    expect(err).toContain('PC-[009-010]');
    expect(journals()).toHaveLength(before);
    const told = await run('PC-[009-010]', '/rearm', '--yes');
    expect(headings(told)).toEqual(['== PC-[009-010] (2) changed, not-verifiable ==']);
  });

  test('a dry run changes nothing and notes no change', async () => {
    const ended = await run('PC-[004-005]', '/upk', '--dry-run');
    expect(headings(ended)).toEqual(['== PC-[004-005] (2) ok ==']);
    expect(ended.out).toContain('UninstallProductKey');
    expect(await program.ok('PC-004', '/dli')).toContain('Partial Product Key');
  });

  test('--live gives lines as they come, and --diff what differs from the largest group', async () => {
    const live = await run('PC-[004-005]', '/xpr', '--live');
    expect(live.out).toMatch(/^PC-00[45]: Windows\(R\), Enterprise edition:\n/);
    expect(headings(live)).toHaveLength(1);
    const diff = await run('PC-[004-006],SRV', '/dli', '--diff');
    expect(diff.out).toContain(
      '\n- Name: Windows(R), Enterprise edition\n+ Name: Windows(R), ServerStandard edition',
    );
  });

  test.each([
    [['PC-[001-002]', '/nonsense'], '/nonsense is no verb'],
    [['PC-*', '/ipk'], '/ipk needs <Product Key>'],
    [['PC-[001-002],XX', '/dli'], 'XX is not known here.'],
    [['PC-001!PC-001', '/dli'], 'No machine is left.'],
    [['PC-*', '/dli', '--snapshot', 'x.json'], 'A snapshot is of one machine'],
    [['PC-*', '/dli', '--concurrency', '0'], '--concurrency 0'],
    [['PC-*', '/dli', '--batch', '1,x'], '--batch x'],
    [['PC-*', '/dli', '--retries', '21'], 'from 0 to 20'],
    [['PC-*', '/dli', '--deadline', 'soon'], '--deadline soon'],
    [['PC-*', '/dli', '--max-fail', '101%'], '--max-fail 101%'],
    [['PC-001', '/dli', '--batch', '2'], '--batch belongs to lines about many machines'],
    [['PC-001', '/dli', '--live'], '--live belongs to lines about many machines'],
  ])('%p is refused before anything is sent', async (words, message) => {
    const before = journals().length;
    const { status, out, err } = await run(...words);
    expect([status, out]).toEqual([1, '']);
    expect(err).toContain(message);
    expect(journals()).toHaveLength(before);
  });

  test('a refusal under --json is a document', async () => {
    expect(await json('PC-001,XX', '/dli')).toMatchObject({ ok: false, exitCode: 1, data: null });
  });

  test('batches stop where more failed than --max-fail allows', async () => {
    const ended = await json('PC-[003-009]', '/dli', '--batch', '1,3', '--max-fail', '0');
    expect(ended.data['counts']).toMatchObject({ unreachable: 1, notRun: 6 });
    expect(ended.exitCode).toBe(4);
    expect(ended.messages.join()).toContain('--max-fail');
  });

  test('--rerun takes up machines of the last run, with or without an expression', async () => {
    await run('PC-[001-004]', '/dli');
    const again = await json('/xpr', '--rerun', 'unreachable');
    expect(resultsOf(again).map(({ machine, outcome }) => [machine, outcome])).toEqual([
      ['PC-003', 'unreachable'],
    ]);
    await run('PC-[001-004]', '/dli');
    expect(resultsOf(await json('PC-[001-002]', '/xpr', '--rerun', 'ok,failed'))).toHaveLength(2);
    const { status, err } = await run('/xpr', '--rerun', 'unknown');
    expect([status, err]).toEqual([
      1,
      expect.stringMatching(/^slmgr: No machine of the run \S+ .* is unknown\.\n$/),
    ]);
    expect((await run('/xpr', '--rerun', 'best')).err).toContain('--rerun best is none of');
    expect(await program.ok('targets', '--rerun', 'ok', '--folded')).toBe('PC-[001-002]\n');
  });

  test('blocks of addresses are machines, with exclusions', async () => {
    const block = ['targets', '--cidr', '10.1.0.0/28', '--folded'];
    expect(await program.ok(...block)).toBe('10.1.0.[1-14]\n');
    expect(await program.ok(...block, '--exclude', '10.1.0.8/29,10.1.0.[1-3],10.1.0.*7')).toBe(
      '10.1.0.[4-6]\n',
    );
    expect(await program.ok('targets', 'PC-001', '--cidr', '2001:db8::fffe/127', '--folded')).toBe(
      'PC-001,2001:db8::fffe,2001:db8::ffff\n',
    );
    for (const [word, message] of [
      ['10.0.0.0/8', 'more than 1000000 addresses'],
      ['10.0.0.0/33', 'no block of addresses'],
      ['10.0.0', 'no block of addresses'],
    ] as const) {
      const { status, out, err } = await run('targets', '--cidr', word);
      expect([status, out, err.includes(message)]).toEqual([1, '', true]);
    }
  });
});
