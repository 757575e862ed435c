import { NotSimulated } from '../not-simulated';
import { readBlockValue, readInner } from './parse-block';
import { readPipeline } from './parse-pipeline';
import {
  readFor,
  readForeach,
  readFunction,
  readIf,
  readDo,
  readSwitch,
  readTry,
  readWhile,
} from './parse-statements';
import { parseMembers } from './parse-expression';
import { takeVariable } from './parse-text';
import { Reader, type Grammar } from './reader';
import { type AssignTarget, type Block, type Statement } from './syntax';

const otherStatements =
  /^(?:filter|trap|class|enum|using|begin|process|end|dynamicparam|data|workflow|parallel|sequence|inlinescript)(?=[\s({]|$)/i;

const grammar: Grammar = { body: readBody, statement: readStatement, block: readBlockValue };

/**
 * Reads a script of Windows PowerShell, as far as it is simulated.
 * @throws SyntaxProblem with Windows' words, NotSimulated
 */
export function parsePowerShell(text: string): Block {
  const reader = new Reader(text, grammar);
  const block = readInner(reader, '');
  if (!reader.atEnd) throw reader.problem(`Unexpected token '${reader.next}' in expression or statement.`);
  return block;
}

function readBody(reader: Reader, end: ')' | '}' | ''): readonly Statement[] {
  const statements = readStatements(reader);
  reader.space();
  if (reader.next !== end)
    throw reader.problem(
      end === ''
        ? `Unexpected token '${reader.next}' in expression or statement.`
        : `Missing closing '${end}' in statement block or expression.`,
    );
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

const blocks: ReadonlySet<string> = new Set(['if', 'foreach', 'loop', 'switch', 'try', 'function']);

/** Behind a statement stands a semicolon, the end of the line or of the block, unless it ends in a block itself. */
function expectEnd(reader: Reader, last: Statement | undefined): void {
  reader.blanks();
  const chain = /^(?:&&|\|\|)/.exec(reader.rest)?.[0];
  if (chain !== undefined)
    throw reader.problem(`The token '${chain}' is not a valid statement separator in this version.`);
  if (reader.rest.startsWith('&')) throw reader.problem('The ampersand (&) character is not allowed.');
  const isBlock = last !== undefined && blocks.has(last.kind);
  if (!reader.atEnd && !isBlock && !/^[;\r\n)}]/.test(reader.rest))
    throw reader.problem(`Unexpected token '${reader.rest.slice(0, 20)}' in expression or statement.`);
}

type Read = (reader: Reader) => Statement;

/** Words that begin a statement, with what may follow them. */
const statementWords: readonly (readonly [RegExp, Read])[] = [
  [/^if(?=[\s(])/i, readIf],
  [/^foreach(?=\s*\(\s*\$)/i, readForeach],
  [/^for(?=\s*\()/i, readFor],
  [/^while(?=\s*\()/i, readWhile],
  [/^do(?=\s*\{)/i, readDo],
  [/^switch(?=[\s(])/i, readSwitch],
  [/^try(?=\s*\{)/i, readTry],
  [/^function(?=\s)/i, readFunction],
  [/^exit(?![\w-])/i, (reader) => ({ kind: 'exit', value: readRest(reader) })],
  [/^throw(?![\w-])/i, (reader) => ({ kind: 'throw', value: readRest(reader) })],
  [/^return(?![\w-])/i, (reader) => ({ kind: 'return', value: readRest(reader) })],
  [/^break(?![\w-])/i, (reader) => unlabelled(reader, { kind: 'break' })],
  [/^continue(?![\w-])/i, (reader) => unlabelled(reader, { kind: 'continue' })],
];

function readStatement(reader: Reader): Statement {
  const other = otherStatements.exec(reader.rest)?.[0];
  if (other !== undefined) throw new NotSimulated(`${other} of PowerShell`);
  if (/^:\w/.test(reader.rest)) throw new NotSimulated('labels of PowerShell');
  for (const [word, read] of statementWords) if (reader.take(word) !== null) return read(reader);
  return readAssignment(reader) ?? readPipeline(reader);
}

function readRest(reader: Reader): Statement | null {
  reader.blanks();
  return reader.atEnd || /^[;\r\n)}]/.test(reader.rest) ? null : readPipeline(reader);
}

function unlabelled(reader: Reader, statement: Statement): Statement {
  reader.blanks();
  if (/^[\w$]/.test(reader.rest)) throw new NotSimulated('labels of PowerShell');
  return statement;
}

/** `$x = …`, `$x.y += …`, `[int]$x = …`, `$x++`; null where none of them stands. */
function readAssignment(reader: Reader): Statement | null {
  const from = reader.at;
  const type = reader.take(/^\[[\w.]+(?:\[\])?\](?=\s*\$)/);
  reader.blanks();
  if (reader.next !== '$' || reader.rest.startsWith('$(')) {
    reader.at = from;
    return null;
  }
  const target = readTarget(reader);
  reader.blanks();
  const operator = target === null ? null : reader.take(/^(?:[-+*/%]?=(?!=)|\+\+|--)/);
  if (target === null || operator === null) {
    reader.at = from;
    return null;
  }
  const common = {
    kind: 'assign',
    target,
    type: type === null ? null : type.slice(1, -1).toLowerCase(),
  } as const;
  if (operator === '++' || operator === '--')
    return { ...common, operator: operator === '++' ? '+' : '-', value: one };
  reader.space();
  const sign = operator === '=' ? '=' : (operator.slice(0, 1) as '+' | '-' | '*' | '/' | '%');
  return { ...common, operator: sign, value: reader.within(() => readStatement(reader)) };
}

const one: Statement = {
  kind: 'pipeline',
  elements: [{ kind: 'expression', value: { kind: 'number', value: 1 } }],
};

function readTarget(reader: Reader): AssignTarget | null {
  const name = takeVariable(reader);
  if (name === null) return null;
  const value = parseMembers(reader, { kind: 'variable', name });
  return value.kind === 'method' ? null : (value as AssignTarget);
}
