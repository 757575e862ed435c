import { Buffer } from 'node:buffer';
import { decodeText } from '../../../../transports/decode-text';
import { enter } from '../cmd/file-built-ins';
import { fullName, problemText, type Entry } from '../file-system';
import { NotSimulated } from '../not-simulated';
import { linesOf } from '../programs/lines';
import { type Cmdlet, type CmdletCall } from './cmdlet';
import { plainText, type Bound } from './bind';
import { checkDrive, keyPath, newKey, removeKey } from './registry-cmdlets';
import { readHiveKey } from '../../../../lab/model/hive';
import { textOf, type Value } from './values';

function first(call: CmdletCall, name: string): string {
  return textOf(call.values(name)[0] ?? '');
}

function entryOf({ process }: CmdletCall, path: string): Entry | null {
  const name = fullName(path, process.folder);
  return name === null ? null : process.machine.programs.files.find(name);
}

/** Files are on C: alone; what is on other drives is refused, the registry where it is not what the cmdlet is for. */
function onlyFiles({ values }: Bound): void {
  for (const text of pathTexts(values)) {
    checkDrive(text);
    if (text !== null && keyPath(text) !== null) throw new NotSimulated(`the registry key ${text} as a file`);
  }
}

function filesAndKeys({ values }: Bound): void {
  for (const text of pathTexts(values)) checkDrive(text);
}

function pathTexts(values: Bound['values']): readonly (string | null)[] {
  return ['path', 'literalpath', 'filepath'].flatMap((name) => values.get(name) ?? []).map(plainText);
}

const missing = (path: string): string => `Cannot find path '${path}' because it does not exist.`;

const setLocation: Cmdlet = {
  parameters: { positional: ['path'], named: ['literalpath'] },
  check: onlyFiles,
  run: (call) => {
    const path = first(call, 'path') || first(call, 'literalpath');
    return enter(call.process, path) ? [] : call.fail(`Set-Location : ${missing(path)}`);
  },
};

const getLocation: Cmdlet = {
  parameters: { positional: [] },
  run: ({ process }) => ['', 'Path', '----', process.folder === 'C:' ? 'C:\\' : process.folder, '', ''],
};

const getContent: Cmdlet = {
  parameters: { positional: ['path'], named: ['literalpath', 'encoding'], switches: ['raw'] },
  check: onlyFiles,
  run: (call) => {
    const path = first(call, 'path') || first(call, 'literalpath');
    const bytes = entryOf(call, path)?.bytes ?? null;
    if (bytes === null) return call.fail(`Get-Content : ${missing(path)}`);
    const text = decodeText(bytes);
    return call.switches.has('raw') ? [text] : linesOf(text);
  },
};

const testPath: Cmdlet = {
  parameters: { positional: ['path'], named: ['literalpath', 'pathtype'] },
  check: filesAndKeys,
  run: (call) => {
    const path = first(call, 'path') || first(call, 'literalpath');
    const key = keyPath(path);
    if (key !== null) return [readHiveKey(call.process.machine.programs.system.state(), key) !== null];
    const entry = entryOf(call, path);
    switch (first(call, 'pathtype').toLowerCase()) {
      case 'leaf':
        return [entry !== null && entry.bytes !== null];
      case 'container':
        return [entry?.bytes === null];
      default:
        return [entry !== null];
    }
  },
};

function writer(name: string, append: boolean): Cmdlet {
  return {
    parameters: { positional: ['path', 'value'], named: ['encoding'], switches: ['force'] },
    check: onlyFiles,
    run: (call) => {
      const values = call.isPiped ? call.input : call.values('value');
      return written(call, { name, path: first(call, 'path'), values, append });
    },
  };
}

const outFile: Cmdlet = {
  parameters: { positional: ['filepath'], named: ['encoding'], switches: ['append', 'force'] },
  check: onlyFiles,
  run: (call) =>
    written(call, {
      ...{ name: 'Out-File', path: first(call, 'filepath') },
      ...{ values: call.input, append: call.switches.has('append') },
    }),
};

function written(
  call: CmdletCall,
  { name, path, values, append }: { name: string; path: string; values: readonly Value[]; append: boolean },
): readonly Value[] {
  const { files } = call.process.machine.programs;
  const target = fullName(path, call.process.folder);
  const bytes = Buffer.from(values.map((each) => `${textOf(each)}\r\n`).join(''));
  const problem =
    target === null ? 'bad-name' : append ? files.append(target, bytes) : files.write(target, bytes);
  return problem === null ? [] : call.fail(`${name} : ${problemText(problem)} '${path}'`);
}

const newItem: Cmdlet = {
  isSelfContained: true,
  parameters: {
    positional: ['path'],
    named: ['itemtype', 'value', 'name'],
    switches: ['force'],
    constant: ['itemtype'],
  },
  check: (bound) => {
    filesAndKeys(bound);
    if (bound.values.has('name')) throw new NotSimulated('New-Item -Name');
  },
  run: async (call) => {
    const path = first(call, 'path');
    const made = await newKey(call);
    if (made !== null) return made;
    const { files } = call.process.machine.programs;
    const name = fullName(path, call.process.folder);
    const isFolder = /^(?:directory|container)$/i.test(first(call, 'itemtype'));
    if (!isFolder && !/^file$/i.test(first(call, 'itemtype')))
      throw new NotSimulated('New-Item without -ItemType');
    if (name === null) return call.fail(`New-Item : ${problemText('bad-name')}`);
    const isThere = files.find(name) !== null;
    if (isThere && !call.switches.has('force'))
      return call.fail(`New-Item : An item with the specified name ${name} already exists.`);
    const problem = isFolder ? files.makeFolders(name) : files.write(name, Buffer.from(first(call, 'value')));
    return problem === null ? [] : call.fail(`New-Item : ${problemText(problem)}`);
  },
};

const removeItem: Cmdlet = {
  isSelfContained: true,
  parameters: { positional: ['path'], named: ['literalpath'], switches: ['force', 'recurse'] },
  check: filesAndKeys,
  run: async (call) => {
    const done = await removeKey(call);
    if (done !== null) return done;
    const path = first(call, 'path') || first(call, 'literalpath');
    const entry = entryOf(call, path);
    const problem = entry === null ? 'missing' : call.process.machine.programs.files.remove(entry.path);
    if (problem === null) return [];
    return call.fail(`Remove-Item : ${problem === 'missing' ? missing(path) : problemText(problem)}`);
  },
};

/** The cmdlets that have to do with files. */
export const fileCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['set-location', setLocation],
  ['get-location', getLocation],
  ['get-content', getContent],
  ['test-path', testPath],
  ['set-content', writer('Set-Content', false)],
  ['add-content', writer('Add-Content', true)],
  ['out-file', outFile],
  ['new-item', newItem],
  ['remove-item', removeItem],
];
