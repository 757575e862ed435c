/** A worker process of the benchmark: its machines are a server that counts what reaches them. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { sleepUntil } from '../../src/cli/runs/conduct';
import { emptyAttempt, MachinesRun, type AttemptResult } from '../../src/fleet/runs/run-machines';
import { ChunkStore } from '../../src/fleet/shared/chunk-store';
import { openQueue } from '../../src/fleet/shared/queue';
import { SharedStore } from '../../src/fleet/shared/shared-store';
import { Worker } from '../../src/fleet/shared/work';
import { postgresPool } from '../../src/fleet/store/postgres-pool';

const [url = '', port = '0', at = '0', mode = 'shared', share = '0/1', all = '0'] = process.argv.slice(2);
const concurrency = Number(at);

/** Asks the machines over one connection; each answers when its time is over. */
class Machines {
  readonly #socket: Socket;
  readonly #waiting = new Map<string, (answer: string) => void>();

  constructor() {
    this.#socket = connect(Number(port), '127.0.0.1');
    createInterface({ input: this.#socket }).on('line', (line) => {
      const [name = '', answer = ''] = line.split(' ');
      this.#waiting.get(name)?.(answer);
      this.#waiting.delete(name);
    });
  }

  ask(what: 'change' | 'look', name: string): Promise<AttemptResult> {
    return new Promise((resolve) => {
      this.#waiting.set(name, (answer) => {
        resolve({ ...emptyAttempt, outcome: answer === 'changed' ? 'changed' : 'unknown', exitCode: 0 });
      });
      this.#socket.write(`${what} ${name}\n`);
    });
  }

  end(): void {
    this.#socket.end();
  }
}

async function shared(machines: Machines): Promise<void> {
  const { pool } = postgresPool(url);
  const store = new SharedStore(pool);
  const queue = await store.prepare(() => openQueue(pool));
  await queue.prepare(['any']);
  const facts = {
    id: String(process.pid),
    ...{ computer: 'bench', process: process.pid, concurrency, sites: [], startedAt: Date.now() },
  };
  const worker = new Worker(facts, {
    ...{ store, queue, queues: ['any'], chunks: new ChunkStore(pool, queue) },
    now: () => performance.now(),
    sleep: sleepUntil,
    groupsOf: () => [],
    ownGroupsOf: () => [],
    attempt: (_run, { name }) => machines.ask('change', name),
    look: (_run, { name }) => machines.ask('look', name),
    mayRetry: () => false,
    gaveUp: () => ({ ...emptyAttempt, outcome: 'unknown' }),
    settle: () => Promise.resolve(),
    tell: (sentence) => process.stderr.write(`${process.pid}: ${sentence}\n`),
  });
  const stop = new AbortController();
  process.on('SIGTERM', () => {
    stop.abort();
  });
  process.stdout.write('ready\n');
  await worker.work(stop.signal, new AbortController().signal);
  await queue.close();
  await pool.end();
}

/** The same run without the queue: each process has its part of the machines. */
async function alone(machines: Machines): Promise<void> {
  const [nth = 0, of = 1] = share.split('/').map(Number);
  const names = Array.from({ length: Number(all) }, (_, place) => `M${place}`);
  process.stdout.write('ready\n');
  await once(process.stdin, 'data');
  const run = new MachinesRun<string>(
    {
      batches: [names.filter((_name, place) => place % of === nth)],
      nameOf: (name) => name,
      ...{ concurrency, groupsOf: () => [], maxFail: null, retries: 0 },
      ...{ machineTimeout: 600_000, deadline: null },
    },
    {
      now: () => performance.now(),
      sleep: sleepUntil,
      mayRetry: () => false,
      attempt: (name) => machines.ask('change', name),
      gaveUp: () => ({ ...emptyAttempt, outcome: 'unknown' }),
      ended: () => undefined,
    },
  );
  await run.start();
}

async function main(): Promise<void> {
  const machines = new Machines();
  await (mode === 'shared' ? shared(machines) : alone(machines));
  machines.end();
}

void main();
