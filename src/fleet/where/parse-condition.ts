import { statusWords } from '../inventory/status-words';
import { nearest } from '../../licensing/nearest';
import {
  conditionColumns,
  findConditionColumn,
  operators,
  type ColumnKind,
  type Condition,
  type Operator,
  type Value,
} from './condition';

/** A condition that cannot be read: the message has the condition with a mark under the place, and what is wrong in its last line. */
export class ConditionError extends Error {
  constructor(message: string, text: string, at: number) {
    super(`In the condition\n  ${text}\n  ${' '.repeat(at)}^\n${message}`);
    this.name = 'ConditionError';
  }
}

interface Token {
  readonly kind: 'word' | 'quoted' | 'operator' | 'open' | 'close' | 'comma' | 'end';
  readonly text: string;
  readonly at: number;
}

const longest = 10_000;
const deepest = 100;
const pattern =
  /\s*(?:(?<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<operator>!=|<=|>=|!~|[=<>~])|(?<open>\()|(?<close>\))|(?<comma>,)|(?<word>[^\s"'()=<>~!,]+))/y;

/**
 * Reads a condition: `status != licensed and days < 30 and tag.site = berlin`, `name ~ "PC-0*"`. `not` binds closer than
 * `and`, `and` closer than `or`. Docs: docs/inventory.md.
 * @throws ConditionError that points at the place
 */
export function parseCondition(text: string): Condition {
  if (text.length > longest) throw new ConditionError(`It is longer than ${longest} characters.`, '', 0);
  return new Parser(text.replace(/\s/g, ' ')).whole();
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  whole(): Condition {
    const condition = this.#or(false);
    const rest = this.#peek();
    if (rest.kind !== 'end') throw this.#error('Here "and" or "or" is missing.', rest);
    return condition;
  }

  #or(isInAny: boolean): Condition {
    return this.#joined('or', () => this.#joined('and', () => this.#not(isInAny)));
  }

  #joined(kind: 'and' | 'or', part: () => Condition): Condition {
    const parts = [part()];
    while (this.#isWord(kind)) {
      this.#next += 1;
      parts.push(part());
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind, parts };
  }

  #not(isInAny: boolean): Condition {
    const token = this.#peek();
    this.#depth += 1;
    if (this.#depth > deepest) throw this.#error('This is nested too deeply.', token);
    try {
      if (this.#isWord('not')) {
        this.#next += 1;
        return { kind: 'not', part: this.#not(isInAny) };
      }
      if (token.kind === 'open') return this.#inParentheses(isInAny);
      if (this.#isWord('any') && this.#tokens[this.#next + 1]?.kind === 'open') {
        if (isInAny) throw this.#error('any( ) stands in no other any( ).', token);
        this.#next += 1;
        return { kind: 'any', part: this.#inParentheses(true) };
      }
      return this.#comparison(isInAny);
    } finally {
      this.#depth -= 1;
    }
  }

  #inParentheses(isInAny: boolean): Condition {
    this.#next += 1;
    const inner = this.#or(isInAny);
    this.#take('close', 'Here ) is missing.');
    return inner;
  }

  #comparison(isInAny: boolean): Condition {
    const name = this.#take('word', 'Here the name of a column is missing.');
    const column = findConditionColumn(name.text.toLowerCase(), isInAny);
    if (column === null) {
      const near = nearest(name.text.toLowerCase(), conditionColumns);
      throw this.#error(
        `There is no column "${name.text}"${near === null ? `; there are ${conditionColumns.join(', ')} and tag.KEY` : `; did you mean ${near}?`}`,
        name,
      );
    }
    if (this.#isWord('in')) return this.#list(name, column.kind);
    const operator = this.#take('operator', `Here one of ${operators.join(' ')} or "in" is missing.`);
    return this.#compare(name, column.kind, operator);
  }

  #list(name: Token, kind: ColumnKind): Condition {
    this.#next += 1;
    this.#take('open', 'Here ( is missing: in (A, B).');
    const parts: Condition[] = [];
    do {
      const value = this.#value(kind, '=');
      parts.push({ kind: 'compare', column: name.text.toLowerCase(), operator: '=', value });
    } while (this.#peek().kind === 'comma' && (this.#next += 1) > 0);
    this.#take('close', 'Here ) is missing.');
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'or', parts };
  }

  #compare(name: Token, kind: ColumnKind, token: Token): Condition {
    const operator = token.text as Operator;
    if (!operatorsOf[kind].includes(operator)) {
      throw this.#error(`${name.text} is compared with ${operatorsOf[kind].join(' ')}.`, token);
    }
    const place = this.#peek();
    const value = this.#value(kind, operator);
    if (value === null && operator !== '=' && operator !== '!=') {
      throw this.#error('none stands behind = and != only.', place);
    }
    return { kind: 'compare', column: name.text.toLowerCase(), operator, value };
  }

  #value(kind: ColumnKind, operator: Operator): Value {
    const token = this.#peek();
    if (token.kind === 'operator') {
      const typed = `${this.#tokens[this.#next - 1]?.text ?? ''}${token.text}`;
      throw this.#error(
        `Here a value is missing; ${typed} is no operator: ${operatorsOf[kind].join(' ')}.`,
        token,
      );
    }
    if (token.kind !== 'word' && token.kind !== 'quoted')
      throw this.#error('Here a value is missing.', token);
    this.#next += 1;
    if (token.kind === 'word' && token.text.toLowerCase() === 'none') return null;
    const value = readValue(kind, token.text, operator);
    if (value !== undefined) return value;
    const near = kind === 'status' ? nearest(token.text, statusesOf) : null;
    throw this.#error(
      near === null
        ? `"${token.text}" is not ${wantedOf[kind]}.`
        : `"${token.text}" is not a status; did you mean ${near}?`,
      token,
    );
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', at: this.#text.length };
  }

  #isWord(word: string): boolean {
    const token = this.#peek();
    return token.kind === 'word' && token.text.toLowerCase() === word;
  }

  #take(kind: Token['kind'], otherwise: string): Token {
    const token = this.#peek();
    if (token.kind !== kind) throw this.#error(otherwise, token);
    this.#next += 1;
    return token;
  }

  #error(message: string, { at }: Token): ConditionError {
    return new ConditionError(message, this.#text, at);
  }
}

const ordered = ['=', '!=', '<', '<=', '>', '>='] as const;
const operatorsOf: Readonly<Record<ColumnKind, readonly Operator[]>> = {
  text: ['=', '!=', '~', '!~'],
  number: ordered,
  time: ordered,
  flag: ['=', '!='],
  status: ['=', '!='],
};

const statusesOf = [...Object.keys(statusWords), 'grace', 'never-read'];

const wantedOf: Readonly<Record<ColumnKind, string>> = {
  text: 'a text',
  number: 'a whole number',
  time: 'a time: 2026-11-28 or 2026-11-28T18:00:00Z',
  flag: 'yes or no',
  status: `a status: ${statusesOf.join(', ')}`,
};

/** Reads a word as a value of a kind; undefined where it is none. */
function readValue(kind: ColumnKind, text: string, operator: Operator): Value | undefined {
  return readers[kind](text, operator);
}

const readers: Readonly<Record<ColumnKind, (text: string, operator: Operator) => Value | undefined>> = {
  text: (text, operator) => (text === '' && operator.endsWith('~') ? undefined : text),
  number: (text) => (/^-?\d{1,9}$/.test(text) ? Number(text) : undefined),
  flag: (text) => ({ yes: true, no: false })[text.toLowerCase()],
  status: (text) => {
    const lower = text.toLowerCase();
    const isStatus = lower === 'grace' || lower === 'never-read' || Object.hasOwn(statusWords, lower);
    return isStatus ? lower : undefined;
  },
  time: timeOf,
};

function timeOf(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?$/i.test(text)) return undefined;
  const time = Date.parse(/T/i.test(text) && !/(?:Z|[+-]\d\d:\d\d)$/i.test(text) ? `${text}Z` : text);
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const rest = text.trimEnd().length;
  pattern.lastIndex = 0;
  while (pattern.lastIndex < rest) {
    const from = pattern.lastIndex;
    const found = pattern.exec(text)?.groups;
    if (found === undefined) {
      const at = from + (text.slice(from).length - text.slice(from).trimStart().length);
      const isOpen = /["']/.test(text[at] ?? '');
      throw new ConditionError(isOpen ? 'The quotation does not end.' : 'This is not understood.', text, at);
    }
    const [kind, word] = Object.entries(found as Record<string, string | undefined>).find(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ) ?? ['word', ''];
    const shown = kind === 'quoted' ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word;
    tokens.push({ kind: kind as Token['kind'], text: shown, at: pattern.lastIndex - word.length });
  }
  return tokens;
}
