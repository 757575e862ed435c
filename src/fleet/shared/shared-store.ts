import type { Pool } from 'pg';
import * as z from 'zod';
import { batchSizes, type Share } from '../runs/batches';
import { outcomes, type MachineResult, type Outcome } from '../runs/outcome';
import type { StopReason } from '../runs/run-machines';
import { endWaiting } from './end-waiting';
import type { ChunkQueue } from './queue';
import { sharedSchema } from './shared-schema';
import {
  readResult,
  sharedHead,
  stopReasons,
  type HandedMachine,
  type SeenWorker,
  type SharedHead,
} from './shared-run';
import { transaction } from './transaction';

/** A result and its number: later ones have larger numbers. */
export interface NumberedResult {
  readonly seq: number;
  readonly result: MachineResult;
}

/** What a run came to. */
export interface SharedOutcomes {
  readonly isOver: boolean;
  /** By machine, in the order of the run. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

/** How far a run is. */
export interface SharedState {
  readonly running: number;
  readonly stopped: StopReason | null;
}

/** The limits of a run that who hands it over says. Times are in milliseconds. */
export interface HandedLimits {
  readonly batches: readonly Share[];
  readonly deadline: number | null;
}

/** Machines of one job. */
const leastInChunk = 25;
const mostInChunk = 100;
/** Jobs of a large run: enough that workers who come later find some. */
const usualChunks = 400;
/** Runs that began longer ago are forgotten when another begins. */
const keptDays = 30;
const resultsAtOnce = 2000;

/** The tables of shared runs, in the database of the inventory, for those who hand over and look on. */
export class SharedStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Makes the tables where there are none, and then what else is to be made; one at a time does so. */
  async prepare<T>(others: () => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    const ignore = (): void => undefined;
    client.on('error', ignore);
    try {
      await client.query(`SELECT pg_advisory_lock(hashtext('slmgr shared runs'))`);
      for (const statement of sharedSchema) await client.query(statement);
      return await others();
    } finally {
      client.off('error', ignore);
      // The lock goes with the connection.
      client.release(true);
    }
  }

  /** Notes a run with its machines and queues the chunks of its first batch: all of it or nothing. */
  async handOver(
    run: Omit<SharedHead, 'batches'>,
    machines: readonly HandedMachine[],
    limits: HandedLimits,
    queue: ChunkQueue,
  ): Promise<void> {
    const { places, chunks, batches } = inChunks(machines, limits.batches);
    await queue.prepare(new Set(chunks.map((chunk) => chunk.queue)));
    const head: SharedHead = { ...run, batches };
    await transaction(this.#pool, async (sql) => {
      await sql.query(`DELETE FROM shared_run WHERE begun_at < now() - interval '${keptDays} days'`);
      await sql.query(
        `INSERT INTO shared_run (id, head, deadline_at) VALUES ($1, $2, now() + $3 * interval '1 millisecond')`,
        [head.id, JSON.stringify(head), limits.deadline],
      );
      await sql.query(
        `INSERT INTO shared_chunk (run, chunk, batch, queue)
         SELECT $1, c.chunk - 1, c.batch, c.queue
         FROM unnest($2::int[], $3::text[]) WITH ORDINALITY AS c (batch, queue, chunk)`,
        [head.id, chunks.map(({ batch }) => batch), chunks.map((chunk) => chunk.queue)],
      );
      await sql.query(
        `INSERT INTO shared_machine (run, place, chunk, batch, name, via, site, jump, way, task)
         SELECT $1, m.place - 1, m.chunk, c.batch, m.name, m.via, m.site, m.jump, m.way::json, m.task::json
         FROM unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
           WITH ORDINALITY AS m (chunk, name, via, site, jump, way, task, place)
         JOIN shared_chunk c ON c.run = $1 AND c.chunk = m.chunk`,
        [
          head.id,
          places,
          machines.map(({ name }) => name),
          machines.map(({ via }) => via),
          machines.map(({ site }) => site),
          machines.map(({ jump }) => jump),
          machines.map(({ way }) => (way === null ? null : JSON.stringify(way))),
          machines.map(({ task }) => (task === null ? null : JSON.stringify(task))),
        ],
      );
      for (const name of new Set(chunks.map((chunk) => chunk.queue))) {
        const first = chunks.flatMap((chunk, at) => (chunk.batch === 0 && chunk.queue === name ? [at] : []));
        if (first.length > 0) await queue.add(name, head.id, first, sql);
      }
    });
  }

  /** What a run is about; null where there is no such run. */
  async head(run: string): Promise<SharedHead | null> {
    const { rows } = await this.#pool.query<{ head: unknown }>('SELECT head FROM shared_run WHERE id = $1', [
      run,
    ]);
    return rows[0] === undefined ? null : sharedHead.parse(rows[0].head);
  }

  /** The names of a run's machines, in their order. */
  async names(run: string): Promise<readonly string[]> {
    const { rows } = await this.#pool.query<{ name: string }>(
      'SELECT name FROM shared_machine WHERE run = $1 ORDER BY place',
      [run],
    );
    return rows.map(({ name }) => name);
  }

  /** No machine of a run begins any more; those whose turn did not come have their result at once. */
  async stop(run: string, reason: StopReason): Promise<void> {
    await this.#pool.query('UPDATE shared_run SET stopped = $2 WHERE id = $1 AND stopped IS NULL', [
      run,
      reason,
    ]);
    await transaction(this.#pool, (sql) => endWaiting(run, sql));
  }

  /** How many machines of a run are under way, and whether it was stopped. */
  async state(run: string): Promise<SharedState> {
    const { rows } = await this.#pool.query<{ running: number; stopped: string | null }>(
      `SELECT (SELECT count(*) FROM shared_machine m WHERE m.run = r.id AND m.state = 'begun') AS running, r.stopped
       FROM shared_run r WHERE r.id = $1`,
      [run],
    );
    const row = rows[0] ?? { running: 0, stopped: null };
    return { running: row.running, stopped: stopReasons.find((each) => each === row.stopped) ?? null };
  }

  /** Some of the results with numbers behind one, in their order; none where there are none yet. */
  async results(run: string, after: number): Promise<readonly NumberedResult[]> {
    const { rows } = await this.#pool.query<{ seq: number; result: unknown }>(
      `SELECT seq, result FROM shared_machine WHERE run = $1 AND seq > $2 ORDER BY seq LIMIT ${String(resultsAtOnce)}`,
      [run, after],
    );
    return rows.map(({ seq, result }) => ({ seq, result: readResult(result) }));
  }

  /** What a run came to so far; null where there is no such run. */
  async outcomes(run: string): Promise<SharedOutcomes | null> {
    const { rows } = await this.#pool.query<{ name: string; outcome: string | null }>(
      'SELECT name, outcome FROM shared_machine WHERE run = $1 ORDER BY place',
      [run],
    );
    if (rows.length === 0) return null;
    return {
      isOver: rows.every(({ outcome }) => outcome !== null),
      outcomes: new Map(
        rows.map(({ name, outcome }) => [name, outcomes.find((each) => each === outcome) ?? 'not-run']),
      ),
    };
  }

  /** Says that a worker is there, and what it does; and ends runs whose time is over. */
  async alive(worker: Omit<SeenWorker, 'seenSecondsAgo'>): Promise<void> {
    const { id, computer, process, concurrency, sites, doing, startedAt } = worker;
    await this.#pool.query(
      `INSERT INTO shared_worker (id, computer, process, concurrency, sites, doing, started_at, seen_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, now())
       ON CONFLICT (id) DO UPDATE SET doing = excluded.doing, seen_at = now()`,
      [id, computer, process, concurrency, JSON.stringify(sites), doing, startedAt],
    );
    const { rows } = await this.#pool.query<{ id: string }>(
      'SELECT id FROM shared_run WHERE deadline_at < now() AND stopped IS NULL',
    );
    for (const late of rows) {
      const isOver = await this.#isOver(late.id);
      if (!isOver) await this.stop(late.id, 'deadline');
    }
  }

  async left(worker: string): Promise<void> {
    await this.#pool.query('DELETE FROM shared_worker WHERE id = $1', [worker]);
  }

  /** Workers that were seen within a day, the last one first. */
  async workers(): Promise<readonly SeenWorker[]> {
    const { rows } = await this.#pool.query<Record<string, unknown>>(
      `SELECT id, computer, process, concurrency, sites, doing, started_at AS "startedAt",
         greatest(0, round(extract(epoch FROM now() - seen_at)))::int AS "seenSecondsAgo" FROM shared_worker
       WHERE seen_at > now() - interval '1 day' ORDER BY seen_at DESC, id`,
    );
    return z.array(seenWorker).parse(rows);
  }

  async #isOver(run: string): Promise<boolean> {
    const { rows } = await this.#pool.query(
      `SELECT 1 FROM shared_machine WHERE run = $1 AND state <> 'done' LIMIT 1`,
      [run],
    );
    return rows.length === 0;
  }
}

const seenWorker = z.object({
  id: z.string(),
  computer: z.string(),
  process: z.int(),
  concurrency: z.int(),
  sites: z.array(z.string()),
  doing: z.string(),
  startedAt: z.int(),
  seenSecondsAgo: z.int(),
});

interface Chunks {
  /** The chunk of each machine. */
  readonly places: readonly number[];
  readonly chunks: readonly { readonly batch: number; readonly queue: string }[];
  readonly batches: number;
}

/**
 * Machines of a batch that the same workers can reach, and that share their limits, go together: a worker whose site is
 * full can take others meanwhile.
 */
function inChunks(machines: readonly HandedMachine[], shares: readonly Share[]): Chunks {
  const size = Math.min(mostInChunk, Math.max(leastInChunk, Math.ceil(machines.length / usualChunks)));
  const chunks: { readonly batch: number; readonly queue: string }[] = [];
  const open = new Map<string, { readonly chunk: number; count: number }>();
  const places: number[] = [];
  const sizes = batchSizes(machines.length, shares);
  let at = 0;
  for (const [batch, count] of sizes.entries()) {
    open.clear();
    for (const { queue, site, jump } of machines.slice(at, (at += count))) {
      const key = JSON.stringify([queue, site, jump]);
      let chunk = open.get(key);
      if (chunk === undefined || chunk.count >= size) {
        chunk = { chunk: chunks.push({ batch, queue }) - 1, count: 0 };
        open.set(key, chunk);
      }
      chunk.count += 1;
      places.push(chunk.chunk);
    }
  }
  return { places, chunks, batches: Math.max(1, sizes.length) };
}
