import { NotSimulated, SyntaxProblem } from '../not-simulated';
import { readCondition } from './condition';
import { Scanner } from './scanner';
import { readLineOptions } from './for-file';
import { type CmdNode, type LineSource, type Redirect } from './syntax';

/** Most values that a `for /l` may run through. */
const mostItems = 1000;
/** Most commands in one line: they are read and run one within the other. */
const mostCommands = 256;

/**
 * Reads a command line of cmd.exe. `&` binds weakest, then `||`, `&&` and `|`; what stands behind `if` and `for` reaches
 * to the end of the line or of the block.
 * @throws SyntaxProblem with Windows' words, NotSimulated
 */
export function parseCmd(line: string): CmdNode {
  if (/[\r\n]/.test(line.trim())) throw new NotSimulated('several lines in one command line');
  const scanner = new Scanner(line.trim());
  const node = parseAll(scanner, 0);
  if (!scanner.atEnd) throw unexpected(scanner.rest.slice(0, 1));
  return node;
}

function parseAll(scanner: Scanner, depth: number): CmdNode {
  let left = parseOr(scanner, depth);
  while (scanner.takeOperator('&')) {
    scanner.blanks();
    if (scanner.atEnd || scanner.rest.startsWith(')')) return left;
    left = { kind: 'both', left, right: parseOr(scanner, depth) };
  }
  return left;
}

function parseOr(scanner: Scanner, depth: number): CmdNode {
  let left = parseAnd(scanner, depth);
  while (scanner.takeOperator('||')) left = { kind: 'or', left, right: parseAnd(scanner, depth) };
  return left;
}

function parseAnd(scanner: Scanner, depth: number): CmdNode {
  let left = parsePipe(scanner, depth);
  while (scanner.takeOperator('&&')) left = { kind: 'and', left, right: parsePipe(scanner, depth) };
  return left;
}

function parsePipe(scanner: Scanner, depth: number): CmdNode {
  const left = parseOne(scanner, depth);
  return scanner.takeOperator('|') ? { kind: 'pipe', left, right: parsePipe(scanner, depth) } : left;
}

function parseOne(scanner: Scanner, depth: number): CmdNode {
  scanner.commands += 1;
  if (scanner.commands > mostCommands) throw new NotSimulated(`a line of more than ${mostCommands} commands`);
  scanner.beginning();
  if (scanner.rest.startsWith('(')) return parseBlock(scanner, depth);
  const word = /^(?:if|for|rem)(?=[\s,;=(/]|$)/i.exec(scanner.rest)?.[0].toLowerCase();
  switch (word) {
    case 'if':
      return parseIf(scanner, depth);
    case 'for':
      return parseFor(scanner, depth);
    case 'rem':
      scanner.skipAll();
      return { kind: 'nothing' };
    default: {
      const { text, redirects } = scanner.command(depth > 0);
      if (text.trim() === '' && redirects.length === 0) throw unexpected(scanner.rest.slice(0, 2));
      if (text.startsWith(':')) throw new NotSimulated('labels');
      return { kind: 'simple', text, redirects };
    }
  }
}

function parseBlock(scanner: Scanner, depth: number): CmdNode {
  scanner.skip(1);
  const body = parseAll(scanner, depth + 1);
  scanner.blanks();
  if (!scanner.rest.startsWith(')')) throw unexpected(scanner.rest.slice(0, 1));
  scanner.skip(1);
  const redirects: Redirect[] = [];
  for (let found = scanner.redirect(); found !== null; found = scanner.redirect()) redirects.push(found);
  scanner.blanks();
  if (!/^(?:$|[&|)]|else\b)/i.test(scanner.rest)) throw unexpected(/^\S+/.exec(scanner.rest)?.[0] ?? '');
  return { kind: 'block', body, redirects };
}

function parseIf(scanner: Scanner, depth: number): CmdNode {
  scanner.skip(2);
  const { condition, negated } = readCondition(scanner);
  scanner.blanks();
  if (scanner.atEnd) throw new SyntaxProblem('The syntax of the command is incorrect.');
  const then = parseAll(scanner, depth);
  scanner.blanks();
  const hasElse = then.kind === 'block' && /^else(?=[\s(]|$)/i.test(scanner.rest);
  if (hasElse) scanner.skip(4);
  return { kind: 'if', negated, condition, then, otherwise: hasElse ? parseAll(scanner, depth) : null };
}

function parseFor(scanner: Scanner, depth: number): CmdNode {
  scanner.skip(3);
  scanner.blanks();
  if (/^\/f(?=\s)/i.test(scanner.rest)) return parseForLines(scanner, depth);
  const found =
    /^(?<mode>\/[a-z]\s+(?:"[^"]*"\s+)?)?%(?<variable>[a-z])\s+in\s*\((?<items>[^()]*)\)\s*do(?=[\s(@])/i.exec(
      scanner.rest,
    );
  if (found === null) throw new NotSimulated('this form of for: for %X in (A B) do and for /l are');
  const head = found.groups ?? {};
  const mode = (head['mode'] ?? '').trim().toLowerCase();
  const items = head['items'] ?? '';
  if (mode !== '' && mode !== '/l') throw new NotSimulated(`for ${mode}`);
  if (/[*?<>|&^]/.test(items)) throw new NotSimulated(`for over (${items})`);
  scanner.skip(found[0].length);
  return {
    kind: 'for',
    variable: head['variable'] ?? '',
    items: mode === '/l' ? countedItems(items) : listedItems(items),
    body: parseAll(scanner, depth),
  };
}

/** `for /f ["OPTIONS"] %X in ('COMMAND' | "TEXT" | FILE) do`; with usebackq a command is in back quotes. */
function parseForLines(scanner: Scanner, depth: number): CmdNode {
  const found = /^\/f\s+(?:"(?<options>[^"]*)"\s+)?%(?<variable>[a-z])\s+in\s*\(\s*/i.exec(scanner.rest);
  if (found === null) throw new NotSimulated('this form of for /f');
  const options = readLineOptions(found.groups?.['options'] ?? '');
  scanner.skip(found[0].length);
  const variable = found.groups?.['variable'] ?? '';
  const source = lineSource(scanner, options.usesBackquotes);
  return { kind: 'lines', variable, options, source, body: parseAll(scanner, depth) };
}

function lineSource(scanner: Scanner, usesBackquotes: boolean): LineSource {
  const found =
    /^(?:'(?<single>[^']*)'|"(?<double>[^"]*)"|`(?<back>[^`]*)`|(?<file>[^\s()'"`]+))\s*\)\s*do(?=[\s(@])/i.exec(
      scanner.rest,
    );
  if (found === null)
    throw new NotSimulated('this form of for /f: the command in quotes, a text or one file');
  scanner.skip(found[0].length);
  const { single, double, back, file } = found.groups ?? {};
  const command = usesBackquotes ? back : single;
  if (command !== undefined) return { kind: 'command', node: parseCmd(command.replaceAll(/\^([^])/g, '$1')) };
  const text = usesBackquotes ? single : double;
  if (text !== undefined) return { kind: 'text', text };
  const name = usesBackquotes ? (double ?? file) : file;
  if (name === undefined) throw new NotSimulated('this form of for /f');
  return { kind: 'file', text: name };
}

function listedItems(items: string): readonly string[] {
  return items.match(/"[^"]*"|[^\s,;="]+/g) ?? [];
}

function countedItems(items: string): readonly string[] {
  const numbers = items.split(/[\s,;]+/).filter((each) => each !== '');
  if (numbers.length !== 3 || !numbers.every((each) => /^-?\d{1,9}$/.test(each)))
    throw new NotSimulated(`for /l over (${items})`);
  const [first = 0, by = 0, last = 0] = numbers.map(Number);
  if (by === 0 || Math.abs((last - first) / by) > mostItems) throw new NotSimulated('a for without end');
  const found: string[] = [];
  for (let each = first; by > 0 ? each <= last : each >= last; each += by) found.push(String(each));
  return found;
}

function unexpected(what: string): SyntaxProblem {
  return new SyntaxProblem(
    what === '' ? 'The syntax of the command is incorrect.' : `${what} was unexpected at this time.`,
  );
}
