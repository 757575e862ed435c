import { unsealed } from './colour-seal';
import type { Output } from './stream-output';

/** The whole of a terminal, drawn anew as often as wanted; what was there before comes back at the end. */
export interface Screen {
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** Draws lines from the top; those that do not fit are left out. A line that is too long is cut at the edge. */
  readonly draw: (lines: readonly string[]) => void;
  /** Calls back when the size has changed, and when the program goes on after it was stopped (Ctrl-Z). */
  readonly onChange: (callback: () => void) => void;
  /** Gives the terminal back as it was. */
  readonly close: () => void;
}

/** Alternate screen, no cursor, long lines end at the edge. */
const enter = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[H\u001b[2J';
const leave = '\u001b[?7h\u001b[?25h\u001b[?1049l';

/** Takes over the terminal of standard output until it is closed or the process ends, however it does. */
export function openScreen(output: Output, stream: NodeJS.WriteStream): Screen {
  let callback: () => void = () => undefined;
  const size = (): { columns: number; rows: number } => ({
    columns: stream.columns || 80,
    rows: stream.rows || 24,
  });
  const changed = (): void => callback();
  const restore = (): void => output.writeRaw(leave);
  const stopped = (): void => {
    restore();
    process.kill(process.pid, 'SIGSTOP');
  };
  const goesOn = (): void => {
    output.writeRaw(enter);
    changed();
  };
  stream.on('resize', changed);
  process.on('exit', restore);
  if (process.platform !== 'win32') process.on('SIGTSTP', stopped).on('SIGCONT', goesOn);
  output.writeRaw(enter);
  return {
    size,
    draw: (lines) => {
      const shown = lines.slice(0, size().rows).map((line) => `${unsealed(line)}\u001b[K`);
      output.writeRaw(`\u001b[H${shown.join('\r\n')}\u001b[J`);
    },
    onChange: (told) => {
      callback = told;
    },
    close: () => {
      stream.off('resize', changed);
      process.off('exit', restore);
      process.off('SIGTSTP', stopped).off('SIGCONT', goesOn);
      restore();
    },
  };
}
