import { NotSimulated } from '../not-simulated';
import { readBlockValue } from './parse-block';
import { beginsExpression, parseExpression, parseMembers, parsePrimary } from './parse-expression';
import { parsePart } from './parse-text';
import { type Reader } from './reader';
import {
  type Block,
  type Element,
  type Expression,
  type PsRedirect,
  type Statement,
  type TextPart,
  type Word,
} from './syntax';

/** Elements with `|` between them. */
export function readPipeline(reader: Reader): Statement {
  const elements = [readElement(reader, true)];
  while (reader.take(/^(?:[ \t]|`\r?\n)*\|(?!\|)/) !== null) {
    reader.space();
    elements.push(readElement(reader, false));
  }
  return { kind: 'pipeline', elements };
}

function readElement(reader: Reader, isFirst: boolean): Element {
  const called = reader.take(/^[&.](?=[\s"'$({])\s*/);
  if (called !== null && reader.next === '{') return readCommand(reader, called, readBlockValue(reader));
  if (called === null && beginsExpression(reader)) {
    if (!isFirst) throw reader.problem('Expressions are only allowed as the first element of a pipeline.');
    const value = parseExpression(reader);
    if (/^[^\S\r\n]*(?:\d?>|\*>)/.test(reader.rest)) throw new NotSimulated('redirections of values');
    return { kind: 'expression', value };
  }
  return readCommand(reader, called, null);
}

const nothing: Expression = { kind: 'string', parts: [] };

function readCommand(reader: Reader, called: string | null, block: Block | null): Element {
  const name = block === null ? readName(reader, called !== null) : nothing;
  const words: Word[] = [];
  const redirects: PsRedirect[] = [];
  for (;;) {
    reader.blanks();
    if (reader.atEnd || /^(?:[;\r\n)}|]|&)/.test(reader.rest)) break;
    const redirect = readRedirect(reader);
    if (redirect !== null) redirects.push(redirect);
    else words.push(readWord(reader));
  }
  const isDotted = called?.startsWith('.') === true;
  return { kind: 'command', name, words, redirects, block, isDotted };
}

function readName(reader: Reader, called: boolean): Expression {
  return called && /^["'(]|^\$(?:\(|\w+(?=[\s;|)}]|$)|\w+\.)/.test(reader.rest)
    ? parseMembers(reader, parsePrimary(reader))
    : readBareWord(reader);
}

function readWord(reader: Reader): Word {
  if (/^--%(?=\s|$)/.test(reader.rest)) throw new NotSimulated('--% of PowerShell');
  if (/^@\w/.test(reader.rest)) throw new NotSimulated('splatting in PowerShell');
  const value = readOneWord(reader);
  const items = [value];
  for (let found = takeComma(reader); found; found = takeComma(reader)) items.push(readOneWord(reader));
  const isBare = value.kind === 'string' && !/["'@]/.test(reader.text[reader.at - 1] ?? '');
  return { value: items.length === 1 ? value : { kind: 'list', items }, isBare };
}

/** A comma behind a word makes a list of it and the next one. */
function takeComma(reader: Reader): boolean {
  return reader.take(/^[ \t]*,\s*/) !== null;
}

/** A word up to a blank or a separator; quotes within it go, as PowerShell takes them away. */
function readOneWord(reader: Reader): Expression {
  if (/^(?:[$@]?\(|@[{"']|\{|\[[\w.]+\][$("'])/.test(reader.rest)) return readValue(reader);
  if (/^["']/.test(reader.rest)) {
    const from = reader.at;
    const quoted = readValue(reader);
    if (reader.atEnd || /^[\s;|)},]/.test(reader.rest)) return quoted;
    reader.at = from;
    return readBareWord(reader);
  }
  if (/^-?\d/.test(reader.rest)) {
    const from = reader.at;
    const number = /^-?(?:0x[0-9a-f]+|\d+(?:\.\d+)?)(?=[\s;|)},]|$)/i.test(reader.rest);
    if (number) return parsePrimary(reader);
    reader.at = from;
  }
  if (
    /^\$(?:\{[^{}]+\}|(?:env:|script:|global:)?\w+|\?)(?:[.[][^\s;|)},]*)?(?=[\s;|)},.[(]|$)/i.test(
      reader.rest,
    )
  ) {
    const from = reader.at;
    const value = readValue(reader);
    if (reader.atEnd || /^[\s;|)},]/.test(reader.rest)) return value;
    reader.at = from;
  }
  return readBareWord(reader);
}

function readValue(reader: Reader): Expression {
  if (/^\[[\w.]+\][$("']/.test(reader.rest)) return reader.within(() => parseExpression(reader));
  return parseMembers(reader, parsePrimary(reader));
}

function readBareWord(reader: Reader): Expression {
  const parts: TextPart[] = [];
  const from = reader.at;
  while (!reader.atEnd && !/^[\s;|)},&]/.test(reader.rest.slice(0, 1))) {
    if (/["']/.test(reader.next)) {
      const quoted = parsePrimary(reader);
      if (quoted.kind === 'string') parts.push(...quoted.parts);
    } else if (/^[({]/.test(reader.next)) {
      if (reader.at === from) throw reader.problem(`Unexpected token '${reader.next}'.`);
      throw new NotSimulated(`${reader.next} within a word`);
    } else parts.push(parsePart(reader));
  }
  if (reader.at === from)
    throw reader.problem(`Unexpected token '${reader.next}' in expression or statement.`);
  return { kind: 'string', parts };
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
