import { NotSimulated } from '../not-simulated';
import { type Action, type Command, type Environment, type Io } from '../process';
import { assignedNames, calculate } from './arithmetic';
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
  if (/^\/p/i.test(text)) throw new NotSimulated('set /p');
  if (/^\/a/i.test(text)) return setNumber(text.slice(2));
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

/** `set /a EXPRESSION`: sets variables; a command line, and no batch file, prints what it is worth. */
function setNumber(expression: string): Action {
  return {
    run: ({ env, isBatch }, io) => {
      if (expression.replaceAll('"', '').trim() === '') {
        io.err('The syntax of the command is incorrect.\r\n');
        return 1;
      }
      const found = calculate(expression, (name) => env.get(name));
      if ('problem' in found) {
        io.err(`${found.problem.text}\r\n`);
        return found.problem.status;
      }
      for (const [name, value] of found.changes) env.set(name, value);
      if (isBatch !== true) io.out(String(found.value));
      return null;
    },
  };
}

/** `path`: the folders in which programs are looked for. */
const path: Command = (tail) => {
  if (tail.trim() !== '') throw new NotSimulated(`path ${tail.trim()}`);
  return {
    run: ({ env }, io) => {
      io.out(`PATH=${env.get('Path') ?? ''}\r\n`);
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
  ['path', path],
  ['set', set],
  ['ver', ver],
  ...['cls', 'title', 'color', 'setlocal', 'endlocal', 'prompt', 'verify'].map(
    (name) => [name, quiet] as const,
  ),
]);

/** Words of cmd.exe that a simulated machine does not know. */
export const otherBuiltIns: ReadonlySet<string> = new Set(
  'assoc break date ftype goto mklink pause shift time'.split(' '),
);

/** Variables in upper case that a command will have changed. */
export function changes(name: string, tail: string): readonly string[] {
  switch (name) {
    case 'set': {
      if (/^\s*\/a/i.test(tail))
        return assignedNames(tail.replace(/^\s*\/a/i, '')).map((each) => each.toUpperCase());
      const [, variable] = /^\s*"?([^=]+)=/.exec(tail) ?? [];
      return variable === undefined ? [] : [variable.trim().toUpperCase(), variable.toUpperCase()];
    }
    case 'cd':
    case 'chdir':
    case 'pushd':
    case 'popd':
      return ['CD'];
    default:
      return [];
  }
}
