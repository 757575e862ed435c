import { tokensOf, type Token } from './wql-tokens';

/** What a property is compared with. */
export type WqlConstant = string | number | boolean | null;
export type WqlOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** What stands behind WHERE. */
export type WqlCondition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly WqlCondition[] }
  | { readonly kind: 'not'; readonly part: WqlCondition }
  | {
      readonly kind: 'compare';
      readonly property: string;
      readonly operator: WqlOperator;
      readonly value: WqlConstant;
    }
  | { readonly kind: 'like'; readonly property: string; readonly pattern: string };

/** A query that the simulated target understands. `select` null is `*`, `where` null every instance. */
export interface WqlQuery {
  readonly className: string;
  readonly select: readonly string[] | null;
  readonly where: WqlCondition | null;
}

/** Deepest nesting of conditions. */
const deepest = 40;

/**
 * Reads the WQL of a data query: a projection, one class, and conditions with `AND`, `OR`, `NOT`, parentheses,
 * comparisons, `LIKE` and `IS [NOT] NULL`. Null for anything else. The time is linear in the length of the text.
 */
export function parseWql(text: string): WqlQuery | null {
  const tokens = tokensOf(text);
  return tokens === null ? null : new Reader(tokens).query();
}

/** Reads conditions alone, as `-Filter` and wmic's `where` have them. Null for what are none. */
export function parseWqlConditions(text: string): WqlCondition | null {
  const tokens = tokensOf(text);
  return tokens === null ? null : new Reader(tokens).conditionsAlone();
}

const turned: Readonly<Record<WqlOperator, WqlOperator>> = {
  ...{ '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' },
};

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  query(): WqlQuery | null {
    if (!this.#takes('SELECT')) return null;
    const select = this.#takes('*') ? null : this.#names();
    const className = this.#takes('FROM') ? this.#word() : undefined;
    if (className === undefined || select?.length === 0) return null;
    if (!this.#takes('WHERE')) return this.#atEnd() ? { className, select, where: null } : null;
    const where = this.#either();
    return where === null || !this.#atEnd() ? null : { className, select, where };
  }

  conditionsAlone(): WqlCondition | null {
    const where = this.#either();
    return this.#atEnd() ? where : null;
  }

  #atEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  /** Names with commas between them, each once whatever its case; none where that is not what stands there. */
  #names(): readonly string[] {
    const names = new Map<string, string>();
    do {
      const name = this.#word();
      if (name === undefined) return [];
      if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
    } while (this.#takes(','));
    return [...names.values()];
  }

  #either(): WqlCondition | null {
    return this.#joined('or', () => this.#joined('and', () => this.#negated()));
  }

  #joined(kind: 'and' | 'or', read: () => WqlCondition | null): WqlCondition | null {
    const parts: WqlCondition[] = [];
    do {
      const part = read();
      if (part === null) return null;
      parts.push(part);
    } while (this.#takes(kind.toUpperCase()));
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind, parts };
  }

  #negated(): WqlCondition | null {
    this.#depth += 1;
    if (this.#depth > deepest) return null;
    const found = this.#takes('NOT') ? not(this.#negated()) : this.#group();
    this.#depth -= 1;
    return found;
  }

  #group(): WqlCondition | null {
    if (!this.#takes('(')) return this.#condition();
    const inside = this.#either();
    return this.#takes(')') ? inside : null;
  }

  #condition(): WqlCondition | null {
    const before = this.#at;
    const constant = this.#constant();
    if (constant !== undefined) {
      const operator = this.#operator();
      const property = this.#word();
      if (operator === null || property === undefined) return null;
      return { kind: 'compare', property, operator: turned[operator], value: constant };
    }
    this.#at = before;
    const property = this.#word();
    return property === undefined ? null : this.#test(property);
  }

  #test(property: string): WqlCondition | null {
    if (this.#takes('LIKE')) return this.#like(property);
    if (this.#takes('NOT')) return this.#takes('LIKE') ? not(this.#like(property)) : null;
    if (this.#takes('IS')) {
      const operator = this.#takes('NOT') ? '<>' : '=';
      return this.#takes('NULL') ? { kind: 'compare', property, operator, value: null } : null;
    }
    return this.#comparison(property);
  }

  #comparison(property: string): WqlCondition | null {
    const operator = this.#operator();
    const value = operator === null ? undefined : this.#constant();
    if (operator === null || value === undefined) return null;
    // Nothing is greater or less than nothing.
    if (value === null && operator !== '=' && operator !== '<>') return null;
    return { kind: 'compare', property, operator, value };
  }

  #like(property: string): WqlCondition | null {
    const next = this.#tokens[this.#at];
    if (next?.kind !== 'text') return null;
    this.#at += 1;
    return { kind: 'like', property, pattern: next.text };
  }

  #operator(): WqlOperator | null {
    const found = (['<>', '<=', '>=', '=', '<', '>'] as const).find((each) => this.#takes(each));
    return found ?? (this.#takes('!=') ? '<>' : null);
  }

  #constant(): WqlConstant | undefined {
    const next = this.#tokens[this.#at];
    if (next === undefined || next.kind === 'sign') return undefined;
    const value = constantOf(next);
    if (value !== undefined) this.#at += 1;
    return value;
  }

  #word(): string | undefined {
    const next = this.#tokens[this.#at];
    if (next?.kind !== 'word') return undefined;
    this.#at += 1;
    return next.text;
  }

  /** Passes over a keyword or a sign, where it stands next. */
  #takes(text: string): boolean {
    const next = this.#tokens[this.#at];
    if (next === undefined || (next.kind !== 'word' && next.kind !== 'sign')) return false;
    if (next.text.toUpperCase() !== text) return false;
    this.#at += 1;
    return true;
  }
}

function not(part: WqlCondition | null): WqlCondition | null {
  return part === null ? null : { kind: 'not', part };
}

function constantOf({ kind, text }: Token): WqlConstant | undefined {
  if (kind === 'number') return Number(text);
  if (kind === 'text') return text;
  switch (text.toUpperCase()) {
    case 'TRUE':
      return true;
    case 'FALSE':
      return false;
    case 'NULL':
      return null;
    default:
      return undefined;
  }
}
