import { NotSimulated } from '../not-simulated';
import { parseDouble, parseHere, parseSingle, takeVariable } from './parse-text';
import { type Reader } from './reader';
import { comparisonNames, type BinaryOperator, type Expression, type Statement } from './syntax';

const named = new RegExp(`^-(?<case>[ic]?)(?<name>${comparisonNames.join('|')})(?![\\w-])`, 'i');
const refused = /^-(?:as|band|bor|bnot|bxor|xor|shl|shr)(?![\w-])/i;

interface Operator {
  readonly operator: BinaryOperator;
  readonly caseSensitive: boolean;
}

type Take = (reader: Reader) => Operator | null;

const plain = (operator: BinaryOperator): Operator => ({ operator, caseSensitive: false });

const logical: Take = (reader) => {
  const found = reader.take(/^-(?:and|or)(?![\w-])/i);
  if (found !== null) return plain(found.slice(1).toLowerCase() as 'and' | 'or');
  const other = refused.exec(reader.rest)?.[0];
  if (other !== undefined) throw new NotSimulated(`the operator ${other} of PowerShell`);
  return null;
};

const comparing: Take = (reader) => {
  const { case: mode = '', name = '' } = named.exec(reader.rest)?.groups ?? {};
  if (name === '') return null;
  reader.take(named);
  return { operator: name.toLowerCase() as BinaryOperator, caseSensitive: mode.toLowerCase() === 'c' };
};

const symbol =
  (pattern: RegExp): Take =>
  (reader) => {
    const found = reader.take(pattern);
    return found === null ? null : plain(found as BinaryOperator);
  };

const adding = symbol(/^(?:\+(?![+=])|-(?![-=a-z]))/i);
const multiplying = symbol(/^[*/%](?!=)/);
const formatting: Take = (reader) => (reader.take(/^-f(?![\w-])/i) === null ? null : plain('f'));
const ranging = symbol(/^\.\./);

/** Ranks of operators, weakest first: `-and`, comparisons, `+`, `*`, `-f`, `..`. */
const ranks: readonly Take[] = [logical, comparing, adding, multiplying, formatting, ranging];

/** Reads an expression. */
export function parseExpression(reader: Reader): Expression {
  return reader.within(() => parseRank(reader, 0, parseList));
}

/** Reads an expression in which a comma makes no list, but parts what stands there. */
export function parseItem(reader: Reader): Expression {
  return reader.within(() => parseRank(reader, 0, parseUnary));
}

function parseRank(reader: Reader, rank: number, operand: (reader: Reader) => Expression): Expression {
  const take = ranks[rank];
  if (take === undefined) return operand(reader);
  let left = parseRank(reader, rank + 1, operand);
  for (;;) {
    reader.blanks();
    const found = take(reader);
    if (found === null) return left;
    reader.space();
    left = { kind: 'binary', ...found, left, right: parseRank(reader, rank + 1, operand) };
  }
}

function parseList(reader: Reader): Expression {
  reader.blanks();
  if (reader.take(/^,\s*/) !== null) return { kind: 'list', items: [parseUnary(reader)] };
  const items = [parseUnary(reader)];
  while (reader.take(/^[ \t]*,\s*/) !== null) items.push(parseUnary(reader));
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : { kind: 'list', items };
}

function parseUnary(reader: Reader): Expression {
  reader.blanks();
  if (reader.take(/^(?:!|-not(?![\w-]))/i) !== null)
    return { kind: 'not', operand: reader.within(() => parseUnary(reader)) };
  if (/^(?:\+\+|--|-(?:join|split)(?![\w-]))/i.test(reader.rest))
    throw new NotSimulated(`${reader.rest.slice(0, 6).trim()} in front of a value`);
  if (reader.take(/^-(?=[$(])/) !== null)
    return { kind: 'minus', operand: reader.within(() => parseUnary(reader)) };
  const cast = /^\[(?<type>[\w.]+(?:\[\])?)\](?=\s*[$("'@[\d-])/.exec(reader.rest);
  if (cast !== null) {
    reader.at += cast[0].length;
    const type = cast.groups?.['type']?.toLowerCase() ?? '';
    return castOf(
      type,
      reader.within(() => parseUnary(reader)),
    );
  }
  return parseMembers(reader, parsePrimary(reader));
}

function castOf(type: string, operand: Expression): Expression {
  if (type === 'ordered' && operand.kind === 'table') return { ...operand, isOrdered: true };
  if (type === 'pscustomobject' && operand.kind === 'table')
    return { kind: 'cast', type, operand: { ...operand, isOrdered: true } };
  return { kind: 'cast', type, operand };
}

/** Members, methods and indices behind a value. */
export function parseMembers(reader: Reader, of: Expression): Expression {
  let value = of;
  for (;;) {
    if (reader.next === '[') {
      value = { kind: 'index', of: value, index: parseIndex(reader) };
      continue;
    }
    const name = reader.take(/^\.(?:[a-z_]\w*|'[^']*'|"[^"$`]*")/i);
    if (name === null) break;
    const plainName = name.slice(1).replace(/^(["'])(.*)\1$/, '$2');
    value =
      reader.next === '('
        ? { kind: 'method', of: value, name: plainName, arguments: parseArguments(reader) }
        : { kind: 'member', of: value, name: plainName };
  }
  if (/^(?:::|\.\$|\()/.test(reader.rest))
    throw new NotSimulated(`${reader.rest.slice(0, 20)} behind a value`);
  return value;
}

function parseIndex(reader: Reader): Expression {
  reader.at += 1;
  reader.space();
  const index = parseExpression(reader);
  reader.expect(']');
  return index;
}

function parseArguments(reader: Reader): readonly Expression[] {
  reader.at += 1;
  const found: Expression[] = [];
  for (;;) {
    reader.space();
    if (reader.take(/^\)/) !== null) return found;
    if (found.length > 0 && reader.take(/^,\s*/) === null)
      throw reader.problem("Missing ')' in method call.");
    // A comma parts arguments here, and makes no list.
    found.push(parseItem(reader));
  }
}

/** Whether an expression begins here, and not a command. */
export function beginsExpression(reader: Reader): boolean {
  return /^(?:["']|\$|[(!]|@[("'{]|\[[\w.]+(?:\[\])?\]|-not(?![\w-])|-?(?:0x[0-9a-f]+|\d+(?:\.\d+)?(?:kb|mb|gb)?)(?=\s*(?:$|[;|)},\r\n+*/%]|-[a-z\s]|\.\.))|,|\+|-[$(]|\{)/i.test(
    reader.rest,
  );
}

const units: Readonly<Record<string, number>> = { kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

function takeNumber(reader: Reader): Expression | null {
  const found = reader.take(/^-?(?:0x[0-9a-f]{1,8}|\d{1,15}(?:\.\d{1,9})?(?:kb|mb|gb)?)(?!\w|\.\d)/i);
  if (found === null) return null;
  const unit = /[kmg]b$/i.exec(found)?.[0] ?? '';
  const digits = /^-?0x/i.test(found) ? found : found.slice(0, found.length - unit.length);
  const isHex = /^-?0x/i.test(found);
  const value = isHex ? Number.parseInt(digits, 16) | 0 : Number(digits) * (units[unit.toLowerCase()] ?? 1);
  return { kind: 'number', value };
}

/** A value alone: a number, a text, a variable, something in parentheses, a table, a block, a type. */
export function parsePrimary(reader: Reader): Expression {
  reader.blanks();
  const number = takeNumber(reader);
  if (number !== null) return number;
  if (/^@["']/.test(reader.rest)) return parseHere(reader);
  if (reader.next === "'") return parseSingle(reader);
  if (reader.next === '"') return parseDouble(reader);
  if (reader.take(/^@\{/) !== null) return parseTable(reader);
  const opening = reader.take(/^[$@]?\(/);
  if (opening !== null) {
    const body = reader.within(() => reader.grammar.body(reader, ')'));
    reader.expect(')');
    return { kind: 'statements', body, isList: opening === '@(' };
  }
  if (reader.next === '{') return { kind: 'block', block: reader.grammar.block(reader) };
  const variable = takeVariable(reader);
  if (variable !== null) return { kind: 'variable', name: variable };
  if (reader.next === '[') return parseType(reader);
  throw reader.problem(`Unexpected token '${reader.rest.slice(0, 20)}' in expression or statement.`);
}

function parseType(reader: Reader): Expression {
  const found = reader.take(/^\[[\w.]+(?:\[\])?\]/);
  if (found === null) throw new NotSimulated(`the type ${reader.rest.slice(0, 20)} in PowerShell`);
  const type = found
    .slice(1, -1)
    .toLowerCase()
    .replace(/^system\./, '');
  const name = reader.take(/^::[a-z_]\w*/i);
  if (name === null) return { kind: 'type', type };
  const isCall = reader.next === '(';
  return { kind: 'static', type, name: name.slice(2), arguments: isCall ? parseArguments(reader) : null };
}

function parseTable(reader: Reader): Expression {
  const entries: { readonly key: Expression; readonly value: Statement }[] = [];
  for (;;) {
    reader.take(/^(?:[\s;]|`\r?\n|#[^\r\n]*|<#[^]*?#>)+/);
    if (reader.take(/^\}/) !== null) return { kind: 'table', isOrdered: false, entries };
    const bare = reader.take(/^[a-z_][\w-]*/i);
    const key: Expression =
      bare === null
        ? parseMembers(reader, parsePrimary(reader))
        : { kind: 'string', parts: [{ kind: 'text', text: bare }] };
    reader.space();
    if (reader.take(/^=\s*/) === null)
      throw reader.problem("Missing '=' operator after key in hash literal.");
    entries.push({ key, value: reader.within(() => reader.grammar.statement(reader)) });
    reader.blanks();
    if (!/^(?:[;\r\n}]|$)/.test(reader.rest)) throw reader.problem('The hash literal was incomplete.');
  }
}
