/** Colours of a text, which take no room. */
// eslint-disable-next-line no-control-regex -- the escape character begins a colour
const colours = /\u001b\[[\d;]*m/g;
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;

/** Columns that a text takes on a terminal, its colours not counted; never too few. */
export function columnsOf(text: string): number {
  const plain = text.replace(colours, '');
  return plain.length + (plain.match(wide)?.length ?? 0);
}

/** The columns of the longest of a text's lines. */
export function widestLine(text: string): number {
  return Math.max(...text.split('\n').map(columnsOf));
}

/** The columns of the longest word: a column cannot be narrower. */
export function widestWord(text: string): number {
  return Math.max(...text.split(/\s+/).map(columnsOf));
}

/**
 * Widths of columns that together take no more than `room`: the widest give way first, none below its longest word.
 * Null where even that is too much.
 */
export function shrink(
  natural: readonly number[],
  least: readonly number[],
  room: number,
): readonly number[] | null {
  const sum = (widths: readonly number[]): number => widths.reduce((all, one) => all + one, 0);
  const capped = (cap: number): readonly number[] =>
    natural.map((width, at) => Math.min(width, Math.max(least[at] ?? 1, cap)));
  if (sum(capped(0)) > room) return null;
  let cap = Math.max(...natural);
  while (sum(capped(cap)) > room) cap -= 1;
  return spread(capped(cap), natural, room);
}

/** Gives what is left over to the columns that were cut, from the left. */
function spread(widths: readonly number[], natural: readonly number[], room: number): readonly number[] {
  let left = room - widths.reduce((all, one) => all + one, 0);
  return widths.map((width, at) => {
    const more = Math.min(left, (natural[at] ?? width) - width);
    left -= more;
    return width + more;
  });
}
