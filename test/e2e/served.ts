import { type ChildProcess } from 'node:child_process';
import { type Document, type Program } from './program';

const startLimitMs = 30_000;
const stopLimitMs = 15_000;

/** A command of the built program that goes on until it is stopped. */
export class Running {
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;

  constructor(program: Program, ...words: readonly string[]) {
    this.#child = program.start(...words);
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    const killAtExit = (): boolean => this.#child.kill('SIGKILL');
    process.once('exit', killAtExit);
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code) => {
        process.off('exit', killAtExit);
        resolve(code);
      });
    });
  }

  /** Resolves when the output so far fits; rejects with everything it said where it ends or says nothing. */
  async until(wanted: (running: this) => boolean, limitMs = startLimitMs): Promise<void> {
    const end = Date.now() + limitMs;
    while (!wanted(this)) {
      if (this.#child.exitCode !== null || Date.now() > end)
        throw new Error(`what was waited for did not come:\n${this.stdout}${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** The JSON documents that it printed, one a line. */
  documents(): readonly Document[] {
    return this.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Document);
  }

  /** Ends it by a signal; the exit status, null where only SIGKILL helped. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
    const force = setTimeout(() => this.#child.kill('SIGKILL'), stopLimitMs);
    const status = await this.#ended;
    clearTimeout(force);
    return status;
  }
}

/** Starts `kms serve` and waits until each machine can be reached. */
export async function serve(
  program: Program,
  machine: string,
  ...options: readonly string[]
): Promise<Running> {
  const running = new Running(program, 'kms', 'serve', machine, ...options);
  try {
    await running.until(({ stdout }) => stdout.includes(`${machine} listening on `));
    return running;
  } catch (error) {
    await running.stop('SIGKILL');
    throw error;
  }
}
