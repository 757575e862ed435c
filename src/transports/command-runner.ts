/** A program run on a machine, or on this one, with the text it is given. */
export interface CommandOutcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** What encloses the answer in a standard output; the rest is noise. */
export interface AnswerMark {
  readonly start: string;
  readonly end: string;
}

/**
 * The port between what is said to a machine and how it gets there. It rejects with a `TransportError`, and reaches
 * for the machine again on the next call after the way there was lost.
 */
export interface CommandRunner {
  /**
   * Runs the PowerShell that waits for a script on its standard input. Its end need not be waited for once it has printed
   * the answer.
   */
  run(line: string, stdin: string, answer: AnswerMark): Promise<CommandOutcome>;
  close(): Promise<void>;
}

/** Bytes of standard output above which an answer is refused: the largest real ones stay far below. */
export const maxAnswerBytes = 32 * 1024 * 1024;
