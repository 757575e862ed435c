/** A name taken apart: its texts, and the digits that stand between them. */
interface Parsed {
  readonly texts: readonly string[];
  readonly digits: readonly string[];
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
  const shapes = new Map<string, Parsed[]>();
  for (const name of names) {
    const parsed = takeApart(name);
    const shape = parsed.texts.join('\0');
    const same = shapes.get(shape);
    if (same === undefined) shapes.set(shape, [parsed]);
    else same.push(parsed);
  }
  return [...shapes.values()].flatMap(foldShape).join(',');
}

function takeApart(name: string): Parsed {
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

function foldShape(names: readonly Parsed[]): readonly string[] {
  const texts = names[0]?.texts ?? [];
  let rows: readonly Row[] = names.map(({ digits }) => ({ digits, folded: [] }));
  for (let axis = texts.length - 2; axis >= 0; axis -= 1) rows = foldAxis(rows, axis);
  if (texts.length === 1) return [texts[0] ?? ''];
  return rows.map(({ folded }) => texts.map((text, at) => text + (folded[at] ?? '')).join(''));
}

/** Joins the rows that differ in the digits of one axis alone. */
function foldAxis(rows: readonly Row[], axis: number): readonly Row[] {
  const widths = paddedWidths(rows, axis);
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
function paddedWidths(rows: readonly Row[], axis: number): ReadonlySet<number> {
  const widths = new Set<number>();
  for (const { digits } of rows) {
    const own = digits[axis] ?? '';
    if (own.length > 1 && own.startsWith('0')) widths.add(own.length);
  }
  return widths;
}

function rangesText(numbers: readonly number[], padding: number): string {
  const sorted = [...new Set(numbers)].sort((one, other) => one - other);
  const written = (number: number): string => String(number).padStart(padding, '0');
  const parts: string[] = [];
  let first = sorted[0] ?? 0;
  let last = first;
  const close = (): void => {
    parts.push(first === last ? written(first) : `${written(first)}-${written(last)}`);
  };
  for (const number of sorted.slice(1)) {
    if (number === last + 1) {
      last = number;
      continue;
    }
    close();
    first = last = number;
  }
  close();
  const [only = ''] = parts;
  return sorted.length === 1 ? only : `[${parts.join(',')}]`;
}
