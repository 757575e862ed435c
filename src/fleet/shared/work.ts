import type { MachineResult } from '../runs/outcome';
import { MachinesRun, type AttemptResult } from '../runs/run-machines';
import { Slots, type Group } from '../runs/slots';
import type { Begin, ChunkStore } from './chunk-store';
import { HeldChunk, type Task } from './held-chunk';
import type { ChunkQueue } from './queue';
import type { ChunkMachine, SeenWorker, SharedHead } from './shared-run';
import type { SharedStore } from './shared-store';
import { Wake } from './wake';

/** Who works. */
export type WorkerFacts = Omit<SeenWorker, 'doing' | 'seenSecondsAgo'>;

/** What a worker needs of the world around it. Times are in milliseconds. */
export interface WorkPorts {
  readonly store: Pick<SharedStore, 'alive' | 'left'>;
  readonly chunks: ChunkStore;
  readonly queue: ChunkQueue;
  /** The queues that it takes chunks of. */
  readonly queues: readonly string[];
  /** A clock that never goes back. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Limits over all workers. */
  readonly groupsOf: (run: SharedHead, machine: ChunkMachine) => readonly Group[];
  /** Limits of this worker alone. */
  readonly ownGroupsOf: (machine: ChunkMachine) => readonly Group[];
  /** One attempt at a machine; it never throws for what a machine does. */
  readonly attempt: (run: SharedHead, machine: ChunkMachine, signal: AbortSignal) => Promise<AttemptResult>;
  /** What became of a change that another worker began: it is looked at, and never sent again. */
  readonly look: (run: SharedHead, machine: ChunkMachine, signal: AbortSignal) => Promise<AttemptResult>;
  readonly mayRetry: (result: AttemptResult) => boolean;
  readonly gaveUp: (
    run: SharedHead,
    reason: 'timeout' | 'stopped',
    late: AttemptResult | null,
  ) => AttemptResult;
  /** A chunk comes to its end, `isOver` its run as well: what was learned of machines is written. */
  readonly settle: (isOver: SharedHead | null) => Promise<void>;
  /** Tells a person what happened to the worker itself. */
  readonly tell: (sentence: string) => void;
}

const idleMs = 400;
const touchMs = 2000;
const groupWaitMs = 150;
const databaseWaitMs = 500;
/** Chunks that wait for their group, beside those whose machines are under way. */
const mostWaitingChunks = 8;

/** A worker: takes chunks of shared runs, and brings their machines to their end. */
export class Worker {
  readonly #facts: WorkerFacts;
  readonly #ports: WorkPorts;
  readonly #slots: Slots<Task>;
  readonly #held = new Set<HeldChunk>();
  readonly #turns = new Set<Promise<void>>();
  readonly #underWay = new Set<MachinesRun<ChunkMachine>>();
  /** Groups that have no room over all workers now. */
  readonly #full = new Set<string>();
  readonly #wake = new Wake();
  #nextQueue = 0;
  #takesAt = 0;
  #isStopped = false;
  #isBrokenOff = false;
  #isAway = false;

  constructor(facts: WorkerFacts, ports: WorkPorts) {
    this.#facts = facts;
    this.#ports = ports;
    this.#slots = new Slots(facts.concurrency, ({ groups, machine }) => [
      ...ports.ownGroupsOf(machine),
      ...groups.map((group) => (this.#full.has(group.key) ? { ...group, limit: 0 } : group)),
    ]);
  }

  /** Works until the first signal; what is under way is finished then, and broken off at the second one. */
  async work(stop: AbortSignal, breakOff: AbortSignal): Promise<void> {
    stop.addEventListener('abort', this.#stop);
    breakOff.addEventListener('abort', this.#breakOff);
    if (stop.aborted) this.#stop();
    await this.#appear();
    const over = new AbortController();
    const alive = this.#stayAlive(over.signal);
    while (!this.#isStopped) {
      this.#beginAll();
      if (!(await this.#takeMore())) await this.#wake.within(idleMs, this.#ports.sleep);
    }
    await Promise.all(this.#turns);
    await Promise.all([...this.#held].map((chunk) => this.#giveBack(chunk)));
    over.abort();
    await alive;
    await this.#once(() => this.#ports.store.left(this.#facts.id));
  }

  readonly #stop = (): void => {
    this.#isStopped = true;
    for (const run of this.#underWay) run.stopStarting();
    this.#wake.call();
  };

  readonly #breakOff = (): void => {
    this.#isBrokenOff = true;
    for (const run of this.#underWay) run.breakOff();
  };

  /** Is in the table of workers before it begins anything: limits of groups count the machines of those who are. */
  async #appear(): Promise<void> {
    const { store, sleep } = this.#ports;
    while (!this.#isStopped) {
      const seen = await this.#once(async () => {
        await store.alive({ ...this.#facts, doing: this.#doingText() });
        return true;
      });
      if (seen === true) return;
      await sleep(databaseWaitMs, new AbortController().signal);
    }
  }

  /** Says that this worker and its chunks are alive, and learns which of them were given to others. */
  async #stayAlive(over: AbortSignal): Promise<void> {
    const { queue, store, sleep } = this.#ports;
    while (!over.aborted) {
      const held = [...this.#held];
      const lost = await this.#once(() => queue.touch(held.map(({ job }) => job)));
      for (const chunk of held) if (lost?.includes(chunk.job) === true) this.#lose(chunk);
      await this.#once(() => store.alive({ ...this.#facts, doing: this.#doingText() }));
      await sleep(touchMs, over);
    }
  }

  /** What is under way comes to its end; somebody else has the rest. */
  #lose(chunk: HeldChunk): void {
    if (!this.#held.delete(chunk)) return;
    chunk.isLost = true;
    this.#ports.tell(`A chunk of the run ${chunk.job.run} was given to another worker.`);
  }

  #doingText(): string {
    const runs = [...new Set([...this.#held].map(({ job }) => job.run))];
    return runs.length === 0
      ? 'waiting'
      : `${String(this.#slots.running)} under way, ${String(this.#slots.waiting)} to come: ${runs.join(', ')}`;
  }

  /** Undefined where the database was away; it is told when it goes, and when it is back. */
  async #once<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      const value = await work();
      if (this.#isAway) this.#ports.tell('The database is back.');
      this.#isAway = false;
      return value;
    } catch (error) {
      if (!this.#isAway) {
        const why = error instanceof Error ? error.message : String(error);
        this.#ports.tell(`The database is away, nothing more is begun: ${why}`);
      }
      this.#isAway = true;
      return undefined;
    }
  }

  /** Until it is done, however long the database is away; once where the chunk is lost or all is broken off. */
  async #surely<T>(chunk: HeldChunk, work: () => Promise<T>): Promise<T | undefined> {
    for (;;) {
      const value = await this.#once(async () => ({ done: await work() }));
      if (value !== undefined) return value.done;
      if (chunk.isLost || this.#isBrokenOff) return undefined;
      await this.#ports.sleep(databaseWaitMs, new AbortController().signal);
    }
  }

  /** Takes another chunk where there is room for its machines. @returns whether one was there */
  async #takeMore(): Promise<boolean> {
    const { now, queue, queues, chunks } = this.#ports;
    const { concurrency, id } = this.#facts;
    if (this.#isStopped || this.#slots.running >= concurrency || now() < this.#takesAt) return false;
    const isWaiting = this.#slots.waiting > 0 && this.#held.size >= mostWaitingChunks + concurrency / 25;
    if (isWaiting) return false;
    for (let at = 0; at < queues.length; at += 1) {
      const name = queues[(this.#nextQueue + at) % queues.length] ?? '';
      const job = await this.#once(() => queue.take(name));
      if (job === null || job === undefined) continue;
      this.#nextQueue += at + 1;
      // A job whose claim is not heard of is given out again, as that of a dead worker.
      const claimed = await this.#once(() => chunks.claim(job, id));
      if (claimed === null) await this.#once(() => queue.done(job));
      else if (claimed !== undefined) this.#hold(new HeldChunk(job, claimed, now()), claimed.machines);
      return true;
    }
    this.#takesAt = now() + idleMs;
    return false;
  }

  #hold(chunk: HeldChunk, machines: readonly ChunkMachine[]): void {
    this.#held.add(chunk);
    if (machines.length === 0) this.#track(this.#end(chunk));
    for (const machine of machines) {
      this.#slots.add({ chunk, machine, groups: this.#ports.groupsOf(chunk.head, machine) });
    }
  }

  #beginAll(): void {
    for (let task = this.#slots.take(); task !== undefined; task = this.#slots.take()) {
      if (task.chunk.isLost) this.#slots.release(task);
      else this.#track(this.#turn(task));
    }
  }

  #track(turn: Promise<void>): void {
    const tracked = turn.finally(() => {
      this.#turns.delete(tracked);
      this.#wake.call();
    });
    this.#turns.add(tracked);
  }

  async #turn(task: Task): Promise<void> {
    const { chunk, machine, groups } = task;
    const held = { run: chunk.job.run, place: machine.place, hold: chunk.hold };
    const begin = await this.#begin(task, () => this.#ports.chunks.begin(held, groups));
    if (begin === 'full') this.#waitForRoom(task);
    else if (begin === 'begun') {
      const result = await this.#run(task);
      // The next one need not wait for the database. In a group it does: there this one counts until its end is noted.
      if (groups.length === 0) this.#release(task);
      await this.#surely(chunk, () => this.#ports.chunks.finish(held, chunk.head, result));
    }
    if (begin !== 'begun' || groups.length > 0) this.#slots.release(task);
    if (begin === 'full') this.#slots.add(task);
    else if (begin !== undefined) await this.#ended(chunk);
  }

  #release(task: Task): void {
    this.#slots.release(task);
    this.#wake.call();
  }

  /** Nothing is sent where the begin cannot be noted; undefined where it was not before the worker stopped. */
  async #begin({ chunk }: Task, ask: () => Promise<Begin>): Promise<Begin | undefined> {
    while (!chunk.isLost && !this.#isStopped) {
      const begin = await this.#once(ask);
      if (begin !== undefined) return begin;
      await this.#ports.sleep(databaseWaitMs, new AbortController().signal);
    }
    return undefined;
  }

  /** Its groups have room again when somebody ends; others go on meanwhile. */
  #waitForRoom({ groups }: Task): void {
    for (const { key } of groups) this.#full.add(key);
    void this.#ports.sleep(groupWaitMs, new AbortController().signal).then(() => {
      for (const { key } of groups) this.#full.delete(key);
      this.#wake.call();
    });
  }

  /** One machine with its retries and its limits of time. */
  async #run({ chunk: { head, deadline }, machine }: Task): Promise<MachineResult> {
    const { now, sleep, mayRetry, attempt, look, gaveUp } = this.#ports;
    const isLook = machine.wasBegun && head.changes;
    const results: MachineResult[] = [];
    const run = new MachinesRun<ChunkMachine>(
      {
        batches: [[machine]],
        nameOf: ({ name }) => name,
        concurrency: 1,
        groupsOf: () => [],
        maxFail: null,
        retries: isLook ? 0 : head.retries,
        machineTimeout: head.machineTimeout,
        deadline: deadline === null ? null : Math.max(0, deadline - now()),
      },
      {
        now,
        sleep,
        mayRetry,
        attempt: (each, signal) => (isLook ? look : attempt)(head, each, signal),
        gaveUp: (_machine, reason, late) => gaveUp(head, reason, late),
        ended: (result) => results.push(result),
      },
    );
    this.#underWay.add(run);
    const started = run.start();
    if (this.#isBrokenOff) run.breakOff();
    await started;
    this.#underWay.delete(run);
    return results[0] ?? { machine: machine.name, ...gaveUp(head, 'stopped', null), seconds: 0, attempts: 1 };
  }

  async #ended(chunk: HeldChunk): Promise<void> {
    chunk.left -= 1;
    if (chunk.left === 0) await this.#end(chunk);
  }

  /** Every machine of it has its result, here or elsewhere. */
  async #end(chunk: HeldChunk): Promise<void> {
    const { chunks, queue, settle } = this.#ports;
    await this.#surely(chunk, async () => {
      await settle(null);
      if (await chunks.advance(chunk.job.run)) await settle(chunk.head);
      await queue.done(chunk.job);
    });
    this.#held.delete(chunk);
  }

  async #giveBack(chunk: HeldChunk): Promise<void> {
    await this.#once(() => this.#ports.settle(null));
    await this.#once(() => this.#ports.queue.giveBack(chunk.job));
    this.#held.delete(chunk);
  }
}
