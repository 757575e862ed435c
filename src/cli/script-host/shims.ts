import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { scriptHostWord } from '../hidden-words';

/** Programs on the PATH of what `lab exec` runs, and whether the script itself is meant. */
const standIns = { cscript: 'host', 'cscript.exe': 'host', slmgr: 'script', 'slmgr.vbs': 'script' } as const;

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
  for (const [name, kind] of Object.entries(standIns)) {
    const file = join(system, facts.platform === 'win32' ? `${name.replace(/\.exe$/, '')}.cmd` : name);
    writeFileSync(file, shimText(facts, kind), { mode: 0o700 });
    chmodSync(file, 0o755);
  }
  if (facts.platform === 'win32') writeFileSync(join(system, 'slmgr.vbs'), '');
  else symlinkSync('System32', join(directory, 'system32'));
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

function shimText(facts: ShimFacts, kind: 'host' | 'script'): string {
  const words = [facts.node, facts.program, scriptHostWord, facts.machine, kind];
  if (facts.platform === 'win32') return `@${words.map((word) => `"${word}"`).join(' ')} %*\r\n`;
  return `#!/bin/sh\nexec ${words.map(quote).join(' ')} "$@"\n`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
