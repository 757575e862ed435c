import type { Pool } from 'pg';
import * as z from 'zod';
import { isPassed } from '../runs/batches';
import type { MachineResult } from '../runs/outcome';
import type { Group } from '../runs/slots';
import { endWaiting, inOrder } from './end-waiting';
import { Gathered } from './gathered';
import type { ChunkJob, ChunkQueue, Sql } from './queue';
import { chunkMachine, sharedHead, type ChunkMachine, type SharedHead } from './shared-run';
import { transaction } from './transaction';

/** A machine in the hands of a worker that has a chunk. */
interface HeldMachine {
  readonly run: string;
  readonly place: number;
  /** Of the worker, and of the time it was given the chunk: whoever had it before has lost it. */
  readonly hold: string;
}

/** A claimed chunk. */
export interface ClaimedChunk {
  readonly head: SharedHead;
  readonly machines: readonly ChunkMachine[];
  /** Milliseconds until the whole run has to end; null where it has no such limit. */
  readonly left: number | null;
  readonly hold: string;
}

export type Begin = 'begun' | 'full' | 'gone';

/** Workers that were not seen for so long hold no place in a group any more: theirs are taken over by then. */
const goneSeconds = 30;

/** The tables of shared runs as a worker writes them. What many machines want at the same time is one transaction. */
export class ChunkStore {
  readonly #pool: Pool;
  readonly #queue: ChunkQueue;
  readonly #begins: Gathered<Beginning, Begin>;
  readonly #ends: Gathered<Ending, null>;

  constructor(pool: Pool, queue: ChunkQueue) {
    this.#pool = pool;
    this.#queue = queue;
    this.#begins = new Gathered((items) => begin(pool, items));
    this.#ends = new Gathered((items) => this.#finish(items));
  }

  /** Makes a chunk that of a worker: its machines without a result; null where there is no such run any more. */
  async claim({ run, chunk, id, retryCount }: ChunkJob, worker: string): Promise<ClaimedChunk | null> {
    const hold = `${id}:${String(retryCount)}`;
    const { rows: runs } = await this.#pool.query<{ head: unknown; left: number | null }>(
      `SELECT head, (extract(epoch FROM deadline_at - now()) * 1000)::float8 AS left FROM shared_run WHERE id = $1`,
      [run],
    );
    const [found] = runs;
    if (found === undefined) return null;
    const { rows } = await this.#pool.query(
      `UPDATE shared_machine SET worker = $3, hold = $4, was_begun = was_begun OR state = 'begun', state = 'claimed'
       WHERE run = $1 AND chunk = $2 AND state <> 'done'
       RETURNING place, name, via, site, jump, way, task, was_begun AS "wasBegun"`,
      [run, chunk, worker, hold],
    );
    const machines = z.array(chunkMachine).parse(rows);
    machines.sort((one, other) => one.place - other.place);
    return { head: sharedHead.parse(found.head), machines, left: found.left, hold };
  }

  /**
   * A machine's turn comes: durable before anything is sent to it. `full`: a group has as many under way as it may have,
   * over all workers; `gone`: the run was stopped, or the machine is another worker's. It may be asked again after an
   * error.
   */
  begin(machine: HeldMachine, groups: readonly Group[]): Promise<Begin> {
    return this.#begins.add({ ...machine, groups });
  }

  /** Keeps a machine's result; one of a worker that has lost the machine counts for nothing. */
  async finish(machine: HeldMachine, head: SharedHead, result: MachineResult): Promise<void> {
    await this.#ends.add({ ...machine, head, result });
  }

  /**
   * Goes on to the next batch of a run where the one before is done, or stops it where too many failed.
   * @returns whether all machines have their result
   */
  async advance(run: string): Promise<boolean> {
    return transaction(this.#pool, async (sql) => {
      const { rows } = await sql.query<{ head: unknown; batch: number; stopped: string | null }>(
        'SELECT head, batch, stopped FROM shared_run WHERE id = $1 FOR UPDATE',
        [run],
      );
      const [row] = rows;
      if (row === undefined || !(await isDone(sql, run, row.batch))) return false;
      const head = sharedHead.parse(row.head);
      const isStopped = row.stopped !== null || (await this.#tooManyFailed(sql, head));
      if (isStopped || row.batch + 1 >= head.batches) {
        await sql.query('UPDATE shared_run SET deadline_at = NULL WHERE id = $1', [run]);
        return true;
      }
      await sql.query('UPDATE shared_run SET batch = batch + 1 WHERE id = $1', [run]);
      const chunks = await sql.query<{ chunk: number; queue: string }>(
        'SELECT chunk, queue FROM shared_chunk WHERE run = $1 AND batch = $2 ORDER BY chunk',
        [run, row.batch + 1],
      );
      for (const queue of new Set(chunks.rows.map((each) => each.queue))) {
        const those = chunks.rows.filter((each) => each.queue === queue).map(({ chunk }) => chunk);
        await this.#queue.prepare([queue]);
        await this.#queue.add(queue, run, those, sql);
      }
      return false;
    });
  }

  /** The whole of --max-fail, at the end of a batch. */
  async #tooManyFailed(sql: Sql, { id, maxFail }: SharedHead): Promise<boolean> {
    if (maxFail === null) return false;
    const { rows } = await sql.query<{ failed: number; tried: number }>(
      `SELECT count(*) FILTER (WHERE outcome IN ('failed', 'unreachable', 'unknown')) AS failed,
         count(*) FILTER (WHERE outcome <> 'not-run') AS tried
       FROM shared_machine WHERE run = $1 AND state = 'done'`,
      [id],
    );
    const { failed, tried } = rows[0] ?? { failed: 0, tried: 0 };
    if (!isPassed(maxFail, failed, tried)) return false;
    await stopForFailures(sql, id);
    return true;
  }

  async #finish(items: readonly Ending[]): Promise<readonly null[]> {
    const failed = items.filter(({ head, result }) => hasNumber(head) && failures.has(result.outcome));
    if (failed.length === 0) await keep(this.#pool, items);
    else {
      await transaction(this.#pool, async (sql) => {
        await keep(sql, items);
        for (const head of new Map(failed.map((each) => [each.head.id, each.head])).values())
          await stopAtNumber(sql, head);
      });
    }
    return items.map(() => null);
  }
}

interface Beginning extends HeldMachine {
  readonly groups: readonly Group[];
}

interface Ending extends HeldMachine {
  readonly head: SharedHead;
  readonly result: MachineResult;
}

/**
 * One statement, one round trip: nobody waits for a worker that is slow while it has the lock, which the join takes before
 * any row has its number.
 */
async function keep(sql: Sql, items: readonly Ending[]): Promise<void> {
  await sql.query(
    `WITH alone AS MATERIALIZED (${inOrder})
     UPDATE shared_machine m SET state = 'done', outcome = i.outcome, result = i.result::json,
       seq = nextval('shared_result')
     FROM alone, unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[])
       AS i (run, place, hold, outcome, result)
     WHERE m.run = i.run AND m.place = i.place AND m.hold = i.hold AND m.state = 'begun'`,
    [
      items.map(({ run }) => run),
      items.map(({ place }) => place),
      items.map(({ hold }) => hold),
      items.map(({ result }) => result.outcome),
      items.map(({ result }) => JSON.stringify(result)),
    ],
  );
}

const failures: ReadonlySet<string> = new Set(['failed', 'unreachable', 'unknown']);

async function isDone(sql: Sql, run: string, batch: number): Promise<boolean> {
  const { rows } = await sql.query(
    `SELECT 1 FROM shared_machine WHERE run = $1 AND batch = $2 AND state <> 'done' LIMIT 1`,
    [run, batch],
  );
  return rows.length === 0;
}

async function stopForFailures(sql: Sql, run: string): Promise<void> {
  await sql.query(`UPDATE shared_run SET stopped = 'max-fail' WHERE id = $1 AND stopped IS NULL`, [run]);
  await endWaiting(run, sql);
}

/** Without batches there is no place in between: a number of failures is looked at each time. */
function hasNumber({ maxFail, batches }: SharedHead): boolean {
  return maxFail?.kind === 'number' && batches <= 1;
}

async function stopAtNumber(sql: Sql, { id, maxFail }: SharedHead): Promise<void> {
  if (maxFail?.kind !== 'number') return;
  const { rows } = await sql.query(
    `SELECT 1 FROM shared_machine WHERE run = $1 AND outcome IN ('failed', 'unreachable', 'unknown') LIMIT $2`,
    [id, maxFail.number + 1],
  );
  if (rows.length > maxFail.number) await stopForFailures(sql, id);
}

async function begin(pool: Pool, items: readonly Beginning[]): Promise<readonly Begin[]> {
  if (items.every(({ groups }) => groups.length === 0)) return noteBegun(pool, items, new Set());
  return transaction(pool, async (sql) => noteBegun(sql, items, await withoutRoom(sql, items)));
}

async function noteBegun(
  sql: Sql,
  items: readonly Beginning[],
  isFull: ReadonlySet<Beginning>,
): Promise<readonly Begin[]> {
  const those = items.filter((item) => !isFull.has(item));
  const { rows } = await sql.query<{ run: string; place: number; hold: string }>(
    `UPDATE shared_machine m SET state = 'begun'
     FROM unnest($1::text[], $2::int[], $3::text[]) AS i (run, place, hold), shared_run r
     WHERE m.run = i.run AND m.place = i.place AND m.hold = i.hold AND m.state IN ('claimed', 'begun')
       AND r.id = m.run AND (m.was_begun OR (r.stopped IS NULL AND (r.deadline_at IS NULL OR r.deadline_at > now())))
     RETURNING m.run, m.place, m.hold`,
    [those.map(({ run }) => run), those.map(({ place }) => place), those.map(({ hold }) => hold)],
  );
  const begun = new Set(rows.map(keyOf));
  return items.map((item) => {
    if (isFull.has(item)) return 'full';
    return begun.has(keyOf(item)) ? 'begun' : 'gone';
  });
}

function keyOf({ run, place, hold }: HeldMachine): string {
  return `${run} ${String(place)} ${hold}`;
}

/** Those whose groups are full. One at a time counts a group; the lock lasts until the turns are noted. */
async function withoutRoom(sql: Sql, items: readonly Beginning[]): Promise<ReadonlySet<Beginning>> {
  const keys = [...new Set(items.flatMap(({ groups }) => groups.map(({ key }) => key)))].sort();
  const full = new Set<Beginning>();
  if (keys.length === 0) return full;
  // In one order, so that nobody waits for each other.
  for (const key of keys) await sql.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`slmgr ${key}`]);
  const { rows } = await sql.query<{ key: string; busy: number }>(
    `SELECT g.key, count(*) AS busy FROM shared_machine m JOIN shared_worker w ON w.id = m.worker
       CROSS JOIN LATERAL (VALUES ('jump ' || m.jump), ('site ' || lower(m.site))) AS g (key)
     WHERE m.state = 'begun' AND w.seen_at > now() - interval '${String(goneSeconds)} s' AND g.key = ANY($1)
       AND (m.run, m.place) NOT IN (SELECT * FROM unnest($2::text[], $3::int[]))
     GROUP BY g.key`,
    [keys, items.map(({ run }) => run), items.map(({ place }) => place)],
  );
  const busy = new Map(rows.map((row) => [row.key, row.busy]));
  for (const item of items) {
    if (item.groups.some(({ key, limit }) => (busy.get(key) ?? 0) >= limit)) full.add(item);
    else for (const { key } of item.groups) busy.set(key, (busy.get(key) ?? 0) + 1);
  }
  return full;
}
