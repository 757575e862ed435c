import type { Screen } from './output/screen';

/**
 * What a command may know and use of the process around it. Commands get it; nothing reaches for the globals. Text is
 * made harmless where it is written: only colours of output/colour-seal.ts reach a terminal.
 */
export interface Console {
  /** Writes to standard output. Text that is meant for people ends with a line feed of its own. */
  readonly out: (text: string) => void;
  /** Writes to standard error. */
  readonly err: (text: string) => void;
  /**
   * Shows a line at the terminal of standard error that goes again: the next one takes its place, an empty one takes it
   * away. Nothing where that is no terminal.
   */
  readonly progress: (line: string) => void;
  /** Takes over the whole terminal of standard output; null where that is none, or one that cannot move its cursor. */
  readonly openScreen: () => Screen | null;
  /** Waits until what was given to both streams is written; why it was not, in the system's words, or null. */
  readonly unwritten: () => Promise<{ readonly out: string | null; readonly err: string | null }>;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Columns of the terminal, 80 where there is none. */
  readonly width: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** The time of the real clock, epoch milliseconds. */
  readonly now: () => number;
  /** Resolves after so many milliseconds of the real clock. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** All of standard input as text; refuses more than the limit. */
  readonly readInput: (limitBytes: number) => Promise<string>;
  /** Resolves at the first SIGINT or SIGTERM, or when the reader of standard output is gone. */
  readonly interrupted: () => Promise<void>;
  /** Calls back at SIGINT or SIGTERM, which then do not end the process; what comes back stops that. */
  readonly onInterrupt: (callback: (signal: 'SIGINT' | 'SIGTERM') => void) => () => void;
}

/** Whether colours belong into standard output: `--no-color` and NO_COLOR say no, `--color` and FORCE_COLOR yes. */
export function wantsColour(
  console: Pick<Console, 'env' | 'outIsTerminal'>,
  options: { readonly color?: unknown; readonly 'no-color'?: unknown },
): boolean {
  if (options['no-color'] === true) return false;
  if (options.color === true) return true;
  if ((console.env['NO_COLOR'] ?? '') !== '') return false;
  const forced = console.env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0';
  return console.outIsTerminal && console.env['TERM'] !== 'dumb';
}
