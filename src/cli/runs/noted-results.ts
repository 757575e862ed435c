import type { MachineResult } from '../../fleet/runs/outcome';
import type { RunJournal } from '../../fleet/runs/run-journal';

/** How long a result may wait for others, so that what their machines said reaches the disk together. */
const patienceMs = 250;

/**
 * Notes the results of a run in its journal. What was read of a machine is kept first: whoever takes the run up again
 * leaves out no machine whose answer went with the process. That a change was made is noted at once.
 */
export class NotedResults {
  readonly #journal: RunJournal;
  readonly #changes: boolean;
  readonly #keep: () => Promise<void>;
  #waiting: MachineResult[] = [];
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();
  #failure: Error | null = null;

  constructor(journal: RunJournal, { changes, keep }: { changes: boolean; keep: () => Promise<void> }) {
    this.#journal = journal;
    this.#changes = changes;
    this.#keep = keep;
  }

  add(result: MachineResult): void {
    if (this.#changes) this.#journal.ended(result);
    else this.#waiting.push(result);
    this.#timer ??= setTimeout(() => this.#write(), patienceMs);
  }

  /** Resolves when everything is kept and noted. @throws what the keeping threw */
  async end(): Promise<void> {
    this.#write();
    await this.#writing;
    if (this.#failure !== null) throw this.#failure;
  }

  #write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const results = this.#waiting;
    this.#waiting = [];
    this.#writing = this.#writing.then(async () => {
      try {
        await this.#keep();
        results.forEach((result) => this.#journal.ended(result));
      } catch (error) {
        this.#failure ??= error as Error;
      }
    });
  }
}
