import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type ActivationAnswer, type ActivationRequest } from '../engine/messages';
import { openStore } from '../../lab/store/open-store';
import { catalogue } from '../../licensing/catalogue/catalogue';
import { type AnswerBatch } from '../net/call-batcher';
import { messageOf } from '../net/system-error';
import { hostAnswerBatch } from './answer-batch';

/** Where the answers of a host come from. */
export interface AnswerSource {
  readonly handle: AnswerBatch;
  /** Finishes and lets go of the store. */
  readonly close: () => Promise<void>;
}

/** Marks the data of a thread that answers, among all threads that might load this file. */
const role = 'slmgr-kms-answers';

interface ThreadData {
  readonly role: typeof role;
  readonly home: string;
  readonly machine: string;
}

interface Question {
  readonly id: number;
  readonly requests: readonly ActivationRequest[];
}

type Reply =
  | { readonly id: number; readonly answers: readonly ActivationAnswer[] }
  | { readonly id: number; readonly problem: string };

/**
 * Answers in a thread of its own with a store connection of its own: while the disk makes one batch durable, the
 * sockets are served and the next batch gathers. Resolves when the thread is ready; null where this file was not built: a thread cannot run sources.
 */
export async function answersInThread(home: string, machine: string): Promise<AnswerSource | null> {
  if (__filename.endsWith('.ts')) return null;
  const data: ThreadData = { role, home, machine };
  const thread = new AnswerThread(new Worker(__filename, { workerData: data }));
  // An empty batch comes back when the thread has loaded and opened its store.
  await thread.handle([]);
  return thread;
}

interface Waiting {
  readonly resolve: (answers: readonly ActivationAnswer[]) => void;
  readonly reject: (error: Error) => void;
}

class AnswerThread implements AnswerSource {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #gone: Promise<void>;
  #last = 0;
  #problem: string | null = null;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (reply: Reply) => this.#settle(reply));
    worker.on('error', (error) => this.#fail(`the thread that answers failed: ${messageOf(error)}`));
    this.#gone = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#fail('the thread that answers has ended');
        resolve();
      });
    });
  }

  readonly handle: AnswerBatch = (requests) =>
    new Promise((resolve, reject) => {
      if (this.#problem !== null) {
        reject(new Error(this.#problem));
        return;
      }
      this.#last += 1;
      this.#waiting.set(this.#last, { resolve, reject });
      const question: Question = { id: this.#last, requests };
      this.#worker.postMessage(question);
    });

  readonly close = async (): Promise<void> => {
    this.#worker.postMessage(null);
    await this.#gone;
  };

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('answers' in reply) waiting?.resolve(reply.answers);
    else waiting?.reject(new Error(reply.problem));
  }

  #fail(problem: string): void {
    this.#problem ??= problem;
    for (const { reject } of this.#waiting.values()) reject(new Error(this.#problem));
    this.#waiting.clear();
  }
}

/** The thread's side: a batch after the other, until it is told to close. */
function answerQuestions({ home, machine }: ThreadData): void {
  const store = openStore(home);
  const handle = hostAnswerBatch({ store, catalogue: catalogue(), machine, realNow: Date.now });
  parentPort?.on('message', (question: Question | null) => {
    if (question === null) {
      store.close();
      parentPort?.close();
      return;
    }
    const { id, requests } = question;
    if (requests.length === 0) {
      parentPort?.postMessage({ id, answers: [] } satisfies Reply);
      return;
    }
    const reply = (message: Reply): void => parentPort?.postMessage(message);
    handle(requests).then(
      (answers) => reply({ id, answers }),
      (error: unknown) => reply({ id, problem: messageOf(error) }),
    );
  });
}

function isThreadData(data: unknown): data is ThreadData {
  return typeof data === 'object' && data !== null && 'role' in data && data.role === role;
}

if (!isMainThread && isThreadData(workerData)) answerQuestions(workerData);
