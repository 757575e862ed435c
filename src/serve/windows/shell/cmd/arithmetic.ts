/** Why `set /a` did nothing: Windows' words and its status. */
export interface ArithmeticProblem {
  readonly text: string;
  readonly status: number;
}

/** What an expression is worth, and the variables that it sets on the way. */
export type Arithmetic =
  | { readonly value: number; readonly changes: ReadonlyMap<string, string> }
  | { readonly problem: ArithmeticProblem };

const problems = {
  parenthesis: { text: 'Unbalanced parenthesis.', status: 1073750988 },
  operand: { text: 'Missing operand.', status: 1073750989 },
  operator: { text: 'Missing operator.', status: 1073750990 },
  number: {
    text: 'Invalid number.  Numeric constants are either decimal (17),\r\nhexadecimal (0x11), or octal (021).',
    status: 1073750991,
  },
  large: { text: 'Invalid number.  Numbers are limited to 32-bits of precision.', status: 1073750992 },
  zero: { text: 'Divide by zero error.', status: 1073750993 },
} satisfies Readonly<Record<string, ArithmeticProblem>>;

class Problem extends Error {
  readonly problem: ArithmeticProblem;

  constructor(name: keyof typeof problems) {
    super(name);
    this.problem = problems[name];
  }
}

/** Binary operators from the weakest to the strongest. */
const levels: readonly (readonly string[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const assigned = /^([^\s\d()!~\-*/%+<>&^|=,'"][^\s()!~\-*/%+<>&^|=,'"]*)\s*(<<|>>|[-*/%+&^|])?=(?!=)/;
const tokens = /\s*(<<|>>|[-()!~*/%+&^|,]|[^\s()!~\-*/%+<>&^|=,]+)/y;
/** Deepest nesting of parentheses and signs. */
const deepest = 200;

/** Names of the variables that an expression sets. */
export function assignedNames(expression: string): readonly string[] {
  return expression
    .replaceAll('"', '')
    .split(/[,()]/)
    .flatMap((part) => namesIn(part.trim()));
}

function namesIn(part: string): readonly string[] {
  const found = assigned.exec(part);
  return found === null ? [] : [found[1] ?? '', ...namesIn(part.slice(found[0].length).trim())];
}

/**
 * Works out an expression of `set /a` in 32 bits, as cmd.exe does.
 *
 * @param read the value of a variable; undefined counts as 0
 */
export function calculate(expression: string, read: (name: string) => string | undefined): Arithmetic {
  const reader = new Calculation(expression.replaceAll('"', ''), read);
  try {
    return { value: reader.all(), changes: reader.changes };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { problem: error.problem };
  }
}

class Calculation {
  readonly changes = new Map<string, string>();
  readonly #text: string;
  readonly #read: (name: string) => string | undefined;
  #at = 0;
  #depth = 0;

  constructor(text: string, read: (name: string) => string | undefined) {
    this.#text = text;
    this.#read = read;
  }

  all(): number {
    const value = this.#list();
    if (this.#rest() === '') return value;
    throw new Problem(this.#rest().startsWith(')') ? 'parenthesis' : 'operator');
  }

  #list(): number {
    let value = this.#assignment();
    while (this.#take([',']) !== null) value = this.#assignment();
    return value;
  }

  #assignment(): number {
    const found = assigned.exec(this.#rest());
    if (found === null) return this.#binary(0);
    const [whole, name = '', operator] = found;
    this.#at = this.#text.length - this.#rest().length + whole.length;
    const right = this.#nested(() => this.#assignment());
    const value = operator === undefined ? right : apply(operator, this.#variable(name), right);
    this.changes.set(name, String(value));
    return value;
  }

  #binary(level: number): number {
    const operators = levels[level];
    if (operators === undefined) return this.#unary();
    let value = this.#binary(level + 1);
    for (let found = this.#take(operators); found !== null; found = this.#take(operators))
      value = apply(found, value, this.#binary(level + 1));
    return value;
  }

  #unary(): number {
    const sign = this.#take(['-', '+', '!', '~']);
    if (sign === null) return this.#operand();
    const value = this.#nested(() => this.#unary());
    switch (sign) {
      case '-':
        return -value | 0;
      case '!':
        return value === 0 ? 1 : 0;
      case '~':
        return ~value;
      default:
        return value;
    }
  }

  #operand(): number {
    if (this.#take(['(']) !== null) {
      const value = this.#nested(() => this.#list());
      if (this.#take([')']) === null) throw new Problem(this.#rest() === '' ? 'parenthesis' : 'operator');
      return value;
    }
    const token = this.#peek();
    if (token === null || !/^[^\s()!~\-*/%+<>&^|=,]/.test(token)) throw new Problem('operand');
    this.#skip();
    return /^\d/.test(token) ? numberOf(token) : this.#variable(token);
  }

  #variable(name: string): number {
    const text = this.changes.get(name) ?? this.#read(name) ?? '';
    const found = /^\s*([-+]?)(0x[\da-f]+|0[0-7]*|[1-9]\d*)/i.exec(text);
    if (found === null) return 0;
    const value = literal(found[2] ?? '0');
    return (found[1] === '-' ? -value : value) | 0;
  }

  #nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > deepest) throw new Problem('operand');
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #rest(): string {
    return this.#text.slice(this.#at).trimStart();
  }

  #peek(): string | null {
    tokens.lastIndex = this.#at;
    return tokens.exec(this.#text)?.[1] ?? null;
  }

  #skip(): void {
    tokens.lastIndex = this.#at;
    if (tokens.exec(this.#text) !== null) this.#at = tokens.lastIndex;
  }

  #take(wanted: readonly string[]): string | null {
    const token = this.#peek();
    if (token === null || !wanted.includes(token)) return null;
    this.#skip();
    return token;
  }
}

function literal(text: string): number {
  return /^0x/i.test(text) ? Number(text) : /^0\d/.test(text) ? parseInt(text, 8) : Number(text);
}

function numberOf(token: string): number {
  if (!/^(?:0x[\da-f]+|0[0-7]*|[1-9]\d*)$/i.test(token)) throw new Problem('number');
  const value = literal(token);
  if (value > (/^0x/i.test(token) ? 0xffffffff : 0x7fffffff)) throw new Problem('large');
  return value | 0;
}

function apply(operator: string, left: number, right: number): number {
  if (right === 0 && /[/%]/.test(operator)) throw new Problem('zero');
  return operators.get(operator)?.(left, right) ?? 0;
}

const operators: ReadonlyMap<string, (left: number, right: number) => number> = new Map([
  ['+', (left, right) => (left + right) | 0],
  ['-', (left, right) => (left - right) | 0],
  ['*', Math.imul],
  ['/', (left, right) => Math.trunc(left / right) | 0],
  ['%', (left, right) => (left % right) | 0],
  ['&', (left, right) => left & right],
  ['|', (left, right) => left | right],
  ['^', (left, right) => left ^ right],
  ['<<', (left, right) => (right < 0 || right > 31 ? 0 : left << right)],
  ['>>', (left, right) => left >> Math.min(31, Math.max(0, right))],
]);
