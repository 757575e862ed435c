/** Names of one shape: the texts that they share, and the digits between them, one name's behind the other's. */
interface Shape {
  readonly texts: readonly string[];
  readonly digits: string[];
}

/** Names that differ in their digits up to an axis; behind it stands what is folded already. */
interface Row {
  readonly digits: readonly string[];
  readonly folded: readonly string[];
}

/** More digits than these are text: a double would lose some. */
const mostDigits = 15;

/**
 * Names as ClusterShell folds them: `PC-001`, `PC-002`, `PC-003` become `PC-[001-003]`. A name without a number stands
 * as it is. What comes out is an expression that means exactly these names.
 */
export function foldNames(names: Iterable<string>): string {
  const shapes = new Map<string, Shape>();
  for (const name of names) {
    const { texts, digits } = takeApart(name);
    const key = texts.join('\0');
    const same = shapes.get(key);
    if (same === undefined) shapes.set(key, { texts, digits });
    else for (const each of digits) same.digits.push(each);
  }
  return [...shapes.values()].flatMap(foldShape).join(',');
}

function takeApart(name: string): { readonly texts: string[]; readonly digits: string[] } {
  const texts: string[] = [];
  const digits: string[] = [];
  let textFrom = 0;
  let at = 0;
  while (at < name.length) {
    let end = at;
    while (isDigit(name.charCodeAt(end))) end += 1;
    if (end === at) {
      at += 1;
      continue;
    }
    if (end - at <= mostDigits) {
      texts.push(name.slice(textFrom, at));
      digits.push(name.slice(at, end));
      textFrom = end;
    }
    at = end;
  }
  texts.push(name.slice(textFrom));
  return { texts, digits };
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function foldShape({ texts, digits }: Shape): readonly string[] {
  const axes = texts.length - 1;
  if (axes === 0) return [texts[0] ?? ''];
  const folded = axes === 1 ? foldOnly(digits) : foldAxes(digits, axes);
  return folded.map((ranges) => texts.map((text, at) => text + (ranges[at] ?? '')).join(''));
}

/** Nearly all names have one number: theirs are folded without a row for each. */
function foldOnly(digits: readonly string[]): readonly (readonly string[])[] {
  const widths = paddedWidths(digits);
  const groups = new Map<number, number[]>();
  for (const own of digits) {
    const padding = widths.has(own.length) ? own.length : 0;
    const group = groups.get(padding);
    if (group === undefined) groups.set(padding, [Number(own)]);
    else group.push(Number(own));
  }
  return [...groups].map(([padding, numbers]) => [rangesText(numbers, padding)]);
}

function foldAxes(digits: readonly string[], axes: number): readonly (readonly string[])[] {
  let rows: readonly Row[] = Array.from({ length: digits.length / axes }, (_each, at) => ({
    digits: digits.slice(at * axes, (at + 1) * axes),
    folded: [],
  }));
  for (let axis = axes - 1; axis >= 0; axis -= 1) rows = foldAxis(rows, axis);
  return rows.map(({ folded }) => folded);
}

/** Joins the rows that differ in the digits of one axis alone. */
function foldAxis(rows: readonly Row[], axis: number): readonly Row[] {
  const widths = paddedWidths(rows.map((row) => row.digits[axis] ?? ''));
  const groups = new Map<
    string,
    { readonly row: Row; readonly numbers: number[]; readonly padding: number }
  >();
  for (const row of rows) {
    const own = row.digits[axis] ?? '';
    const padding = widths.has(own.length) ? own.length : 0;
    const key = [padding, ...row.digits.slice(0, axis), ...row.folded].join('\0');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { row, numbers: [Number(own)], padding });
    else group.numbers.push(Number(own));
  }
  return [...groups.values()].map(({ row, numbers, padding }) => ({
    digits: row.digits,
    folded: [rangesText(numbers, padding), ...row.folded],
  }));
}

/** The lengths at which numbers of an axis have leading zeros: 10 belongs to 08 and 09, and not to 8 and 9. */
function paddedWidths(digits: readonly string[]): ReadonlySet<number> {
  const widths = new Set<number>();
  for (const own of digits) if (own.length > 1 && own.startsWith('0')) widths.add(own.length);
  return widths;
}

function rangesText(numbers: readonly number[], padding: number): string {
  const sorted = Float64Array.from(numbers).sort();
  const written = (number: number): string => String(number).padStart(padding, '0');
  const parts: string[] = [];
  let first = sorted[0] ?? 0;
  let last = first;
  const close = (): void => {
    parts.push(first === last ? written(first) : `${written(first)}-${written(last)}`);
  };
  for (const number of sorted) {
    if (number === last) continue;
    if (number === last + 1) {
      last = number;
      continue;
    }
    close();
    first = last = number;
  }
  close();
  const [only = ''] = parts;
  return parts.length === 1 && first === last ? only : `[${parts.join(',')}]`;
}
