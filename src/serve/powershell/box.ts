import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { programs } from '../windows/shell/programs/index';
import { type EngineBounds } from './bounds';
import { type FoundEngine } from './find-engine';

/** Files of ours that a box has; each is given on a descriptor, so that none of them lies on this computer's disk. */
export const boxFiles = {
  passwd: '/etc/passwd',
  'ansible-process.cs': '/opt/machine/ansible-process.cs',
  'ansible-services.cs': '/opt/machine/ansible-services.cs',
  'machine.dll': '/opt/machine/machine.dll',
  'machine.runtimeconfig.json': '/opt/machine/machine.runtimeconfig.json',
  program: '/opt/machine/program',
  'machine.psm1': '/opt/machine/modules/SlmgrMachine/SlmgrMachine.psm1',
  'machine.psd1': '/opt/machine/modules/SlmgrMachine/SlmgrMachine.psd1',
  'machine.cs': '/opt/sources/machine.cs',
  'registry.cs': '/opt/sources/registry.cs',
  'services.cs': '/opt/sources/services.cs',
  'compiler.cs': '/opt/sources/compiler.cs',
} as const;

export type BoxFile = keyof typeof boxFiles;

/** A file of a box: its text or bytes. */
export type BoxContents = ReadonlyMap<BoxFile, string | Uint8Array>;

/** What a box is made for. */
export interface BoxUse {
  readonly computerName: string;
  readonly environment: readonly (readonly [string, string])[];
  readonly files: readonly { readonly file: BoxFile; readonly descriptor: number }[];
  /** A user that nobody is. */
  readonly user: number;
  readonly bounds: EngineBounds;
}

/** Descriptor of the channel to the machine. */
export const channelDescriptor = 3;

const home = '/home/user';
const libraries: Readonly<Partial<Record<NodeJS.Architecture, string>>> = {
  x64: '/usr/lib/x86_64-linux-gnu',
  arm64: '/usr/lib/aarch64-linux-gnu',
};

/**
 * The words for bubblewrap, and those behind them that start PowerShell in the box: no network, no process and no file
 * of this computer but the libraries, .NET and PowerShell, which can be read; two folders in memory that can be written.
 */
export function boxWords(
  engine: FoundEngine,
  { computerName, environment, files, user, bounds }: BoxUse,
): { readonly options: readonly string[]; readonly command: readonly string[] } {
  const isRoot = engine.setpriv !== null;
  const options = [
    ...['--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...(isRoot ? [] : ['--unshare-user', '--disable-userns']),
    ...['--hostname', computerName, '--die-with-parent', '--new-session', '--clearenv'],
    ...['/usr', '/usr/lib', '/etc', '/run', '/opt', '/opt/machine', '/opt/machine/bin', '/home'].flatMap(
      folder,
    ),
    ...['/opt/machine/modules', '/opt/machine/modules/SlmgrMachine', '/opt/sources'].flatMap(folder),
    ...systemLibraries(),
    ...['--ro-bind', engine.home, '/opt/pwsh'],
    ...['--ro-bind', engine.dotnet, '/opt/dotnet'],
    ...['--ro-bind', engine.prlimit, '/run/prlimit'],
    ...(engine.setpriv === null ? [] : ['--ro-bind', engine.setpriv, '/run/setpriv']),
    ...files.flatMap(({ file, descriptor }) => [
      ...['--perms', file === 'program' ? '0755' : '0644'],
      ...['--ro-bind-data', String(descriptor), boxFiles[file]],
    ]),
    ...(files.some(({ file }) => file === 'program') ? programLinks() : []),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...memoryFolder('/dev/shm', 65_536),
    ...memoryFolder('/tmp', bounds.disk),
    ...memoryFolder(home, bounds.disk),
    ...['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', home],
    ...[...environment, ...ownVariables(bounds)].flatMap(([name, value]) => ['--setenv', name, value]),
  ];
  return { options, command: [...becoming(engine, user), ...limited(bounds), ...starting] };
}

function folder(path: string): readonly string[] {
  return ['--perms', '0755', '--dir', path];
}

function memoryFolder(path: string, bytes: number): readonly string[] {
  return ['--perms', '1777', '--size', String(bytes), '--tmpfs', path];
}

/** The system's shared libraries, without its programs where these have folders of their own. */
function systemLibraries(): readonly string[] {
  const own = libraries[process.arch];
  const bound = own !== undefined && existsSync(own) ? [own] : ['/usr/lib'];
  if (existsSync('/usr/lib64')) bound.push('/usr/lib64');
  return [...bound.flatMap((path) => ['--ro-bind', path, path]), ...['/lib', '/lib64'].flatMap(alike)];
}

/** A link of this computer's root as it is here, or the folder itself. */
function alike(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  return lstatSync(path).isSymbolicLink()
    ? ['--symlink', readlinkSync(path), path]
    : ['--ro-bind', path, path];
}

/** Every program of the machine is one of ours that asks the machine, by the names that people write. */
function programLinks(): readonly string[] {
  const capitals: Readonly<Record<string, string>> = { cscript: 'CScript', powershell: 'PowerShell' };
  const names = [...programs.keys()].flatMap((name) => {
    const spelled = [name, name.toUpperCase(), ...(capitals[name] === undefined ? [] : [capitals[name]])];
    const extensions =
      name === 'slmgr' ? ['', '.vbs'] : name === 'chcp' || name === 'more' ? ['', '.com'] : ['', '.exe'];
    return spelled.flatMap((each) => extensions.map((extension) => `${each}${extension}`));
  });
  return names.flatMap((name) => ['--symlink', '../program', `/opt/machine/bin/${name}`]);
}

/** What PowerShell and .NET have to know, whoever has signed in. */
function ownVariables({ memory }: EngineBounds): readonly (readonly [string, string])[] {
  return [
    ['HOME', home],
    ['TEMP', '/tmp'],
    ['TMP', '/tmp'],
    ['TMPDIR', '/tmp'],
    ['PATH', '/opt/machine/bin'],
    ['PSModulePath', '/opt/machine/modules'],
    ['NO_COLOR', '1'],
    ['TERM', 'dumb'],
    ['POWERSHELL_TELEMETRY_OPTOUT', '1'],
    ['POWERSHELL_UPDATECHECK', 'Off'],
    ['DOTNET_EnableDiagnostics', '0'],
    // Neither ICU nor a second mapping of compiled code, which would count as shared memory.
    ['DOTNET_SYSTEM_GLOBALIZATION_INVARIANT', '1'],
    ['DOTNET_EnableWriteXorExecute', '0'],
    ['DOTNET_GCHeapHardLimit', `0x${Math.floor(memory / 2).toString(16)}`],
  ];
}

/** A user that nobody is, without groups, capabilities and ways to get them. */
function becoming({ setpriv }: FoundEngine, user: number): readonly string[] {
  if (setpriv === null) return [];
  const id = String(user);
  return [
    '/run/setpriv',
    '--reuid',
    id,
    '--regid',
    id,
    '--clear-groups',
    '--no-new-privs',
    '--bounding-set=-all',
    '--inh-caps=-all',
  ];
}

function limited({ tasks, memory, disk, milliseconds }: EngineBounds): readonly string[] {
  return [
    ...[
      '/run/prlimit',
      `--nproc=${tasks}`,
      `--data=${memory}`,
      `--fsize=${disk}`,
      '--core=0',
      '--nofile=512',
    ],
    ...[`--cpu=${Math.ceil(milliseconds / 1000)}`],
  ];
}

const starting = ['/opt/dotnet/dotnet', '/opt/pwsh/pwsh.dll', '-NoProfile', '-NonInteractive'];
