import { NotSimulated } from '../not-simulated';
import { type Command, type Environment, type Io } from '../process';
import { fileBuiltIns } from './file-built-ins';

/** Ends the line, or the line in which it stands. */
export class Exit extends Error {
  readonly status: number | null;

  constructor(status: number | null) {
    super('exit');
    this.status = status;
  }
}

const quiet: Command = () => ({ run: () => null });

const echo: Command = (tail) => {
  const text = tail.slice(1);
  return {
    run: (_, io) => {
      const state = tail.trim().toLowerCase();
      if (state === 'on' || state === 'off') return null;
      io.out(state === '' ? 'ECHO is on.\r\n' : `${text}\r\n`);
      return null;
    },
  };
};

const exit: Command = (tail) => {
  const [, status] = /^\s*(?:\/b\s*)?([-+]?\d+)?/i.exec(tail) ?? [];
  return {
    run: () => {
      throw new Exit(status === undefined ? null : Number(status) | 0);
    },
  };
};

const set: Command = (tail) => {
  const text = tail.replace(/^\s+/, '');
  if (/^\/[ap]/i.test(text)) throw new NotSimulated(`set ${text.slice(0, 2)}`);
  const [, quoted] = /^"(.*)"[^"]*$/s.exec(text) ?? [];
  const pair = quoted ?? text;
  const at = pair.indexOf('=', 1);
  if (at < 0) return { run: ({ env }, io) => listed(env, pair.trim(), io) };
  return {
    run: ({ env }) => {
      env.set(pair.slice(0, at), pair.slice(at + 1));
      return null;
    },
  };
};

function listed(env: Environment, prefix: string, io: Io): number | null {
  const found = env.entries().filter(([name]) => name.toLowerCase().startsWith(prefix.toLowerCase()));
  if (found.length === 0) {
    io.err(`Environment variable ${prefix} not defined\r\n`);
    return 1;
  }
  io.out(found.map(([name, value]) => `${name}=${value}\r\n`).join(''));
  return null;
}

/** Windows' version: its update as well from Windows 10 on. */
const ver: Command = () => ({
  run: ({ machine }, io) => {
    const parts = machine.programs.system.state().version.split('.');
    const shown = parts.slice(0, Number(parts[0]) >= 10 ? 4 : 3).join('.');
    io.out(`\r\nMicrosoft Windows [Version ${shown}]\r\n`);
    return 0;
  },
});

/** The commands that cmd.exe has itself; `call` and `start` are in run.ts, because they run others. */
export const builtIns: ReadonlyMap<string, Command> = new Map<string, Command>([
  ...fileBuiltIns,
  ['echo', echo],
  ['exit', exit],
  ['set', set],
  ['ver', ver],
  ...['cls', 'title', 'color', 'setlocal', 'endlocal', 'prompt', 'verify'].map(
    (name) => [name, quiet] as const,
  ),
]);

/** Words of cmd.exe that a simulated machine does not know. */
export const otherBuiltIns: ReadonlySet<string> = new Set(
  'assoc break date ftype goto mklink path pause popd pushd shift time vol'.split(' '),
);

/** Variables in upper case that a command will have changed. */
export function changes(name: string, tail: string): readonly string[] {
  switch (name) {
    case 'set': {
      const [, variable] = /^\s*"?([^=]+)=/.exec(tail) ?? [];
      return variable === undefined ? [] : [variable.trim().toUpperCase(), variable.toUpperCase()];
    }
    case 'cd':
    case 'chdir':
      return ['CD'];
    default:
      return [];
  }
}
