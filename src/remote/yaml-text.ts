import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { harmlessText } from '../transports/harmless-text';

/** A line and a column of a text, from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** A way into a document: keys, and numbers of list entries. */
export type YamlPath = readonly PropertyKey[];

/** A text that is no YAML, or none that may be used; the message says what, without the place. */
export class YamlTextError extends Error {
  readonly kind: 'syntax' | 'escape' | 'repeated-key' | 'aliases';
  readonly place: TextPlace | null;

  constructor(kind: YamlTextError['kind'], message: string, place: TextPlace | null) {
    super(message);
    this.name = 'YamlTextError';
    this.kind = kind;
    this.place = place;
  }
}

/** What a text says, unchecked, and where in it. */
export interface YamlText {
  readonly value: unknown;
  /** Where a path leads to, or the nearest thing on the way that is there. `isKey`: the last key itself. */
  readonly placeOf: (path: YamlPath, isKey?: boolean) => TextPlace | null;
}

/** Aliases that a text may have: each can stand for much. */
const greatestAliasCount = 100;

/**
 * Reads YAML, or JSON as a part of it. The work is linear in the length of the text.
 * @throws YamlTextError for the first mistake; a key that stands twice is one
 */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  // The parser's own look for keys that stand twice compares each with each.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false });
  const at = (offset: number): TextPlace => {
    const { line, col: column } = lines.linePos(offset);
    return { line, column };
  };
  const [error] = document.errors;
  if (error !== undefined) {
    const kind = error.code === 'BAD_DQ_ESCAPE' ? 'escape' : 'syntax';
    throw new YamlTextError(kind, harmlessText(withoutExcerpt(error.message)), at(error.pos[0]));
  }
  refuseRepeatedKeys(document, at);
  return {
    value: valueOf(document),
    placeOf: (path, isKey = false) => {
      for (let depth = path.length; depth >= 0; depth -= 1) {
        const offset = offsetOf(document, path.slice(0, depth), isKey && depth === path.length);
        if (offset !== null) return at(offset);
      }
      return null;
    },
  };
}

/** The parser's message has the place, which stands beside it here, and an excerpt below its first line. */
function withoutExcerpt(message: string): string {
  const [first = ''] = message.split('\n');
  return first.replace(/ at line \d+, column \d+:?$/, '');
}

function valueOf(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: greatestAliasCount });
  } catch (cause) {
    throw new YamlTextError('aliases', harmlessText(String(cause)), null);
  }
}

function refuseRepeatedKeys(document: Document.Parsed, at: (offset: number) => TextPlace): void {
  visit(document, {
    Map: (_key, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          const word = harmlessText(String(key.value));
          throw new YamlTextError('repeated-key', word, at(key.range?.[0] ?? 0));
        }
        seen.add(key.value);
      }
    },
  });
}

function offsetOf(document: Document.Parsed, path: YamlPath, isKey: boolean): number | null {
  if (isKey) {
    const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    const key = isMap(parent)
      ? parent.items.find((pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === path.at(-1))?.key
      : undefined;
    return isNode(key) ? (key.range?.[0] ?? null) : null;
  }
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) ? (node.range?.[0] ?? null) : null;
}
