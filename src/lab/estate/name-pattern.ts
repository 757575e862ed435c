/**
 * Whether a name fits a pattern in any case: `*` is any text, `?` one character. Takes no longer than the product of
 * the two lengths, whatever the pattern.
 */
export function fitsPattern(name: string, pattern: string): boolean {
  const [text, wanted] = [name.toLowerCase(), pattern.toLowerCase()];
  let [at, of] = [0, 0];
  let star = -1;
  let from = 0;
  while (at < text.length) {
    if (wanted[of] === '*') {
      star = of;
      from = at;
      of += 1;
    } else if (wanted[of] === '?' || wanted[of] === text[at]) {
      at += 1;
      of += 1;
    } else if (star === -1) {
      return false;
    } else {
      from += 1;
      at = from;
      of = star + 1;
    }
  }
  return /^\**$/.test(wanted.slice(of));
}
