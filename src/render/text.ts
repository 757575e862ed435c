import { processZone, type ZoneOffset } from '../licensing/local-time';
import type { CommandResult } from '../verbs/run';
import { resultLines } from './text/result-lines';
import { currentScript, type ScriptGeneration } from './text/script-generation';

/** Turns results into slmgr's text, bit for bit (LF line ends). */
export interface TextPrinter {
  /** Takes a result; what comes back is to be printed at once. */
  readonly push: (result: CommandResult) => string;
  /** What is left to be printed at the end. */
  readonly end: () => string;
}

/**
 * Makes a printer. As Windows' script does, it collects lines and prints them once at the end with one empty line
 * behind them; the line `Activating ... ...` alone goes out at once. `zone` says what the local
 * time is: that of the computer on which slmgr runs, unless told; `script` whose text it is.
 */
export function textPrinter(
  zone: ZoneOffset = processZone,
  script: ScriptGeneration = currentScript,
): TextPrinter {
  const lines: string[] = [];
  return {
    push: (result) => {
      if (result.kind === 'activating') return `${resultLines(result, zone, script).join('\n')}\n`;
      lines.push(...resultLines(result, zone, script).map(unbroken));
      return '';
    },
    end: () => (lines.length === 0 ? '' : `${lines.join('\n')}\n\n`),
  };
}

/** The text of results that are all there. */
export function renderText(
  results: readonly CommandResult[],
  zone: ZoneOffset = processZone,
  script: ScriptGeneration = currentScript,
): string {
  const printer = textPrinter(zone, script);
  return results.map((result) => printer.push(result)).join('') + printer.end();
}

/** A value with line breaks in it is no further line: whoever reads line by line would take it for a field. */
function unbroken(line: string): string {
  return line.replace(/[\r\n\u2028\u2029]+/g, ' ');
}
