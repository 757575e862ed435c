import { type Buffer } from 'node:buffer';
import { type LicensingProvider } from '../../../licensing/provider';
import { type PowerShellEngine } from './engine/port';
import { type MachineFiles } from './file-system';
import { type MachineSystem } from './system';

/** Facts of the machine that command lines may ask for, and how to know our loader. */
export interface ShellFacts {
  readonly computerName: string;
  readonly user: string;
  readonly isLoader: (script: string) => boolean;
  /** True where PowerShell's scripts go to a real PowerShell of this computer. */
  readonly hasEngine?: boolean;
}

/** What the simulated machine can really do; all ends with the rights of who signed in. */
export interface MachinePrograms {
  /** What the script host prints in front of a script's own output, where that is not today's. */
  readonly banner?: string;
  /** slmgr's own words; text with LF ends and the exit code that Windows' script ends with. */
  readonly slmgr: (args: readonly string[]) => Promise<{ readonly text: string; readonly exitCode: number }>;
  /** Our licensing script: its standard input in, its standard output out. */
  readonly bridge: (stdin: string) => Promise<string>;
  /** Licensing, for one use: who takes it closes it. */
  readonly licensing: () => Promise<LicensingProvider>;
  /** A real PowerShell of this computer, where whoever serves has given one. */
  readonly engine?: PowerShellEngine;
  readonly files: MachineFiles;
  /** Its service, its registry, its DNS. */
  readonly system: MachineSystem;
}

/** The machine as a line's commands see it while they run. */
export interface Machine {
  readonly facts: ShellFacts;
  readonly programs: MachinePrograms;
  /** The programs that lines may name. */
  readonly commands: ReadonlyMap<string, Command>;
  /** Called before every command: gives others their turn, throws where nobody waits any more or it runs without end. */
  readonly step: () => Promise<void>;
  /** Counts what is printed; throws where it is too much. */
  readonly spend: (characters: number) => void;
  /** Aborted when nobody waits for the line any more. */
  readonly signal?: AbortSignal;
  /** What runs here was started by a script of the engine, which waits for it. */
  readonly isInEngine?: boolean;
}

/** Standard input, output and error of a command. */
export interface Io {
  readonly stdin: Buffer;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Variables of a process by name, in any case. */
export class Environment {
  readonly #variables: Map<string, { readonly name: string; readonly value: string }>;

  constructor(entries: Iterable<readonly [string, string]> = []) {
    this.#variables = new Map();
    for (const [name, value] of entries) this.set(name, value);
  }

  get(name: string): string | undefined {
    return this.#variables.get(name.toUpperCase())?.value;
  }

  /** Sets a variable; the empty text takes it away, as in Windows. */
  set(name: string, value: string): void {
    const key = name.toUpperCase();
    if (value === '') this.#variables.delete(key);
    else this.#variables.set(key, { name: this.#variables.get(key)?.name ?? name, value });
  }

  entries(): readonly (readonly [string, string])[] {
    return [...this.#variables.values()]
      .map(({ name, value }) => [name, value] as const)
      .sort(([a], [b]) => (a.toUpperCase() < b.toUpperCase() ? -1 : 1));
  }

  copy(): Environment {
    return new Environment(this.entries());
  }
}

/** A process of the machine: what commands share and change. */
export interface Process {
  readonly machine: Machine;
  readonly env: Environment;
  folder: string;
  /** Folders that `pushd` came from, the last one last. */
  pushed?: readonly string[];
  /** Its commands come from a batch file. */
  readonly isBatch?: boolean;
}

/** What is known while a line is read, before anything of it runs. */
export interface Reading {
  readonly facts: ShellFacts;
  /** The programs that lines may name. */
  readonly commands: ReadonlyMap<string, Command>;
  readonly env: Environment;
  readonly folder: string;
  /** Variables, in upper case, whose values only the run will tell. */
  readonly open: ReadonlySet<string>;
  /** How deep shells stand in shells. */
  readonly depth: number;
}

/** What a command does, once its words are understood. */
export interface Action {
  /** Ends with its status, or with null where it leaves cmd's ERRORLEVEL as it is. */
  readonly run: (process: Process, io: Io) => Promise<number | null> | number | null;
  /** It reads standard input: of its own, or because it is our loader or agent. */
  readonly input?: 'text' | 'bridge' | 'agent';
}

/** Understands the words behind a command's name, or throws {@link NotSimulated}. Nothing runs yet. */
export type Command = (tail: string, reading: Reading) => Action;

/** What a process knows of itself, for reading a line within its line. */
export function readingIn({ machine, env, folder }: Process, depth: number): Reading {
  const { facts, commands } = machine;
  return { facts, commands, env, folder, open: new Set(), depth };
}

/** Longest nesting of shells in shells. */
const deepest = 6;

/** The reading of a line within a line. */
export function inner(reading: Reading): Reading | null {
  return reading.depth >= deepest ? null : { ...reading, depth: reading.depth + 1 };
}

/** The environment of who signed in. */
export function signInEnvironment({ computerName, user }: ShellFacts): Environment {
  const root = String.raw`C:\Windows`;
  const home = homeFolder(user);
  return new Environment([
    ['windir', root],
    ['SystemRoot', root],
    ['SystemDrive', 'C:'],
    ['ComSpec', String.raw`${root}\System32\cmd.exe`],
    ['COMPUTERNAME', computerName],
    ['USERNAME', user],
    ['USERPROFILE', home],
    ['HOMEDRIVE', 'C:'],
    ['HOMEPATH', home.slice(2)],
    ['OS', 'Windows_NT'],
    ['PROCESSOR_ARCHITECTURE', 'AMD64'],
    ['Path', String.raw`${root}\System32;${root}`],
    ['PATHEXT', '.COM;.EXE;.BAT;.CMD;.VBS'],
    ['TEMP', String.raw`${home}\AppData\Local\Temp`],
    ['TMP', String.raw`${home}\AppData\Local\Temp`],
  ]);
}

/** Folder of a user's own files. */
export function homeFolder(user: string): string {
  return `C:\\Users\\${user.replaceAll(/[<>:"/\\|?*]/g, '_')}`;
}
