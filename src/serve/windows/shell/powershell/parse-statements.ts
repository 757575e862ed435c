import { NotSimulated } from '../not-simulated';
import { readBlock, readBlockValue, readParameterList } from './parse-block';
import { parseExpression } from './parse-expression';
import { readPipeline } from './parse-pipeline';
import { takeVariable } from './parse-text';
import { type Reader } from './reader';
import { type Expression, type Statement, type SwitchClause } from './syntax';

/** The condition in parentheses behind a word. */
function readCondition(reader: Reader): Statement {
  reader.expect('(');
  reader.space();
  const condition = readPipeline(reader);
  reader.expect(')');
  return condition;
}

/** What stands behind `if`. */
export function readIf(reader: Reader): Statement {
  const clauses: { readonly condition: Statement; readonly body: readonly Statement[] }[] = [];
  let otherwise: readonly Statement[] = [];
  do clauses.push({ condition: readCondition(reader), body: readBlock(reader) });
  while (reader.take(/^\s*elseif(?=[\s(])/i) !== null);
  if (reader.take(/^\s*else(?=[\s{])/i) !== null) otherwise = readBlock(reader);
  return { kind: 'if', clauses, otherwise };
}

export function readForeach(reader: Reader): Statement {
  reader.expect('(');
  reader.space();
  const name = takeVariable(reader) ?? '';
  if (reader.take(/^\s+in\s+/i) === null)
    throw reader.problem("Missing 'in' after variable in foreach loop.");
  const items = readPipeline(reader);
  reader.expect(')');
  return { kind: 'foreach', name, items, body: readBlock(reader) };
}

export function readFor(reader: Reader): Statement {
  reader.expect('(');
  const initial = readPart(reader);
  reader.expect(';');
  const condition = readPart(reader);
  reader.expect(';');
  const step = readPart(reader);
  reader.expect(')');
  const common = { condition, isDo: false, isUntil: false };
  return { kind: 'loop', initial, step, ...common, body: readBlock(reader) };
}

function readPart(reader: Reader): Statement | null {
  reader.space();
  return /^[;)]/.test(reader.rest) ? null : reader.grammar.statement(reader);
}

export function readWhile(reader: Reader): Statement {
  const condition = readCondition(reader);
  const common = { initial: null, step: null, isDo: false, isUntil: false };
  return { kind: 'loop', ...common, condition, body: readBlock(reader) };
}

export function readDo(reader: Reader): Statement {
  const body = readBlock(reader);
  const word = reader.take(/^\s*(?:while|until)(?=\s*\()/i);
  if (word === null) throw reader.problem('Missing while or until keyword in do loop.');
  const isUntil = word.trim().toLowerCase() === 'until';
  return {
    kind: 'loop',
    initial: null,
    step: null,
    condition: readCondition(reader),
    body,
    isDo: true,
    isUntil,
  };
}

export function readSwitch(reader: Reader): Statement {
  let mode: 'exact' | 'wildcard' | 'regex' = 'exact';
  let caseSensitive = false;
  for (let found = switchWord(reader); found !== null; found = switchWord(reader)) {
    if (found === 'wildcard' || found === 'regex') mode = found;
    else if (found === 'casesensitive') caseSensitive = true;
    else if (found !== 'exact') throw new NotSimulated(`switch -${found} of PowerShell`);
  }
  const value = readCondition(reader);
  reader.expect('{');
  const clauses: SwitchClause[] = [];
  for (;;) {
    reader.take(/^(?:[\s;]|`\r?\n|#[^\r\n]*|<#[^]*?#>)+/);
    if (reader.take(/^\}/) !== null) return { kind: 'switch', mode, caseSensitive, value, clauses };
    clauses.push({ when: readWhen(reader), body: readBlock(reader) });
  }
}

function switchWord(reader: Reader): string | null {
  reader.space();
  return (
    reader
      .take(/^-[a-z]+/i)
      ?.slice(1)
      .toLowerCase() ?? null
  );
}

/** What a clause of `switch` is for: a bare word, a value, a block; null for `default`. */
function readWhen(reader: Reader): Expression | null {
  if (reader.take(/^default(?=\s*\{)/i) !== null) return null;
  if (reader.next === '{') return { kind: 'block', block: readBlockValue(reader) };
  const bare = reader.take(/^[a-z_*?][\w*?.-]*/i);
  return bare === null ? parseExpression(reader) : { kind: 'string', parts: [{ kind: 'text', text: bare }] };
}

export function readTry(reader: Reader): Statement {
  const body = readBlock(reader);
  let handler: readonly Statement[] | null = null;
  let last: readonly Statement[] | null = null;
  while (reader.take(/^\s*catch(?=\s*[{[])/i) !== null) {
    reader.space();
    if (reader.next === '[') throw new NotSimulated('catch of one type of PowerShell');
    if (handler !== null) throw reader.problem('Exception type is already handled by a previous handler.');
    handler = readBlock(reader);
  }
  if (reader.take(/^\s*finally(?=\s*\{)/i) !== null) last = readBlock(reader);
  if (handler === null && last === null)
    throw reader.problem('The Try statement is missing its Catch or Finally block.');
  return { kind: 'try', body, handler, last: last ?? [] };
}

export function readFunction(reader: Reader): Statement {
  reader.blanks();
  const name = reader.take(/^(?:(?:script|global|local):)?[\w-]+/i);
  if (name === null) throw reader.problem('Missing function name.');
  reader.space();
  const parameters = reader.take(/^\(/) === null ? null : readParameterList(reader);
  const block = readBlockValue(reader);
  return {
    ...{ kind: 'function', name: name.replace(/^\w+:/, '') },
    block: parameters === null ? block : { ...block, parameters },
  };
}
