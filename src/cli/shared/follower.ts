import { countOutcomes, isFailure, statusOfCounts, type MachineResult } from '../../fleet/runs/outcome';
import type { RunJournal } from '../../fleet/runs/run-journal';
import type { StopReason } from '../../fleet/runs/run-machines';
import { interruptedStatus } from '../exit-status';
import { tell } from '../output/tell';
import type { Surroundings } from '../parts';
import { Refusal } from '../refusal';
import { noted } from '../runs/conduct';
import type { ConductedRun, Onlooker } from '../runs/conducted-run';
import type { Shared } from './open-shared';

const lookMs = 250;
/** How often a person is told that nobody works. */
const lonelyMs = 10_000;
/** Workers that were seen within this time are there. */
const presentSeconds = 20;

/** A run that is followed. */
export interface Following {
  readonly id: string;
  /** How many machines it has. */
  readonly all: number;
  readonly onlooker: Onlooker;
  /** Where it is noted on this computer; null where somebody else handed it over. */
  readonly journal: RunJournal | null;
  /** Whether machines of a site are for the workers of this site alone. */
  readonly isSites: boolean;
}

/** Looks at a shared run now and then, and tells what is new. */
export class Follower {
  readonly #following: Following;
  readonly #shared: Shared;
  readonly #around: Surroundings;
  readonly #outcomes: MachineResult['outcome'][] = [];
  readonly #begin = performance.now();
  readonly #over = new AbortController();
  #last = 0;
  #failed = 0;
  #stopped: StopReason | null = null;
  #status: number | null = null;
  #wantsStop = false;
  #isAsking = false;
  #isLeft = false;
  #lonelyAt = performance.now();
  #isAway = false;

  constructor(following: Following, shared: Shared, around: Surroundings) {
    this.#following = following;
    this.#shared = shared;
    this.#around = around;
  }

  /** How it ended. @throws Refusal where it was left to the workers */
  async toEnd(): Promise<ConductedRun> {
    const { id, all, journal, onlooker } = this.#following;
    const { console } = this.#around;
    const forget = console.onInterrupt((signal) => {
      this.#interrupted(signal);
    });
    try {
      while (this.#outcomes.length < all && !this.#isLeft) {
        await this.#look();
        if (this.#outcomes.length < all) await new Promise((resolve) => setTimeout(resolve, lookMs));
      }
    } finally {
      forget();
      this.#over.abort();
      onlooker.progress(null);
    }
    if (this.#isLeft) {
      throw new Refusal(
        `The run goes on without this process: "slmgr fleet runs --follow ${id}" follows it.`,
        { exitCode: this.#status ?? interruptedStatus.SIGINT },
      );
    }
    const counts = countOutcomes(this.#outcomes.map((outcome) => ({ outcome })));
    const exitCode = this.#status ?? statusOfCounts(counts);
    if (journal !== null) await noted(() => journal.end({ endedAt: console.now(), exitCode, counts }));
    return { id, counts, seconds: this.#seconds(), stopped: this.#stopped, exitCode };
  }

  #seconds(): number {
    return (performance.now() - this.#begin) / 1000;
  }

  #say(sentence: string): void {
    tell(this.#around.console, `slmgr: ${sentence}`);
  }

  /**
   * Ctrl+C: whether to stop the run or to leave it is asked, and where nobody can be asked it is stopped; twice, and it is
   * left. SIGTERM ends this process alone.
   */
  #interrupted(signal: keyof typeof interruptedStatus): void {
    this.#status = interruptedStatus[signal];
    if (signal === 'SIGTERM' || this.#wantsStop || this.#isAsking) this.#isLeft = true;
    else if (this.#around.console.errIsTerminal) void this.#ask();
    else this.#stop();
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    this.#following.onlooker.progress(null);
    const answer = await this.#around.parts
      .remote()
      .askLine(
        'The run: "stop" begins no further machine, "leave" leaves it to the workers, Enter goes on: ',
        this.#over.signal,
      );
    this.#isAsking = false;
    if (this.#over.signal.aborted) return;
    const word = answer.kind === 'line' ? answer.line.trim().toLowerCase() : 'stop';
    if (word === 'stop') this.#stop();
    else if (word === 'leave') this.#isLeft = true;
    else this.#status = null;
  }

  #stop(): void {
    this.#wantsStop = true;
    this.#around.console.progress('');
    this.#say(
      'No new machine is begun; those under way are finished by their workers. Ctrl+C again leaves the run to them.',
    );
  }

  async #look(): Promise<void> {
    const { id, all, onlooker } = this.#following;
    const { store } = this.#shared;
    try {
      if (this.#wantsStop && this.#stopped === null) await store.stop(id, 'interrupted');
      const { running, stopped } = await store.state(id);
      this.#stopped = stopped;
      const before = this.#last;
      for (
        let found = await store.results(id, this.#last);
        found.length > 0;
        found = await store.results(id, this.#last)
      ) {
        for (const { seq, result } of found) this.#take(seq, result);
      }
      if (this.#last > before || running > 0) this.#lonelyAt = performance.now();
      if (!this.#isAsking) {
        const seconds = this.#seconds();
        onlooker.progress({ all, done: this.#outcomes.length, running, failed: this.#failed, seconds });
      }
      await this.#tellLonely();
      this.#isAway = false;
    } catch (error) {
      if (!this.#isAway) {
        const why = error instanceof Error ? error.message : String(error);
        this.#say(`The database is away, the run is looked at again when it is back: ${why}`);
      }
      this.#isAway = true;
    }
  }

  #take(seq: number, result: MachineResult): void {
    this.#last = seq;
    this.#outcomes.push(result.outcome);
    if (isFailure(result.outcome)) this.#failed += 1;
    this.#following.journal?.ended(result);
    this.#following.onlooker.ended(result);
  }

  /** Without workers a run waits for ever: who looks on should know. */
  async #tellLonely(): Promise<void> {
    if (performance.now() - this.#lonelyAt < lonelyMs) return;
    this.#lonelyAt = performance.now();
    const workers = (await this.#shared.store.workers()).filter(
      ({ seenSecondsAgo }) => seenSecondsAgo <= presentSeconds,
    );
    if (workers.some(({ sites }) => sites.length === 0 || this.#following.isSites)) return;
    const others =
      workers.length === 0
        ? ''
        : ' The workers that are there have a site (--site) and take runs with --sites.';
    this.#say(`No worker is there: "slmgr fleet worker --store ${this.#shared.place}" starts one.${others}`);
  }
}
