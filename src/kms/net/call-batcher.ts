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
 * Group commit: the requests that one turn of the event loop brought go to the handler together. While a batch is
 * at the handler the next one gathers, so that there is never more than one commit at a time.
 */
export class CallBatcher {
  readonly #handle: AnswerBatch;
  #waiting: WaitingCall[] = [];
  #isUnderWay = false;

  constructor(handle: AnswerBatch) {
    this.#handle = handle;
  }

  add(call: WaitingCall): void {
    this.#waiting.push(call);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isUnderWay || this.#waiting.length === 0) return;
    this.#isUnderWay = true;
    setImmediate(() => {
      const batch = this.#waiting;
      this.#waiting = [];
      void this.#run(batch).finally(() => {
        this.#isUnderWay = false;
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
