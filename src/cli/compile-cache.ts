import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { constants, Script } from 'node:vm';

interface LoadedModule {
  exports: unknown;
}

/** What Node has had for loading a kind of file since its beginnings, and what every hook of it uses. */
const { _extensions: extensions, wrap } = Module as unknown as {
  readonly _extensions: Record<string, (module: LoadedModule, file: string) => void>;
  readonly wrap: (source: string) => string;
};

/**
 * Loads the JavaScript files of one folder through compiled code that is kept in another one. Node 22.1 and later do
 * this themselves (`module.enableCompileCache`); on Node 20 compiling was a fifth of a short command's time. What V8
 * compiled, functions that were called among it, is written when the process ends. V8 refuses code of another version
 * or of damaged length; where nothing can be read or written, the files are compiled as ever.
 */
export function keepCompiledCode(programs: string, folder: string): void {
  const unkept = new Map<string, Script>();
  const usual = extensions['.js'];
  extensions['.js'] = (module, file) => {
    if (dirname(file) !== programs) {
      usual?.(module, file);
      return;
    }
    const kept = join(folder, keptName(file));
    const cachedData = readIfThere(kept);
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

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function keep(unkept: ReadonlyMap<string, Script>, folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const [file, script] of unkept) {
      const draft = `${file}.${process.pid}`;
      writeFileSync(draft, script.createCachedData(), { mode: 0o600 });
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
