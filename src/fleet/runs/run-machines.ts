import { isPassed, type Share } from './batches';
import { Interruption } from './interruption';
import { isFailure, type MachineResult } from './outcome';
import { Slots, type Group } from './slots';

/** What one attempt at a machine came to; the run adds the machine, the time and the number of attempts. */
export type AttemptResult = Omit<MachineResult, 'machine' | 'seconds' | 'attempts'>;

/** An attempt of which there is nothing to tell but its outcome. */
export const emptyAttempt: AttemptResult = {
  outcome: 'ok',
  verification: null,
  exitCode: null,
  hresult: null,
  step: null,
  text: '',
  data: null,
  messages: [],
};

/** What a run is to do, and within which limits. Times are in milliseconds. */
export interface RunPlan<Machine> {
  /** The batches in their order; between two of them failures are counted. */
  readonly batches: readonly (readonly Machine[])[];
  readonly nameOf: (machine: Machine) => string;
  /** Most machines under way at once. */
  readonly concurrency: number;
  /** The groups whose limits a machine falls under. */
  readonly groupsOf: (machine: Machine) => readonly Group[];
  /** No new machine begins where more than these have failed; null where there is no such limit. */
  readonly maxFail: Share | null;
  /** Further attempts at a machine that was unreachable. */
  readonly retries: number;
  /** For one machine with all its attempts. */
  readonly machineTimeout: number;
  /** For the whole run from its begin; null where there is none. */
  readonly deadline: number | null;
}

/** What a run needs of the world around it. */
export interface RunPorts<Machine> {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, or when the signal says stop. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /**
   * One attempt at a machine. It ends soon after the signal says stop, and never throws for what a machine does.
   * `unreachable` says that nothing was sent that could have changed the machine.
   */
  readonly attempt: (machine: Machine, signal: AbortSignal) => Promise<AttemptResult>;
  /** Whether a machine that was unreachable is worth another attempt: a wrong password is not. */
  readonly mayRetry: (result: AttemptResult) => boolean;
  /** What a machine comes to whose attempt was told to stop; `late`: what it ended with then, null where it did not end. */
  readonly gaveUp: (
    machine: Machine,
    reason: 'timeout' | 'stopped',
    late: AttemptResult | null,
  ) => AttemptResult;
  /** Told of each result, those of machines that never began among them. */
  readonly ended: (result: MachineResult, machine: Machine) => void;
}

/** Why no new machine begins any more. */
export type StopReason = 'interrupted' | 'max-fail' | 'deadline';

/** After this an attempt that was told to stop is left to itself. */
const patienceAfterStop = 2_000;
const firstBackoff = 500;
const longestBackoff = 15_000;

/** A run over many machines: it begins at `start`, and can be stopped in two steps. */
export class MachinesRun<Machine> {
  readonly #plan: RunPlan<Machine>;
  readonly #ports: RunPorts<Machine>;
  readonly #underWay = new Set<AbortController>();
  readonly #slots: Slots<Machine>;
  #stopped: StopReason | null = null;
  #isBrokenOff = false;
  #tried = 0;
  #failed = 0;
  #wake: () => void = () => undefined;

  constructor(plan: RunPlan<Machine>, ports: RunPorts<Machine>) {
    this.#plan = plan;
    this.#ports = ports;
    this.#slots = new Slots(plan.concurrency, plan.groupsOf);
  }

  /** Why nothing new begins; null while the run goes its way. */
  get stopped(): StopReason | null {
    return this.#stopped;
  }

  /** Machines under way. */
  get running(): number {
    return this.#slots.running;
  }

  /** No new machine begins; what is under way is finished. */
  stopStarting(reason: StopReason = 'interrupted'): void {
    this.#stopped ??= reason;
    this.#wake();
  }

  /** What is under way is broken off as well. */
  breakOff(reason: StopReason = 'interrupted'): void {
    this.stopStarting(reason);
    this.#isBrokenOff = true;
    for (const stop of this.#underWay) stop.abort(new Interruption());
  }

  /** Runs to the end: every machine gets exactly one result. */
  async start(): Promise<void> {
    const { deadline } = this.#plan;
    const over = new AbortController();
    const clock =
      deadline === null
        ? Promise.resolve()
        : this.#ports.sleep(deadline, over.signal).then(() => {
            if (!over.signal.aborted) this.breakOff('deadline');
          });
    for (const batch of this.#plan.batches) await this.#runBatch(batch);
    over.abort();
    await clock;
  }

  async #runBatch(batch: readonly Machine[]): Promise<void> {
    for (const machine of batch) this.#slots.add(machine);
    while (this.#slots.running > 0 || this.#slots.waiting > 0) {
      if (this.#stopped === null) this.#beginAll();
      else for (const machine of this.#slots.drain()) this.#end(machine, notRun, 0, 0);
      if (this.#slots.running === 0) continue;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const { maxFail } = this.#plan;
    if (maxFail !== null && isPassed(maxFail, this.#failed, this.#tried)) this.stopStarting('max-fail');
  }

  #beginAll(): void {
    for (let machine = this.#slots.take(); machine !== undefined; machine = this.#slots.take()) {
      void this.#runMachine(machine);
    }
  }

  async #runMachine(machine: Machine): Promise<void> {
    const begun = this.#ports.now();
    const stop = new AbortController();
    this.#underWay.add(stop);
    if (this.#isBrokenOff) stop.abort(new Interruption());
    let attempts = 0;
    let result: AttemptResult;
    do {
      if (attempts > 0) await this.#ports.sleep(backoff(attempts), stop.signal);
      attempts += 1;
      const left = this.#plan.machineTimeout - (this.#ports.now() - begun);
      result = await this.#attempt(machine, stop, Math.max(0, left));
    } while (
      result.outcome === 'unreachable' &&
      this.#ports.mayRetry(result) &&
      attempts <= this.#plan.retries &&
      !stop.signal.aborted &&
      this.#stopped === null
    );
    this.#underWay.delete(stop);
    this.#slots.release(machine);
    this.#end(machine, result, (this.#ports.now() - begun) / 1000, attempts);
    this.#wake();
  }

  /** One attempt, which ends in time whatever the machine does. */
  async #attempt(machine: Machine, stop: AbortController, left: number): Promise<AttemptResult> {
    const settled = new AbortController();
    const attempt = this.#ports.attempt(machine, stop.signal).finally(() => {
      settled.abort();
    });
    const hasEnded = (): boolean => settled.signal.aborted;
    const watch = async (): Promise<AttemptResult> => {
      const toldToStop = aborted(stop.signal, settled.signal).then(() => 'stopped' as const);
      const outOfTime = this.#ports.sleep(left, settled.signal).then(() => 'timeout' as const);
      const reason = await Promise.race([toldToStop, outOfTime]);
      if (hasEnded()) return attempt;
      stop.abort();
      await this.#ports.sleep(patienceAfterStop, settled.signal);
      const late = hasEnded() ? await attempt : null;
      settled.abort();
      return this.#ports.gaveUp(machine, reason, late);
    };
    return watch();
  }

  #end(machine: Machine, result: AttemptResult, seconds: number, attempts: number): void {
    if (attempts > 0) this.#tried += 1;
    if (isFailure(result.outcome)) this.#failed += 1;
    const { maxFail, batches, nameOf } = this.#plan;
    this.#ports.ended({ machine: nameOf(machine), ...result, seconds, attempts }, machine);
    // Without batches there is no place in between: a number of failures is looked at each time.
    if (maxFail?.kind === 'number' && batches.length === 1 && isPassed(maxFail, this.#failed, this.#tried)) {
      this.stopStarting('max-fail');
    }
  }
}

const notRun: AttemptResult = { ...emptyAttempt, outcome: 'not-run' };

/** Half a second, doubled each time, up to a quarter of a minute. */
function backoff(attempts: number): number {
  return Math.min(longestBackoff, firstBackoff * 2 ** (attempts - 1));
}

function aborted(signal: AbortSignal, until: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      until.removeEventListener('abort', done);
      resolve();
    };
    if (signal.aborted || until.aborted) done();
    else {
      signal.addEventListener('abort', done);
      until.addEventListener('abort', done);
    }
  });
}
