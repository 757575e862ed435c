/** The word that is fewest letters, at most two, away from what was typed; null where none is. */
export function nearest(typed: string, known: readonly string[]): string | null {
  const limit = Math.min(2, typed.length - 1);
  let best: { readonly word: string; readonly far: number } | null = null;
  for (const word of known) {
    const far = distance(typed.toLowerCase(), word);
    if (far <= limit && (best === null || far < best.far)) best = { word, far };
  }
  return best?.word ?? null;
}

/** Levenshtein distance of two short words. */
export function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let left = 1; left <= from.length; left += 1) {
    const next = [left];
    for (let right = 1; right <= to.length; right += 1) {
      const same = from[left - 1] === to[right - 1] ? 0 : 1;
      next.push(Math.min((row[right] ?? 0) + 1, (next[right - 1] ?? 0) + 1, (row[right - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
