import { decodeText } from '../../../../transports/decode-text';
import { NotSimulated } from '../not-simulated';
import { type Action } from '../process';
import { linePattern } from './line-pattern';
import { fileOf, inputLines, linesOf } from './lines';

/** `find [/v] [/c] [/n] [/i] "TEXT" [FILE]...`: 0 where a line has the text, else 1. The text must be quoted. */
export function find(tail: string): Action {
  const [, before = tail, text, after = ''] = /^([^"]*)"((?:[^"]|"")*)"(.*)$/s.exec(tail) ?? [];
  const words = [...before.split(/\s+/), ...after.split(/\s+/)].filter((word) => word !== '');
  const switches = new Set(words.filter((word) => word.startsWith('/')).map((word) => word.toLowerCase()));
  const files = words.filter((word) => !word.startsWith('/')).map((word) => word.replaceAll('"', ''));
  for (const each of switches)
    if (!['/v', '/c', '/n', '/i'].includes(each)) throw new NotSimulated(`find ${each}`);
  const fits = linePattern((text ?? '').replaceAll('""', '"'), 'literal', switches.has('/i'));
  const kept = (lines: readonly string[]): readonly string[] =>
    lines
      .map((line, index) => ({ line, shown: switches.has('/n') ? `[${index + 1}]${line}` : line }))
      .filter(({ line }) => (text !== '' && fits(line)) !== switches.has('/v'))
      .map(({ shown }) => shown);
  return {
    ...(files.length === 0 ? { input: 'text' as const } : {}),
    run: (process, io) => {
      if (text === undefined) {
        io.err('FIND: Parameter format not correct\r\n');
        return 2;
      }
      let count = 0;
      const show = (name: string | null, lines: readonly string[]): void => {
        const found = kept(lines);
        count += found.length;
        const header = name === null ? '' : `\r\n---------- ${name.toUpperCase()}`;
        if (switches.has('/c')) io.out(`${header}${name === null ? '' : ': '}${found.length}\r\n`);
        else io.out([...(name === null ? [] : [header]), ...found].map((line) => `${line}\r\n`).join(''));
      };
      if (files.length === 0) show(null, inputLines(io));
      for (const file of files) {
        const bytes = fileOf(process, file);
        if (bytes === null) io.err(`File not found - ${file.toUpperCase()}\r\n`);
        else show(file, linesOf(decodeText(bytes)));
      }
      return count > 0 ? 0 : 1;
    },
  };
}
