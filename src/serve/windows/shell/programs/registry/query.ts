import { readHiveKey, type HiveKey } from '../../../../../lab/model/hive';
import { type MachineState } from '../../../../../lab/model/state';
import { type Io, type Process } from '../../process';
import { dataText, typeName } from './values';
import { regWords, shownKey, type KeyName } from './words';

/** Keys that `/s` goes through at most. */
const mostKeys = 10_000;

/** `reg query KEY [/v NAME | /ve] [/s] [/t TYPE]`. */
export interface Query {
  readonly key: KeyName;
  /** Null: every value. */
  readonly name: string | null;
  readonly isDeep: boolean;
  readonly type: string | null;
}

/** Reads the words of a query; null where they are wrong. */
export function readQuery(words: readonly string[], key: KeyName): Query | null {
  const { plain, valued, flags, isWrong } = regWords(words, {
    valued: ['v', 't', 'se'],
    flags: ['ve', 's', 'z'],
  });
  const name = flags.has('ve') ? '' : (valued.get('v') ?? null);
  if (isWrong || plain.length > 0 || (flags.has('ve') && valued.has('v'))) return null;
  return { key, name, isDeep: flags.has('s'), type: valued.get('t')?.toUpperCase() ?? null };
}

/** Prints what is found: 0, or 1 where there is no such key or value. */
export function runQuery({ machine }: Process, io: Io, query: Query): number {
  const state = machine.programs.system.state();
  const found = readHiveKey(state, query.key.path);
  if (found === null) return missing(io);
  const blocks = query.isDeep ? deep(state, query) : [block(query.key.shown, found, query)];
  const text = blocks.join('');
  if (query.name !== null && text === '') return missing(io);
  const subkeys =
    query.isDeep || query.name !== null
      ? ''
      : found.subkeys.map((name) => `${query.key.shown}\\${name}\r\n`).join('');
  io.out(`\r\n${text}${subkeys}`);
  return 0;
}

function deep(state: MachineState, query: Query): readonly string[] {
  const blocks: string[] = [];
  const waiting = [query.key.path];
  for (let seen = 0; seen < mostKeys; seen += 1) {
    const path = waiting.shift();
    if (path === undefined) break;
    const key = readHiveKey(state, path);
    if (key === null) continue;
    const text = block(shownKey(path), key, query);
    if (text !== '') blocks.push(text);
    else if (query.name === null && query.type === null) blocks.push(`${shownKey(path)}\r\n`);
    waiting.unshift(...key.subkeys.map((name) => (path === '' ? name : `${path}\\${name}`)));
  }
  return blocks;
}

/** A key's name with its values that were asked for; "" where there is none. */
function block(shown: string, key: HiveKey, { name, type }: Query): string {
  const wanted = name?.toLowerCase();
  const values = key.values.filter(
    (each) =>
      (wanted === undefined || each.name.toLowerCase() === wanted) &&
      (type === null || typeName(each.value) === type),
  );
  const lines = values.map(
    (each) =>
      `    ${each.name === '' ? '(Default)' : each.name}    ${typeName(each.value)}    ${dataText(each.value)}\r\n`,
  );
  if (name === '' && lines.length === 0) lines.push('    (Default)    REG_SZ    (value not set)\r\n');
  return lines.length === 0 ? '' : `${shown}\r\n${lines.join('')}\r\n`;
}

function missing(io: Io): number {
  io.err('ERROR: The system was unable to find the specified registry key or value.\r\n');
  return 1;
}
