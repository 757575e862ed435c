import { Pool } from 'pg';
import { hasPostgres, postgresNote, startPostgres, type Postgres } from '../fixtures/postgres';
import { Processes, type Going } from './processes';
import { launcher, Program } from './program';

const machines = 80;

(hasPostgres ? describe : describe.skip)(`three processes and a real PostgreSQL${postgresNote}`, () => {
  const program = new Program();
  const processes = new Processes();
  let postgres: Postgres;
  let pool: Pool;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    postgres = await startPostgres();
    env = { ...program.env, SLMGR_FLEET_STORE: postgres.url, PGPASSWORD: postgres.password };
    pool = new Pool({
      connectionString: postgres.url.replace('fleet@', `fleet:${postgres.password}@`),
      max: 1,
    });
    pool.on('error', () => undefined);
    program.data('lab', 'init');
    program.data('lab', 'add', 'PC', '--product', 'Windows 10 Enterprise', '--count', String(machines));
  }, 180_000);

  afterAll(async () => {
    processes.end();
    await pool.end();
    program.remove();
    postgres.stop();
  });

  const start = (...words: readonly string[]): Going =>
    processes.start(process.execPath, [launcher, ...words], env);
  const until: Processes['until'] = (what, condition) => processes.until(what, condition);
  const takesPart = (worker: Going): Promise<void> => processes.takesPart(worker, pool);

  async function numberOf(sql: string, values: readonly unknown[] = []): Promise<number> {
    const { rows } = await pool.query<{ number: string }>(`SELECT count(*) AS number FROM ${sql}`, [
      ...values,
    ]);
    return Number(rows[0]?.number);
  }

  const begun = (pid: number) =>
    numberOf(
      `shared_machine m JOIN shared_worker w ON w.id = m.worker WHERE m.state = 'begun' AND w.process = $1`,
      [pid],
    );

  /** Each machine's turn takes so long in the database, which costs this computer nothing. */
  async function paced(seconds: number): Promise<void> {
    await pool.query(`CREATE OR REPLACE FUNCTION paced() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(${String(seconds)}); RETURN NEW; END $$`);
    await pool.query(`CREATE OR REPLACE TRIGGER paced BEFORE UPDATE ON shared_machine FOR EACH ROW
      WHEN (NEW.state = 'begun' AND OLD.state = 'claimed') EXECUTE FUNCTION paced()`);
  }

  function rearmCounts(): Map<string, number> {
    const { stdout } = program.run('PC-*', '/dlv', '--json', '--no-record');
    const { data } = JSON.parse(stdout) as {
      data: {
        results: {
          machine: string;
          data: { service: { remainingWindowsRearmCount: number } };
        }[];
      };
    };
    return new Map(data.results.map((each) => [each.machine, each.data.service.remainingWindowsRearmCount]));
  }

  /** Of all tables, the queue's as well. */
  async function expectNoPassword(): Promise<void> {
    const { rows: tables } = await pool.query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_schema IN ('public', 'slmgr_queue')`,
    );
    expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['public.shared_machine']));
    for (const { name } of tables) {
      const { rows } = await pool.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
      expect(rows.filter(({ text }) => text.includes(postgres.password))).toEqual([]);
    }
  }

  test('a worker is killed in the middle: the other one brings every machine to one end, and none is changed twice', async () => {
    const [one, other] = [start('fleet', 'worker'), start('fleet', 'worker', '--concurrency', '4')];
    await Promise.all([takesPart(one), takesPart(other)]);
    const seen = program.runWith({ env }, 'fleet', 'workers', '--json');
    const { data } = JSON.parse(seen.stdout) as { data: { workers: { process: number }[] } };
    expect(data.workers.map(({ process }) => process).toSorted()).toEqual(
      [one, other].map(({ child }) => child.pid).toSorted(),
    );
    await paced(0.05);
    const before = rearmCounts();
    const run = start('PC-*', '/rearm', '--shared', '--yes', '--json');
    await until('a change is under way', async () => (await begun(one.child.pid ?? 0)) > 0);
    one.child.kill('SIGKILL');
    const { status, out, err } = await run.ended;
    const document = JSON.parse(out) as {
      data: { counts: Record<string, number>; results: { machine: string; outcome: string }[] };
    };
    const { results, counts } = document.data;
    expect([results.length, new Set(results.map(({ machine }) => machine)).size]).toEqual([
      machines,
      machines,
    ]);
    // What the dead one had begun was made, or nobody knows: it was not sent again.
    expect((counts['changed'] ?? 0) + (counts['unknown'] ?? 0)).toBe(machines);
    expect([err, status]).toEqual(['', counts['unknown'] === 0 ? 0 : 3]);
    const after = rearmCounts();
    for (const { machine, outcome } of results) {
      const times = (before.get(machine) ?? 0) - (after.get(machine) ?? 0);
      if (outcome === 'changed') expect([machine, times]).toEqual([machine, 1]);
      else expect([machine, times <= 1]).toEqual([machine, true]);
    }
    other.child.kill('SIGINT');
    expect((await other.ended).status).toBe(130);
    const runs = JSON.parse(program.runWith({ env }, 'fleet', 'runs', '--json').stdout) as {
      data: { runs: { line: string; counts: unknown }[] };
    };
    expect(runs.data.runs).toContainEqual(expect.objectContaining({ line: 'PC-* /rearm', counts }));
    await expectNoPassword();
  }, 240_000);

  test('the server goes and comes back in the middle: nothing begins meanwhile, and nothing is lost or sent twice', async () => {
    const worker = start('fleet', 'worker');
    await takesPart(worker);
    await paced(0.05);
    const before = rearmCounts();
    const run = start('PC-*', '/rearm', '--shared', '--yes', '--live');
    await until('a machine has its end', () => run.out() !== '');
    postgres.cut();
    const isAway = ({ err }: Going) => err().includes('The database is away');
    await until('both say so', () => isAway(worker) && isAway(run));
    expect(worker.err()).toContain('nothing more is begun');
    const during = rearmCounts();
    expect([...during].filter(([name, count]) => before.get(name) === count)).not.toEqual([]);
    expect(rearmCounts()).toEqual(during);
    postgres.resume();
    const { status, err } = await run.ended;
    const after = rearmCounts();
    for (const [name, count] of before) expect([name, count - (after.get(name) ?? 0)]).toEqual([name, 1]);
    // What was begun when the server went may have been looked at: nothing tells a rearm.
    expect([0, 3]).toContain(status);
    expect(err).toMatch(/machines: \d+ changed/);
    worker.child.kill('SIGINT');
    expect((await worker.ended).status).toBe(130);
  }, 240_000);

  test('a run is left and followed again, and another one stopped: nothing more begins', async () => {
    const worker = start('fleet', 'worker');
    await takesPart(worker);
    await paced(0.08);
    const run = start('PC-*', '/skms', 'kms.example', '--shared', '--live');
    await until('a machine has its end', () => run.out() !== '');
    run.child.kill('SIGINT');
    await until('the stop is said', () => run.err().includes('No new machine is begun'));
    await until(
      'nothing waits',
      async () => (await numberOf(`shared_machine WHERE state = 'claimed'`)) === 0,
    );
    const left = start('PC-*', '/skms', 'kms2.example', '--shared');
    const stopped = await run.ended;
    expect(stopped.status).toBe(130);
    expect(stopped.err).toMatch(
      new RegExp(`${machines} machines: \\d+ changed, \\d+ not run \\(.*It was interrupted`, 's'),
    );
    await until('the second run is under way', async () => (await begun(worker.child.pid ?? 0)) > 0);
    left.child.kill('SIGTERM');
    const gone = await left.ended;
    expect([gone.status, gone.out]).toEqual([143, '']);
    const [, id = ''] = /--follow (\S+)"/.exec(gone.err.replace(/\s+/g, ' ')) ?? [];
    const followed = program.runWith({ env }, 'fleet', 'runs', '--follow', id);
    expect(followed.stderr).toContain(`${machines} machines: `);
    worker.child.kill('SIGTERM');
    expect((await worker.ended).status).toBe(143);
  }, 240_000);
});
