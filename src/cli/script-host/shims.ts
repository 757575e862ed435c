import { chmodSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { scriptTitle } from '../../verbs/script-host';
import { scriptHostWord } from '../hidden-words';
import { shellNames, systemProgramNames, type SystemProgram } from './system-program-names';

type StandIn = 'host' | 'windowed' | 'script' | SystemProgram;

/** Programs on the PATH of what `lab exec` runs, in the ways people write them, and what each of them is. */
const standIns: ReadonlyMap<string, StandIn> = new Map([
  ...spellings(['cscript', 'Cscript', 'CScript', 'CSCRIPT'], '.exe', 'host'),
  ...spellings(['wscript', 'Wscript', 'WScript', 'WSCRIPT'], '.exe', 'windowed'),
  ...spellings(['slmgr', 'Slmgr', 'SLMgr', 'SLMGR'], '.vbs', 'script'),
  ...[...systemProgramNames, ...shellNames].flatMap((name) =>
    spellings([name, name.replace(/^./, (first) => first.toUpperCase()), name.toUpperCase()], '.exe', name),
  ),
]);

function spellings(names: readonly string[], extension: string, kind: StandIn): [string, StandIn][] {
  return names.flatMap((name) => {
    const own = name === name.toUpperCase() ? extension.toUpperCase() : extension;
    return [name, `${name}${own}`].map((each): [string, StandIn] => [each, kind]);
  });
}

/** Other names of the folder System32, where names have a case. */
const systemFolders = ['system32', 'SYSTEM32', 'Sysnative', 'sysnative', 'SysWOW64'];

export interface ShimFacts {
  /** Folder in which the temporary folder is made. */
  readonly tempDirectory: string;
  readonly machine: string;
  /** The Node program and the built program that the stand-ins start. */
  readonly node: string;
  readonly program: string;
  readonly platform: NodeJS.Platform;
}

/** A folder that plays %SystemRoot%, and the environment that points programs at it. */
export interface Shims {
  readonly directory: string;
  readonly env: (
    inherited: Readonly<Record<string, string | undefined>>,
  ) => Record<string, string | undefined>;
}

/**
 * Makes a temporary folder in whose System32 (and system32) cscript.exe and slmgr.vbs are, beside the other names
 * under which programs call them. Each stand-in starts this program as the given machine's script host.
 */
export function makeShims(facts: ShimFacts): Shims {
  const directory = mkdtempSync(join(facts.tempDirectory, 'slmgr-exec-'));
  const system = join(directory, 'System32');
  mkdirSync(system);
  for (const [name, kind] of standIns) {
    if (facts.platform === 'win32' && shellNames.some((shell) => shell === kind)) continue;
    const file = join(system, facts.platform === 'win32' ? `${name.replace(/\.exe$/i, '')}.cmd` : name);
    writeFileSync(file, shimText(facts, kind), { mode: 0o700 });
    chmodSync(file, 0o755);
  }
  if (facts.platform === 'win32')
    writeFileSync(join(system, 'slmgr.vbs'), `' ${scriptTitle} (simulated)\r\n`);
  for (const name of systemFolders) {
    const folder = join(directory, name);
    if (facts.platform !== 'win32' && !existsSync(folder)) symlinkSync('System32', folder);
  }
  return {
    directory,
    env: (inherited) => ({
      ...inherited,
      PATH: [system, inherited['PATH'] ?? ''].join(delimiter),
      SystemRoot: directory,
      SYSTEMROOT: directory,
      windir: directory,
      WINDIR: directory,
    }),
  };
}

function shimText(facts: ShimFacts, kind: StandIn): string {
  const words = [facts.node, facts.program, scriptHostWord, facts.machine, kind];
  if (facts.platform === 'win32') return `@${words.map((word) => `"${word}"`).join(' ')} %*\r\n`;
  // A copy of slmgr.vbs is known by its title, wherever it lies and whatever it is called.
  const title = kind === 'script' ? `# ${scriptTitle} (simulated)\n` : '';
  return `#!/bin/sh\n${title}exec ${words.map(quote).join(' ')} "$@"\n`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
