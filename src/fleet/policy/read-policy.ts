import { LineCounter, parseDocument, type Document } from 'yaml';
import { harmlessText } from '../../transports/harmless-text';
import { policySchema, type Policy } from './policy';

/** A policy that cannot be used; the message names the place. */
export class PolicyError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PolicyError';
  }
}

const greatestAliasCount = 100;

/**
 * Reads a policy (YAML, or JSON as a part of it).
 * @throws PolicyError with line and place of the first mistake
 */
export function readPolicy(text: string): Policy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [mistake] = document.errors;
  if (mistake !== undefined)
    throw new PolicyError(`no YAML: ${harmlessText(mistake.message)}`, { cause: mistake });
  const parsed = policySchema.safeParse(valueOf(document));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const place = path.map((part) => harmlessText(String(part))).join('.');
  const line = lineOf(document, lines, path);
  const message = harmlessText(issue?.message ?? 'is not understood');
  throw new PolicyError(
    `${line === null ? '' : `line ${line}: `}${place === '' ? '' : `${place} `}${message}`,
  );
}

function valueOf(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: greatestAliasCount });
  } catch (cause) {
    throw new PolicyError(`no YAML: ${harmlessText(String(cause))}`, { cause });
  }
}

/** The line of a path, or of the nearest part of it that stands in the text. */
function lineOf(document: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): number | null {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    const at = rangeOf(node);
    if (at !== null) return lines.linePos(at).line;
  }
  return null;
}

function rangeOf(node: unknown): number | null {
  if (typeof node !== 'object' || node === null || !('range' in node)) return null;
  const { range } = node;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : null;
}
