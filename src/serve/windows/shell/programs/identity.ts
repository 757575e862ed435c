import { NotSimulated } from '../not-simulated';
import { type Action, type Reading } from '../process';

/** `hostname`: the computer's name. */
export function hostname(tail: string, { facts }: Reading): Action {
  if (tail.trim() !== '') throw new NotSimulated(`hostname ${tail.trim()}`);
  return printed(facts.computerName);
}

/** `whoami`: computer and user, in lower case. */
export function whoami(tail: string, { facts }: Reading): Action {
  if (tail.trim() !== '') throw new NotSimulated(`whoami ${tail.trim()}`);
  return printed(`${facts.computerName}\\${facts.user}`.toLowerCase());
}

/** `chcp [N]`: the code page, which changes nothing here: all text is UTF-8. */
export function chcp(tail: string): Action {
  const page = tail.trim();
  if (!/^\d{0,5}$/.test(page)) throw new NotSimulated(`chcp ${page}`);
  return printed(`Active code page: ${page === '' ? '437' : page}`);
}

function printed(line: string): Action {
  return {
    run: (_, io) => {
      io.out(`${line}\r\n`);
      return 0;
    },
  };
}
