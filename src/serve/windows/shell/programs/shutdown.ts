import { restart, stop } from '../../../../lab/model/lifecycle';
import { NotSimulated } from '../not-simulated';
import { type Action, type Io, type Process } from '../process';
import { argumentsOf } from './arguments';

const accessDenied = 5;
const nothingToAbort = 1116;

/** `shutdown /r|/s|/a [/f] [/t N] [/c TEXT]`: at once, whatever /t says, because nobody works at the machine. */
export function shutdown(tail: string): Action {
  const words = argumentsOf(tail);
  const kinds: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = (words[at] ?? '').toLowerCase().replace('-', '/');
    if (/^\/(?:t|c|d)$/.test(word)) at += 1;
    else if (/^\/[rsa]$/.test(word)) kinds.push(word);
    else if (word !== '/f' && word !== '/p') throw new NotSimulated(`shutdown ${words.join(' ')}`);
  }
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) throw new NotSimulated(`shutdown ${words.join(' ')}`.trim());
  return { run: (process, io) => act(process, io, kind) };
}

async function act({ machine }: Process, io: Io, kind: string): Promise<number> {
  const { system } = machine.programs;
  if (!system.isAdministrator()) {
    io.err(`Access is denied.(${accessDenied})\r\n`);
    return accessDenied;
  }
  if (kind === '/a') {
    io.err(`Unable to abort the system shutdown because no shutdown was in progress.(${nothingToAbort})\r\n`);
    return nothingToAbort;
  }
  await system.change(kind === '/r' ? restart : stop);
  return 0;
}
