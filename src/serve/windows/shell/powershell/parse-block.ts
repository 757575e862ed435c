import { NotSimulated } from '../not-simulated';
import { parseItem } from './parse-expression';
import { takeVariable } from './parse-text';
import { type Reader } from './reader';
import { type Block, type Parameter, type Statement } from './syntax';

/** `{ … }` with its text; a `param(…)` in front of its statements is taken off them. */
export function readBlockValue(reader: Reader): Block {
  reader.expect('{');
  const from = reader.at;
  const block = reader.within(() => readInner(reader, '}'));
  const text = reader.text.slice(from, reader.at);
  reader.expect('}');
  return { ...block, text };
}

/** Statements with a `param(…)` in front; up to a closing character, which stays. */
export function readInner(reader: Reader, end: ')' | '}' | ''): Block {
  const parameters = readParameters(reader);
  return { kind: 'block', parameters, body: reader.grammar.body(reader, end), text: '' };
}

/** `{ … }` where a `param` makes no sense. */
export function readBlock(reader: Reader): readonly Statement[] {
  return readBlockValue(reader).body;
}

function readParameters(reader: Reader): readonly Parameter[] {
  reader.space();
  skipAttributes(reader);
  if (reader.take(/^param(?=\s*\()/i) === null) return [];
  reader.expect('(');
  return readParameterList(reader);
}

/** Parameters up to the closing parenthesis. */
export function readParameterList(reader: Reader): readonly Parameter[] {
  const found: Parameter[] = [];
  for (;;) {
    reader.space();
    if (reader.take(/^\)/) !== null) return found;
    if (found.length > 0 && reader.take(/^,\s*/) === null)
      throw reader.problem("Missing ')' in function parameter list.");
    found.push(readParameter(reader));
  }
}

function readParameter(reader: Reader): Parameter {
  skipAttributes(reader);
  const type = reader.take(/^\[[\w.]+(?:\[\])?\]/);
  reader.space();
  const name = takeVariable(reader);
  if (name === null) throw reader.problem('Missing parameter name.');
  reader.space();
  const initial = reader.take(/^=\s*/) === null ? null : parseItem(reader);
  return { name, type: type === null ? null : type.slice(1, -1).toLowerCase(), initial };
}

/** `[CmdletBinding()]`, `[Parameter(…)]` and `[OutputType(…)]` change nothing of what is simulated; others do. */
function skipAttributes(reader: Reader): void {
  for (;;) {
    reader.space();
    const found = reader.take(
      /^\[(?:CmdletBinding|OutputType|AllowEmptyString|AllowNull)\s*\([^()[\]]*\)\]|^\[OutputType\(\[[\w.]+\]\)\]/i,
    );
    const parameter =
      found ??
      reader.take(
        /^\[Parameter\s*\((?:\s*(?:Mandatory|Position|HelpMessage)\s*(?:=\s*(?:\$true|\$false|\d+|'[^']*'|"[^"$`]*"))?\s*,?)*\)\]/i,
      );
    if (parameter !== null) continue;
    const other = /^\[\w+\s*\(/.exec(reader.rest)?.[0];
    if (other !== undefined) throw new NotSimulated(`the attribute ${other.slice(0, -1)}] of PowerShell`);
    return;
  }
}
