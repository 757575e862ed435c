import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InProcess } from '../storm/in-process';

interface Runs {
  readonly data: {
    readonly runs: readonly {
      readonly run: string;
      readonly line: string;
      readonly endedAt: string | null;
      readonly exitCode: number | null;
      readonly counts: Readonly<Record<string, number>>;
      readonly outcomes: readonly { readonly machine: string; readonly outcome: string }[] | null;
    }[];
  };
}

describe('fleet runs', () => {
  const program = new InProcess(null);
  afterAll(() => {
    program.remove();
  });
  const runs = async (...words: readonly string[]): Promise<Runs['data']['runs']> =>
    (JSON.parse((await program.run(['fleet', 'runs', ...words, '--json'])).out) as Runs).data.runs;

  test('lists what was run, the newest first, one that was cut short too, and tells of each machine', async () => {
    expect((await program.run(['fleet', 'runs'])).out).toBe('There is no run yet.\n');
    await program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
    await program.ok('lab', 'add', 'PC', '--product', 'Windows 10 Enterprise', '--count', '4');
    await program.ok('lab', 'stop', 'PC-002');
    expect((await program.run(['PC-*', '/skms', 'kms01'])).status).toBe(3);
    await program.ok('PC-[003-004]', '/xpr');
    const listed = await runs();
    expect(listed.map(({ line, exitCode }) => [line, exitCode])).toEqual([
      ['PC-[003-004] /xpr', 0],
      ['PC-* /skms kms01', 3],
    ]);
    expect(listed[1]?.counts).toMatchObject({ changed: 3, unreachable: 1 });
    const [first] = await runs(listed[1]?.run ?? '');
    expect(first?.outcomes).toContainEqual(
      expect.objectContaining({ machine: 'PC-002', outcome: 'unreachable' }),
    );
    expect((await program.run(['fleet', 'runs', 'last'])).out).toContain('ok       2      PC-[003-004]');

    const folder = join(program.folder, 'data', 'runs');
    const newest = readdirSync(folder).sort().at(-1) ?? '';
    const lines = readFileSync(join(folder, newest), 'utf8').split('\n');
    writeFileSync(join(folder, newest), `${lines[0]}\n{"ended":"PC-003","outcome":"ok"}\n{"ended":"PC-0`);
    const [cut] = await runs('last');
    expect(cut).toMatchObject({ endedAt: null, exitCode: null, counts: { ok: 1, notRun: 1 } });

    const unknown = await program.run(['fleet', 'runs', 'yesterday']);
    expect(unknown).toMatchObject({ status: 1, out: '' });
    expect(unknown.err).toContain('There is no run yesterday: "slmgr fleet runs" lists them');
  });
});
