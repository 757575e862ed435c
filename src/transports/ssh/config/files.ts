import { lstatSync, statSync } from 'node:fs';
import { errorCode } from '../../error-facts';
import { systemReason } from '../../local/system-reason';
import { harmlessExcerpt } from '../../harmless-text';
import { readPlainFileUpTo } from '../../local/bounded-file';
import { TransportError } from '../../transport-error';
import { keywordOf, type Keyword } from './keywords';
import { keywordLine, splitWords } from './words';

/** A line that says something. */
export interface ConfigLine {
  /** In lower case. */
  readonly keyword: string;
  readonly words: readonly string[];
  /** The text behind the keyword as it stands. */
  readonly rest: string;
  /** Null for a keyword that is not known, and for those that divide the file. */
  readonly meaning: Keyword | null;
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/** A file may have so many bytes: thousands of hosts, but nothing without an end. */
const maxBytes = 4 * 1024 * 1024;

/** A configuration that cannot be followed: what is wrong, where, and what to do. */
export function configError(place: string, reason: string, advice: string, cause?: unknown): TransportError {
  return new TransportError(
    {
      step: 'tcp',
      cause: 'configuration',
      message: `${place}: ${harmlessExcerpt(reason, 300)}`,
      advice: [advice],
    },
    cause === undefined ? undefined : { cause },
  );
}

const mend = 'It may say how the machine is reached, so it is not passed over. Mend it, or its permissions.';

/** Where a line stands, for messages. */
export function placeOf({ file, line }: Pick<ConfigLine, 'file' | 'line'>): string {
  return `${file}, line ${String(line)}`;
}

/** A line that cannot be taken as it stands. */
export function lineError(
  line: Pick<ConfigLine, 'file' | 'line' | 'keyword'>,
  reason: string,
): TransportError {
  return configError(placeOf(line), `${line.keyword}: ${reason}`, mend);
}

/** A second machine's user could send this one's connections wherever he likes by a file that he may write. */
function checkOwner(file: string): void {
  const uid = process.getuid?.();
  if (uid === undefined) return;
  const status = statSync(file);
  const isOwn = status.uid === 0 || status.uid === uid;
  const othersWrite =
    (status.mode & 0o002) !== 0 || ((status.mode & 0o020) !== 0 && status.gid !== process.getgid?.());
  if (!isOwn || othersWrite) throw new Error('it belongs to somebody else, or others may write it');
}

/** The text of a file; null where there is none. Throws the system's error, and one for a file that others may write. */
function textOf(file: string, checksOwner: boolean): string | null {
  try {
    if (checksOwner) checkOwner(file);
    return readPlainFileUpTo(file, maxBytes)
      .toString('utf8')
      .replace(/^\uFEFF/, '');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error)) && !isDanglingLink(file)) return null;
    throw error;
  }
}

function isDanglingLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

const dividing = new Set(['host', 'match', 'include', 'ignoreunknown']);

function parsedLine(text: string, file: string, line: number): ConfigLine | null {
  const found = keywordLine(text);
  if (found === null) return null;
  const { keyword, rest } = found;
  if (rest === '') throw lineError({ file, line, keyword }, 'its value is missing');
  const words = splitWords(rest);
  if (words === null) throw lineError({ file, line, keyword }, 'a quote has no end');
  const meaning = dividing.has(keyword) ? null : keywordOf(keyword);
  const wrong = meaning?.kind === 'followed' ? meaning.check(words, rest) : null;
  if (wrong !== null) throw lineError({ file, line, keyword }, wrong);
  return { keyword, words, rest, meaning, file, line };
}

/** True for a keyword that divides a file and is neither a setting nor unknown. */
export function isDividing(keyword: string): boolean {
  return dividing.has(keyword);
}

/** The files of ssh_config(5), each read once and up to a limit. */
export class ConfigFiles {
  readonly #read = new Map<string, readonly ConfigLine[] | null>();

  /**
   * The lines of a file that say something, in their order; null where there is no such file. Throws a
   * {@link TransportError} for one that cannot be read, and for the first line that OpenSSH would refuse too.
   */
  lines(file: string, checksOwner: boolean): readonly ConfigLine[] | null {
    const known = this.#read.get(file);
    if (known !== undefined) return known;
    const lines = this.#parse(file, checksOwner);
    this.#read.set(file, lines);
    return lines;
  }

  #parse(file: string, checksOwner: boolean): readonly ConfigLine[] | null {
    let text: string | null;
    try {
      text = textOf(file, checksOwner);
    } catch (cause) {
      throw configError(file, `it cannot be read: ${systemReason(cause)}`, mend, cause);
    }
    return text === null
      ? null
      : text.split('\n').flatMap((line, at) => parsedLine(line, file, at + 1) ?? []);
  }
}
