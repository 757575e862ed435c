import { NotSimulated, SyntaxProblem } from '../not-simulated';

/** How `for /f` takes lines apart. */
export interface LineOptions {
  /** Numbers of tokens, from 1, in order. */
  readonly tokens: readonly number[];
  /** Whether what is left of the line goes into one more variable. */
  readonly hasRest: boolean;
  readonly delimiters: string;
  readonly skip: number;
  /** Lines that begin with it are left out; "" for none. */
  readonly endOfLine: string;
  readonly usesBackquotes: boolean;
}

const standard: LineOptions = {
  ...{ tokens: [1], hasRest: false, delimiters: ' \t', skip: 0, endOfLine: ';', usesBackquotes: false },
};

/** Most tokens: one variable for each letter. */
const mostTokens = 26;

/** Reads `"tokens=1,3* delims=: skip=1 eol=# usebackq"`. */
export function readLineOptions(text: string): LineOptions {
  let [rest, options] = [text.trimStart(), standard];
  while (rest !== '') {
    const found =
      /^(?:(usebackq)|skip=(\d{1,4})|eol=(.)|tokens=([\d,\-*]+)|delims=(.*?)(?=$|\s+(?:usebackq|skip=|eol=|tokens=)))\s*/i.exec(
        rest,
      );
    if (found === null) throw new SyntaxProblem(`${rest} was unexpected at this time.`);
    options = { ...options, ...optionIn(found) };
    rest = rest.slice(found[0].length);
  }
  return options;
}

function optionIn([, backquotes, skip, end, tokens, delimiters]: RegExpExecArray): Partial<LineOptions> {
  if (backquotes !== undefined) return { usesBackquotes: true };
  if (skip !== undefined) return { skip: Number(skip) };
  if (end !== undefined) return { endOfLine: end };
  return tokens === undefined ? { delimiters: delimiters ?? '' } : tokensIn(tokens);
}

function tokensIn(text: string): Pick<LineOptions, 'tokens' | 'hasRest'> {
  const hasRest = text.endsWith('*');
  const parts = text
    .replace(/\*$/, '')
    .split(',')
    .filter((part) => part !== '');
  const tokens = parts.flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    if (!(first >= 1 && last >= first && last <= 100)) throw new NotSimulated(`tokens=${text}`);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });
  if (tokens.length + Number(hasRest) > mostTokens) throw new NotSimulated(`tokens=${text}`);
  return { tokens, hasRest };
}

/** The variables that a loop fills: as many letters as it takes tokens, from its own on. */
export function variablesOf(variable: string, { tokens, hasRest }: LineOptions): readonly string[] {
  const from = variable.charCodeAt(0);
  return Array.from({ length: tokens.length + Number(hasRest) }, (_, at) => String.fromCharCode(from + at));
}

/** The values of a line's variables; null for a line that is left out. */
export function valuesOfLine(line: string, options: LineOptions): readonly string[] | null {
  const { tokens, hasRest, delimiters, endOfLine } = options;
  if (line === '' || (endOfLine !== '' && line.startsWith(endOfLine))) return null;
  const parts = partsOf(line, delimiters);
  if (parts.length === 0) return null;
  const values = tokens.map((number) => parts[number - 1]?.text ?? '');
  const last = Math.max(0, ...tokens);
  return hasRest ? [...values, line.slice(parts[last]?.at ?? line.length)] : values;
}

interface Part {
  readonly text: string;
  readonly at: number;
}

/** What stands between delimiters, several in a row being one. */
function partsOf(line: string, delimiters: string): readonly Part[] {
  const parts: Part[] = [];
  let from = -1;
  for (let at = 0; at <= line.length; at += 1) {
    const isEnd = at === line.length || delimiters.includes(line[at] ?? '');
    if (!isEnd && from < 0) from = at;
    if (isEnd && from >= 0) {
      parts.push({ text: line.slice(from, at), at: from });
      from = -1;
    }
  }
  return parts;
}
