/** A program run on a machine, or on this one, with the text it is given. */
export interface CommandOutcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/**
 * The port between what is said to a machine and how it gets there. It rejects with a `TransportError`, and reaches
 * for the machine again on the next call after the way there was lost.
 */
export interface CommandRunner {
  /** Runs the PowerShell that waits for a script on its standard input. */
  run(line: string, stdin: string): Promise<CommandOutcome>;
  close(): Promise<void>;
}

/** What encloses the answer in a standard output; the rest is noise. */
export const answerMark = { start: '#slmgr-', end: '#' } as const;

/** Bytes of standard output above which an answer is refused: the largest real ones stay far below. */
export const maxAnswerBytes = 32 * 1024 * 1024;
