import { InProcess } from '../../storm/in-process';

interface Document {
  readonly exitCode: number;
  readonly data: {
    readonly state: string;
    readonly machines: readonly { readonly machine: string; readonly state: string }[];
    readonly run?: string;
    readonly counts?: { readonly ok: number; readonly unreachable: number };
    readonly results?: readonly {
      readonly machine: string;
      readonly outcome: string;
      readonly text: string;
    }[];
  };
}

describe('check of many machines is a run', () => {
  let program: InProcess;

  beforeAll(async () => {
    program = new InProcess(null);
    await program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z', '--seed', '1');
    await program.ok(
      'lab',
      'add',
      'PC',
      '--product',
      'Windows 7 Professional',
      '--channel',
      'oem',
      '--count',
      '3',
    );
    await program.ok('lab', 'stop', 'PC-002');
  });
  afterAll(() => program.remove());

  const json = async (...words: readonly string[]): Promise<Document & { readonly status: number }> => {
    const { status, out } = await program.run(['check', ...words, '--json']);
    return { ...(JSON.parse(out) as Document), status };
  };

  test('it has a run, counts and results beside the states of check, which give the status', async () => {
    const { status, exitCode, data } = await json('PC-*');
    expect([status, exitCode, data.state]).toEqual([3, 3, 'UNKNOWN']);
    expect(data.run).toMatch(/./);
    expect(data.counts).toMatchObject({ ok: 2, unreachable: 1 });
    expect(data.results?.map(({ machine, outcome }) => [machine, outcome])).toEqual([
      ['PC-001', 'ok'],
      ['PC-002', 'unreachable'],
      ['PC-003', 'ok'],
    ]);
    expect(data.machines.map(({ machine }) => machine)).toEqual(['PC-001', 'PC-002', 'PC-003']);
    expect(await program.ok('fleet', 'runs')).toContain('check PC-*');
  });

  test('each machine has its line, as where it is asked alone', async () => {
    const { status, out } = await program.run(['check', 'PC-*']);
    const alone = await program.run(['check', 'PC-001']);
    expect(status).toBe(3);
    expect(out).toContain(alone.out.trimEnd());
    expect(out.trimEnd().split('\n')).toHaveLength(3);
  });

  test('--rerun asks those again that were not reached', async () => {
    await program.run(['check', 'PC-*']);
    const { data } = await json('--rerun', 'unreachable');
    expect(data.machines.map(({ machine }) => machine)).toEqual(['PC-002']);
  });

  test('each word means what it means by itself: what one leaves out, another may name', async () => {
    const names = async (...words: readonly string[]): Promise<readonly string[]> =>
      (await json(...words)).data.machines.map(({ machine }) => machine);
    expect(await names('PC-*', 'PC-[002-003]!PC-001')).toEqual(['PC-001', 'PC-002', 'PC-003']);
    expect(await names('PC-*!PC-002', 'pc-001')).toEqual(['PC-001', 'PC-003']);
    expect(await names('PC-*!PC-002', '127.0.0.1', '--timeout', '1s')).toEqual([
      'PC-001',
      'PC-003',
      '127.0.0.1',
    ]);
  });

  test('machines named one by one are no run, and take none of its options', async () => {
    const { data } = await json('PC-001', 'PC-003');
    expect([data.run, data.counts, data.results]).toEqual([undefined, undefined, undefined]);
    const { status, out, err } = await program.run(['check', 'PC-001', '--batch', '1']);
    expect([status, out]).toEqual([3, '']);
    expect(err).toContain('--batch belongs to lines about many machines');
  });
});
