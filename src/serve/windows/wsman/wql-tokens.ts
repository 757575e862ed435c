/** Most words of a query: more than a class has properties, twice, each with a comma. */
const mostTokens = 1024;

export interface Token {
  readonly kind: 'word' | 'number' | 'text' | 'sign';
  readonly text: string;
}

/** One token; the blanks in front of it are passed over, so that every character is looked at once. */
const token =
  /\s*(?:([A-Za-z_]\w*)|(-?\d+)|'((?:[^'\\]|\\[^])*)'|"((?:[^"\\]|\\[^])*)"|(<>|!=|<=|>=|[=*,()<>]))/y;

/** Splits a query into words, numbers, texts and signs; null for what is none, and for more than {@link mostTokens}. */
export function tokensOf(text: string): readonly Token[] | null {
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
