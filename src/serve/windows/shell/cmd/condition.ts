import { NotSimulated, SyntaxProblem } from '../not-simulated';
import { type Scanner } from './scanner';
import { type Condition } from './syntax';

const operand = String.raw`((?:"[^"]*"|[^\s"=&|<>()])+)`;
const equal = new RegExp(String.raw`^${operand}\s*==\s*${operand}(?=[\s(]|$)`);
const compared = new RegExp(String.raw`^${operand}\s+(equ|neq|lss|leq|gtr|geq)\s+${operand}(?=[\s(]|$)`, 'i');

/** Reads what stands between `if` and its command: `[/i] [not] errorlevel N | exist FILE | defined NAME | A==B | A EQU B`. */
export function readCondition(scanner: Scanner): {
  readonly condition: Condition;
  readonly negated: boolean;
} {
  let ignoresCase = false;
  let negated = false;
  scanner.blanks();
  for (let found = option(scanner); found !== null; found = option(scanner)) {
    if (found === '/i') ignoresCase = true;
    else negated = !negated;
  }
  return { condition: readTest(scanner, ignoresCase), negated };
}

function option(scanner: Scanner): '/i' | 'not' | null {
  const found = /^(?:\/i|not)(?=\s)\s+/i.exec(scanner.rest)?.[0];
  if (found === undefined) return null;
  scanner.skip(found.length);
  return found.trim().toLowerCase() === '/i' ? '/i' : 'not';
}

type Operator = Extract<Condition, { kind: 'compare' }>['operator'];

function readTest(scanner: Scanner, ignoresCase: boolean): Condition {
  const condition =
    readLevel(scanner) ?? readExist(scanner) ?? readDefined(scanner) ?? readComparison(scanner, ignoresCase);
  if (condition === null) throw new SyntaxProblem('The syntax of the command is incorrect.');
  return condition;
}

function readLevel(scanner: Scanner): Condition | null {
  const [whole, least = ''] = /^errorlevel\s+(-?\d{1,10})(?=[\s(]|$)/i.exec(scanner.rest) ?? [];
  return whole === undefined ? null : taken(scanner, whole, { kind: 'errorlevel', least: Number(least) });
}

function readExist(scanner: Scanner): Condition | null {
  const [whole, path = ''] = /^exist\s+((?:"[^"]*"|[^\s"&|<>()])+)(?=[\s(]|$)/i.exec(scanner.rest) ?? [];
  if (whole === undefined) return null;
  if (/[*?]/.test(path)) throw new NotSimulated('if exist with * and ?');
  return taken(scanner, whole, { kind: 'exist', path: path.replaceAll('"', '') });
}

function readDefined(scanner: Scanner): Condition | null {
  const [whole, name = ''] = /^defined\s+([^\s"&|<>()]+)(?=[\s(]|$)/i.exec(scanner.rest) ?? [];
  return whole === undefined ? null : taken(scanner, whole, { kind: 'defined', name });
}

/** `A==B` compares texts, also of numbers; `A EQU B` compares numbers where both are. */
function readComparison(scanner: Scanner, ignoresCase: boolean): Condition | null {
  const [same, text = '', other = ''] = equal.exec(scanner.rest) ?? [];
  if (same !== undefined) {
    const texts = { left: `=${text}`, right: `=${other}` };
    return taken(scanner, same, { kind: 'compare', operator: 'equ', ...texts, ignoresCase });
  }
  const [whole, left = '', name = '', right = ''] = compared.exec(scanner.rest) ?? [];
  if (whole === undefined) return null;
  const operator = name.toLowerCase() as Operator;
  return taken(scanner, whole, { kind: 'compare', left, operator, right, ignoresCase });
}

function taken(scanner: Scanner, text: string, condition: Condition): Condition {
  scanner.skip(text.length);
  return condition;
}

/** How two operands compare: as numbers where both are, else as texts. */
export function compares({
  left,
  operator,
  right,
  ignoresCase,
}: Extract<Condition, { kind: 'compare' }>): boolean {
  const isNumber = [left, right].every((each) => /^-?\d+$/.test(each));
  const [a, b] = ignoresCase ? [left.toLowerCase(), right.toLowerCase()] : [left, right];
  const order = isNumber ? Number(left) - Number(right) : a < b ? -1 : a > b ? 1 : 0;
  switch (operator) {
    case 'equ':
      return order === 0;
    case 'neq':
      return order !== 0;
    case 'lss':
      return order < 0;
    case 'leq':
      return order <= 0;
    case 'gtr':
      return order > 0;
    case 'geq':
      return order >= 0;
  }
}
