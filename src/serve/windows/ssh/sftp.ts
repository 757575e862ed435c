import { Buffer } from 'node:buffer';
import { type Attributes, type FileEntry, type SFTPWrapper } from 'ssh2';
import { type Entry, type FileProblem, type MachineFiles } from '../shell/file-system';
import { type Work } from '../work-quota';
import { SftpHandles, type OpenFile } from './sftp-handles';
import { sftpPath, shownPath } from './sftp-paths';

/** Statuses of the protocol (draft-ietf-secsh-filexfer-02). */
const status = { ok: 0, end: 1, noFile: 2, denied: 3, failure: 4, unsupported: 8 } as const;
/** Flags of OPEN. */
const flag = { write: 2, append: 4, create: 8, truncate: 16, exclusive: 32 } as const;

/** Most names of one answer, and most bytes of one. */
const namesAtOnce = 100;
const bytesAtOnce = 64 * 1024;
/** Bytes of answers that wait for a client to take them. */
const mostWaiting = 4 * 1024 * 1024;

/** Whose session it is, and what it may use. */
export interface SftpSession {
  readonly files: MachineFiles;
  /** The folder in which it begins. */
  readonly home: string;
  readonly work: Work;
  /** Whether the account still is one: asked before every request. */
  readonly mayAct: () => boolean;
  /** True once nothing of the machine is left that the connection was made to. */
  readonly isOver: () => boolean;
  /** Ends the connection. */
  readonly drop: () => void;
}

/**
 * Serves the machine's small disk over SFTP, which `scp` uses as well. No path of a client leads anywhere else: all of
 * them are names of a map in memory.
 */
export function serveSftp(sftp: SFTPWrapper, session: SftpSession): void {
  const { files, home, work, drop } = session;
  const handles = new SftpHandles(files, work);
  files.makeFolders(home);
  // A client that sends nonsense ends its own session.
  sftp.on('error', drop);
  // A client that has nothing more to ask waits for the end.
  sftp.once('end', () => {
    sayStatus(sftp);
    sftp.end();
  });
  sftp.once('close', () => {
    handles.closeAll();
    work.end();
  });
  const server = new SftpServer(sftp, session, handles);
  const guarded =
    <T extends readonly unknown[]>(act: (id: number, ...rest: T) => void) =>
    (id: number, ...rest: T): void => {
      if (session.isOver() || waitingBytes(sftp) > mostWaiting) drop();
      else if (!session.mayAct()) sftp.status(id, status.denied, 'Access is denied.');
      else act(id, ...rest);
    };
  sftp.on(
    'OPEN',
    guarded((id, path: string, flags: number) => server.open(id, path, flags)),
  );
  sftp.on(
    'READ',
    guarded((id, handle: Buffer, offset: number, length: number) => server.read(id, handle, offset, length)),
  );
  sftp.on(
    'WRITE',
    guarded((id, handle: Buffer, offset: number, data: Buffer) => server.write(id, handle, offset, data)),
  );
  sftp.on(
    'CLOSE',
    guarded((id, handle: Buffer) => server.done(id, handles.close(handle))),
  );
  sftp.on(
    'FSTAT',
    guarded((id, handle: Buffer) => server.statOfHandle(id, handle)),
  );
  sftp.on(
    'FSETSTAT',
    guarded((id, handle: Buffer, attrs: Attributes) => server.setHandle(id, handle, attrs)),
  );
  sftp.on(
    'STAT',
    guarded((id, path: string) => server.stat(id, path)),
  );
  sftp.on(
    'LSTAT',
    guarded((id, path: string) => server.stat(id, path)),
  );
  sftp.on(
    'SETSTAT',
    guarded((id, path: string, attrs: Attributes) => server.set(id, path, attrs)),
  );
  sftp.on(
    'OPENDIR',
    guarded((id, path: string) => server.openFolder(id, path)),
  );
  sftp.on(
    'READDIR',
    guarded((id, handle: Buffer) => server.readFolder(id, handle)),
  );
  sftp.on(
    'REALPATH',
    guarded((id, path: string) => server.realPath(id, path)),
  );
  sftp.on(
    'REMOVE',
    guarded((id, path: string) => server.remove(id, path, false)),
  );
  sftp.on(
    'RMDIR',
    guarded((id, path: string) => server.remove(id, path, true)),
  );
  sftp.on(
    'MKDIR',
    guarded((id, path: string) => server.change(id, path, (name) => files.makeFolder(name))),
  );
  sftp.on(
    'RENAME',
    guarded((id, from: string, to: string) => server.rename(id, from, to)),
  );
}

/** The library has no call for the exit status of SFTP, without which scp says that it failed. */
function sayStatus(sftp: SFTPWrapper): void {
  const { _protocol: protocol, outgoing } = sftp as unknown as {
    readonly _protocol: { readonly exitStatus: (channel: number, status: number) => void };
    readonly outgoing: { readonly id: number; readonly state: string };
  };
  if (outgoing.state === 'open') protocol.exitStatus(outgoing.id, 0);
}

/** What the library holds for a client that takes nothing. */
function waitingBytes(sftp: SFTPWrapper): number {
  const { _buffer: waiting = [] } = sftp as unknown as { readonly _buffer?: readonly Buffer[] };
  return waiting.reduce((sum, { length }) => sum + length, 0);
}

/** Answers the requests of one session. */
class SftpServer {
  readonly #sftp: SFTPWrapper;
  readonly #session: SftpSession;
  readonly #handles: SftpHandles;

  constructor(sftp: SFTPWrapper, session: SftpSession, handles: SftpHandles) {
    this.#sftp = sftp;
    this.#session = session;
    this.#handles = handles;
  }

  open(id: number, path: string, flags: number): void {
    const { files } = this.#session;
    const at = sftpPath(path, this.#session.home);
    if (at.kind !== 'name') {
      this.done(id, at.kind === 'root' ? 'denied' : 'missing');
      return;
    }
    const before = files.find(at.name);
    const file = fileOf(before?.path ?? at.name, before, flags);
    // What cannot be written is told at once, and an empty file is there from the beginning.
    const problem =
      openProblem(before, flags, file.isWritten) ??
      (file.isWritten ? files.write(file.name, Buffer.from(file.bytes)) : null);
    if (problem === null) this.#give(id, file);
    else this.done(id, problem);
  }

  read(id: number, handle: Buffer, offset: number, length: number): void {
    const file = this.#file(id, handle);
    if (file === null) return;
    const end = Math.min(file.length, offset + Math.min(length, bytesAtOnce));
    if (offset >= end) this.#sftp.status(id, status.end);
    else this.#sftp.data(id, Buffer.from(file.bytes.subarray(offset, end)));
  }

  write(id: number, handle: Buffer, offset: number, data: Buffer): void {
    const file = this.#file(id, handle);
    if (file === null) return;
    if (!file.isWritten) this.done(id, 'denied');
    else this.done(id, this.#handles.write(file, offset, data) ? null : 'full');
  }

  stat(id: number, path: string): void {
    const at = sftpPath(path, this.#session.home);
    if (at.kind === 'root') this.#sftp.attrs(id, folderAttributes(0));
    else {
      const entry = at.kind === 'name' ? this.#session.files.find(at.name) : null;
      if (entry === null) this.done(id, 'missing');
      else this.#sftp.attrs(id, attributesOf(entry));
    }
  }

  statOfHandle(id: number, handle: Buffer): void {
    const file = this.#file(id, handle);
    if (file === null) return;
    const { modified = 0 } = this.#session.files.find(file.name) ?? {};
    this.#sftp.attrs(id, fileAttributes(file.length, modified));
  }

  set(id: number, path: string, attrs: Attributes): void {
    this.change(id, path, (name) => {
      const { files } = this.#session;
      if (files.find(name) === null) return 'missing';
      if ((attrs as Partial<Attributes>).size !== undefined) return 'denied';
      const modified = modifiedOf(attrs);
      return modified === null ? null : files.touch(name, modified);
    });
  }

  setHandle(id: number, handle: Buffer, attrs: Attributes): void {
    const file = this.#file(id, handle);
    if (file === null) return;
    file.modified = modifiedOf(attrs) ?? file.modified;
    const { size } = attrs as Partial<Attributes>;
    if (size === undefined) this.done(id, null);
    else if (!file.isWritten) this.done(id, 'denied');
    else this.done(id, this.#handles.resize(file, size) ? null : 'full');
  }

  openFolder(id: number, path: string): void {
    const { files, home } = this.#session;
    const at = sftpPath(path, home);
    const drive = files.find('C:');
    if (at.kind === 'root') {
      this.#give(id, { kind: 'folder', entries: drive === null ? [] : [drive] });
      return;
    }
    const folder = at.kind === 'name' ? files.find(at.name) : null;
    if (folder === null) this.done(id, 'missing');
    else if (folder.bytes !== null) this.done(id, 'not-empty');
    else this.#give(id, { kind: 'folder', entries: files.list(folder.path) });
  }

  readFolder(id: number, handle: Buffer): void {
    const opened = this.#handles.get(handle);
    if (opened?.kind !== 'folder') this.done(id, 'missing');
    else if (opened.entries.length === 0) this.#sftp.status(id, status.end);
    else {
      const some = opened.entries.slice(0, namesAtOnce);
      opened.entries = opened.entries.slice(namesAtOnce);
      this.#sftp.name(id, some.map(listed));
    }
  }

  realPath(id: number, path: string): void {
    const at = sftpPath(path, this.#session.home);
    if (at.kind === 'none') this.done(id, 'missing');
    else {
      const filename = at.kind === 'root' ? '/' : shownPath(at.name);
      this.#sftp.name(id, [{ filename, longname: filename, attrs: folderAttributes(0) }]);
    }
  }

  remove(id: number, path: string, isFolder: boolean): void {
    this.change(id, path, (name) => {
      const entry = this.#session.files.find(name);
      if (entry === null) return 'missing';
      return (entry.bytes === null) === isFolder ? this.#session.files.remove(name) : 'denied';
    });
  }

  rename(id: number, from: string, to: string): void {
    const target = sftpPath(to, this.#session.home);
    this.change(id, from, (name) =>
      target.kind === 'name' ? this.#session.files.rename(name, target.name) : 'bad-name',
    );
  }

  /** Does something with a name of the disk. */
  change(id: number, path: string, act: (name: string) => FileProblem | null): void {
    const at = sftpPath(path, this.#session.home);
    if (at.kind === 'name') this.done(id, act(at.name));
    else this.done(id, at.kind === 'root' ? 'denied' : 'missing');
  }

  /** Says how something went. */
  done(id: number, problem: FileProblem | null): void {
    if (problem === null) this.#sftp.status(id, status.ok);
    else this.#sftp.status(id, statusOf(problem));
  }

  #give(id: number, opened: Parameters<SftpHandles['add']>[0]): void {
    const handle = this.#handles.add(opened);
    if (handle === null) this.#sftp.status(id, status.failure, 'Too many open files');
    else this.#sftp.handle(id, handle);
  }

  #file(id: number, handle: Buffer): OpenFile | null {
    const opened = this.#handles.get(handle);
    if (opened?.kind === 'file') return opened;
    this.done(id, 'missing');
    return null;
  }
}

function openProblem(before: Entry | null, flags: number, isWritten: boolean): FileProblem | null {
  if (before?.bytes === null) return 'denied';
  if (before === null && (!isWritten || (flags & flag.create) === 0)) return 'missing';
  return before !== null && (flags & flag.exclusive) !== 0 ? 'exists' : null;
}

function fileOf(name: string, before: Entry | null, flags: number): OpenFile {
  const isWritten = (flags & (flag.write | flag.append)) !== 0;
  const kept = (flags & flag.truncate) === 0 ? before?.bytes : null;
  // What is on the disk is never changed in place, so that many may read it without a copy each.
  const bytes = isWritten ? Buffer.from(kept ?? '') : (kept ?? Buffer.alloc(0));
  return {
    ...{ kind: 'file', name, bytes, isWritten, length: bytes.length, modified: null },
    appends: (flags & flag.append) !== 0,
  };
}

function statusOf(problem: FileProblem): number {
  switch (problem) {
    case 'missing':
    case 'no-folder':
      return status.noFile;
    case 'denied':
      return status.denied;
    case 'full':
    case 'bad-name':
    case 'not-empty':
    case 'exists':
      return status.failure;
  }
}

/** Windows has no modes; these are what its server says. */
function fileAttributes(size: number, modified: number): Attributes {
  const seconds = Math.floor(modified / 1000);
  return { mode: 0o100_666, uid: 0, gid: 0, size, atime: seconds, mtime: seconds };
}

function folderAttributes(modified: number): Attributes {
  return { ...fileAttributes(0, modified), mode: 0o040_777 };
}

function attributesOf({ bytes, modified }: Entry): Attributes {
  return bytes === null ? folderAttributes(modified) : fileAttributes(bytes.length, modified);
}

function listed(entry: Entry): FileEntry {
  const filename = entry.path.split('\\').at(-1) ?? '';
  const attrs = attributesOf(entry);
  const day = new Date(entry.modified).toUTCString();
  const when = `${day.slice(8, 11)} ${day.slice(5, 7)} ${day.slice(17, 22)}`;
  const mode = entry.bytes === null ? 'drwxrwxrwx' : '-rw-rw-rw-';
  return {
    filename,
    longname: `${mode}    1 -        -        ${String(attrs.size).padStart(8)} ${when} ${filename}`,
    attrs,
  };
}

/** When a client says that a file was written, epoch ms; null where it says nothing of it. */
function modifiedOf({ mtime }: Partial<Attributes>): number | null {
  return typeof mtime === 'number' ? mtime * 1000 : null;
}
