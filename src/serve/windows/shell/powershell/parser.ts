import { NotSimulated } from '../not-simulated';
import { beginsExpression, parseExpression, parsePart, parsePrimary, takeVariable } from './parse-expression';
import { Reader } from './reader';
import {
  type Element,
  type Expression,
  type PsRedirect,
  type Statement,
  type TextPart,
  type Word,
} from './syntax';

const otherStatements =
  /^(?:function|filter|param|while|do|for|switch|try|trap|throw|return|break|continue|class|enum|using|begin|process|end|data|workflow|parallel)(?=[\s({]|$)/i;

/**
 * Reads a script of Windows PowerShell, as far as it is simulated.
 * @throws SyntaxProblem with Windows' words, NotSimulated
 */
export function parsePowerShell(text: string): readonly Statement[] {
  const reader = new Reader(text);
  const statements = readStatements(reader);
  if (!reader.atEnd) throw reader.problem(`Unexpected token '${reader.next}' in expression or statement.`);
  return statements;
}

function readBody(reader: Reader, end: ')' | '}'): readonly Statement[] {
  const statements = readStatements(reader);
  reader.space();
  if (reader.next !== end) throw reader.problem(`Missing closing '${end}' in statement block or expression.`);
  return statements;
}

function readStatements(reader: Reader): readonly Statement[] {
  const statements: Statement[] = [];
  for (;;) {
    reader.take(/^(?:[\s;]|`\r?\n|#[^\r\n]*|<#[^]*?#>)+/);
    if (reader.atEnd || /[)}]/.test(reader.next)) return statements;
    statements.push(reader.within(() => readStatement(reader)));
    expectEnd(reader, statements.at(-1));
  }
}

/** Behind a statement stands a semicolon, the end of the line or of the block, unless it ends in a block itself. */
function expectEnd(reader: Reader, last: Statement | undefined): void {
  reader.blanks();
  const chain = /^(?:&&|\|\|)/.exec(reader.rest)?.[0];
  if (chain !== undefined)
    throw reader.problem(`The token '${chain}' is not a valid statement separator in this version.`);
  if (reader.rest.startsWith('&')) throw reader.problem('The ampersand (&) character is not allowed.');
  const isBlock = last?.kind === 'if' || last?.kind === 'foreach';
  if (!reader.atEnd && !isBlock && !/^[;\r\n)}]/.test(reader.rest))
    throw reader.problem(`Unexpected token '${reader.rest.slice(0, 20)}' in expression or statement.`);
}

function readStatement(reader: Reader): Statement {
  const other = otherStatements.exec(reader.rest)?.[0];
  if (other !== undefined) throw new NotSimulated(`${other} of PowerShell`);
  if (reader.take(/^if(?=[\s(])/i) !== null) return readIf(reader);
  if (reader.take(/^foreach(?=\s*\(\s*\$)/i) !== null) return readForeach(reader);
  if (reader.take(/^exit(?![\w-])/i) !== null) return readExit(reader);
  const target = /^\$(?:\{[\w:]+\}|(?:env:)?\w+)\s*(?<operator>[-+*/%]?=)/i.exec(reader.rest)?.groups?.[
    'operator'
  ];
  if (target !== undefined) {
    if (target !== '=') throw new NotSimulated(`the operator ${target} of PowerShell`);
    const name = takeVariable(reader) ?? '';
    reader.take(/^\s*=\s*/);
    return { kind: 'assign', name, value: reader.within(() => readStatement(reader)) };
  }
  return readPipeline(reader);
}

function readExit(reader: Reader): Statement {
  reader.blanks();
  const hasStatus = !reader.atEnd && !/^[;\r\n)}]/.test(reader.rest);
  return { kind: 'exit', status: hasStatus ? parseExpression(reader, readBody) : null };
}

function readIf(reader: Reader): Statement {
  const clauses: { readonly condition: Statement; readonly body: readonly Statement[] }[] = [];
  let otherwise: readonly Statement[] = [];
  do {
    reader.expect('(');
    reader.space();
    const condition = readPipeline(reader);
    reader.expect(')');
    clauses.push({ condition, body: readBlock(reader) });
  } while (reader.take(/^\s*elseif(?=[\s(])/i) !== null);
  if (reader.take(/^\s*else(?=[\s{])/i) !== null) otherwise = readBlock(reader);
  return { kind: 'if', clauses, otherwise };
}

function readForeach(reader: Reader): Statement {
  reader.expect('(');
  reader.space();
  const name = takeVariable(reader) ?? '';
  if (reader.take(/^\s+in\s+/i) === null)
    throw reader.problem("Missing 'in' after variable in foreach loop.");
  const items = readPipeline(reader);
  reader.expect(')');
  return { kind: 'foreach', name, items, body: readBlock(reader) };
}

function readBlock(reader: Reader): readonly Statement[] {
  reader.expect('{');
  const body = reader.within(() => readBody(reader, '}'));
  reader.expect('}');
  return body;
}

function readPipeline(reader: Reader): Statement {
  const elements = [readElement(reader, true)];
  while (reader.take(/^[ \t]*\|(?!\|)/) !== null) {
    reader.space();
    elements.push(readElement(reader, false));
  }
  return { kind: 'pipeline', elements };
}

function readElement(reader: Reader, isFirst: boolean): Element {
  const called = reader.take(/^[&.](?=[\s"'$({])\s*/) !== null;
  if (called && reader.next === '{')
    return { kind: 'block', body: readBlock(reader), redirects: readRedirects(reader) };
  if (!called && beginsExpression(reader)) {
    if (!isFirst) throw reader.problem('Expressions are only allowed as the first element of a pipeline.');
    const value = parseExpression(reader, readBody);
    if (/^[^\S\r\n]*(?:\d?>|\*>)/.test(reader.rest)) throw new NotSimulated('redirections of values');
    return { kind: 'expression', value };
  }
  return readCommand(reader, called);
}

function readCommand(reader: Reader, called: boolean): Element {
  const name = called && /["'$(]/.test(reader.next) ? parsePrimary(reader, readBody) : readBareWord(reader);
  const words: Word[] = [];
  const redirects: PsRedirect[] = [];
  for (;;) {
    reader.blanks();
    if (reader.atEnd || /^(?:[;\r\n)}|]|&)/.test(reader.rest)) break;
    const redirect = readRedirect(reader);
    if (redirect !== null) redirects.push(redirect);
    else words.push(readWord(reader));
  }
  return { kind: 'command', name, words, redirects };
}

function readWord(reader: Reader): Word {
  if (reader.next === '{') return { kind: 'block', body: readBlock(reader) };
  if (/^--%(?=\s|$)/.test(reader.rest)) throw new NotSimulated('--% of PowerShell');
  if (/^@\w/.test(reader.rest)) throw new NotSimulated('splatting in PowerShell');
  const value = readOneWord(reader);
  const items = [value];
  for (let found = reader.take(/^,\s*/); found !== null; found = reader.take(/^,\s*/))
    items.push(readOneWord(reader));
  const isBare = value.kind === 'string' && !/["']/.test(reader.text[reader.at - 1] ?? '');
  return { kind: 'value', value: items.length === 1 ? value : { kind: 'list', items }, isBare };
}

/** A word up to a blank or a separator; quotes within it go, as PowerShell takes them away. */
function readOneWord(reader: Reader): Expression {
  if (/^(?:\$|@)?\(/.test(reader.rest)) return parsePrimary(reader, readBody);
  const alone = /^\$(?:\{[\w:]+\}|(?:env:)?\w+|\?)(?=[\s;|)},]|$)/i.test(reader.rest);
  if (alone) return parsePrimary(reader, readBody);
  return readBareWord(reader);
}

function readBareWord(reader: Reader): Expression {
  const parts: TextPart[] = [];
  const from = reader.at;
  while (!reader.atEnd && !/^[\s;|)},&]/.test(reader.rest.slice(0, 1))) {
    if (/["']/.test(reader.next)) {
      const quoted = parsePrimary(reader, readBody);
      if (quoted.kind === 'string') parts.push(...quoted.parts);
    } else if (/^[({]/.test(reader.next)) {
      if (reader.at === from) throw reader.problem(`Unexpected token '${reader.next}'.`);
      throw new NotSimulated(`${reader.next} within a word`);
    } else parts.push(parsePart(reader, readBody));
  }
  if (reader.at === from)
    throw reader.problem(`Unexpected token '${reader.next}' in expression or statement.`);
  return { kind: 'string', parts };
}

function readRedirects(reader: Reader): readonly PsRedirect[] {
  const found: PsRedirect[] = [];
  for (let each = readRedirect(reader); each !== null; each = readRedirect(reader)) found.push(each);
  return found;
}

function readRedirect(reader: Reader): PsRedirect | null {
  reader.blanks();
  if (reader.take(/^2>&1/) !== null) return { kind: 'duplicate', handle: 2, of: 1 };
  if (/^(?:[3-6*]>&1|\d>&)/.test(reader.rest)) throw new NotSimulated('this redirection of PowerShell');
  const sign = reader.take(/^(?:[12*]?>>?)/);
  if (sign === null) {
    if (/^(?:<|[3-6]>)/.test(reader.rest)) throw new NotSimulated('this redirection of PowerShell');
    return null;
  }
  reader.blanks();
  const handle = sign.startsWith('*') ? 'all' : sign.startsWith('2') ? 2 : 1;
  return { kind: 'output', handle, append: sign.endsWith('>>'), file: readOneWord(reader) };
}
