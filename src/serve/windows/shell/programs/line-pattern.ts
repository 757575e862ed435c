import { NotSimulated } from '../not-simulated';
import { regexOf } from './regex';

/** A way to write patterns. */
export type Dialect = 'literal' | 'findstr' | 'regex' | 'wildcard';

/** A character, or null for any one. */
type Atom = string | null;

interface Alternative {
  readonly fromStart: boolean;
  readonly toEnd: boolean;
  /** Runs of characters with anything between them. */
  readonly runs: readonly (readonly Atom[])[];
}

const longest = 254;

/** Whether a line fits. Linear in the line's length for each run of the pattern. */
export type LinePattern = (line: string) => boolean;

/**
 * Reads a pattern: of findstr's the anchors, `.`, `.*` and escaped characters, of .NET's what {@link regexOf} knows. What
 * a line may be matched with is so bounded that no pattern takes long.
 * @throws NotSimulated for the rest
 */
export function linePattern(source: string, dialect: Dialect, ignoresCase: boolean): LinePattern {
  if (source.length > longest) throw new NotSimulated(`a pattern of more than ${longest} characters`);
  if (dialect === 'regex') {
    const regex = regexOf(source, ignoresCase);
    return (line) => regex.find(line) !== null;
  }
  const alternatives = [readAlternative(ignoresCase ? source.toLowerCase() : source, dialect)];
  return (line) => {
    const text = ignoresCase ? line.toLowerCase() : line;
    return alternatives.some((alternative) => fits(alternative, text));
  };
}

function readAlternative(source: string, dialect: Exclude<Dialect, 'regex'>): Alternative {
  switch (dialect) {
    case 'literal':
      return { fromStart: false, toEnd: false, runs: [source.split('')] };
    case 'wildcard':
      return { fromStart: true, toEnd: true, runs: wildcardRuns(source) };
    case 'findstr':
      return readFindstr(source);
  }
}

function wildcardRuns(source: string): readonly (readonly Atom[])[] {
  if (/[[\]`]/.test(source)) throw new NotSimulated(`the wildcard pattern "${source}"`);
  return source.split('*').map((run) => run.split('').map((each) => (each === '?' ? null : each)));
}

function readFindstr(source: string): Alternative {
  const fromStart = source.startsWith('^');
  const toEnd = /(?:^|[^\\])(?:\\\\)*\$$/.test(source);
  const body = source.slice(fromStart ? 1 : 0, toEnd ? -1 : undefined);
  const refused = /^[*[\]^$\\]/;
  const runs: Atom[][] = [[]];
  for (const [piece] of body.matchAll(/\\[^a-z0-9<>]|\.\*|[^]/gi)) {
    if (piece === '.*') runs.push([]);
    else if (piece.length > 1) runs.at(-1)?.push(piece.slice(1));
    else if (!refused.test(piece)) runs.at(-1)?.push(piece === '.' ? null : piece);
    else
      throw new NotSimulated(
        `the regular expression "${source}": only ^, $, ., .* and escaped characters are simulated`,
      );
  }
  return { fromStart, toEnd, runs };
}

function fits({ fromStart, toEnd, runs }: Alternative, text: string): boolean {
  let at = 0;
  for (const [index, run] of runs.entries()) {
    const isFirst = index === 0;
    const isLast = index === runs.length - 1;
    if (isLast && toEnd) {
      const start = text.length - run.length;
      return start >= at && (!(isFirst && fromStart) || start === 0) && isAt(text, start, run);
    }
    const found = isFirst && fromStart ? (isAt(text, 0, run) ? 0 : -1) : search(text, at, run);
    if (found < 0) return false;
    at = found + run.length;
  }
  return true;
}

function search(text: string, from: number, run: readonly Atom[]): number {
  if (!run.includes(null)) return text.indexOf(run.join(''), from);
  for (let at = from; at + run.length <= text.length; at += 1) if (isAt(text, at, run)) return at;
  return -1;
}

function isAt(text: string, at: number, run: readonly Atom[]): boolean {
  return (
    at + run.length <= text.length && run.every((atom, index) => atom === null || atom === text[at + index])
  );
}
