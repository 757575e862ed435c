import { decodeText } from '../../../../transports/decode-text';
import { NotSimulated } from '../not-simulated';
import { type Action } from '../process';
import { argumentsOf } from './arguments';
import { linePattern, type LinePattern } from './line-pattern';
import { fileOf, inputLines, linesOf } from './lines';

/** `findstr [/i] [/v] [/n] [/x] [/b] [/e] [/l | /r] [/c:TEXT]... [WORDS] [FILE]...`: 0 where a line fits, else 1. */
export function findstr(tail: string): Action {
  const { switches, texts, files } = readWords(argumentsOf(tail));
  const patterns = texts.map(({ text, isWhole }) => patternOf(text, switches, isWhole));
  const inverted = switches.has('v');
  return {
    ...(files.length === 0 ? { input: 'text' as const } : {}),
    run: (process, io) => {
      if (patterns.length === 0) return bad(io.err);
      const found: string[] = [];
      const show = (lines: readonly string[], prefix: string): void => {
        for (const [index, line] of lines.entries()) {
          if (patterns.some((fits) => fits(line)) === inverted) continue;
          found.push(line);
          io.out(`${prefix}${switches.has('n') ? `${index + 1}:` : ''}${line}\r\n`);
        }
      };
      if (files.length === 0) show(inputLines(io), '');
      for (const file of files) {
        const bytes = fileOf(process, file);
        if (bytes === null) io.err(`FINDSTR: Cannot open ${file}\r\n`);
        else show(linesOf(decodeText(bytes)), files.length > 1 ? `${file}:` : '');
      }
      return found.length > 0 ? 0 : 1;
    },
  };
}

function bad(err: (text: string) => void): number {
  err('FINDSTR: Bad command line\r\n');
  return 2;
}

interface Given {
  readonly switches: Set<string>;
  readonly texts: { readonly text: string; readonly isWhole: boolean }[];
  readonly files: string[];
}

function readWords(words: readonly string[]): Given {
  const given: Given = { switches: new Set(), texts: [], files: [] };
  for (const word of words) {
    const whole = /^[/-]c:(.*)$/is.exec(word)?.[1];
    const own = /^[/-]([ivnxbelrp]+)$/i.exec(word)?.[1];
    if (whole !== undefined) given.texts.push({ text: whole, isWhole: true });
    else if (own !== undefined) for (const each of own.toLowerCase()) given.switches.add(each);
    else if (/^\/[a-z?]/i.test(word)) throw new NotSimulated(`findstr ${word}`);
    else given.files.push(word);
  }
  // Without /c: the first word has the texts.
  const texts = given.texts.length > 0 ? '' : (given.files.shift() ?? '');
  given.texts.push(
    ...texts
      .split(' ')
      .filter((text) => text !== '')
      .map((text) => ({ text, isWhole: false })),
  );
  if (given.files.some((file) => /[*?]/.test(file)))
    throw new NotSimulated('findstr over several files by *');
  return given;
}

/** A whole text is literal unless /r says otherwise; words are regular expressions unless /l does. */
function patternOf(text: string, switches: ReadonlySet<string>, isWhole: boolean): LinePattern {
  const isRegex = switches.has('r') || (!isWhole && !switches.has('l'));
  if (!isRegex && ['x', 'b', 'e'].some((each) => switches.has(each))) return anchored(text, switches);
  const front = switches.has('x') || switches.has('b') ? '^' : '';
  const end = switches.has('x') || switches.has('e') ? '$' : '';
  return linePattern(`${front}${text}${end}`, isRegex ? 'findstr' : 'literal', switches.has('i'));
}

function anchored(text: string, switches: ReadonlySet<string>): LinePattern {
  const escaped = text.replaceAll(/[\\.*^$[\]]/g, String.raw`\$&`);
  const front = switches.has('x') || switches.has('b') ? '^' : '';
  const end = switches.has('x') || switches.has('e') ? '$' : '';
  return linePattern(`${front}${escaped}${end}`, 'findstr', switches.has('i'));
}
