import { NotSimulated } from '../../not-simulated';
import { type Action, type Io } from '../../process';
import { argumentsOf } from '../arguments';
import { readAddition, readDeletion, runAddition, runDeletion } from './change';
import { readQuery, runQuery } from './query';
import { runExport, runImport } from './transfer';
import { keyName, regWords, type KeyName } from './words';

/** `reg query|add|delete|export|import`: the registry below HKEY_LOCAL_MACHINE. 1 is the status of everything that fails. */
export function reg(tail: string): Action {
  const [command = '', ...words] = argumentsOf(tail);
  const name = command.toUpperCase();
  switch (name) {
    case 'QUERY':
    case 'ADD':
    case 'DELETE':
    case 'EXPORT':
      return ofKey(name, words);
    case 'IMPORT':
      return importing(words);
    case '':
      return wrong('', 'Invalid syntax.');
    default:
      if (!/^(?:COPY|SAVE|RESTORE|LOAD|UNLOAD|COMPARE|FLAGS|\/\?)$/.test(name))
        return wrong('', `Invalid Argument/Option - '${command}'.`);
      throw new NotSimulated(`reg ${command}`);
  }
}

type OfKey = 'QUERY' | 'ADD' | 'DELETE' | 'EXPORT';

function ofKey(command: OfKey, words: readonly string[]): Action {
  const [word, ...rest] = words;
  if (word === undefined || word.startsWith('/')) return wrong(command, 'Invalid syntax.');
  const key = keyName(word);
  if (key === null) return wrong(command, 'Invalid key name.');
  return commands[command](rest, key);
}

const commands: Readonly<Record<OfKey, (words: readonly string[], key: KeyName) => Action>> = {
  QUERY: (words, key) => {
    const query = readQuery(words, key);
    if (query === null) return wrong('QUERY', 'Invalid syntax.');
    return { run: (process, io) => runQuery(process, io, query) };
  },
  ADD: (words, key) => {
    const addition = readAddition(words, key);
    if (typeof addition === 'string') return wrong('ADD', addition);
    return asking(addition.isForced, { run: (process, io) => runAddition(process, io, addition) });
  },
  DELETE: (words, key) => {
    const deletion = readDeletion(words, key);
    if (deletion === null) return wrong('DELETE', 'Invalid syntax.');
    return asking(deletion.isForced, { run: (process, io) => runDeletion(process, io, deletion) });
  },
  EXPORT: (words, key) => {
    const { plain, flags, isWrong } = regWords(words, { valued: [], flags: ['y'] });
    const [file, ...more] = plain;
    if (file === undefined || isWrong || more.length > 0) return wrong('EXPORT', 'Invalid syntax.');
    const isForced = flags.has('y');
    return asking(isForced, { run: (process, io) => runExport(process, io, { key, file, isForced }) });
  },
};

/** What asks a question reads its answer. */
function asking(isForced: boolean, action: Action): Action {
  return isForced ? action : { ...action, input: 'text' };
}

function importing(words: readonly string[]): Action {
  const { plain, isWrong } = regWords(words, { valued: [], flags: [] });
  const [file, ...more] = plain;
  if (file === undefined || isWrong || more.length > 0) return wrong('IMPORT', 'Invalid syntax.');
  return { run: (process, io) => runImport(process, io, file) };
}

function wrong(command: string, sentence: string): Action {
  const usage = command === '' ? 'REG' : `REG ${command}`;
  return {
    run: (_, io: Io) => {
      io.err(`ERROR: ${sentence}\r\nType "${usage} /?" for usage.\r\n`);
      return 1;
    },
  };
}
