import {
  closeSync,
  constants as fsConstants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { constants, Script } from 'node:vm';

interface LoadedModule {
  exports: unknown;
}

/** What Node has had for loading a kind of file since its beginnings, and what every hook of it uses. */
const {
  _extensions: extensions,
  wrap,
  enableCompileCache,
} = Module as unknown as {
  readonly _extensions: Record<string, (module: LoadedModule, file: string) => void>;
  readonly wrap: (source: string) => string;
  readonly enableCompileCache?: (folder: string) => void;
};

const writableByOthers = 0o022;
/** Windows has no such flag. */
const doNotFollow = (fsConstants as Partial<typeof fsConstants>).O_NOFOLLOW ?? 0;

/**
 * Loads the JavaScript files of one folder through compiled code that is kept in another one. Node 22.1 and later do
 * this themselves (`module.enableCompileCache`, with a checksum); on Node 20 compiling was a fifth of a short command's
 * time. What V8 compiled, functions that were called among it, is written when the process ends. Compiled code is
 * run as it is: only that in a folder and in files of this user is taken, which nobody else may write, and only where nothing in it has changed. What
 * fails is thrown away and compiled as ever.
 */
export function keepCompiledCode(programs: string, folder: string): void {
  if (!isOwnFolder(folder)) return;
  if (enableCompileCache === undefined) keepByScripts(programs, folder);
  else enableCompileCache(folder);
}

/** Whether the folder, made where it is not there, is this user's and written by nobody else; what others may have written goes. */
function isOwnFolder(folder: string): boolean {
  try {
    const there = lstatSync(folder, { throwIfNoEntry: false });
    if (there?.isDirectory() === true && isOwn(there)) return true;
    if (there?.isDirectory() === true && isOfThisUser(there)) rmSync(folder, { recursive: true });
    else if (there !== undefined) return false;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return true;
  } catch {
    return false;
  }
}

function isOfThisUser({ uid }: Stats): boolean {
  return process.getuid === undefined || uid === process.getuid();
}

function isOwn(status: Stats): boolean {
  return process.getuid === undefined || (isOfThisUser(status) && (status.mode & writableByOthers) === 0);
}

function keepByScripts(programs: string, folder: string): void {
  const unkept = new Map<string, Script>();
  const usual = extensions['.js'];
  extensions['.js'] = (module, file) => {
    if (dirname(file) !== programs) {
      usual?.(module, file);
      return;
    }
    const kept = join(folder, keptName(file));
    const cachedData = readKept(kept);
    const script = new Script(wrap(readFileSync(file, 'utf8')), {
      filename: file,
      ...(cachedData === undefined ? {} : { cachedData }),
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    if (cachedData === undefined || script.cachedDataRejected === true) unkept.set(kept, script);
    const run = script.runInThisContext() as (...words: readonly unknown[]) => void;
    run.call(module.exports, module.exports, createRequire(file), module, file, programs);
  };
  process.once('exit', () => {
    if (unkept.size > 0) keep(unkept, folder);
  });
}

/** V8 itself compares no more than its version and the source's length. */
function keptName(file: string): string {
  const { size, mtimeMs } = statSync(file);
  return `${basename(file)}-${process.version}-${process.arch}-${size}-${mtimeMs}`;
}

/** Compiled code that was kept; undefined where there is none, and where it is not as this user's program wrote it. */
function readKept(path: string): Buffer | undefined {
  try {
    const file = openSync(path, fsConstants.O_RDONLY | doNotFollow);
    try {
      const status = fstatSync(file);
      if (!status.isFile() || !isOwn(status)) return undefined;
      return unpacked(readFileSync(file), basename(path));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/**
 * Code as it is kept: twice, with the name that says what it was compiled from. That tells damage, not forgery (who can
 * write here could change the program as well), and costs a start less than the module with checksums does.
 */
function packed(code: Buffer, name: string): Buffer {
  return Buffer.concat([code, code, Buffer.from(name)]);
}

/** What {@link packed} made; undefined where anything in it is another. */
function unpacked(kept: Buffer, name: string): Buffer | undefined {
  const length = (kept.length - Buffer.byteLength(name)) / 2;
  if (length <= 0 || !Number.isInteger(length) || kept.toString('utf8', 2 * length) !== name)
    return undefined;
  const code = kept.subarray(0, length);
  return code.equals(kept.subarray(length, 2 * length)) ? code : undefined;
}

function keep(unkept: ReadonlyMap<string, Script>, folder: string): void {
  try {
    for (const [file, script] of unkept) {
      const code = script.createCachedData();
      const draft = `${file}.${process.pid}`;
      rmSync(draft, { force: true });
      // No flush: damage by a power cut shows.
      writeFileSync(draft, packed(code, basename(file)), {
        mode: 0o600,
        flag: 'wx',
      });
      renameSync(draft, file);
    }
    removeOutdated(
      [...unkept.keys()].map((file) => basename(file)),
      folder,
    );
  } catch {
    // It only saves time: another start tries again.
  }
}

/** Earlier builds' code of the same programs. */
function removeOutdated(kept: readonly string[], folder: string): void {
  const programOf = (name: string): string => name.slice(0, name.indexOf('-') + 1);
  const programs = new Set(kept.map(programOf));
  for (const name of readdirSync(folder)) {
    if (programs.has(programOf(name)) && !kept.includes(name)) rmSync(join(folder, name), { force: true });
  }
}
