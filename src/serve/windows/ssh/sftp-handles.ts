import { Buffer } from 'node:buffer';
import { type Entry, type FileProblem, type MachineFiles } from '../shell/file-system';
import { type Work } from '../work-quota';

/** Most files and folders that one session holds open. */
const mostHandles = 64;
/** Longest file, as the machine's whole disk has room for. */
const longestFile = 16 * 1024 * 1024;

/** A file that is open: what it has is read from a copy, what is written goes to the disk when it is closed. */
export interface OpenFile {
  readonly kind: 'file';
  readonly name: string;
  readonly isWritten: boolean;
  readonly appends: boolean;
  bytes: Buffer;
  length: number;
  modified: number | null;
}

/** A folder that is open: what was not told of it yet. */
export interface OpenFolder {
  readonly kind: 'folder';
  entries: readonly Entry[];
}

/** What one session holds open, bounded in number and, as part of the account's work, in bytes. */
export class SftpHandles {
  readonly #open = new Map<number, OpenFile | OpenFolder>();
  readonly #files: MachineFiles;
  readonly #work: Work;
  #next = 1;

  constructor(files: MachineFiles, work: Work) {
    this.#files = files;
    this.#work = work;
  }

  /** Keeps what was opened; null where too much is open already. */
  add(opened: OpenFile | OpenFolder): Buffer | null {
    if (this.#open.size >= mostHandles) return null;
    if (opened.kind === 'file' && opened.isWritten && !this.#work.take(opened.bytes.length)) return null;
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(this.#next);
    this.#open.set(this.#next, opened);
    this.#next += 1;
    return handle;
  }

  get(handle: Buffer): OpenFile | OpenFolder | null {
    return handle.length === 4 ? (this.#open.get(handle.readUInt32BE()) ?? null) : null;
  }

  /** Writes into an open file; false where there is no room. */
  write(file: OpenFile, offset: number, data: Buffer): boolean {
    const at = file.appends ? file.length : offset;
    if (!this.#reach(file, at + data.length)) return false;
    data.copy(file.bytes, at);
    file.length = Math.max(file.length, at + data.length);
    return true;
  }

  /** Cuts a file off, or lengthens it by zeros; false where there is no room. */
  resize(file: OpenFile, length: number): boolean {
    if (!this.#reach(file, length)) return false;
    file.bytes.fill(0, Math.min(length, file.length));
    file.length = length;
    return true;
  }

  /** Makes room for so many bytes of a file. */
  #reach(file: OpenFile, end: number): boolean {
    if (!Number.isSafeInteger(end) || end > longestFile) return false;
    if (end <= file.bytes.length) return true;
    const room = Math.min(longestFile, Math.max(end, 2 * file.bytes.length, 4096));
    if (!this.#work.take(room - file.bytes.length)) return false;
    const grown = Buffer.alloc(room);
    file.bytes.copy(grown);
    file.bytes = grown;
    return true;
  }

  /** Closes: what was written goes to the disk. */
  close(handle: Buffer): FileProblem | null {
    const opened = this.get(handle);
    if (opened === null) return 'missing';
    this.#open.delete(handle.readUInt32BE());
    return opened.kind === 'file' ? this.#put(opened) : null;
  }

  /** The session is over: what was written so far stays, as in Windows. */
  closeAll(): void {
    for (const opened of this.#open.values()) if (opened.kind === 'file') this.#put(opened);
    this.#open.clear();
  }

  #put(file: OpenFile): FileProblem | null {
    if (!file.isWritten) return null;
    const problem = this.#files.write(file.name, Buffer.from(file.bytes.subarray(0, file.length)));
    this.#work.give(file.bytes.length);
    if (problem === null && file.modified !== null) this.#files.touch(file.name, file.modified);
    return problem;
  }
}
