import { decodeText } from '../../../../transports/decode-text';
import { NotSimulated } from '../not-simulated';
import { type Action } from '../process';
import { argumentsOf } from './arguments';
import { fileOf, linesOf } from './lines';

/** `sort [/r] [FILE]`: lines in the order of their letters, whatever their case. */
export function sort(tail: string): Action {
  const words = argumentsOf(tail);
  const isReversed = words.some((word) => /^\/r(?:everse)?$/i.test(word));
  const [file, ...others] = words.filter((word) => !/^\/r(?:everse)?$/i.test(word));
  if (others.length > 0 || file?.startsWith('/') === true) throw new NotSimulated(`sort ${words.join(' ')}`);
  return {
    ...(file === undefined ? { input: 'text' as const } : {}),
    run: (process, io) => {
      const bytes = file === undefined ? io.stdin : fileOf(process, file);
      if (bytes === null) {
        io.err(`${String(file)}The system cannot find the file specified.\r\n`);
        return 1;
      }
      const keyed = linesOf(decodeText(bytes)).map((line) => ({ line, key: line.toUpperCase() }));
      keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
      if (isReversed) keyed.reverse();
      io.out(keyed.map(({ line }) => `${line}\r\n`).join(''));
      return 0;
    },
  };
}
