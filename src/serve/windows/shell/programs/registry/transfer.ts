import {
  createHiveKey,
  deleteHiveKey,
  deleteHiveValue,
  readHiveKey,
  writeHiveValue,
  type HiveChange,
} from '../../../../../lab/model/hive';
import { type MachineState } from '../../../../../lab/model/state';
import { decodeText } from '../../../../../transports/decode-text';
import { type Io, type Process } from '../../process';
import { apply, completed } from './change';
import { readRegFile, regFile, type FileKey } from './reg-file';
import { keyName, shownKey, type KeyName } from './words';

/** `reg export KEY FILE [/y]`: the key and everything below it. */
export function runExport(
  { machine, folder }: Process,
  io: Io,
  { key, file, isForced }: { readonly key: KeyName; readonly file: string; readonly isForced: boolean },
): number {
  const { system } = machine.programs;
  const keys = keysBelow(system.state(), key.path);
  if (keys.length === 0) {
    io.err('ERROR: The system was unable to find the specified registry key or value.\r\n');
    return 1;
  }
  if (!isForced && system.readFile(file, folder) !== null) {
    io.out(`File ${file} already exists. Overwrite (Yes/No)?`);
    if (!/^\s*y(?:es)?\s*(?:\r?\n|$)/i.test(decodeText(io.stdin))) {
      io.out('The operation was canceled by the user.\r\n');
      return 0;
    }
  }
  if (!system.writeFile(file, folder, regFile(keys))) {
    io.err('ERROR: Unable to write to the file. There may be a disk or file system error.\r\n');
    return 1;
  }
  io.out(completed);
  return 0;
}

function keysBelow(state: MachineState, path: string): readonly FileKey[] {
  const key = readHiveKey(state, path);
  if (key === null) return [];
  const below = key.subkeys.flatMap((name) => keysBelow(state, path === '' ? name : `${path}\\${name}`));
  return [{ key: shownKey(path), isDeleted: false, values: key.values }, ...below];
}

/** `reg import FILE`: all of it, or nothing where a key cannot be written. Windows tells its success on standard error. */
export async function runImport(process: Process, io: Io, file: string): Promise<number> {
  const bytes = process.machine.programs.system.readFile(file, process.folder);
  if (bytes === null) {
    io.err('ERROR: Error opening the file. There may be a disk or file system error.\r\n');
    return 1;
  }
  const keys = readRegFile(decodeText(bytes));
  const known = keys?.map((each) => ({ ...each, name: keyName(each.key) })) ?? null;
  if (known === null) {
    io.err('ERROR: The specified file is not a registry script. You can only import registry files.\r\n');
    return 1;
  }
  return await apply(process, io, (state) => imported(state, known), io.err);
}

function imported(
  state: MachineState,
  keys: readonly (FileKey & { readonly name: KeyName | null })[],
): HiveChange {
  let machine = state;
  for (const { name, isDeleted, values } of keys) {
    if (name === null) continue;
    const changes = isDeleted
      ? [deletion(name)]
      : [creation(name), ...values.map((each) => change(name, each))];
    for (const each of changes) {
      const done = each(machine);
      // What is to go and is not there is no failure.
      if (!done.ok && done.problem !== 'missing') return done;
      if (done.ok) machine = done.machine;
    }
  }
  return { ok: true, machine };
}

type Change = (machine: MachineState) => HiveChange;

const deletion =
  ({ path }: KeyName): Change =>
  (machine) =>
    deleteHiveKey(machine, path);

const creation =
  ({ path }: KeyName): Change =>
  (machine) =>
    createHiveKey(machine, path);

function change({ path }: KeyName, { name, value }: FileKey['values'][number]): Change {
  return (machine) =>
    value === null ? deleteHiveValue(machine, path, name) : writeHiveValue(machine, { path, name, value });
}
