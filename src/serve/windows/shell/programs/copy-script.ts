import { Buffer } from 'node:buffer';
import { type FileProblem, type MachineFiles, problemText } from '../file-system';
import { type Action, type Environment } from '../process';

const fullPath = (variable: string): RegExp =>
  new RegExp(String.raw`\$${variable}\s*=\s*\[System\.IO\.Path\]::GetFullPath\("([^"]+)"`);

/**
 * The PowerShell with which winrmcp and Packer end a copy (lines of base64 in one file become the bytes of another),
 * and take their temporary file away; null for another script.
 */
export function copyScript(script: string): Action | null {
  const from = fullPath('tmp_file_path').exec(script)?.[1];
  if (from === undefined) return null;
  const to = fullPath('dest_file_path').exec(script)?.[1];
  if (to !== undefined && !script.includes('FromBase64String')) return null;
  return {
    run: ({ machine, env }, io) => {
      const { files } = machine.programs;
      const source = expanded(from, env);
      const problem =
        to === undefined
          ? files.remove(source)
          : decode(files, source, expanded(to, env).replace(/^'|'$/g, ''));
      if (problem === null || (to === undefined && problem === 'missing')) return 0;
      io.err(`${problemText(problem)}\r\n`);
      return 1;
    },
  };
}

function expanded(text: string, env: Environment): string {
  return text.replace(/\$env:(\w+)/gi, (whole, name: string) => env.get(name) ?? whole);
}

function decode(files: MachineFiles, from: string, to: string): FileProblem | null {
  const lines = (files.read(from)?.toString('latin1') ?? '').split(/\s+/).filter((line) => line !== '');
  const folder = files.makeFolders(to.replace(/[\\/][^\\/]*$/, ''));
  if (folder !== null && folder !== 'exists') return folder;
  return files.write(to, Buffer.concat(lines.map((line) => Buffer.from(line, 'base64'))));
}
