/** What Windows' script host was asked to run, as far as its words matter here. */
export interface ScriptHostCall {
  /** The two banner lines come first unless `//nologo` stands somewhere. */
  readonly banner: boolean;
  /** Path of the script as written; null where none was named. */
  readonly script: string | null;
  /** The words that the script gets. */
  readonly args: readonly string[];
}

/**
 * Reads cscript's words: options of the host begin with `//` and may stand anywhere, the first other word is the
 * script, the rest are the script's own. With `script` given (the script itself was started) all words are its own.
 */
export function readScriptHostWords(words: readonly string[], script: string | null): ScriptHostCall {
  const hostOptions = words.filter((word) => word.startsWith('//'));
  const others = words.filter((word) => !word.startsWith('//'));
  const banner = !hostOptions.some((word) => word.toLowerCase() === '//nologo');
  if (script !== null) return { banner, script, args: others };
  const [first, ...args] = others;
  return { banner, script: first ?? null, args };
}

/** Whether a path, with either separator and in any case, names slmgr.vbs (cscript adds no extension). */
export function namesSlmgr(path: string): boolean {
  return /(^|[\\/])slmgr(\.vbs)?$/i.test(path);
}

/** What Windows' script host prints in front of a script's own output. */
export const banner = [
  'Microsoft (R) Windows Script Host Version 5.812',
  'Copyright (C) Microsoft Corporation. All rights reserved.',
  '',
  '',
].join('\n');
