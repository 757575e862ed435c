import { Buffer } from 'node:buffer';
import { licenseFileHresult } from '../../../licensing/license-file';
import { LicensingError } from '../../../licensing/provider';
import { decodeText } from '../../../transports/decode-text';
import { scriptTitle } from '../../../verbs/script-host';

const maxBytes = 16 * 1024 * 1024;
const maxEntries = 4096;
const maxPath = 260;

/** A file or a folder of the machine, with its full name as it was written. */
export interface Entry {
  readonly path: string;
  /** Null for a folder. */
  readonly bytes: Buffer | null;
  /** When it was last written, in epoch milliseconds. */
  readonly modified: number;
}

/** Why something could not be done with a file. */
export type FileProblem = 'missing' | 'no-folder' | 'denied' | 'full' | 'bad-name' | 'not-empty' | 'exists';

const root = 'C:';
const system = String.raw`C:\Windows\System32`;
const folders = [root, ...['C:\\Temp', 'C:\\Users', 'C:\\Windows', system, 'C:\\Windows\\Temp']];
const systemFiles: readonly (readonly [string, string])[] = [
  ...['cmd.exe', 'cscript.exe', 'wscript.exe', 'findstr.exe', 'find.exe', 'more.com', 'sort.exe'].map(
    (name) => [name, ''] as const,
  ),
  ...['hostname', 'ipconfig', 'net', 'nslookup', 'reg', 'sc', 'shutdown', 'slui', 'whoami'].map(
    (name) => [`${name}.exe`, ''] as const,
  ),
  ['slmgr.vbs', `' ${scriptTitle} (simulated)\r\n`],
];

/**
 * The machine's small disk: a few folders of Windows, which nobody changes, and what people copy to it. It is in
 * memory, bounded in bytes, entries and length of names, and goes when the server ends.
 */
export class MachineFiles {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  #bytes = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
    for (const path of folders) this.#put(path, null);
    for (const [name, text] of systemFiles) this.#put(`${system}\\${name}`, Buffer.from(text));
  }

  /** Bytes of all files. */
  get used(): number {
    return this.#bytes;
  }

  /** What a name stands for; null where there is nothing. */
  find(path: string): Entry | null {
    const name = fullName(path);
    return name === null ? null : (this.#entries.get(name.toLowerCase()) ?? null);
  }

  /** A file's bytes, or null where there is none. Windows' names: any case, both slashes. */
  read(path: string): Buffer | null {
    return this.find(path)?.bytes ?? null;
  }

  /** What is directly in a folder, by name. */
  list(path: string): readonly Entry[] {
    const name = fullName(path);
    if (name === null) return [];
    const inside = `${name.toLowerCase()}\\`;
    return [...this.#entries]
      .filter(([key]) => key.startsWith(inside) && !key.slice(inside.length).includes('\\'))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, entry]) => entry);
  }

  /** Writes a file anew. */
  write(path: string, bytes: Buffer): FileProblem | null {
    const name = fullName(path);
    const before = this.find(path);
    const problem = name === null ? 'bad-name' : this.#newProblem(name, before);
    if (problem !== null) return problem;
    if (before?.bytes === null) return 'denied';
    if (this.#bytes - (before?.bytes?.length ?? 0) + bytes.length > maxBytes) return 'full';
    this.#put(before?.path ?? name ?? path, bytes);
    return null;
  }

  append(path: string, bytes: Buffer): FileProblem | null {
    return this.write(path, Buffer.concat([this.read(path) ?? Buffer.alloc(0), bytes]));
  }

  /** Makes a folder in one that is there. */
  makeFolder(path: string): FileProblem | null {
    const name = fullName(path);
    if (name === null) return 'bad-name';
    if (this.find(name) !== null) return 'exists';
    const problem = this.#newProblem(name, null);
    if (problem === null) this.#put(name, null);
    return problem;
  }

  /** Makes a folder and those above it. */
  makeFolders(path: string): FileProblem | null {
    const name = fullName(path);
    if (name === null) return 'bad-name';
    const parts = name.split('\\');
    for (let depth = 2; depth <= parts.length; depth += 1) {
      const problem = this.makeFolder(parts.slice(0, depth).join('\\'));
      if (problem !== null && problem !== 'exists') return problem;
    }
    return null;
  }

  /** Takes away a file or an empty folder. */
  remove(path: string): FileProblem | null {
    const entry = this.find(path);
    if (entry === null) return 'missing';
    if (isWindows(entry.path) || folders.includes(entry.path)) return 'denied';
    if (entry.bytes === null && this.list(entry.path).length > 0) return 'not-empty';
    this.#entries.delete(entry.path.toLowerCase());
    this.#bytes -= entry.bytes?.length ?? 0;
    return null;
  }

  /** Gives a file another name, in place of a file that has it. */
  rename(from: string, to: string): FileProblem | null {
    const entry = this.find(from);
    if (entry === null) return 'missing';
    if (entry.bytes === null || isWindows(entry.path)) return 'denied';
    if (fullName(to)?.toLowerCase() === entry.path.toLowerCase()) return null;
    const { bytes } = entry;
    this.remove(from);
    const problem = this.write(to, bytes);
    if (problem !== null) this.#put(entry.path, bytes);
    return problem;
  }

  /** Says when a file or folder was written, epoch ms. */
  touch(path: string, modified: number): FileProblem | null {
    const entry = this.find(path);
    if (entry === null) return 'missing';
    if (isWindows(entry.path)) return 'denied';
    this.#entries.set(entry.path.toLowerCase(), { ...entry, modified });
    return null;
  }

  #newProblem(name: string, before: Entry | null): FileProblem | null {
    if (isWindows(name)) return 'denied';
    const above = this.#entries.get(name.toLowerCase().replace(/\\[^\\]*$/, ''));
    if (above?.bytes !== null) return 'no-folder';
    return before === null && this.#entries.size >= maxEntries ? 'full' : null;
  }

  #put(path: string, bytes: Buffer | null): void {
    const key = path.toLowerCase();
    this.#bytes += (bytes?.length ?? 0) - (this.#entries.get(key)?.bytes?.length ?? 0);
    this.#entries.set(key, { path, bytes, modified: this.#now() });
  }
}

/** Whether a name is of Windows' own folder, in which nobody writes but into Temp. */
function isWindows(name: string): boolean {
  return /^c:\\windows(?:\\|$)/i.test(name) && !/^c:\\windows\\temp\\/i.test(name);
}

/**
 * Full name of a path, seen from a folder: `C:\Folder\File`, without a backslash at its end; null for names that
 * Windows does not take and for other drives.
 */
export function fullName(path: string, folder = root): string | null {
  const plain = path.replaceAll('/', '\\').replace(/^\\\\[?.]\\(?=[a-z]:)/i, '');
  if (plain.startsWith('\\\\') || /^[^c]:/i.test(plain)) return null;
  const rest = plain.replace(/^[a-z]:/i, '');
  const start = rest.startsWith('\\') ? [] : folder.split('\\').slice(1);
  const parts: string[] = [];
  for (const part of [...start, ...rest.split('\\')]) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part.replace(/[. ]+$/, ''));
  }
  const name = [root, ...parts].join('\\');
  // eslint-disable-next-line no-control-regex -- what Windows does not take in names
  const isBad = parts.some((part) => part === '' || /[<>:"|?*\u0000-\u001f\u007f]/.test(part));
  return isBad || name.length > maxPath ? null : name;
}

/** Whether a name is that of the device that takes everything and has nothing. */
export function isNull(path: string): boolean {
  return /^(?:nul:?|\\\\[.?]\\nul)$/i.test(path);
}

/** Windows' words for what could not be done. */
export function problemText(problem: FileProblem): string {
  switch (problem) {
    case 'missing':
      return 'The system cannot find the file specified.';
    case 'no-folder':
      return 'The system cannot find the path specified.';
    case 'denied':
      return 'Access is denied.';
    case 'full':
      return 'There is not enough space on the disk.';
    case 'bad-name':
      return 'The filename, directory name, or volume label syntax is incorrect.';
    case 'not-empty':
      return 'The directory is not empty.';
    case 'exists':
      return 'A subdirectory or file already exists.';
  }
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
