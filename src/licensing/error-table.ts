import table from './error-table.json';
import { hresult, parseHresult, type Hresult } from './hresult';
import { nearest } from './nearest';

/** To whom an error happens. */
export const errorRoles = ['kmsClient', 'kmsHost', 'mak', 'token', 'avma', 'all'] as const;
export type ErrorRole = (typeof errorRoles)[number];

/**
 * What is known of an error number of the licensing service. `when` and `action` are there for the errors that
 * administrators meet; `confidence` says so where they restate the symbol and no list of Microsoft's.
 */
export interface ErrorEntry {
  readonly code: Hresult;
  /** Constant of the Windows SDK, null where none was found. */
  readonly symbol: string | null;
  /** Which part of Windows raises it. */
  readonly zone: string;
  readonly kind: 'error' | 'info';
  readonly summary: string;
  readonly appliesTo: readonly ErrorRole[];
  readonly when: string | null;
  readonly action: string | null;
  /** The service's own sentence, or that of Microsoft's troubleshooting list. */
  readonly message: string | null;
  readonly documentedForAdmins: boolean;
  readonly confidence: string | null;
}

interface Row {
  readonly code: string;
  readonly symbol: string | null;
  readonly zone: string;
  readonly kind: string;
  readonly summary: string;
  readonly appliesTo?: readonly string[];
  readonly when?: string;
  readonly action?: string;
  readonly officialMessage?: string;
  readonly docMessage?: string;
  readonly documentedForAdmins?: boolean;
  readonly confidence?: string;
}

function entryOf(row: Row): ErrorEntry {
  return {
    code: parseHresult(row.code) ?? hresult(0),
    symbol: row.symbol,
    zone: row.zone,
    kind: row.kind === 'info' ? 'info' : 'error',
    summary: row.summary,
    appliesTo: errorRoles.filter((role) => row.appliesTo?.includes(role)),
    when: row.when ?? null,
    action: row.action ?? null,
    message: row.officialMessage ?? row.docMessage ?? null,
    documentedForAdmins: row.documentedForAdmins ?? false,
    confidence: row.confidence ?? null,
  };
}

/** All known errors in the order of their numbers. */
export function errorTable(): readonly ErrorEntry[] {
  return (table as readonly Row[]).map(entryOf);
}

/**
 * Numbers in a text: 0x or eight hexadecimal digits, a decimal HRESULT of either sign, one that was widened to 64 bits
 * (0xFFFFFFFFC004F074), or a lone decimal of up to five digits.
 */
export function errorNumbersIn(text: string): readonly Hresult[] {
  const found: Hresult[] = [];
  const narrow = text.replace(/\b(?:0x)?f{8}([0-9a-f]{8})\b/gi, '0x$1');
  for (const [word] of narrow.matchAll(/\b0x[0-9a-f]{1,8}\b|\b[0-9a-f]{8}\b|-?\b\d{9,10}\b|^\d{1,5}$/gi)) {
    const code = /^-?\d{9,10}$/.test(word) ? hresult(Number(word)) : parseDecimalOrHex(word);
    if (code !== null && !found.includes(code)) found.push(code);
  }
  return found;
}

function parseDecimalOrHex(word: string): Hresult | null {
  return /^\d{1,5}$/.test(word) ? hresult(Number(word)) : parseHresult(word);
}

/**
 * Errors that a text speaks of: by number (a whole line of slmgr's may be pasted), by symbol or a part of it, else by
 * words, all of which must be in an entry. Documented ones first.
 */
export function findErrors(text: string): readonly ErrorEntry[] {
  const all = errorTable();
  const numbers = errorNumbersIn(text.trim());
  // A plain Win32 number is also looked for as an HRESULT of the Win32 facility (5 is 0x80070005).
  const wanted = numbers.flatMap((code) => (code <= 0xffff ? [code, hresult(0x80070000 + code)] : [code]));
  const numbered = all.filter(({ code }) => wanted.includes(code));
  if (numbered.length > 0) {
    return numbered.sort((left, right) => wanted.indexOf(left.code) - wanted.indexOf(right.code));
  }
  const ending = all.filter(({ code }) => (code & 0xffff) === lastDigitsIn(text));
  if (ending.length > 0) return ending.sort((left, right) => rank(left) - rank(right));
  if (numbers.length > 0 || isNumberLike(text)) return [];
  const words = text
    .toLowerCase()
    .split(/[^a-z0-9_]+/)
    .filter(Boolean);
  if (words.length === 0) return [];
  const exact = all.filter(({ symbol }) => symbol?.toLowerCase() === text.trim().toLowerCase());
  if (exact.length > 0) return exact;
  const found = all.filter((entry) => {
    const searched = searchedText(entry);
    return words.every((word) => searched.includes(word));
  });
  return found.sort((left, right) => rank(left) - rank(right));
}

/** Whether a text is one number, however wrong: no words are looked for in it. */
function isNumberLike(text: string): boolean {
  return /^[-+]?(?:0x\w*|\d[\d.,]*)$/i.test(text.trim());
}

/** The symbol that is nearest to a text; null where none is. */
export function nearestSymbol(text: string): string | null {
  const symbols = errorTable().flatMap(({ symbol }) => symbol?.split(' / ') ?? []);
  return nearest(text.trim(), symbols);
}

/** Errors of which a process shows `byte` as its status where only eight bits are seen; documented ones first. */
export function errorsOfLowByte(byte: number): readonly ErrorEntry[] {
  return errorTable()
    .filter(({ code, kind }) => kind === 'error' && (code & 0xff || 1) === byte)
    .sort((left, right) => rank(left) - rank(right));
}

/** Four hexadecimal digits as the end of a longer number, one of them a letter; null for other text. */
function lastDigitsIn(text: string): number | null {
  const digits = /^(?:0x)?([0-9a-f]{4})$/i.exec(text.trim())?.[1] ?? '';
  return /[a-f]/i.test(digits) ? Number.parseInt(digits, 16) : null;
}

function searchedText({ symbol, summary, message, when, action, zone }: ErrorEntry): string {
  return [symbol, summary, message, when, action, zone].join(' ').toLowerCase();
}

function rank(entry: ErrorEntry): number {
  return (entry.documentedForAdmins ? 0 : 2) + (entry.when === null ? 1 : 0);
}
