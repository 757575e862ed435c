import { existsSync, readdirSync } from 'node:fs';
import { type Piece, matchesPieces } from '../patterns';

/** The characters of `[a-z]`, `[!a-z]` or `[^a-z]` at a place of a pattern; null where the bracket has no end. */
function bracketAt(pattern: string, start: number): { readonly piece: Piece; readonly end: number } | null {
  const isNegated = /[!^]/.test(pattern.charAt(start + 1));
  const from = start + (isNegated ? 2 : 1);
  const end = pattern.indexOf(']', from + 1);
  if (end < 0) return null;
  const ranges = [...pattern.slice(from, end).matchAll(/(.)-(.)|(.)/gsu)].map(([, low, high, single]) => ({
    low: low ?? single ?? '',
    high: high ?? single ?? '',
  }));
  const isIn = (character: string): boolean =>
    ranges.some(({ low, high }) => low <= character && character <= high);
  return { piece: (character) => isIn(character) !== isNegated, end };
}

function literal(wanted: string): Piece {
  return (character) => character === wanted;
}

/** A part of a path as glob(7) reads it: stars, question marks, brackets, and what a backslash escapes. */
function piecesOf(part: string): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < part.length; at += 1) {
    const character = part.charAt(at);
    const bracket = character === '[' ? bracketAt(part, at) : null;
    if (bracket !== null) {
      pieces.push(bracket.piece);
      at = bracket.end;
    } else if (character === '*') pieces.push(null);
    else if (character === '?') pieces.push(() => true);
    else if (character === '\\' && at + 1 < part.length) pieces.push(literal(part.charAt(++at)));
    else pieces.push(literal(character));
  }
  return pieces;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder === '' ? '/' : folder);
  } catch {
    return [];
  }
}

/** What fits a part of a path in a folder. A dot at a name's beginning has to be written. */
function matchesIn(folder: string, part: string): readonly string[] {
  if (!/[*?[]/.test(part)) return [`${folder}/${part.replaceAll(/\\(.)/gs, '$1')}`];
  const pieces = piecesOf(part);
  return namesIn(folder)
    .filter((name) => (name.startsWith('.') ? part.startsWith('.') : true) && matchesPieces(name, pieces))
    .map((name) => `${folder}/${name}`);
}

/** The files that fit an absolute pattern, in the order of their names; none where none is there. */
export function filesOf(pattern: string): readonly string[] {
  const [root = '', ...parts] = pattern.replaceAll(/\/+/g, '/').split('/');
  const found = parts.reduce<readonly string[]>(
    (folders, part) => folders.flatMap((folder) => matchesIn(folder, part)),
    [root],
  );
  return found.filter((file) => existsSync(file)).toSorted(byBytes);
}

function byBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
