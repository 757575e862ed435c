/** A numeric range of a name, `[01-50]` or `[1-9/2]`: first and last number, step, and the least number of digits. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  /** Digits with leading zeros; 0 where the numbers stand as they are. */
  readonly padding: number;
}

/** A piece of a name's pattern: text as it stands, or one of several ranges. */
export type NamePiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'ranges'; readonly ranges: readonly NumberRange[] };

/** Most digits of a number in a range: what a double still counts exactly. */
const mostDigits = 15;

/**
 * Reads what stands between brackets: `1-3,07,10-20/5`.
 * @returns the ranges, or what is wrong with the part at an offset
 */
export function parseRanges(
  text: string,
): { readonly ranges: readonly NumberRange[] } | { readonly problem: string; readonly at: number } {
  const ranges: NumberRange[] = [];
  let at = 0;
  for (const part of text.split(',')) {
    const range = parseRange(part);
    if (typeof range === 'string') return { problem: range, at };
    ranges.push(range);
    at += part.length + 1;
  }
  return { ranges };
}

function parseRange(part: string): NumberRange | string {
  const [, from, to = from, step = '1'] = /^\s*(\d+)(?:-(\d+))?(?:\/(\d+))?\s*$/.exec(part) ?? [];
  if (from === undefined || to === undefined) {
    return part.trim() === '' ? 'a range is empty' : `"${part}" is no range: 1-50, 01-50, 7 or 1-9/2 are`;
  }
  if (Math.max(from.length, to.length, step.length) > mostDigits) return `"${part}" has too many digits`;
  const padding = from.length > 1 && from.startsWith('0') ? from.length : 0;
  const range = { first: Number(from), last: Number(to), step: Number(step), padding };
  const problem = problemOf(range, to);
  return problem === null ? range : `"${part}" ${problem}`;
}

function problemOf({ first, last, step, padding }: NumberRange, to: string): string | null {
  if (to.length < padding) return 'ends with fewer digits than it begins with';
  if (to.length > Math.max(padding, 1) && to.startsWith('0'))
    return 'ends with more leading zeros than it begins with';
  if (step === 0) return 'has a step of 0';
  return first > last ? 'runs backwards' : null;
}

/** How many numbers a range has. */
export function sizeOfRange({ first, last, step }: NumberRange): number {
  return Math.floor((last - first) / step) + 1;
}

/** How many names a pattern makes; may be as large as numbers go. */
export function sizeOfPattern(pieces: readonly NamePiece[]): number {
  return pieces.reduce(
    (product, piece) =>
      piece.kind === 'text'
        ? product
        : product * piece.ranges.reduce((sum, range) => sum + sizeOfRange(range), 0),
    1,
  );
}

/** The names of a pattern in the order of counting, the last range fastest. */
export function expandPattern(pieces: readonly NamePiece[]): string[] {
  let names = [''];
  for (const piece of pieces) {
    const words = piece.kind === 'text' ? [piece.text] : piece.ranges.flatMap(numbersOf);
    names = words.length === 1 ? names.map((name) => name + (words[0] ?? '')) : combined(names, words);
  }
  return names;
}

function combined(names: readonly string[], words: readonly string[]): string[] {
  const all: string[] = [];
  for (const name of names) for (const word of words) all.push(name + word);
  return all;
}

function numbersOf({ first, last, step, padding }: NumberRange): string[] {
  const numbers: string[] = [];
  for (let number = first; number <= last; number += step)
    numbers.push(String(number).padStart(padding, '0'));
  return numbers;
}
