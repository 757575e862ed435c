/** One step of a pattern: `null` stands for any text, everything else for one character that it takes. */
export type Piece = ((character: string) => boolean) | null;

/**
 * Whether a text fits a pattern as a whole. On a mismatch only the last star is tried again, so the work is at most
 * the product of both lengths, however many stars there are.
 */
export function matchesPieces(text: string, pieces: readonly Piece[]): boolean {
  let at = 0;
  let piece = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const wanted = pieces[piece];
    if (wanted === null) {
      star = piece++;
      resume = at;
    } else if (wanted?.(text.charAt(at)) === true) {
      at += 1;
      piece += 1;
    } else if (star >= 0) {
      piece = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (pieces[piece] === null) piece += 1;
  return piece === pieces.length;
}

/** A pattern of OpenSSH's files: `*` is any text, `?` one character. Upper and lower case differ. */
export function matchesPattern(text: string, pattern: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === text;
  const pieces = Array.from({ length: pattern.length }, (_, at): Piece => {
    const wanted = pattern.charAt(at);
    if (wanted === '*') return null;
    return wanted === '?' ? () => true : (character) => character === wanted;
  });
  return matchesPieces(text, pieces);
}

/** OpenSSH takes no longer pattern in a list. */
const longestPattern = 1022;

/** A comma list of patterns, in which one that is excluded (`!`) wins over every match. */
export function matchesList(text: string, list: string): boolean {
  let isMatched = false;
  for (const item of list.split(',')) {
    const isExcluded = item.startsWith('!');
    const pattern = isExcluded ? item.slice(1) : item;
    if (pattern.length > longestPattern) return false;
    if (!matchesPattern(text, pattern)) continue;
    if (isExcluded) return false;
    isMatched = true;
  }
  return isMatched;
}

/** {@link matchesList} for host names, whose case does not count. */
export function matchesHostList(host: string, list: string): boolean {
  return matchesList(host.toLowerCase(), list.toLowerCase());
}
