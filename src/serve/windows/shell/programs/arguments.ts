/** Splits the words behind a program's name as Windows' C runtime does: quotes, and backslashes in front of them. */
export function argumentsOf(tail: string): readonly string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quoted = false;
  let justClosed = false;
  for (const [piece] of tail.matchAll(/\\*"|\s+|[^\s"\\]+|\\+/g)) {
    const read = piece.endsWith('"') ? quote(piece) : { text: piece, isQuote: false };
    if (/^\s/.test(piece) && !quoted) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      // A quote right behind a closing one is a character, and the quoted text goes on.
      word = `${word ?? ''}${read.text}${justClosed && read.isQuote ? '"' : ''}`;
    }
    if (read.isQuote) quoted = !quoted;
    justClosed = read.isQuote && !quoted;
  }
  return word === null ? words : [...words, word];
}

/** Of backslashes in front of a quote each second one stays; an odd one makes the quote a character. */
function quote(piece: string): { readonly text: string; readonly isQuote: boolean } {
  const backslashes = piece.length - 1;
  const text = '\\'.repeat(Math.floor(backslashes / 2));
  return backslashes % 2 === 1 ? { text: `${text}"`, isQuote: false } : { text, isQuote: true };
}

/** Writes words so that {@link argumentsOf} reads them again: quotes around those with blanks. */
export function tailOf(words: readonly string[]): string {
  return words.map((word) => (word === '' || /\s/.test(word) ? `"${word}"` : word)).join(' ');
}

/** Writes words so that {@link argumentsOf} reads exactly them again, whatever is in them. */
export function exactTail(words: readonly string[]): string {
  return words
    .map((word) =>
      word !== '' && !/[\s"]/.test(word)
        ? word
        : `"${word.replaceAll(/(\\*)"/g, String.raw`$1$1\"`).replace(/(\\+)$/, '$1$1')}"`,
    )
    .join(' ');
}

/** Last part of a path, in lower case, without .exe, .com, .vbs, .cmd or .bat. */
export function programName(word: string): string {
  const name = word.split(/[\\/]/).at(-1) ?? '';
  return name.toLowerCase().replace(/\.(?:exe|com|vbs|cmd|bat)$/, '');
}
