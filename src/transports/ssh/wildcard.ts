/** A pattern that texts are compared with as a whole. */
export interface Wildcard {
  test(text: string): boolean;
}

/**
 * A pattern of OpenSSH's files: `*` is any text, `?` one character. Of the stars only the last one that was passed is ever
 * gone back to, so that the work is at most the length of the text times that of the pattern, however many stars it has.
 */
export function wildcard(pattern: string): Wildcard {
  return { test: (text) => matches(pattern, text) };
}

function matches(pattern: string, text: string): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let resume = 0;
  while (place < text.length) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at;
      resume = place;
      at += 1;
    } else if (wanted === '?' || wanted === text[place]) {
      at += 1;
      place += 1;
    } else if (star === -1) {
      return false;
    } else {
      resume += 1;
      place = resume;
      at = star + 1;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
