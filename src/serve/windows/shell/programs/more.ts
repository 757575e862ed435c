import { decodeText } from '../../../../transports/decode-text';
import { NotSimulated } from '../not-simulated';
import { type Action } from '../process';
import { argumentsOf } from './arguments';
import { fileOf } from './lines';

/** `more [FILE]`: everything at once, as where its output is no terminal. */
export function more(tail: string): Action {
  const words = argumentsOf(tail);
  const [file] = words;
  if (words.length > 1 || file?.startsWith('/') === true) throw new NotSimulated(`more ${words.join(' ')}`);
  return {
    ...(file === undefined ? { input: 'text' as const } : {}),
    run: (process, io) => {
      const bytes = file === undefined ? io.stdin : fileOf(process, file);
      if (bytes === null) {
        io.err(`Cannot access file ${String(file)}\r\n`);
        return 1;
      }
      io.out(decodeText(bytes));
      return 0;
    },
  };
}
