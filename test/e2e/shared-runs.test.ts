import { Pool } from 'pg';
import { hasPostgres, postgresNote, startPostgres, type Postgres } from '../fixtures/postgres';
import { Processes, type Going } from './processes';
import { launcher, Program } from './program';

const machines = 30;
/** The lock behind which machines wait. */
const gate = 77;

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
      // One connection for all of the test: it has the lock.
      max: 1,
      idleTimeoutMillis: 0,
    });
    pool.on('error', () => undefined);
    program.data('lab', 'init');
  }, 180_000);

  /** Machines of a test alone: nothing is rearmed twice without a restart in between, whatever test came before. */
  const made = (prefix: string): unknown =>
    program.data('lab', 'add', prefix, '--product', 'Windows 10 Enterprise', '--count', String(machines));

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

  /** Machines from a place on wait before a state of theirs is noted: until `opened`, or until the server goes. */
  async function held(state: 'begun' | 'done', place: number): Promise<void> {
    await pool.query(`CREATE OR REPLACE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${gate}); RETURN NEW; END $$`);
    await pool.query(`SELECT pg_advisory_lock(${gate})`);
    await pool.query(`CREATE OR REPLACE TRIGGER held BEFORE UPDATE ON shared_machine FOR EACH ROW
      WHEN (NEW.state = '${state}' AND NEW.place >= ${place}) EXECUTE FUNCTION held()`);
  }

  const opened = (): Promise<unknown> => pool.query(`SELECT pg_advisory_unlock(${gate})`);

  function rearmCounts(of: string): Map<string, number> {
    const { stdout } = program.run(of, '/dlv', '--json', '--no-record');
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
    made('KILL');
    const [one, other] = [start('fleet', 'worker'), start('fleet', 'worker', '--concurrency', '4')];
    await Promise.all([takesPart(one), takesPart(other)]);
    const seen = program.runWith({ env }, 'fleet', 'workers', '--json');
    const { data } = JSON.parse(seen.stdout) as { data: { workers: { process: number }[] } };
    expect(data.workers.map(({ process }) => process).toSorted()).toEqual(
      [one, other].map(({ child }) => child.pid).toSorted(),
    );
    await held('done', 0);
    const before = rearmCounts('KILL-*');
    const run = start('KILL-*', '/rearm', '--shared', '--yes', '--json');
    const isAtWork = async ({ child }: Going) => (await begun(child.pid ?? 0)) > 0;
    await until('a change is under way', async () => (await isAtWork(one)) || (await isAtWork(other)));
    const [dead, live] = (await isAtWork(one)) ? [one, other] : [other, one];
    dead.child.kill('SIGKILL');
    await opened();
    const { status, out, err } = await run.ended;
    const document = JSON.parse(out) as {
      data: { counts: Record<string, number>; results: { machine: string; outcome: string }[] };
    };
    const { results, counts } = document.data;
    expect([results.length, new Set(results.map(({ machine }) => machine)).size]).toEqual([
      machines,
      machines,
    ]);
    // Nothing tells whether the dead one made what it had begun: it was not sent again.
    const unknown = counts['unknown'] ?? 0;
    expect([unknown > 0, counts['changed']]).toEqual([true, machines - unknown]);
    expect([err, status]).toEqual(['', 3]);
    const after = rearmCounts('KILL-*');
    for (const { machine, outcome } of results) {
      const times = (before.get(machine) ?? 0) - (after.get(machine) ?? 0);
      if (outcome === 'changed') expect([machine, times]).toEqual([machine, 1]);
      else expect([machine, times <= 1]).toEqual([machine, true]);
    }
    live.child.kill('SIGINT');
    expect((await live.ended).status).toBe(130);
    const runs = JSON.parse(program.runWith({ env }, 'fleet', 'runs', '--json').stdout) as {
      data: { runs: { line: string; counts: unknown }[] };
    };
    expect(runs.data.runs).toContainEqual(expect.objectContaining({ line: 'KILL-* /rearm', counts }));
    await expectNoPassword();
  }, 240_000);

  test('the server goes and comes back in the middle: nothing begins meanwhile, and nothing is lost or sent twice', async () => {
    made('CUT');
    const worker = start('fleet', 'worker');
    await takesPart(worker);
    await held('begun', 5);
    const before = rearmCounts('CUT-*');
    const run = start('CUT-*', '/rearm', '--shared', '--yes', '--live');
    await until('a machine has its end', () => run.out() !== '');
    postgres.cut();
    const isAway = ({ err }: Going) => err().includes('The database is away');
    await until('both say so', () => isAway(worker) && isAway(run));
    expect(worker.err()).toContain('nothing more is begun');
    const during = [...rearmCounts('CUT-*')].filter(([name, count]) => before.get(name) === count);
    expect(during.length).toBeGreaterThanOrEqual(machines - 5);
    postgres.resume();
    const { status, err } = await run.ended;
    const after = rearmCounts('CUT-*');
    for (const [name, count] of before) expect([name, count - (after.get(name) ?? 0)]).toEqual([name, 1]);
    // What was begun when the server went may have been looked at: nothing tells a rearm.
    expect([0, 3]).toContain(status);
    expect(err).toMatch(/machines: \d+ changed/);
    worker.child.kill('SIGINT');
    expect((await worker.ended).status).toBe(130);
  }, 240_000);

  test('a run is left and followed again, and another one stopped: nothing more begins', async () => {
    made('LEFT');
    const worker = start('fleet', 'worker');
    await takesPart(worker);
    await held('begun', 5);
    const run = start('LEFT-*', '/skms', 'kms.example', '--shared', '--live');
    await until('a machine has its end', () => run.out() !== '');
    run.child.kill('SIGINT');
    await until('the stop is said', () => run.err().includes('No new machine is begun'));
    await until(
      'the run is stopped',
      async () => (await numberOf(`shared_run WHERE stopped = 'interrupted'`)) === 1,
    );
    await opened();
    const stopped = await run.ended;
    await held('done', 0);
    const left = start('LEFT-*', '/skms', 'kms2.example', '--shared');
    expect(stopped.status).toBe(130);
    expect(stopped.err).toMatch(
      new RegExp(`${machines} machines: \\d+ changed, \\d+ not run \\(.*It was interrupted`, 's'),
    );
    await until('the second run is under way', async () => (await begun(worker.child.pid ?? 0)) > 0);
    left.child.kill('SIGTERM');
    const gone = await left.ended;
    expect([gone.status, gone.out]).toEqual([143, '']);
    await opened();
    const [, id = ''] = /--follow (\S+)"/.exec(gone.err.replace(/\s+/g, ' ')) ?? [];
    const followed = program.runWith({ env }, 'fleet', 'runs', '--follow', id);
    expect(followed.stderr).toContain(`${machines} machines: `);
    worker.child.kill('SIGTERM');
    expect((await worker.ended).status).toBe(143);
  }, 240_000);
});
