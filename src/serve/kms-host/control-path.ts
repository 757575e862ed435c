import { createHash } from 'node:crypto';
import { mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { readPlainFileUpTo } from '../../transports/local/bounded-file';
import { replaceFile } from '../../transports/local/durable-file';

/** Where the socket of a machine's control channel is: always at one place, or where a note in the data directory says. */
export type ControlPlace =
  { readonly kind: 'fixed'; readonly path: string } | { readonly kind: 'noted'; readonly note: string };

/** Longest path of a Unix socket on every system, its NUL included. */
const longestSocketPath = 100;
/** Bytes of a note: more than any path has. */
const longestNote = 64 * 1024;
const folderPrefix = 'slmgr-';

/** The place for a machine of a data directory; `base` is the path of its other files there, without an ending. */
export function controlPlace(home: string, base: string, name: string): ControlPlace {
  if (process.platform === 'win32') {
    const digest = createHash('sha256').update(`${home}\0${name}`).digest('hex').slice(0, 24);
    return { kind: 'fixed', path: `\\\\.\\pipe\\slmgr-${digest}` };
  }
  const beside = `${base}.sock`;
  return Buffer.byteLength(beside) < longestSocketPath
    ? { kind: 'fixed', path: beside }
    : { kind: 'noted', note: `${base}.control` };
}

/**
 * The path to listen at. Where the data directory is too deep for a socket, that is a folder of a new name which only
 * this user can enter: nobody can be there before.
 */
export function openControlPath(place: ControlPlace): string {
  if (place.kind === 'fixed') return place.path;
  closeControlPath(place);
  const inTemporary = join(tmpdir(), `${folderPrefix}XXXXXX`, 's');
  const above = Buffer.byteLength(inTemporary) < longestSocketPath ? tmpdir() : '/tmp';
  const path = join(mkdtempSync(join(above, folderPrefix)), 's');
  replaceFile(place.note, path);
  return path;
}

/** The path to ask at; null where none is noted. */
export function readControlPath(place: ControlPlace): string | null {
  if (place.kind === 'fixed') return place.path;
  try {
    return readPlainFileUpTo(place.note, longestNote).toString('utf8');
  } catch {
    return null;
  }
}

/** Takes away what {@link openControlPath} made, also that of a process that was killed. */
export function closeControlPath(place: ControlPlace): void {
  if (place.kind === 'fixed') return;
  const path = readControlPath(place);
  rmSync(place.note, { force: true });
  if (path === null || !basename(dirname(path)).startsWith(folderPrefix)) return;
  try {
    rmSync(path, { force: true });
    rmdirSync(dirname(path));
  } catch {
    // Gone, somebody else's by now, or with other files in it: it is not this program's any more.
  }
}
