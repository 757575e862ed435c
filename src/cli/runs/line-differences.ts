/** Texts beyond this are shown whole: the table of the comparison grows with the product of both. */
const mostLines = 2000;

/** The lines that a text lacks (`- `) and those that it has beside (`+ `) against another, in their order. */
export function lineDifferences(base: readonly string[], other: readonly string[]): readonly string[] {
  if (base.length > mostLines || other.length > mostLines) return other.map((line) => `+ ${line}`);
  const common = commonTails(base, other);
  const found: string[] = [];
  let [at, of] = [0, 0];
  while (at < base.length && of < other.length) {
    if (base[at] === other[of]) {
      at += 1;
      of += 1;
    } else if (tail(common, at + 1, of) >= tail(common, at, of + 1)) {
      found.push(`- ${base[at] ?? ''}`);
      at += 1;
    } else {
      found.push(`+ ${other[of] ?? ''}`);
      of += 1;
    }
  }
  return [
    ...found,
    ...base.slice(at).map((line) => `- ${line}`),
    ...other.slice(of).map((line) => `+ ${line}`),
  ];
}

/** For each pair of places, how many lines both have in common from there on. */
function commonTails(base: readonly string[], other: readonly string[]): readonly Uint16Array[] {
  const table = Array.from({ length: base.length + 1 }, () => new Uint16Array(other.length + 1));
  for (let at = base.length - 1; at >= 0; at -= 1) {
    for (let of = other.length - 1; of >= 0; of -= 1) {
      const row = table[at];
      if (row === undefined) continue;
      row[of] =
        base[at] === other[of]
          ? tail(table, at + 1, of + 1) + 1
          : Math.max(tail(table, at + 1, of), tail(table, at, of + 1));
    }
  }
  return table;
}

function tail(table: readonly Uint16Array[], at: number, of: number): number {
  return table[at]?.[of] ?? 0;
}
