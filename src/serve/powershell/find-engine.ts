import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { withoutPassword } from '../../transports/local/process-ports';
import { errorCode } from '../../transports/error-facts';
import { systemReason } from '../../transports/local/system-reason';
import { EngineFailure } from './engine-failure';

/** A PowerShell of this computer, and the programs that confine it. */
export interface FoundEngine {
  /** Folder of PowerShell itself. */
  readonly home: string;
  /** Folder of the .NET that it runs on. */
  readonly dotnet: string;
  readonly bwrap: string;
  readonly prlimit: string;
  /** Becomes another user; null where we are no superuser, and have no need of it. */
  readonly setpriv: string | null;
}

const folders = ['/usr/bin', '/bin', '/usr/local/bin', '/usr/sbin'];
const startMilliseconds = 120_000;

/** Says where a PowerShell and its .NET are. */
const whereabouts = '"$PSHOME|$([object].Assembly.Location)|$($PSVersionTable.PSVersion)"';

/** What the engine has to know of the process that serves. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Looks at a PowerShell and at what confines it.
 * @throws EngineFailure
 */
export async function findEngine(path: string, { platform, env }: Surroundings): Promise<FoundEngine> {
  if (platform !== 'linux')
    throw new EngineFailure('--powershell needs Linux: nothing else confines a script as it has to be');
  const bwrap = program('bwrap', 'bubblewrap');
  const prlimit = program('prlimit', 'util-linux');
  const isRoot = process.getuid?.() === 0;
  const setpriv = isRoot ? program('setpriv', 'util-linux') : null;
  const [home = '', library = '', version = ''] = (await ask(path, env)).trim().split('|');
  if (!existsSync(join(home, 'pwsh.dll')))
    throw new EngineFailure(`${path} is no PowerShell 7: it says that its folder is "${home}"`);
  if (Number(version.split('.')[0]) < 7)
    throw new EngineFailure(`${path} is PowerShell ${version}; 7 is the least that works here`);
  return { home: realpathSync(home), dotnet: dotnetOf(home, library), bwrap, prlimit, setpriv };
}

/** Of a .NET that is shared: DOTNET/shared/Microsoft.NETCore.App/VERSION/System.Private.CoreLib.dll. */
function dotnetOf(home: string, library: string): string {
  const folder = dirname(library);
  if (realpathSync(folder) === realpathSync(home))
    throw new EngineFailure(
      'that PowerShell brings a .NET of its own, which starts nothing else: take one that runs on an installed .NET ("dotnet tool install --global PowerShell")',
    );
  const root = folder.split(`${sep}shared${sep}`)[0] ?? '';
  if (!existsSync(join(root, 'dotnet')))
    throw new EngineFailure(
      `the .NET of that PowerShell is in ${folder}, where no program "dotnet" is above it`,
    );
  return realpathSync(root);
}

function program(name: string, from: string): string {
  const found = folders.map((folder) => join(folder, name)).find(isProgram);
  if (found === undefined)
    throw new EngineFailure(
      `--powershell needs the program ${name}, which confines the scripts: install ${from}`,
    );
  return found;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Started as whoever serves, who named it: nothing of a client is in its words. */
async function ask(path: string, env: Surroundings['env']): Promise<string> {
  const words = ['-NoProfile', '-NonInteractive', '-Command', whereabouts];
  return await new Promise((resolve, reject) => {
    const options = { timeout: startMilliseconds, env: { ...withoutPassword(env), NO_COLOR: '1' } };
    const child = execFile(path, words, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(cannotStart(path, error, stderr));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end();
  });
}

function cannotStart(path: string, error: Error, stderr: string): EngineFailure {
  const [said = ''] = stderr.trim().split('\n');
  const reason = errorCode(error) === 'ENOENT' || said === '' ? systemReason(error) : said.trim();
  return new EngineFailure(`${path} cannot be started: ${reason}`, { cause: error });
}
