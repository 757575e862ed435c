import { emptyAttempt, type AttemptResult } from '../../../src/fleet/runs/run-machines';
import { openQueue } from '../../../src/fleet/shared/queue';
import { ChunkStore } from '../../../src/fleet/shared/chunk-store';
import type { SharedHead } from '../../../src/fleet/shared/shared-run';
import { SharedStore } from '../../../src/fleet/shared/shared-store';
import { Worker } from '../../../src/fleet/shared/work';
import { postgresPool } from '../../../src/fleet/store/postgres-pool';
import { sleepUntil } from '../../../src/cli/runs/conduct';
import { sharedLimits } from '../../../src/cli/runs/shared-limits';
import { hasPostgres, postgresNote, startPostgres, type Postgres } from '../../fixtures/postgres';

const head: Omit<SharedHead, 'batches'> = {
  id: '',
  verb: 'skms',
  line: '/skms kms.example',
  changes: true,
  who: 'somebody@here',
  startedAt: 0,
  work: null,
  remembers: false,
  retries: 0,
  machineTimeout: 60_000,
  perSite: 3,
  maxFail: null,
};
const noLimits = { batches: [], deadline: null };

/** Machines that count what reaches them. */
class Machines {
  readonly changes = new Map<string, number>();
  readonly looks = new Map<string, number>();
  busy = 0;
  busiest = 0;

  async change(name: string, signal: AbortSignal, milliseconds: number): Promise<AttemptResult> {
    this.changes.set(name, (this.changes.get(name) ?? 0) + 1);
    this.busy += 1;
    this.busiest = Math.max(this.busiest, this.busy);
    await sleepUntil(milliseconds, signal);
    this.busy -= 1;
    return { ...emptyAttempt, outcome: 'changed', exitCode: 0, text: `${name} done` };
  }

  look(name: string): Promise<AttemptResult> {
    this.looks.set(name, (this.looks.get(name) ?? 0) + 1);
    return Promise.resolve({ ...emptyAttempt, outcome: this.changes.has(name) ? 'changed' : 'unknown' });
  }
}

(hasPostgres ? describe : describe.skip)(`workers over a real PostgreSQL${postgresNote}`, () => {
  let postgres: Postgres;
  let url: string;
  beforeAll(async () => {
    postgres = await startPostgres();
    url = postgres.url.replace('fleet@', `fleet:${postgres.password}@`);
  }, 120_000);
  afterAll(() => postgres.stop());

  /** What a test opened and started ends with it, however it ends. */
  const endings: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  interface Opened {
    readonly store: SharedStore;
    readonly chunks: ChunkStore;
    readonly queue: Awaited<ReturnType<typeof openQueue>>;
  }

  async function opened(): Promise<Opened> {
    const { pool } = postgresPool(url);
    const store = new SharedStore(pool);
    const queue = await store.prepare(() => openQueue(pool));
    await queue.prepare(['any']);
    endings.push(async () => {
      await queue.close();
      await pool.end();
    });
    return { store, chunks: new ChunkStore(pool, queue), queue };
  }

  function workerOf(
    id: string,
    { store, chunks, queue }: Opened,
    machines: Machines,
    milliseconds: number,
  ): { readonly worker: Worker; readonly told: string[] } {
    const told: string[] = [];
    const facts = { id, computer: 'here', process: 1, concurrency: 20, sites: [], startedAt: 0 };
    const worker = new Worker(facts, {
      ...{ chunks, queue, queues: ['any'] },
      store: {
        // It begins nothing before others can count what it has under way.
        alive: async (seen) => {
          await sleepUntil(100, new AbortController().signal);
          await store.alive(seen);
        },
        left: (who) => store.left(who),
      },
      now: () => performance.now(),
      sleep: sleepUntil,
      groupsOf: (run, machine) => sharedLimits(run)({ ...machine, kind: 'windows', source: '' }),
      ownGroupsOf: () => [],
      settle: () => Promise.resolve(),
      attempt: (_run, { name }, signal) => machines.change(name, signal, milliseconds),
      look: (_run, { name }) => machines.look(name),
      mayRetry: () => false,
      gaveUp: () => ({ ...emptyAttempt, outcome: 'unknown' }),
      tell: (sentence) => told.push(sentence),
    });
    return { worker, told };
  }

  async function results(store: SharedStore, run: string, all: number): Promise<ReadonlyMap<string, string>> {
    for (;;) {
      const found = await store.results(run, 0);
      if (found.length >= all) return new Map(found.map(({ result }) => [result.machine, result.outcome]));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  const named = (count: number, site: string | null = null) =>
    Array.from({ length: count }, (_, n) => ({
      ...{ name: `PC-${n}`, via: 'ssh' as const, site, jump: null, way: null, task: null },
      queue: 'any',
    }));

  test('two workers share a run: each machine is changed once, and a limit of a site holds over both', async () => {
    const [one, other] = [await opened(), await opened()];
    const machines = new Machines();
    const run = { ...head, id: 'shared' };
    await one.store.handOver(run, named(60, 'Berlin'), noLimits, one.queue);
    const stop = new AbortController();
    const never = new AbortController().signal;
    const works = [workerOf('w1', one, machines, 20), workerOf('w2', other, machines, 20)].map(({ worker }) =>
      worker.work(stop.signal, never),
    );
    endings.push(() => {
      stop.abort();
      return Promise.all(works);
    });
    const found = await results(one.store, run.id, 60);
    expect(new Set(found.values())).toEqual(new Set(['changed']));
    expect([...machines.changes.values()].every((times) => times === 1)).toBe(true);
    expect([machines.changes.size, machines.busiest <= 3]).toEqual([60, true]);
    expect((await one.store.workers()).map(({ id }) => id).toSorted()).toEqual(['w1', 'w2']);
    stop.abort();
    await Promise.all(works);
    expect(await one.store.workers()).toEqual([]);
  }, 60_000);

  test('a chunk that was begun by a worker that is gone is looked at and not sent again; a stop ends what waits', async () => {
    const [dead, live] = [await opened(), await opened()];
    const machines = new Machines();
    const run = { ...head, id: 'taken', perSite: null };
    await dead.store.handOver(run, named(20), noLimits, dead.queue);
    const job = await dead.queue.take('any');
    if (job === null) throw new Error('no chunk');
    const claimed = await dead.chunks.claim(job, 'dead');
    const [first, second, third] = claimed?.machines ?? [];
    if (claimed === null || first === undefined || second === undefined || third === undefined)
      throw new Error('no machines');
    const held = ({ place }: { readonly place: number }) => ({ run: run.id, place, hold: claimed.hold });
    for (const machine of [first, second]) expect(await dead.chunks.begin(held(machine), [])).toBe('begun');
    machines.changes.set(first.name, 1);
    // It never touches its chunk again.
    const stop = new AbortController();
    const { worker } = workerOf('live', live, machines, 1);
    const work = worker.work(stop.signal, new AbortController().signal);
    endings.push(() => {
      stop.abort();
      return work;
    });
    const found = await results(live.store, run.id, 20);
    expect([found.get(first.name), found.get(second.name)]).toEqual(['changed', 'unknown']);
    expect([...machines.looks.keys()].toSorted()).toEqual([first.name, second.name].toSorted());
    expect([...machines.changes.values()].every((times) => times === 1)).toBe(true);
    expect(machines.changes.size).toBe(19);
    // What the dead one says later counts for nothing.
    expect(await dead.chunks.begin(held(third), [])).toBe('gone');
    expect(await dead.queue.touch([job])).toEqual([job]);
    stop.abort();
    await work;
    const waiting = { ...head, id: 'stopped' };
    await live.store.handOver(waiting, named(5), noLimits, live.queue);
    await live.store.stop(waiting.id, 'interrupted');
    expect(new Set((await results(live.store, waiting.id, 5)).values())).toEqual(new Set(['not-run']));
  }, 120_000);
});
