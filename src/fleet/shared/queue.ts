import { PgBoss } from 'pg-boss';
import type { Pool } from 'pg';
import * as z from 'zod';

/** A chunk of a run's machines that a worker took, and has to touch while it has it. */
export interface ChunkJob {
  readonly queue: string;
  readonly id: string;
  /** Which time it was given out: whoever had it before has lost it. */
  readonly retryCount: number;
  readonly run: string;
  readonly chunk: number;
}

/** Runs SQL: a pool, or one connection of it that has a transaction open. */
export type Sql = Pick<Pool, 'query'>;

/** The queues of chunks: every chunk is given out at least once, and again where its worker is gone. */
export interface ChunkQueue {
  /** Makes queues that are not there. */
  readonly prepare: (queues: Iterable<string>) => Promise<void>;
  /** Adds chunks of a run to a queue, with everything else of a transaction. */
  readonly add: (queue: string, run: string, chunks: readonly number[], transaction: Sql) => Promise<void>;
  /** A chunk to work on; null where there is none now. */
  readonly take: (queue: string) => Promise<ChunkJob | null>;
  /** Says that the worker of chunks is alive; gives those that were given to somebody else. */
  readonly touch: (jobs: readonly ChunkJob[]) => Promise<readonly ChunkJob[]>;
  readonly done: (job: ChunkJob) => Promise<void>;
  /** Gives a chunk to whoever takes it next. */
  readonly giveBack: (job: ChunkJob) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** pg-boss keeps its tables in a schema of its own beside the inventory's. */
const schema = 'slmgr_queue';
/** A worker that does not touch its chunk for so long is taken for dead. */
const heartbeatSeconds = 15;
/** How often somebody looks for chunks of the dead. */
const lookSeconds = 3;
/** pg-boss ends a chunk that takes longer, however alive its worker is. */
const longestSeconds = 12 * 3600;
const anyTimes = 10_000;

/** pg-boss says it, and has no type for it. */
const answer = z.object({ affected: z.int() });
const chunkData = z.object({ run: z.string(), chunk: z.int() });

/**
 * Opens the queues in a database. The packages load here for the first time.
 * @throws what the server says
 */
export async function openQueue(pool: Pool): Promise<ChunkQueue> {
  const boss = new PgBoss({
    schema,
    db: { executeSql: (text: string, values?: unknown[]) => pool.query(text, values) },
    supervise: true,
    schedule: false,
    superviseIntervalSeconds: lookSeconds,
    monitorIntervalSeconds: lookSeconds,
  });
  // What fails is told by the call that fails; a server that is away is tried again.
  boss.on('error', () => undefined);
  await boss.start();
  return {
    prepare: async (queues) => {
      for (const name of queues) {
        await boss.createQueue(name, {
          heartbeatSeconds,
          expireInSeconds: longestSeconds,
          retryLimit: anyTimes,
          retryDelay: 0,
          deleteAfterSeconds: 3600,
        });
      }
    },
    add: async (queue, run, chunks, transaction) => {
      const jobs = chunks.map((chunk) => ({ data: { run, chunk } }));
      const db = { executeSql: (text: string, values?: unknown[]) => transaction.query(text, values) };
      await boss.insert(queue, jobs, { db });
    },
    take: async (queue) => {
      const [job] = await boss.fetch<object>(queue, { batchSize: 1 });
      if (job === undefined) return null;
      const { id, retryCount, data } = job;
      return { queue, id, retryCount, ...chunkData.parse(data) };
    },
    touch: async (jobs) => {
      const lost: ChunkJob[] = [];
      for (const queue of new Set(jobs.map((job) => job.queue))) {
        const those = jobs.filter((job) => job.queue === queue);
        if (await areTouched(boss, queue, those)) continue;
        for (const job of those) if (!(await areTouched(boss, queue, [job]))) lost.push(job);
      }
      return lost;
    },
    done: async ({ queue, id, retryCount }) => {
      await boss.complete(queue, { id, retryCount });
    },
    giveBack: async ({ queue, id, retryCount }) => {
      await boss.fail(queue, { id, retryCount });
    },
    close: () => boss.stop({ graceful: false, close: false }),
  };
}

/** Whether all of these chunks are still those of whom they were given to. */
async function areTouched(boss: PgBoss, queue: string, jobs: readonly ChunkJob[]): Promise<boolean> {
  const attempts = jobs.map(({ id, retryCount }) => ({ id, retryCount }));
  return answer.parse(await boss.touch(queue, attempts)).affected === jobs.length;
}
