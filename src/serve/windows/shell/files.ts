import { Buffer } from 'node:buffer';
import { licenseFileHresult } from '../../../licensing/license-file';
import { LicensingError } from '../../../licensing/provider';
import { decodeText } from '../../../transports/decode-text';

const maxBytes = 16 * 1024 * 1024;

/** The few files that people copy to a simulated machine (licence files before /ilc). They go when the server ends. */
export class MachineFiles {
  readonly #files = new Map<string, Buffer>();

  /** A file's bytes, or null where there is none. Windows' names: any case, both slashes. */
  read(path: string): Buffer | null {
    return this.#files.get(nameOf(path)) ?? null;
  }

  /** Writes a file anew. False where the machine's small disk is full. */
  write(path: string, bytes: Buffer): boolean {
    const name = nameOf(path);
    const others = [...this.#files].reduce(
      (sum, [other, { length }]) => sum + (other === name ? 0 : length),
      0,
    );
    if (others + bytes.length > maxBytes) return false;
    this.#files.set(name, bytes);
    return true;
  }

  append(path: string, bytes: Buffer): boolean {
    return this.write(path, Buffer.concat([this.read(path) ?? Buffer.alloc(0), bytes]));
  }

  remove(path: string): void {
    this.#files.delete(nameOf(path));
  }
}

function nameOf(path: string): string {
  const name = path.replaceAll('/', '\\').replace(/\\+/g, '\\').toLowerCase();
  return /^[a-z]:/.test(name) ? name : `c:\\${name.replace(/^\\/, '')}`;
}

/**
 * Text of a file that was copied to the machine.
 * @throws LicensingError 0x80070002: the machine has no other files
 */
export async function machineText(files: MachineFiles, path: string): Promise<string> {
  const bytes = files.read(path);
  if (bytes !== null) return await Promise.resolve(decodeText(bytes));
  throw new LicensingError(licenseFileHresult('ENOENT'), `The machine has no file ${path}.`);
}

/** What is done with a file of the machine. */
export type FileTask =
  | { readonly kind: 'write'; readonly path: string; readonly text: string; readonly append: boolean }
  | { readonly kind: 'type'; readonly path: string }
  | { readonly kind: 'delete'; readonly path: string }
  /** Lines of base64 in one file become the bytes of another: how files are copied through a shell. */
  | { readonly kind: 'decode'; readonly from: string; readonly to: string };

/** Does a task; what it printed, or null where it failed. */
export function performFileTask(files: MachineFiles, task: FileTask): string | null {
  switch (task.kind) {
    case 'write': {
      const bytes = Buffer.from(task.text);
      return (task.append ? files.append(task.path, bytes) : files.write(task.path, bytes)) ? '' : null;
    }
    case 'type':
      return files.read(task.path)?.toString('utf8') ?? null;
    case 'delete':
      files.remove(task.path);
      return '';
    case 'decode': {
      const lines = (files.read(task.from)?.toString('latin1') ?? '')
        .split(/\s+/)
        .filter((line) => line !== '');
      return files.write(task.to, Buffer.concat(lines.map((line) => Buffer.from(line, 'base64'))))
        ? ''
        : null;
    }
  }
}

/** `echo TEXT > FILE`, `type FILE` and `del FILE` of cmd; null for other commands. */
export function fileCommand(program: string, args: readonly string[]): FileTask | null {
  const target = args.at(-1);
  if (target === undefined) return null;
  if (program === 'echo' && /^>>?$/.test(args.at(-2) ?? '')) {
    const text = `${args.slice(0, -2).join(' ')} \r\n`;
    return { kind: 'write', path: target, text, append: args.at(-2) === '>>' };
  }
  if (program === 'type') return { kind: 'type', path: target };
  return program === 'del' || program === 'erase' ? { kind: 'delete', path: target } : null;
}

const fullPath = (variable: string): RegExp =>
  new RegExp(String.raw`\$${variable}\s*=\s*\[System\.IO\.Path\]::GetFullPath\("([^"]+)"`);

/** The PowerShell with which winrmcp and Packer end a copy, and take their temporary file away; null for another script. */
export function copyScript(script: string, expand: (text: string) => string): FileTask | null {
  const from = fullPath('tmp_file_path').exec(script)?.[1];
  if (from === undefined) return null;
  const to = fullPath('dest_file_path').exec(script)?.[1];
  if (to === undefined) return { kind: 'delete', path: expand(from) };
  return script.includes('FromBase64String')
    ? { kind: 'decode', from: expand(from), to: expand(to).replace(/^'|'$/g, '') }
    : null;
}
