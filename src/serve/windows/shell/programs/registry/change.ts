import {
  createHiveKey,
  deleteHiveKey,
  deleteHiveValue,
  readHiveKey,
  readHiveValue,
  writeHiveValue,
  type HiveChange,
  type HiveProblem,
} from '../../../../../lab/model/hive';
import { succeeded } from '../../../../../lab/model/outcome';
import { type MachineState, type RegistryValue } from '../../../../../lab/model/state';
import { decodeText } from '../../../../../transports/decode-text';
import { type Io, type Process } from '../../process';
import { valueOf } from './values';
import { regWords, type KeyName } from './words';

export const completed = 'The operation completed successfully.\r\n';

/** `reg add KEY [/v NAME | /ve] [/t TYPE] [/s SEPARATOR] [/d DATA] [/f]`. */
export interface Addition {
  readonly key: KeyName;
  /** Null: the key alone. */
  readonly value: { readonly name: string; readonly value: RegistryValue } | null;
  readonly isForced: boolean;
}

/** Reads the words of an addition; a text is what Windows says of wrong ones. */
export function readAddition(words: readonly string[], key: KeyName): Addition | string {
  const takes = { valued: ['v', 't', 's', 'd'], flags: ['ve', 'f'] };
  const { plain, valued, flags, isWrong } = regWords(words, takes);
  const name = flags.has('ve') ? '' : (valued.get('v') ?? null);
  if (isWrong || plain.length > 0 || (flags.has('ve') && valued.has('v'))) return 'Invalid syntax.';
  const isForced = flags.has('f');
  if (name === null && !valued.has('t') && !valued.has('d')) return { key, value: null, isForced };
  const value = readValue(valued);
  return typeof value === 'string' ? value : { key, value: { name: name ?? '', value }, isForced };
}

function readValue(valued: ReadonlyMap<string, string>): RegistryValue | string {
  const separator = valued.get('s') ?? String.raw`\0`;
  const value = valueOf(valued.get('t') ?? 'REG_SZ', valued.get('d') ?? '', separator);
  if (value === 'type') return "Invalid syntax. Specify valid type for '/t'.";
  return value ?? "Invalid syntax. Specify valid numeric value for '/d'.";
}

/** Adds, after a question where the value is there and nothing forces it. */
export async function runAddition(
  process: Process,
  io: Io,
  { key, value, isForced }: Addition,
): Promise<number> {
  const state = process.machine.programs.system.state();
  const isThere = value !== null && readHiveValue(state, key.path, value.name) !== undefined;
  if (isThere && !isForced) {
    const shown = value.name === '' ? '' : `${value.name} `;
    if (!agrees(io, `Value ${shown}exists, overwrite(Yes/No)? `)) return cancelled(io);
  }
  return await apply(process, io, (machine) =>
    value === null ? createHiveKey(machine, key.path) : writeHiveValue(machine, { path: key.path, ...value }),
  );
}

/** `reg delete KEY [/v NAME | /ve | /va] [/f]`. */
export interface Deletion {
  readonly key: KeyName;
  readonly what: { readonly kind: 'key' | 'all' } | { readonly kind: 'value'; readonly name: string };
  readonly isForced: boolean;
}

/** Reads the words of a deletion; null where they are wrong. */
export function readDeletion(words: readonly string[], key: KeyName): Deletion | null {
  const { plain, valued, flags, isWrong } = regWords(words, { valued: ['v'], flags: ['ve', 'va', 'f'] });
  const name = flags.has('ve') ? '' : valued.get('v');
  const named = [flags.has('ve'), flags.has('va'), valued.has('v')].filter(Boolean).length;
  if (isWrong || plain.length > 0 || named > 1) return null;
  const isForced = flags.has('f');
  if (flags.has('va')) return { key, what: { kind: 'all' }, isForced };
  return { key, what: name === undefined ? { kind: 'key' } : { kind: 'value', name }, isForced };
}

/** Deletes, after a question where nothing forces it. */
export async function runDeletion(
  process: Process,
  io: Io,
  { key, what, isForced }: Deletion,
): Promise<number> {
  const found = readHiveKey(process.machine.programs.system.state(), key.path);
  const isMissing =
    found === null || (what.kind === 'value' && !found.values.some((each) => sameName(each.name, what.name)));
  if (isMissing) return failed(io, 'missing');
  if (!isForced && !agrees(io, questionOf(key, what))) return cancelled(io);
  const names =
    what.kind === 'value' ? [what.name] : what.kind === 'all' ? found.values.map(({ name }) => name) : null;
  return await apply(process, io, (machine) =>
    names === null ? deleteHiveKey(machine, key.path) : deleteAll(machine, key.path, names),
  );
}

function deleteAll(machine: MachineState, path: string, names: readonly string[]): HiveChange {
  let state = machine;
  for (const name of names) {
    const change = deleteHiveValue(state, path, name);
    if (!change.ok) return change;
    state = change.machine;
  }
  return { ok: true, machine: state };
}

function questionOf({ shown }: KeyName, what: Deletion['what']): string {
  switch (what.kind) {
    case 'key':
      return `Permanently delete the registry key ${shown} (Yes/No)? `;
    case 'all':
      return `Delete all values under the registry key ${shown} (Yes/No)? `;
    case 'value':
      return `Delete the registry value ${what.name === '' ? '(Default)' : what.name} (Yes/No)? `;
  }
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Asks, and reads the answer from standard input; nothing there is a no. */
function agrees(io: Io, question: string): boolean {
  io.out(question);
  return /^\s*y(?:es)?\s*(?:\r?\n|$)/i.test(decodeText(io.stdin));
}

function cancelled(io: Io): number {
  io.out('The operation was canceled by the user.\r\n');
  return 0;
}

/** Changes the machine's registry as a whole or not at all. */
export async function apply(
  { machine }: Process,
  io: Io,
  change: (state: MachineState) => HiveChange,
  told: (text: string) => void = io.out,
): Promise<number> {
  const { system } = machine.programs;
  if (!system.isAdministrator()) return failed(io, 'denied');
  const seen: { problem: HiveProblem | null } = { problem: null };
  await system.change((state) => {
    const changed = change(state);
    seen.problem = changed.ok ? null : changed.problem;
    return succeeded(changed.ok ? changed.machine : state);
  });
  if (seen.problem !== null) return failed(io, seen.problem);
  told(completed);
  return 0;
}

const sentences: Readonly<Record<HiveProblem, string>> = {
  missing: 'The system was unable to find the specified registry key or value.',
  denied: 'Access is denied.',
  full: 'Insufficient system resources exist to complete the requested service.',
};

function failed(io: Io, problem: HiveProblem): number {
  io.err(`ERROR: ${sentences[problem]}\r\n`);
  return 1;
}
