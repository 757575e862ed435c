/** What Windows' script host was asked to run, as far as its words matter here. */
export interface ScriptHostCall {
  /** The two banner lines come first unless `//nologo` stands somewhere. */
  readonly banner: boolean;
  /** Path of the script as written; null where none was named. */
  readonly script: string | null;
  /** The words that the script gets. */
  readonly args: readonly string[];
  /** The first option that the script host does not have; null where all are its own. */
  readonly unknownOption: string | null;
}

const options = /^(?:b|d|i|s|u|x|logo|nologo|\?|e:.+|h:[cw]script|job:.+|t:\d+)$/i;

/**
 * Reads cscript's words: options of the host begin with `//` and may stand anywhere, or with one slash in front of the
 * script; the first other word is the script, the rest are the script's own. With `script` given (the script itself
 * was started) all words but those with two slashes are its own.
 */
export function readScriptHostWords(words: readonly string[], script: string | null): ScriptHostCall {
  const others = words.filter((word) => !word.startsWith('//'));
  const found = script === null ? others.findIndex(isScript) : 0;
  const inFront = found < 0 ? others.length : found;
  const hostOptions = [
    ...words.filter((word) => word.startsWith('//')).map((word) => ({ word, name: word.slice(2) })),
    ...others.slice(0, inFront).map((word) => ({ word, name: word.slice(1) })),
  ];
  const own = others.slice(inFront);
  return {
    banner: !hostOptions.some(({ name }) => name.toLowerCase() === 'nologo'),
    script: script ?? own[0] ?? null,
    args: script === null ? own.slice(1) : own,
    unknownOption: hostOptions.find(({ name }) => !options.test(name))?.word ?? null,
  };
}

/** A word with one slash is an option, unless it is a path of Unix: that has another slash or an extension. */
function isScript(word: string): boolean {
  return !word.startsWith('/') || (/[/.]/.test(word.slice(1)) && !options.test(word.slice(1)));
}

/** Whether a path, with either separator and in any case, names slmgr.vbs (cscript adds no extension). */
export function namesSlmgr(path: string): boolean {
  return /(^|[\\/:])slmgr(\.vbs)?$/i.test(path);
}

/**
 * Whether a word ends in slmgr.vbs, whatever stands in front: a shell of Unix takes the backslashes of
 * `C:\Windows\System32\slmgr.vbs` away.
 */
export function endsInSlmgr(word: string): boolean {
  return namesSlmgr(word) || /slmgr\.vbs$/i.test(word);
}

/** What stands at the beginning of slmgr.vbs, and of every copy of it under another name. */
export const scriptTitle = 'Windows Software Licensing Management Tool';

/** Whether a file's text is that of slmgr.vbs, whatever the file is called. */
export function isCopyOfSlmgr(text: string): boolean {
  return text.slice(0, 4096).includes(scriptTitle);
}

/** What Windows' script host of a version, `5.812` unless told, prints in front of a script's own output. */
export function banner(
  version = '5.812',
  copyright = 'Copyright (C) Microsoft Corporation. All rights reserved.',
): string {
  return [`Microsoft (R) Windows Script Host Version ${version}`, copyright, '', ''].join('\n');
}
