import { NotSimulated } from '../../not-simulated';

/** A key as a line names it. */
export interface KeyName {
  /** Path below HKEY_LOCAL_MACHINE, without a backslash at either end. */
  readonly path: string;
  /** The whole name as reg.exe prints it. */
  readonly shown: string;
}

const root = 'HKEY_LOCAL_MACHINE';

/** The name that reg.exe prints of a path. */
export function shownKey(path: string): string {
  return path === '' ? root : `${root}\\${path}`;
}

/**
 * A key by its name; null where it is none.
 * @throws NotSimulated for the other hives and for other computers
 */
export function keyName(word: string): KeyName | null {
  if (word.startsWith('\\\\')) throw new NotSimulated('the registry of another computer');
  const [head = '', ...rest] = word.split('\\');
  if (
    /^(?:HKCU|HKEY_CURRENT_USER|HKU|HKEY_USERS|HKCR|HKEY_CLASSES_ROOT|HKCC|HKEY_CURRENT_CONFIG)$/i.test(head)
  )
    throw new NotSimulated(`the registry below ${head}`);
  if (!/^(?:HKLM|HKEY_LOCAL_MACHINE)$/i.test(head)) return null;
  const parts = rest.at(-1) === '' ? rest.slice(0, -1) : rest;
  // eslint-disable-next-line no-control-regex -- what no key is called
  if (parts.some((part) => part === '' || part.length > 255 || /[\u0000-\u001f]/.test(part))) return null;
  const path = parts.join('\\');
  return { path, shown: shownKey(path) };
}

/** The words of a reg line: the ones without a slash, switches with a value and switches without one. */
export interface RegWords {
  readonly plain: readonly string[];
  readonly valued: ReadonlyMap<string, string>;
  readonly flags: ReadonlySet<string>;
  /** A switch that the command does not have, one without its value, or one twice. */
  readonly isWrong: boolean;
}

/** A path of this computer, which `lab exec` may give, is no switch. */
function isSwitch(word: string): boolean {
  return word.startsWith('/') && !word.slice(1).includes('/');
}

/** Reads the words behind `reg COMMAND`. */
export function regWords(
  words: readonly string[],
  takes: { readonly valued: readonly string[]; readonly flags: readonly string[] },
): RegWords {
  const valued = new Map<string, string>();
  const [plain, flags]: [string[], Set<string>] = [[], new Set()];
  let isWrong = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const name = word.toLowerCase().slice(1);
    if (!isSwitch(word)) plain.push(word);
    else if (takes.flags.includes(name)) flags.add(name);
    else if (takes.valued.includes(name) && words[at + 1] !== undefined && !valued.has(name)) {
      at += 1;
      valued.set(name, words[at] ?? '');
    } else if (name === 'reg:64') continue;
    else if (name === 'reg:32' || name === '?') throw new NotSimulated(`reg with ${word}`);
    else isWrong = true;
  }
  return { plain, valued, flags, isWrong };
}
