/** The word that is fewest letters away from what was typed, at most one for every two letters and two in all; null where none is. */
export function nearest(typed: string, known: readonly string[]): string | null {
  return nearestWords(typed, known)[0] ?? null;
}

/** The words that are nearest to what was typed, else those that begin with it; in their order, no more than `most`. */
export function nearestWords(typed: string, known: readonly string[], most = 3): readonly string[] {
  const word = typed.toLowerCase();
  let limit = Math.min(2, Math.floor((word.length - 1) / 2));
  let found: string[] = [];
  for (const one of limit < 1 ? [] : known) {
    if (Math.abs(one.length - word.length) > limit) continue;
    const far = distance(word, one.toLowerCase());
    if (far > limit) continue;
    if (far < limit) found = [];
    limit = far;
    found.push(one);
  }
  const begun =
    found.length > 0 || word.length < 2 ? found : known.filter((one) => one.toLowerCase().startsWith(word));
  return begun.slice(0, most);
}

/** Letters to add, to leave out, to change or to swap with their neighbours. */
export function distance(from: string, to: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let left = 1; left <= from.length; left += 1) {
    const next = [left];
    for (let right = 1; right <= to.length; right += 1) {
      const same = from[left - 1] === to[right - 1] ? 0 : 1;
      const swapped = from[left - 1] === to[right - 2] && from[left - 2] === to[right - 1];
      const swap = swapped ? (before[right - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      next.push(
        Math.min((row[right] ?? 0) + 1, (next[right - 1] ?? 0) + 1, (row[right - 1] ?? 0) + same, swap),
      );
    }
    before = row;
    row = next;
  }
  return row[to.length] ?? 0;
}
