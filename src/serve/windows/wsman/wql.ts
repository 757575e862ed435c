import { type InstanceFilter } from '../../../licensing/provider';

/** A query that the simulated target understands. `select` null is `*`. */
export interface WqlQuery {
  readonly className: string;
  readonly select: readonly string[] | null;
  readonly filter: InstanceFilter;
  /** Equalities on other properties, compared without case after the read. */
  readonly equals: readonly { readonly property: string; readonly value: string }[];
}

/** Most words of a query: more than a class has properties, twice, each with a comma. */
const mostTokens = 1024;

type Token =
  | { readonly kind: 'word' | 'number' | 'text'; readonly text: string }
  | { readonly kind: 'sign'; readonly text: string };

/** One token; the blanks in front of it are passed over, so that every character is looked at once. */
const token = /\s*(?:([A-Za-z_]\w*)|(\d+)|'((?:[^'\\]|\\[^])*)'|"((?:[^"\\]|\\[^])*)"|(<>|!=|[=*,()]))/y;

/**
 * Reads the WQL that licensing tools send: a projection, one class, conditions joined by AND. Null for anything else.
 * The time is linear in the length of the text.
 */
export function parseWql(text: string): WqlQuery | null {
  const tokens = tokensOf(text);
  return tokens === null ? null : new Reader(tokens).query();
}

function tokensOf(text: string): readonly Token[] | null {
  const tokens: Token[] = [];
  const source = text.trimEnd();
  for (let at = 0; at < source.length; at = token.lastIndex) {
    token.lastIndex = at;
    const match = token.exec(source);
    if (match === null || tokens.length === mostTokens) return null;
    tokens.push(tokenOf(match));
  }
  return tokens;
}

function tokenOf([, word, number, single, double, sign]: RegExpExecArray): Token {
  if (word !== undefined) return { kind: 'word', text: word };
  if (number !== undefined) return { kind: 'number', text: number };
  const quoted = single ?? double;
  if (quoted !== undefined) return { kind: 'text', text: quoted.replace(/\\([^])/g, '$1') };
  return { kind: 'sign', text: sign ?? '' };
}

type Condition = 'has-product-key' | { readonly property: string; readonly value: string };

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  query(): WqlQuery | null {
    if (!this.#takes('SELECT')) return null;
    const select = this.#takes('*') ? null : this.#names();
    const className = this.#takes('FROM') ? this.#word() : undefined;
    const conditions = this.#takes('WHERE') ? this.#conditions() : [];
    const isOver = this.#at === this.#tokens.length;
    if (className === undefined || select?.length === 0 || conditions === null || !isOver) return null;
    return {
      className,
      select,
      filter: conditions.includes('has-product-key') ? { kind: 'has-product-key' } : { kind: 'all' },
      equals: conditions.filter((condition) => condition !== 'has-product-key'),
    };
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

  #conditions(): readonly Condition[] | null {
    const conditions: Condition[] = [];
    do {
      const isInside = this.#takes('(');
      const condition = this.#condition();
      if (condition === null || (isInside && !this.#takes(')'))) return null;
      conditions.push(condition);
    } while (this.#takes('AND'));
    return conditions;
  }

  #condition(): Condition | null {
    const property = this.#word();
    if (property === undefined) return null;
    if (this.#takes('=')) {
      const value = this.#value();
      return value === undefined ? null : { property, value };
    }
    const isNotNull = this.#takes('IS')
      ? this.#takes('NOT') && this.#takes('NULL')
      : (this.#takes('<>') || this.#takes('!=')) && this.#takes('NULL');
    return isNotNull && property.toLowerCase() === 'partialproductkey' ? 'has-product-key' : null;
  }

  #value(): string | undefined {
    const next = this.#tokens[this.#at];
    if (next === undefined || next.kind === 'sign') return undefined;
    if (next.kind === 'word' && !/^(?:true|false)$/i.test(next.text)) return undefined;
    this.#at += 1;
    return next.text;
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
