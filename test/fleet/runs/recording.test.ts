import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasPostgres, postgresNote, startPostgres, type Postgres } from '../../fixtures/postgres';
import { InProcess } from '../../storm/in-process';

const program = new InProcess(null);
const home = join(program.folder, 'data');

interface Machine {
  readonly name: string;
  readonly reached: boolean;
  readonly kmsSet: string | null;
  readonly failure: { readonly message: string; readonly hresult: string } | null;
  readonly products: readonly { readonly partialProductKey: string }[];
}

async function known(of: InProcess = program, ...more: readonly string[]): Promise<readonly Machine[]> {
  const words = ['fleet', 'list', ...more, '--json'];
  return (JSON.parse(await of.ok(...words)) as { data: { machines: readonly Machine[] } }).data.machines;
}
const names = async (): Promise<readonly string[]> => (await known()).map(({ name }) => name);

interface ListedRun {
  readonly run: string;
  readonly line: string;
  readonly who: string;
  readonly endedAt: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly outcomes: readonly Readonly<Record<string, unknown>>[] | null;
}
async function runs(of: InProcess, ...more: readonly string[]): Promise<readonly ListedRun[]> {
  const words = ['fleet', 'runs', ...more, '--json'];
  return (JSON.parse(await of.ok(...words)) as { data: { runs: readonly ListedRun[] } }).data.runs;
}

beforeAll(async () => {
  await program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z', '--seed', '1');
  await program.ok('lab', 'add', 'PC', '--count', '4', '--product', 'Windows 11 Enterprise');
  await program.ok('lab', 'stop', 'PC-003');
});
afterEach(() => {
  for (const end of ['', '-wal', '-shm']) rmSync(join(home, `fleet.db${end}`), { force: true });
  rmSync(join(home, 'runs'), { recursive: true, force: true });
});
afterAll(() => program.remove());

describe('a run on many machines', () => {
  test('remembers what each says, and why one did not answer', async () => {
    expect((await program.run(['PC-[001-003]', '/dli'])).status).toBe(3);
    const [first, second, third, ...others] = await known();
    expect(others).toEqual([]);
    expect(first).toMatchObject({ name: 'PC-001', reached: true, failure: null });
    expect(second?.products[0]?.partialProductKey).toMatch(/^\w{5}$/);
    expect(third).toMatchObject({ name: 'PC-003', reached: false, products: [] });
    expect(third?.failure).toMatchObject({ hresult: '0x800706BA' });
    expect(third?.failure?.message).toContain('PC-003 is stopped');
    expect(await program.ok('targets', '--where', 'reached = yes', '--folded')).toBe('PC-[001-002]\n');
  });

  test('is read behind a change: what is remembered is what it came to', async () => {
    await program.ok('PC-[001-002]', '/skms', 'kms.example:1699');
    expect((await known()).map(({ kmsSet }) => kmsSet)).toEqual(['kms.example:1699', 'kms.example:1699']);
    await program.ok('/ckms', '--where', 'kms-set ~ "kms.example*"');
    expect((await known()).map(({ kmsSet }) => kmsSet)).toEqual([null, null]);
  });

  test('--no-record leaves the inventory out, and not the run; so does a dry run', async () => {
    await program.ok('PC-[001-002]', '/xpr', '--no-record');
    await program.ok('PC-[001-002]', '/skms', 'kms.example', '--dry-run');
    expect(existsSync(join(home, 'fleet.db'))).toBe(false);
    expect((await runs(program)).map(({ line }) => line)).toEqual([
      'PC-[001-002] /skms kms.example',
      'PC-[001-002] /xpr',
    ]);
    const both = await program.run(['PC-*', '/xpr', '--record', '--no-record']);
    expect([both.status, both.err]).toEqual([1, expect.stringContaining('contradict each other')]);
  });

  test('an inventory that cannot be used ends the line before anything is sent', async () => {
    writeFileSync(join(home, 'fleet.db'), 'no database at all, and longer than a header of one would be');
    const { status, out, err } = await program.run(['PC-[001-002]', '/skms', 'kms.example']);
    expect([status, out]).toEqual([1, '']);
    expect(err).toContain('Nothing was sent; --no-record leaves the inventory out.');
    expect(existsSync(join(home, 'runs'))).toBe(false);
    await program.ok('PC-[001-002]', '/xpr', '--no-record');
  });
});

describe('a line to one machine', () => {
  test('is remembered with --record alone, and its text stays as it is', async () => {
    const text = await program.ok('PC-001', '/dli');
    expect(existsSync(join(home, 'fleet.db'))).toBe(false);
    expect(await program.run(['PC-001', '/dli', '--record'])).toEqual({ status: 0, out: text, err: '' });
    await program.ok('PC-002', '/skms', 'kms.example', '--record');
    expect((await program.run(['PC-003', '/dli', '--record'])).status).not.toBe(0);
    const machines = await known();
    expect(machines.map(({ name, reached, kmsSet }) => [name, reached, kmsSet])).toEqual([
      ['PC-001', true, null],
      ['PC-002', true, 'kms.example'],
      ['PC-003', false, null],
    ]);
    expect(await runs(program)).toEqual([]);
    await program.ok('PC-002', '/ckms');
    expect(await names()).toHaveLength(3);
  });
});

describe('runs', () => {
  test('are in the inventory from their end on, each machine with its outcome', async () => {
    await program.run(['PC-[001-003]', '/dli']);
    rmSync(join(home, 'runs'), { recursive: true });
    const [run, ...others] = await runs(program);
    expect(others).toEqual([]);
    expect(run).toMatchObject({ line: 'PC-[001-003] /dli', counts: { ok: 2, unreachable: 1 } });
    expect(run?.who).toMatch(/^.+@.+$/);
    const [told] = await runs(program, run!.run);
    expect(told?.outcomes).toHaveLength(3);
    expect(told?.outcomes?.[2]).toMatchObject({
      machine: 'PC-003',
      outcome: 'unreachable',
      hresult: '0x800706BA',
      step: 'connecting',
      attempts: 1,
    });
    expect((await program.run(['/dli', '--rerun', 'ok'])).err).toContain('There was no run yet');
  });

  test('one that a kill cut short is handed over by the next one', async () => {
    await program.ok('PC-[001-002]', '/skms', 'kms.example', '--no-record');
    const folder = join(home, 'runs');
    const [name = ''] = readdirSync(folder);
    const [first = '', ...entries] = readFileSync(join(folder, name), 'utf8').split('\n');
    const dead = { ...(JSON.parse(first) as object), process: 2 ** 22 - 1 };
    const begun = entries.filter((entry) => entry.includes('"begun"'));
    writeFileSync(join(folder, name), [JSON.stringify(dead), ...begun, ''].join('\n'));
    expect(await program.ok('targets', '--rerun', 'unknown', '--folded')).toBe('PC-[001-002]\n');
    await program.ok('PC-001', '/ckms', '--record');
    rmSync(folder, { recursive: true });
    const [cut] = await runs(program);
    expect(cut).toMatchObject({ endedAt: null, counts: { unknown: 2 } });
    expect((await runs(program, '--last', '1')).map(({ run }) => run)).toEqual([cut?.run]);
  });
});

describe(`a team's inventory${postgresNote}`, () => {
  const test = hasPostgres ? it : it.skip;
  let server: Postgres;
  const other = new InProcess(null);
  beforeAll(async () => {
    if (!hasPostgres) return;
    server = await startPostgres();
    process.env['PGPASSWORD'] = server.password;
  }, 120_000);
  afterAll(() => {
    if (hasPostgres) server.stop();
    other.remove();
  });

  test('has the runs of all its members, and no private ones', async () => {
    const store = ['--store', server.database('team')];
    await program.ok('PC-001,PC-002', '/dli', ...store);
    await program.ok('PC-[001-002]', '/xpr');
    await other.ok('lab', 'init');
    await other.ok('lab', 'add', 'SRV', '--count', '2', '--product', 'Windows Server 2022 Standard');
    await other.ok('SRV-*', '/xpr', ...store);
    const lines = ['SRV-* /xpr', 'PC-001,PC-002 /dli'];
    expect((await runs(program, ...store)).map(({ line }) => line)).toEqual(lines);
    expect((await runs(other, ...store)).map(({ line }) => line)).toEqual(lines);
    const [theirs] = await runs(other, ...store);
    expect((await runs(program, theirs!.run, ...store))[0]?.outcomes).toHaveLength(2);
    expect((await known(program, ...store)).map(({ name }) => name)).toEqual([
      'PC-001',
      'PC-002',
      'SRV-001',
      'SRV-002',
    ]);
    expect((await runs(program)).map(({ line }) => line)).toEqual(['PC-[001-002] /xpr']);
  });
});
