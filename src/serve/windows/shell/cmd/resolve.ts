import { fullName } from '../file-system';
import { NotSimulated } from '../not-simulated';
import { type Command, type Reading } from '../process';
import { programName } from '../programs/arguments';
import { windowsPrograms } from '../programs/names';

/** What a command's name stands for. */
export type Resolved =
  | { readonly kind: 'program'; readonly name: string; readonly command: Command }
  /** A script of the machine's disk, or nothing. */
  | { readonly kind: 'file'; readonly path: string };

/** The folders of Windows' programs, that of PowerShell and those of 32-bit programs included. */
const systemFolder = /^c:\\windows\\(?:system32|sysnative|syswow64)\\(?:windowspowershell\\v1\.0\\)?[^\\]+$/i;

function extensionOf(word: string): string {
  return /\.([a-z0-9]+)$/i.exec(word)?.[1] ?? '';
}

function isSlmgr(name: string, extension: string): boolean {
  return name === 'slmgr' && /^vbs$/i.test(extension);
}

/**
 * Finds a program by its name, or by a path to Windows' folder of programs.
 * @throws NotSimulated for programs that Windows has and the machine has not, and for scripts of its disk
 */
export function resolveProgram(
  word: string,
  { commands, folder }: Pick<Reading, 'commands' | 'folder'>,
): Resolved {
  const name = programName(word);
  const extension = extensionOf(word);
  const isOfWindows = !/[\\/]/.test(word) || systemFolder.test(fullName(word, folder) ?? '');
  const fits = /^(?:exe|com|)$/i.test(extension) || isSlmgr(name, extension);
  const command = commands.get(name);
  if (isOfWindows && fits && command !== undefined) return { kind: 'program', name, command };
  if (isOfWindows && fits && windowsPrograms.has(name)) throw new NotSimulated(`the program ${name}`);
  if (/^(?:cmd|bat|ps1|msi|js|jse|vbe|wsf)$/i.test(extension))
    throw new NotSimulated(`${word}: scripts and installers of the machine's disk`);
  return { kind: 'file', path: word };
}
