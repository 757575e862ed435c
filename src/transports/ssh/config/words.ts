/** A line of ssh_config(5): its keyword in lower case, and the text behind it. */
export interface KeywordLine {
  readonly keyword: string;
  readonly rest: string;
}

const blank = /^[ \t\r\n]*/;

function afterBlanks(text: string): string {
  return text.replace(blank, '');
}

/** The first word of a text, which ends at a blank, at one `=` or with its quotes; null for a quote without its end. */
function firstWord(text: string): { readonly word: string; readonly rest: string } | null {
  const at = text.search(/[ \t\r\n"=]/);
  if (at < 0) return { word: text, rest: '' };
  const behind = text.slice(at + 1);
  if (text[at] === '"') {
    const end = behind.indexOf('"');
    if (end < 0) return null;
    return { word: text.slice(0, at) + behind.slice(0, end), rest: afterBlanks(behind.slice(end + 1)) };
  }
  const rest = afterBlanks(behind);
  const hasEquals = text[at] !== '=' && rest.startsWith('=');
  return { word: text.slice(0, at), rest: hasEquals ? afterBlanks(rest.slice(1)) : rest };
}

/** Keyword and rest of a line; null for an empty line, a comment, and what OpenSSH passes over like one. */
export function keywordLine(line: string): KeywordLine | null {
  const whole = line.split('\0', 1)[0] ?? '';
  const text = whole.slice(0, 1) + whole.slice(1).replace(/[ \t\r\n\f]+$/, '');
  let found = firstWord(text);
  if (found?.word === '') found = firstWord(found.rest);
  if (found === null || found.word === '' || found.word.startsWith('#')) return null;
  return { keyword: found.word.toLowerCase(), rest: afterBlanks(found.rest) };
}

/** A backslash in front of these stands for the character itself; a blank is escaped so outside of quotes only. */
function isEscaped(next: string | undefined, quote: string): boolean {
  return next === "'" || next === '"' || next === '\\' || (quote === '' && next === ' ');
}

/** The word that begins at a place of a text, without its quotes and escapes, and where it ends. */
function wordAt(text: string, start: number): { readonly word: string; readonly end: number } | null {
  let word = '';
  let quote = '';
  let at = start;
  for (; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\' && isEscaped(text[at + 1], quote)) word += text.charAt(++at);
    else if (quote === '' && (character === ' ' || character === '\t')) break;
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = '';
    else word += character;
  }
  return quote === '' ? { word, end: at } : null;
}

/** The words of a line, up to a comment; null where a quote has no end. */
export function splitWords(text: string): readonly string[] | null {
  const words: string[] = [];
  let at = 0;
  while (at < text.length && text[at] !== '#') {
    if (text[at] === ' ' || text[at] === '\t') {
      at += 1;
      continue;
    }
    const found = wordAt(text, at);
    if (found === null) return null;
    words.push(found.word);
    at = found.end;
  }
  return words;
}
