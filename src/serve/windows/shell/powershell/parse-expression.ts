import { NotSimulated } from '../not-simulated';
import { type Reader } from './reader';
import { type BinaryOperator, type Expression, type Statement, type TextPart } from './syntax';
import { memberNames, type MemberName } from './values';

/** Reads statements up to a closing character; given by the parser of statements. */
export type ReadBody = (reader: Reader, end: ')' | '}') => readonly Statement[];

const binary =
  /^-(?<case>[ic]?)(?<name>eq|ne|gt|ge|lt|le|like|notlike|match|notmatch|contains|and|or)(?![\w-])/i;
const refusedOperator =
  /^(?:-(?:replace|split|join|f|is|isnot|as|in|notin|band|bor|xor|creplace|ireplace)(?![\w-])|[+*/%]|-(?=[\s$(\d])|\.\.|\?)/i;

/** Reads an expression: operators of comparison, `-and`, `-or`, `-not`. */
export function parseExpression(reader: Reader, readBody: ReadBody): Expression {
  return reader.within(() => parseOr(reader, readBody));
}

/** `-and` and `-or` have the same rank in PowerShell; comparisons bind stronger. */
function parseOr(reader: Reader, readBody: ReadBody): Expression {
  let left = parseComparison(reader, readBody);
  for (let found = operator(reader, true); found !== null; found = operator(reader, true))
    left = { kind: 'binary', ...found, left, right: parseComparison(reader, readBody) };
  return left;
}

function parseComparison(reader: Reader, readBody: ReadBody): Expression {
  let left = parseList(reader, readBody);
  for (let found = operator(reader, false); found !== null; found = operator(reader, false))
    left = { kind: 'binary', ...found, left, right: parseList(reader, readBody) };
  return left;
}

type Operator = Pick<Extract<Expression, { kind: 'binary' }>, 'operator' | 'caseSensitive'>;

function operator(reader: Reader, isLogical: boolean): Operator | null {
  reader.blanks();
  const { case: mode = '', name = '' } = binary.exec(reader.rest)?.groups ?? {};
  if (name === '') {
    const other = refusedOperator.exec(reader.rest)?.[0];
    if (other !== undefined) throw new NotSimulated(`the operator ${other} of PowerShell`);
    return null;
  }
  const found = name.toLowerCase() as BinaryOperator;
  if ((found === 'and' || found === 'or') !== isLogical) return null;
  reader.take(binary);
  return { operator: found, caseSensitive: mode.toLowerCase() === 'c' };
}

function parseList(reader: Reader, readBody: ReadBody): Expression {
  const items = [parseUnary(reader, readBody)];
  while (reader.take(/^[ \t]*,\s*/) !== null) items.push(parseUnary(reader, readBody));
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : { kind: 'list', items };
}

function parseUnary(reader: Reader, readBody: ReadBody): Expression {
  reader.blanks();
  if (reader.take(/^(?:!|-not(?![\w-]))/i) !== null)
    return { kind: 'not', operand: reader.within(() => parseUnary(reader, readBody)) };
  return parseMembers(reader, parsePrimary(reader, readBody));
}

const methods: ReadonlySet<MemberName> = new Set<MemberName>(['trim', 'tostring']);

/** The member that `.Name` or `.Name()` is; null where it is not simulated. */
function memberNamed(written: string): MemberName | null {
  const name = written
    .slice(1)
    .replace(/\(\s*\)$/, '')
    .toLowerCase();
  const known = memberNames.find((each) => each === name);
  return known !== undefined && methods.has(known) === written.endsWith(')') ? known : null;
}

function parseMembers(reader: Reader, of: Expression): Expression {
  let value = of;
  for (
    let found = reader.take(/^\.[a-z_]\w*(?:\(\s*\))?/i);
    found !== null;
    found = reader.take(/^\.[a-z_]\w*(?:\(\s*\))?/i)
  ) {
    const method = memberNamed(found);
    if (method === null) throw new NotSimulated(`${found} of a value`);
    value = { kind: 'member', of: value, name: method };
  }
  if (/^(?:\[|::|\.\$|\()/.test(reader.rest))
    throw new NotSimulated(`${reader.rest.slice(0, 20)} behind a value`);
  return value;
}

/** Whether an expression begins here, and not a command. */
export function beginsExpression(reader: Reader): boolean {
  return /^(?:["']|\$|[(!]|@[("'{]|\[|-not(?![\w-])|-?\d+(?:\.\d+)?(?=\s*(?:$|[;|)},\r\n+*/%]|-[a-z]|\.\.))|,|\+)/i.test(
    reader.rest,
  );
}

/** A value alone: a number, a text, a variable, something in parentheses. */
export function parsePrimary(reader: Reader, readBody: ReadBody): Expression {
  reader.blanks();
  const number = reader.take(/^-?(?:0x[0-9a-f]{1,8}|\d{1,15}(?:\.\d{1,9})?)(?!\w|\.\d)/i);
  if (number !== null) return { kind: 'number', value: Number(number) };
  if (reader.next === "'") return parseSingle(reader);
  if (reader.next === '"') return parseDouble(reader, readBody);
  if (/^@["'{]/.test(reader.rest)) throw new NotSimulated('here-strings and tables of PowerShell');
  if (reader.take(/^(?:\$|@)?\(/) !== null) {
    const body = reader.within(() => readBody(reader, ')'));
    reader.expect(')');
    return { kind: 'statements', body };
  }
  const variable = takeVariable(reader);
  if (variable !== null) return { kind: 'variable', name: variable };
  if (reader.next === '[') throw new NotSimulated('.NET types in PowerShell');
  throw reader.problem(`Unexpected token '${reader.rest.slice(0, 20)}' in expression or statement.`);
}

/** `$name`, `$env:NAME`, `${env:NAME}`, `$?`; the name in lower case. Null where no variable stands. */
export function takeVariable(reader: Reader): string | null {
  const found = reader.take(/^\$(?:\{[\w:]+\}|(?:env:|script:|global:|local:)?\w+|\?|_)/i);
  if (found === null) return null;
  return found
    .slice(1)
    .replace(/^\{(.*)\}$/, '$1')
    .toLowerCase()
    .replace(/^(?:script|global|local):/, '');
}

function parseSingle(reader: Reader): Expression {
  const found = reader.take(/^'(?:[^']|'')*'/);
  if (found === null) throw reader.problem("The string is missing the terminator: '.");
  return { kind: 'string', parts: [{ kind: 'text', text: found.slice(1, -1).replaceAll("''", "'") }] };
}

function parseDouble(reader: Reader, readBody: ReadBody): Expression {
  reader.at += 1;
  const parts: TextPart[] = [];
  while (reader.next !== '"' || reader.text[reader.at + 1] === '"') {
    if (reader.atEnd) throw reader.problem('The string is missing the terminator: ".');
    parts.push(parsePart(reader, readBody));
  }
  reader.at += 1;
  return { kind: 'string', parts };
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** A character, an escape, a variable or `$(…)` of a text. */
export function parsePart(reader: Reader, readBody: ReadBody): TextPart {
  const escape = reader.take(/^`[^]/);
  if (escape !== null) return { kind: 'text', text: escapes[escape.slice(1)] ?? escape.slice(1) };
  if (reader.take(/^""/) !== null) return { kind: 'text', text: '"' };
  if (reader.take(/^\$\(/) !== null) {
    const body = reader.within(() => readBody(reader, ')'));
    reader.expect(')');
    return { kind: 'statements', body };
  }
  const variable = takeVariable(reader);
  if (variable !== null) return { kind: 'variable', name: variable };
  const text = reader.text.slice(reader.at, reader.at + 1);
  reader.at += 1;
  return { kind: 'text', text };
}
