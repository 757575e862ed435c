import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundles } from '../../src/cli/bundles';
import type { Console } from '../../src/cli/console';
import { main } from '../../src/cli/main';
import type { Parts } from '../../src/cli/parts';
import { unsealed } from '../../src/cli/output/colour-seal';

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Longest that a usual command line may take on a busy machine: beyond it, it hangs. */
const usualDeadlineMs = 25_000;

/** The program in this process, with a data directory and a folder of files of its own. */
export class InProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'slmgr-storm-'));
  readonly files = join(this.folder, 'files');

  readonly #interruptsAfterMs: number | null;
  readonly #deadlineMs: number;

  /**
   * What is asked to take long is stopped as a person would stop it; null: nobody does. `deadlineMs`: longest that a
   * line may take, for those that work hard.
   */
  constructor(interruptsAfterMs: number | null = 2000, deadlineMs = usualDeadlineMs) {
    this.#interruptsAfterMs = interruptsAfterMs;
    this.#deadlineMs = deadlineMs;
    mkdirSync(this.files);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs a line to its end. Whatever it throws, and an end that does not come, fails the test. */
  async run(
    argv: readonly string[],
    input = '',
    env: Record<string, string> = {},
    parts: Parts = bundles,
  ): Promise<Ran> {
    let out = '';
    let err = '';
    const console: Console = {
      out: (text) => {
        out += unsealed(text);
      },
      err: (text) => {
        err += unsealed(text);
      },
      progress: () => undefined,
      openScreen: () => null,
      unwritten: () => Promise.resolve({ out: null, err: null }),
      outIsTerminal: false,
      errIsTerminal: false,
      width: 80,
      env: { SLMGR_HOME: join(this.folder, 'data'), HOME: this.folder, ...env },
      platform: 'linux',
      home: this.folder,
      now: () => Date.now(),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, 1))),
      readInput: () => Promise.resolve(input),
      interrupted: () => Promise.resolve(),
      onInterrupt: (callback) => {
        if (this.#interruptsAfterMs === null) return () => undefined;
        const timer = setTimeout(() => callback('SIGINT'), this.#interruptsAfterMs);
        return () => clearTimeout(timer);
      },
    };
    const line = JSON.stringify(argv.map((word) => word.slice(0, 200)));
    const status = await withDeadline(main(argv, { console, parts }), { line, deadlineMs: this.#deadlineMs });
    return { status, out, err };
  }

  async ok(...argv: readonly string[]): Promise<string> {
    const { status, out, err } = await this.run(argv);
    if (status !== 0) throw new Error(`${argv.join(' ')}: ${status}\n${out}${err}`);
    return out;
  }
}

async function withDeadline(
  work: Promise<number>,
  { line, deadlineMs }: { readonly line: string; readonly deadlineMs: number },
): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`hangs: ${line}`)), deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
