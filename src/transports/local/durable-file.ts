import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * How files are written: every file that the program keeps goes through here. What it writes is its owner's alone, since
 * most of it holds what lets somebody in, unless it is made for others to read.
 */
const ownersAlone = 0o600;
const readByAll = 0o644;

/**
 * Writes a file as a whole or not at all: beside its place, flushed, then put into it, so that neither a full disk nor a
 * power cut costs what was there. A link is followed; a pipe or a device is written to, since nothing can take its place.
 * @throws Error of the system, with nothing changed (`systemReason` puts it into words)
 */
export function replaceFile(path: string, content: string | Buffer): void {
  if (isPipeOrDevice(path)) {
    writeInto(openSync(path, 'w'), content);
    return;
  }
  putInPlace(placeOf(path), content, ownersAlone);
}

/**
 * The same for a file that other programs read: the mode of one that is there stays, and a new one may be read by all
 * whom the process's mask lets.
 * @throws Error of the system, with nothing changed
 */
export function publishFile(path: string, content: string): void {
  if (isPipeOrDevice(path)) {
    writeInto(openSync(path, 'w'), content);
    return;
  }
  const place = placeOf(path);
  const there = statSync(place, { throwIfNoEntry: false });
  putInPlace(place, content, there === undefined ? null : there.mode & 0o777);
}

/**
 * The same for a file that must not be there yet; false where it is, whoever came first.
 * @throws Error of the system, with nothing changed
 */
export function createFile(path: string, content: string | Buffer): boolean {
  return withDraft(path, content, ownersAlone, (draft) => {
    try {
      linkSync(draft, path);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
  });
}

/**
 * Adds to the end of a file that other programs add to as well: it keeps its place and its mode, and what others add at
 * the same time stays. A new one is its owner's alone. What could be added in part only is taken back. A device such as
 * /dev/null keeps nothing and is written as it is.
 * @throws Error of the system
 */
export function appendToFile(path: string, content: string): void {
  const file = openSync(path, 'a', ownersAlone);
  try {
    const facts = fstatSync(file);
    if (!facts.isFile()) {
      writeAll(file, Buffer.from(content));
      return;
    }
    try {
      writeAll(file, Buffer.from(content));
      fsyncSync(file);
    } catch (error) {
      ftruncateSync(file, facts.size);
      throw error;
    }
  } finally {
    closeSync(file);
  }
}

function putInPlace(place: string, content: string | Buffer, mode: number | null): void {
  withDraft(place, content, mode, (draft) => {
    renameSync(draft, place);
  });
}

/** Writes the draft with this mode; with null it is new, and all may read it whom the process's mask lets. */
function withDraft<T>(
  path: string,
  content: string | Buffer,
  mode: number | null,
  use: (draft: string) => T,
): T {
  const folder = dirname(path);
  const draft = join(folder, `.${basename(path).slice(0, 100)}.${randomUUID()}`);
  try {
    // The mode is that of the empty file: nobody reads what comes into it.
    const file = openSync(draft, 'wx', mode === null ? readByAll : ownersAlone);
    writeInto(file, content, { mode });
    const result = use(draft);
    flushFolder(folder);
    return result;
  } finally {
    rmSync(draft, { force: true });
  }
}

function writeInto(file: number, content: string | Buffer, kept?: { readonly mode: number | null }): void {
  try {
    if (typeof kept?.mode === 'number') fchmodSync(file, kept.mode);
    writeAll(file, typeof content === 'string' ? Buffer.from(content) : content);
    if (kept !== undefined) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}

/** A new name is on disk when its folder is. Windows knows no such flush, and some file systems refuse it. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } catch (error) {
    if (codeOf(error) !== 'EINVAL') throw error;
  } finally {
    closeSync(file);
  }
}

function placeOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return path;
    throw error;
  }
}

function isPipeOrDevice(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isDirectory() === true) {
    throw Object.assign(new Error(`EISDIR: ${path} is a folder`), { code: 'EISDIR' });
  }
  return status !== undefined && !status.isFile();
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
