import { decodeText } from '../../../../transports/decode-text';
import { type Entry, type FileProblem, fullName, problemText } from '../file-system';
import { NotSimulated } from '../not-simulated';
import { type Command, type Io, type Process } from '../process';
import { dir, vol } from './directory';
import { builtInWords } from './words';

/** `cd [/d] [FOLDER]`: without a folder it says where it is. */
const cd: Command = (tail) => {
  const [, slashD = '', rest = ''] = /^\s*(\/d\b)?\s*(.*?)\s*$/is.exec(tail) ?? [];
  if (/^\/\w/.test(rest)) throw new NotSimulated(`cd ${rest}`);
  const path = rest.replaceAll('"', '');
  return {
    run: (process, io) => {
      if (path === '' && slashD === '') {
        io.out(`${shown(process.folder)}\r\n`);
        return 0;
      }
      return enter(process, path) ? 0 : failed(io, 'no-folder');
    },
  };
};

/** Goes into a folder; false where there is none. */
export function enter(process: Process, path: string): boolean {
  const name = fullName(path, process.folder);
  const entry = name === null ? null : process.machine.programs.files.find(name);
  if (entry?.bytes !== null) return false;
  process.folder = entry.path;
  return true;
}

/** `pushd [FOLDER]`: goes there and remembers where it was; without a folder it lists what it remembers. */
const pushd: Command = (tail) => {
  const path = tail.trim().replaceAll('"', '');
  if (path.startsWith('/') || path.startsWith('\\\\')) throw new NotSimulated(`pushd ${path}`);
  return {
    run: (process, io) => {
      const before = process.folder;
      if (path === '') {
        io.out(
          [...(process.pushed ?? [])]
            .reverse()
            .map((each) => `${shown(each)}\r\n`)
            .join(''),
        );
        return 0;
      }
      if (!enter(process, path)) return failed(io, 'no-folder');
      process.pushed = [...(process.pushed ?? []), before];
      return 0;
    },
  };
};

/** `popd`: back to where the last `pushd` came from. */
const popd: Command = () => ({
  run: (process) => {
    const before = process.pushed?.at(-1);
    if (before === undefined) return 1;
    process.pushed = process.pushed?.slice(0, -1) ?? [];
    process.folder = before;
    return 0;
  },
});

function shown(folder: string): string {
  return folder === 'C:' ? 'C:\\' : folder;
}

const type: Command = (tail) => {
  const { words } = builtInWords('type', tail, []);
  return {
    run: (process, io) => {
      if (words.length === 0) return wrong(io);
      let status = 0;
      for (const word of words) {
        const bytes = found(process, word)?.bytes ?? null;
        if (bytes === null) status = failed(io, 'missing');
        else io.out(decodeText(bytes));
      }
      return status;
    },
  };
};

/** `del [/q] [/f] FILE...` ends with 0 even where there is no such file, as Windows' does. */
const del: Command = (tail) => {
  const { words } = builtInWords('del', tail, ['/q', '/f', '/a']);
  return {
    run: (process, io) => {
      if (words.length === 0) return wrong(io);
      for (const word of words) {
        const path = fullName(word, process.folder);
        const entry = path === null ? null : process.machine.programs.files.find(path);
        if (entry === null) io.err(`Could Not Find ${path ?? word}\r\n`);
        else if (entry.bytes === null) io.err(`${entry.path} is a folder, and stays.\r\n`);
        else {
          const problem = process.machine.programs.files.remove(entry.path);
          if (problem !== null) io.err(`${entry.path}\r\n${problemText(problem)}\r\n`);
        }
      }
      return null;
    },
  };
};

const copy: Command = (tail) => transfer('copy', tail);
const move: Command = (tail) => transfer('move', tail);

function transfer(name: 'copy' | 'move', tail: string): ReturnType<Command> {
  const { words } = builtInWords(name, tail, ['/y', '/b', '/v', '/a']);
  if (words.some((word) => word.includes('+'))) throw new NotSimulated(`${name} of several files into one`);
  const [from = '', to = '.', ...more] = words;
  return {
    run: (process, io) => {
      if (from === '' || more.length > 0) return wrong(io);
      const entry = found(process, from);
      if (entry?.bytes == null) return failed(io, 'missing');
      const target = into(process, to, entry);
      const { files } = process.machine.programs;
      const problem =
        target === null
          ? 'bad-name'
          : name === 'copy'
            ? files.write(target, entry.bytes)
            : files.rename(entry.path, target);
      if (problem !== null) return failed(io, problem);
      io.out(`        1 file(s) ${name === 'copy' ? 'copied' : 'moved'}.\r\n`);
      return 0;
    },
  };
}

/** Full name of the file that a copy makes: in the folder that the target is, or the target itself. */
function into(process: Process, to: string, { path }: Entry): string | null {
  const name = fullName(to, process.folder);
  if (name === null) return null;
  const target = process.machine.programs.files.find(name);
  return target !== null && target.bytes === null ? `${name}\\${path.split('\\').at(-1) ?? ''}` : name;
}

const ren: Command = (tail) => {
  const { words } = builtInWords('ren', tail, []);
  const [from = '', to = ''] = words;
  return {
    run: (process, io) => {
      if (words.length !== 2 || /[\\/:]/.test(to)) return wrong(io);
      const entry = found(process, from);
      if (entry === null) return failed(io, 'missing');
      const target = entry.path.replace(/[^\\]*$/, to);
      const { files } = process.machine.programs;
      if (files.find(target) !== null) {
        io.err('A duplicate file name exists, or the file\r\ncannot be found.\r\n');
        return 1;
      }
      const problem = files.rename(entry.path, target);
      return problem === null ? 0 : failed(io, problem);
    },
  };
};

const md: Command = (tail) => {
  const { words } = builtInWords('md', tail, []);
  return {
    run: (process, io) => {
      if (words.length === 0) return wrong(io);
      let status = 0;
      for (const word of words) {
        const path = fullName(word, process.folder);
        const isThere = path !== null && process.machine.programs.files.find(path) !== null;
        const problem =
          path === null ? 'bad-name' : isThere ? 'exists' : process.machine.programs.files.makeFolders(path);
        if (problem === 'exists') io.err(`A subdirectory or file ${word} already exists.\r\n`);
        else if (problem !== null) io.err(`${problemText(problem)}\r\n`);
        if (problem !== null) status = 1;
      }
      return status;
    },
  };
};

const rd: Command = (tail) => {
  const { words } = builtInWords('rd', tail, ['/q']);
  return {
    run: (process, io) => {
      if (words.length === 0) return wrong(io);
      for (const word of words) {
        const entry = found(process, word);
        if (entry === null) return failed(io, 'missing');
        if (entry.bytes !== null) {
          io.err('The directory name is invalid.\r\n');
          return 267;
        }
        const problem = process.machine.programs.files.remove(entry.path);
        if (problem !== null) return failed(io, problem);
      }
      return null;
    },
  };
};

function found({ machine, folder }: Process, word: string): Entry | null {
  const path = fullName(word, folder);
  return path === null ? null : machine.programs.files.find(path);
}

function failed(io: Io, problem: FileProblem): number {
  io.err(`${problemText(problem)}\r\n`);
  return 1;
}

function wrong(io: Io): number {
  io.err('The syntax of the command is incorrect.\r\n');
  return 1;
}

/** The commands of cmd.exe that have to do with files. */
export const fileBuiltIns: readonly (readonly [string, Command])[] = [
  ['cd', cd],
  ['chdir', cd],
  ['type', type],
  ['del', del],
  ['erase', del],
  ['copy', copy],
  ['move', move],
  ['ren', ren],
  ['rename', ren],
  ['md', md],
  ['mkdir', md],
  ['rd', rd],
  ['rmdir', rd],
  ['dir', dir],
  ['vol', vol],
  ['pushd', pushd],
  ['popd', popd],
];
