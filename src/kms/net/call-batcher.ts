import { type ActivationAnswer, type ActivationRequest } from '../engine/messages';

/**
 * Answers requests in the order given. It may resolve only when every answer is on disk; it rejects when the
 * answers could not be recorded, and none of them is sent then.
 */
export type AnswerBatch = (requests: readonly ActivationRequest[]) => Promise<readonly ActivationAnswer[]>;

/** A call that has come whole; exactly one of its two methods is called, later. */
export interface WaitingCall {
  readonly request: ActivationRequest;
  answered(answer: ActivationAnswer): void;
  failed(): void;
}

/**
 * Batches at the handler at once: while one waits for the disk, the next is recorded. More of them would be smaller and
 * cost more than they save.
 */
const mostAtWork = 2;

/**
 * Group commit: the requests that one turn of the event loop brought go to the handler together. While
 * {@link mostAtWork} batches are at the handler the next one gathers.
 */
export class CallBatcher {
  readonly #handle: AnswerBatch;
  #waiting: WaitingCall[] = [];
  #atWork = 0;
  #isPlanned = false;

  constructor(handle: AnswerBatch) {
    this.#handle = handle;
  }

  add(call: WaitingCall): void {
    this.#waiting.push(call);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isPlanned || this.#atWork === mostAtWork || this.#waiting.length === 0) return;
    this.#isPlanned = true;
    setImmediate(() => {
      const batch = this.#waiting;
      this.#waiting = [];
      this.#isPlanned = false;
      this.#atWork += 1;
      void this.#run(batch).finally(() => {
        this.#atWork -= 1;
        this.#schedule();
      });
    });
  }

  async #run(batch: readonly WaitingCall[]): Promise<void> {
    let answers: readonly ActivationAnswer[];
    try {
      answers = await this.#handle(batch.map(({ request }) => request));
    } catch {
      for (const call of batch) call.failed();
      return;
    }
    for (const [index, call] of batch.entries()) {
      const answer = answers[index];
      if (answer === undefined) call.failed();
      else call.answered(answer);
    }
  }
}
