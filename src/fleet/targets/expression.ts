import { ExpressionError } from './expression-error';
import { parseRanges, type NamePiece } from './ranges';

/** What a term of an expression means. */
export type Term =
  | { readonly kind: 'names'; readonly pieces: readonly NamePiece[] }
  /** `*` stands for any text, `?` for one character; ranges beside them are not allowed. */
  | { readonly kind: 'glob'; readonly pattern: string }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'everything' }
  /** A URL: one machine, as it stands. */
  | { readonly kind: 'url'; readonly url: string };

/** `,` adds, `!` takes away, `&` keeps what is in both. */
export type Operator = ',' | '!' | '&';

/** One step of an expression, which is read from left to right; the first operator is always `,`. */
export interface Step {
  readonly operator: Operator;
  readonly term: Term;
  /** The term as it was written, and where, for messages. */
  readonly text: string;
  readonly at: number;
}

export interface Expression {
  readonly text: string;
  readonly steps: readonly Step[];
}

/** Longest expression in characters. */
const longestExpression = 1_000_000;

/**
 * Reads an expression: names with ranges (`web[01-50]`), globs (`PC-*`), groups (`@branch`, `@all`) and URLs, joined by
 * `,` `!` and `&`, from left to right. Blanks around a term do not matter.
 * @throws ExpressionError at the place of the first mistake
 */
export function parseExpression(text: string): Expression {
  if (text.length > longestExpression) {
    throw new ExpressionError(
      `An expression has at most ${longestExpression} characters.`,
      text.slice(0, 40),
      0,
    );
  }
  const steps: Step[] = [];
  let operator: Operator = ',';
  let start = 0;
  for (;;) {
    const end = endOfTerm(text, start);
    steps.push(parseStep(text, start, end, operator));
    const next = text[end];
    if (next === undefined) return { text, steps };
    operator = next as Operator;
    start = end + 1;
  }
}

/** Where the term that begins here ends: at an operator outside of brackets, or with the text. */
function endOfTerm(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '[') depth += 1;
    else if (character === ']') depth -= 1;
    else if (depth <= 0 && (character === ',' || character === '!' || character === '&')) return at;
  }
  return text.length;
}

function parseStep(text: string, start: number, end: number, operator: Operator): Step {
  const raw = text.slice(start, end);
  const word = raw.trim();
  const at = start + raw.length - raw.trimStart().length;
  const fail = (message: string, offset: number): never => {
    throw new ExpressionError(message, text, at + offset);
  };
  if (word === '') return fail(missingTerm(text, start, end), 0);
  const blank = word.search(/\s/);
  if (blank !== -1) return fail('A blank stands within a name; commas stand between machines.', blank);
  return { operator, term: parseTerm(word, fail), text: word, at };
}

function missingTerm(text: string, start: number, end: number): string {
  if (text.trim() === '') return 'The expression is empty (a variable that is not set?).';
  const before = text[start - 1];
  if (before === undefined) return `Nothing stands before ${text[end] ?? ''}.`;
  return `Nothing stands behind ${before}.`;
}

type Fail = (message: string, offset: number) => never;

function parseTerm(word: string, fail: Fail): Term {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(word)) return { kind: 'url', url: word };
  if (word.startsWith('@')) return groupTerm(word.slice(1), fail);
  const hasGlob = word.search(/[*?]/);
  const pieces = piecesOf(word, fail);
  if (hasGlob === -1) return { kind: 'names', pieces };
  const range = word.indexOf('[');
  if (range !== -1) fail('A range and a * or ? do not go together in one term.', range);
  return { kind: 'glob', pattern: word };
}

function groupTerm(name: string, fail: Fail): Term {
  if (name === '') fail('A group has a name: @branch.', 0);
  const odd = name.search(/[[\]*?@]/);
  if (odd !== -1) fail(`"${name[odd] ?? ''}" has no place in the name of a group.`, odd + 1);
  return name.toLowerCase() === 'all' ? { kind: 'everything' } : { kind: 'group', name };
}

function piecesOf(word: string, fail: Fail): readonly NamePiece[] {
  const pieces: NamePiece[] = [];
  let at = 0;
  while (at < word.length) {
    const open = word.indexOf('[', at);
    const text = word.slice(at, open === -1 ? word.length : open);
    const stray = text.indexOf(']');
    if (stray !== -1) fail('This ] closes nothing.', at + stray);
    if (text !== '') pieces.push({ kind: 'text', text });
    if (open === -1) break;
    const close = word.indexOf(']', open);
    if (close === -1) fail('This [ is not closed.', open);
    const inner = word.slice(open + 1, close);
    const parsed = parseRanges(inner);
    if ('problem' in parsed) return fail(`${capital(parsed.problem)}.`, open + 1 + parsed.at);
    pieces.push({ kind: 'ranges', ranges: parsed.ranges });
    at = close + 1;
  }
  return pieces;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
