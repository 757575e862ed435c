/**
 * Shared runs: workers over a real PostgreSQL and machines that count what reaches them, by name. Two workers are killed
 * with -9, the server is cut off once, one worker comes later. Against it the same machines without the queue.
 *
 *   npm run bench:shared -- [MACHINES] [MILLISECONDS OF A TURN] [AT ONCE IN A WORKER]
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { openQueue } from '../../src/fleet/shared/queue';
import { SharedStore } from '../../src/fleet/shared/shared-store';
import { postgresPool } from '../../src/fleet/store/postgres-pool';
import { startPostgres, type Postgres } from '../../test/fixtures/postgres';

const [machines = 100_000, turnMs = 500, atOnce = 64] = process.argv.slice(2).map(Number);
const workers = 4;

/** How often each machine was changed, when the last turn of each process began. */
class Counted {
  readonly changes = new Map<string, number>();
  readonly lastOf = new Map<number, number>();
  port = 0;
  readonly #server = createServer((socket) => {
    socket.on('error', () => undefined);
    const id = socket.remotePort ?? 0;
    createInterface({ input: socket })
      .on('error', () => undefined)
      .on('line', (line) => {
        const [what, name = ''] = line.split(' ');
        if (what === 'change') {
          this.changes.set(name, (this.changes.get(name) ?? 0) + 1);
          this.lastOf.set(id, performance.now());
        }
        const answer = this.changes.has(name) ? 'changed' : 'as-it-was';
        setTimeout(
          () => socket.writable && socket.write(`${name} ${answer}\n`),
          what === 'change' ? turnMs : 1,
        );
      });
  });

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
  }
}

async function begin(words: readonly string[]): Promise<ChildProcess> {
  const args = ['--import', 'tsx', resolve(__dirname, 'worker.ts'), ...words];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

const seconds = (from: number): number => (performance.now() - from) / 1000;
const pause = (milliseconds: number): Promise<void> => new Promise((wake) => setTimeout(wake, milliseconds));
const told = (what: string, value: string): void => {
  process.stdout.write(`${what.padEnd(58)} ${value}\n`);
};

async function withoutQueue(): Promise<number> {
  const counted = new Counted();
  await counted.listen();
  const all = await Promise.all(
    Array.from({ length: workers }, (_, nth) =>
      begin(['none', String(counted.port), String(atOnce), 'alone', `${nth}/${workers}`, String(machines)]),
    ),
  );
  const from = performance.now();
  for (const child of all) child.stdin?.end('begin\n');
  await Promise.all(all.map((child) => once(child, 'close')));
  counted.close();
  return seconds(from);
}

class SharedRun {
  readonly counted = new Counted();
  readonly store: SharedStore;
  readonly url: string;
  readonly #pool: ReturnType<typeof postgresPool>['pool'];

  constructor(url: string) {
    this.url = url;
    this.#pool = postgresPool(url).pool;
    this.store = new SharedStore(this.#pool);
  }

  worker(): Promise<ChildProcess> {
    return begin([this.url, String(this.counted.port), String(atOnce)]);
  }

  async handOver(id: string): Promise<void> {
    const queue = await this.store.prepare(() => openQueue(this.#pool));
    const head = {
      ...{ id, verb: 'bench', line: 'bench', changes: true, who: 'bench', startedAt: 0, work: null },
      ...{ remembers: false, retries: 0, machineTimeout: 600_000, perSite: null, maxFail: null },
    };
    const named = Array.from({ length: machines }, (_, place) => ({
      ...{ name: `M${place}`, via: 'ssh' as const, site: null, jump: null, way: null, task: null },
      queue: 'any',
    }));
    await this.store.handOver(head, named, { batches: [], deadline: null }, queue);
    await queue.close();
  }

  async done(id: string): Promise<number> {
    try {
      const { rows } = await this.#pool.query<{ done: number }>(
        `SELECT count(*) AS done FROM shared_machine WHERE run = $1 AND state = 'done'`,
        [id],
      );
      return rows[0]?.done ?? 0;
    } catch {
      return 0;
    }
  }

  async untilDone(id: string, share: number): Promise<void> {
    while ((await this.done(id)) < machines * share) await pause(500);
  }

  /** Machines that a worker has which is gone. */
  async heldBy(pid: number | undefined): Promise<number> {
    const { rows } = await this.#pool.query<{ held: number }>(
      `SELECT count(*) AS held FROM shared_machine WHERE worker = $1 AND state IN ('claimed', 'begun')`,
      [String(pid)],
    );
    return rows[0]?.held ?? 0;
  }

  async outcomes(id: string): Promise<string> {
    const { rows } = await this.#pool.query<{ outcome: string; machines: number }>(
      `SELECT outcome, count(*) AS machines FROM shared_machine WHERE run = $1 GROUP BY outcome ORDER BY outcome`,
      [id],
    );
    return rows.map((row) => `${row.machines} ${row.outcome}`).join(', ');
  }

  /** As who looks on reads them: each machine once. */
  async isOnce(id: string): Promise<boolean> {
    const seen = new Set<string>();
    let count = 0;
    let last = 0;
    for (let found = await this.store.results(id, 0); found.length > 0;) {
      for (const { seq, result } of found) {
        seen.add(result.machine);
        count += 1;
        last = seq;
      }
      found = await this.store.results(id, last);
    }
    return count === machines && seen.size === machines;
  }

  /** Machines that were never changed and have no outcome that says so. */
  async missed(id: string): Promise<number> {
    const { rows } = await this.#pool.query<{ name: string }>(
      `SELECT name FROM shared_machine WHERE run = $1 AND outcome = 'changed'`,
      [id],
    );
    return rows.filter(({ name }) => !this.counted.changes.has(name)).length;
  }

  twice(): number {
    return [...this.counted.changes.values()].filter((times) => times > 1).length;
  }

  async end(all: readonly ChildProcess[]): Promise<void> {
    const going = all.filter((child) => child.exitCode === null && child.signalCode === null);
    const ended = Promise.all(going.map((child) => once(child, 'close')));
    for (const child of going) child.kill('SIGTERM');
    await ended;
    this.counted.close();
    await this.#pool.end();
  }
}

async function undisturbed(url: string): Promise<number> {
  const run = new SharedRun(url);
  await run.counted.listen();
  const all = await Promise.all(Array.from({ length: workers }, () => run.worker()));
  const from = performance.now();
  await run.handOver('undisturbed');
  told('handed over', `${seconds(from).toFixed(1)} s`);
  await run.untilDone('undisturbed', 1);
  const took = seconds(from);
  told('undisturbed: outcomes; changed twice', `${await run.outcomes('undisturbed')}; ${run.twice()}`);
  await run.end(all);
  return took;
}

async function disturbed(url: string, postgres: Postgres): Promise<void> {
  const run = new SharedRun(url);
  await run.counted.listen();
  await run.handOver('disturbed');
  const all = await Promise.all(Array.from({ length: workers }, () => run.worker()));
  await run.untilDone('disturbed', 0.1);
  for (const child of all.slice(0, 2)) {
    child.kill('SIGKILL');
    const from = performance.now();
    while ((await run.heldBy(child.pid)) > 0) await pause(100);
    told('killed with -9: its machines were taken over after', `${seconds(from).toFixed(1)} s`);
  }
  const before = run.counted.lastOf.size;
  const begun = performance.now();
  all.push(await run.worker());
  const ready = performance.now();
  const hasNone = (): boolean => run.counted.lastOf.size === before;
  while (hasNone() && (await run.done('disturbed')) < machines) await pause(50);
  const start = `(start ${((ready - begun) / 1000).toFixed(1)} s)`;
  told(
    'a worker that came: first machine',
    hasNone() ? 'none was left: too few machines' : `${seconds(ready).toFixed(1)} s ${start}`,
  );
  postgres.cut();
  await pause(3000);
  postgres.resume();
  await run.untilDone('disturbed', 1);
  told('disturbed: outcomes', await run.outcomes('disturbed'));
  told('each machine has one outcome', (await run.isOnce('disturbed')) ? 'yes' : 'NO');
  told('changed twice; "changed" and was not', `${run.twice()}; ${await run.missed('disturbed')}`);
  await run.end(all);
}

async function main(): Promise<void> {
  const postgres = await startPostgres();
  const database = (name: string): string =>
    postgres.database(name).replace('fleet@', `fleet:${postgres.password}@`);
  try {
    told('machines; a turn; at once', `${machines}; ${turnMs} ms; ${workers} × ${atOnce}`);
    const bare = await withoutQueue();
    const shared = await undisturbed(database('one'));
    told(
      'without the queue; shared',
      `${bare.toFixed(1)} s; ${shared.toFixed(1)} s (${(shared / bare).toFixed(3)})`,
    );
    await disturbed(database('two'), postgres);
  } finally {
    postgres.stop();
  }
}

void main();
