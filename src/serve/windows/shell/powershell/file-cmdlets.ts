import { Buffer } from 'node:buffer';
import { decodeText } from '../../../../transports/decode-text';
import { enter } from '../cmd/file-built-ins';
import { fullName, problemText, type Entry } from '../file-system';
import { linesOf } from '../programs/lines';
import { type Cmdlet, type CmdletCall } from './cmdlet';
import { textOf, type Value } from './values';

function first(call: CmdletCall, name: string): string {
  return textOf(call.values(name)[0] ?? '');
}

function entryOf({ process }: CmdletCall, path: string): Entry | null {
  const name = fullName(path, process.folder);
  return name === null ? null : process.machine.programs.files.find(name);
}

const missing = (path: string): string => `Cannot find path '${path}' because it does not exist.`;

const setLocation: Cmdlet = {
  parameters: { positional: ['path'], named: ['literalpath'] },
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
  run: (call) => {
    const path = first(call, 'path') || first(call, 'literalpath');
    const bytes = entryOf(call, path)?.bytes ?? null;
    if (bytes === null) return call.fail(`Get-Content : ${missing(path)}`);
    const text = decodeText(bytes);
    return call.switches.has('raw') ? [text] : linesOf(text);
  },
};

const testPath: Cmdlet = {
  parameters: { positional: ['path'], named: ['literalpath'] },
  run: (call) => [entryOf(call, first(call, 'path') || first(call, 'literalpath')) !== null],
};

function writer(name: string, append: boolean): Cmdlet {
  return {
    parameters: { positional: ['path', 'value'], named: ['encoding'], switches: ['force'] },
    run: (call) => {
      const values = call.isPiped ? call.input : call.values('value');
      return written(call, { name, path: first(call, 'path'), values, append });
    },
  };
}

const outFile: Cmdlet = {
  parameters: { positional: ['filepath'], named: ['encoding'], switches: ['append', 'force'] },
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

const removeItem: Cmdlet = {
  parameters: { positional: ['path'], named: ['literalpath'], switches: ['force'] },
  run: (call) => {
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
  ['remove-item', removeItem],
];
