/** What one script may use. */
export interface EngineBounds {
  /** From its start to its end, ms. */
  readonly milliseconds: number;
  /** Memory of all of its processes together, bytes. */
  readonly memory: number;
  /** What it prints on both streams together, bytes. */
  readonly output: number;
  /** Processes and threads. */
  readonly tasks: number;
  /** Room of each of its two folders, bytes. */
  readonly disk: number;
  /** Longest question to the machine, bytes. */
  readonly question: number;
}

const megabyte = 1024 * 1024;

/** The bounds of a script that a client has sent. */
export const usualBounds: EngineBounds = {
  milliseconds: 300_000,
  memory: 1024 * megabyte,
  output: 8 * megabyte,
  tasks: 120,
  disk: 64 * megabyte,
  question: 4 * megabyte,
};
