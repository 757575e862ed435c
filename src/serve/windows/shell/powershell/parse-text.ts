import { type Reader } from './reader';
import { type Expression, type TextPart } from './syntax';

/** `$name`, `$env:NAME`, `${env:NAME}`, `$?`; the name in lower case. Null where no variable stands. */
export function takeVariable(reader: Reader): string | null {
  const found = reader.take(
    /^\$(?:\{[^{}`]+\}|(?:env:|script:|global:|local:|using:|variable:)?\w+|\?|\^|\$)/i,
  );
  if (found === null) return null;
  return found
    .slice(1)
    .replace(/^\{(.*)\}$/, '$1')
    .toLowerCase()
    .replace(/^local:/, '');
}

/** A text in single quotes. */
export function parseSingle(reader: Reader): Expression {
  const found = reader.take(/^'(?:[^']|'')*'/);
  if (found === null) throw reader.problem("The string is missing the terminator: '.");
  return { kind: 'string', parts: [{ kind: 'text', text: found.slice(1, -1).replaceAll("''", "'") }] };
}

/** A text in double quotes. */
export function parseDouble(reader: Reader): Expression {
  reader.at += 1;
  const parts: TextPart[] = [];
  while (reader.next !== '"' || reader.text[reader.at + 1] === '"') {
    if (reader.atEnd) throw reader.problem('The string is missing the terminator: ".');
    if (reader.take(/^""/) !== null) parts.push({ kind: 'text', text: '"' });
    else parts.push(parsePart(reader));
  }
  reader.at += 1;
  return { kind: 'string', parts };
}

/** `@'` … `'@` and `@"` … `"@`, each alone at the end or the beginning of a line. */
export function parseHere(reader: Reader): Expression {
  const opening = reader.take(/^@["'][ \t]*\r?\n/);
  if (opening === null)
    throw reader.problem(
      'No characters are allowed after a here-string header but before the end of the line.',
    );
  const quote = opening[1] ?? "'";
  const end = new RegExp(`\\r?\\n${quote}@`).exec(`\n${reader.rest}`);
  if (end === null) throw reader.problem(`The string is missing the terminator: ${quote}@.`);
  const stop = reader.at + Math.max(0, end.index - 1);
  const close = reader.at + end.index + end[0].length - 1;
  if (quote === "'") {
    const text = reader.text.slice(reader.at, stop);
    reader.at = close;
    return { kind: 'string', parts: [{ kind: 'text', text }] };
  }
  const parts: TextPart[] = [];
  while (reader.at < stop) parts.push(parsePart(reader));
  reader.at = close;
  return { kind: 'string', parts };
}

const escapes: Readonly<Record<string, string>> = {
  ...{ n: '\n', r: '\r', t: '\t', '0': '\0', a: '\u0007', b: '\b', f: '\f', v: '\v' },
};

/** A character, an escape, a variable or `$(…)` of a text. */
export function parsePart(reader: Reader): TextPart {
  const escape = reader.take(/^`[^]/);
  if (escape !== null) return { kind: 'text', text: escapes[escape.slice(1)] ?? escape.slice(1) };
  if (reader.take(/^\$\(/) !== null) {
    const body = reader.within(() => reader.grammar.body(reader, ')'));
    reader.expect(')');
    return { kind: 'statements', body };
  }
  const variable = /^\$[$^]/.test(reader.rest) ? null : takeVariable(reader);
  if (variable !== null) return { kind: 'variable', name: variable };
  const text = reader.text.slice(reader.at, reader.at + 1);
  reader.at += 1;
  return { kind: 'text', text };
}
