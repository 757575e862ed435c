import { type ActivationAnswer, type ActivationRequest } from '../engine/messages';

/**
 * Answers requests in the order given. It may resolve only when every answer is on disk; it rejects when the
 * answers could not be recorded, and none of them is sent then.
 */
export type AnswerBatch = (requests: readonly ActivationRequest[]) => Promise<readonly ActivationAnswer[]>;

interface WaitingCall {
  readonly request: ActivationRequest;
  readonly done: (answer: ActivationAnswer) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Group commit: the requests that one turn of the event loop brought go to the handler together. While a batch is
 * at the handler the next one gathers, so that there is never more than one commit at a time.
 */
export class CallBatcher {
  readonly #handle: AnswerBatch;
  #waiting: WaitingCall[] = [];
  #isScheduled = false;
  #isBusy = false;

  constructor(handle: AnswerBatch) {
    this.#handle = handle;
  }

  /** Adds a request; exactly one of the two functions is called later, never at once. */
  add(request: ActivationRequest, done: WaitingCall['done'], failed: WaitingCall['failed']): void {
    this.#waiting.push({ request, done, failed });
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isBusy || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#isBusy = true;
      const batch = this.#waiting;
      this.#waiting = [];
      void this.#run(batch).finally(() => {
        this.#isBusy = false;
        this.#schedule();
      });
    });
  }

  async #run(batch: readonly WaitingCall[]): Promise<void> {
    let answers: readonly ActivationAnswer[];
    try {
      answers = await this.#handle(batch.map(({ request }) => request));
    } catch (error) {
      for (const call of batch) call.failed(error);
      return;
    }
    for (const [index, call] of batch.entries()) {
      const answer = answers[index];
      if (answer === undefined) call.failed(new Error('the handler gave too few answers'));
      else call.done(answer);
    }
  }
}
