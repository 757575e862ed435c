import { schemaMistake, toldMistake } from '../../licensing/schema-mistake';
import { readYaml, YamlTextError, type YamlText } from '../../remote/yaml-text';
import { harmlessText } from '../../transports/harmless-text';
import { policySchema, type Policy } from './policy';

/** A policy that cannot be used; the message names the place. */
export class PolicyError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PolicyError';
  }
}

/**
 * Reads a policy (YAML, or JSON as a part of it).
 * @throws PolicyError with line and place of the first mistake
 */
export function readPolicy(text: string): Policy {
  const { value, placeOf } = readText(text);
  const parsed = policySchema.safeParse(value, { error: schemaMistake });
  if (parsed.success) return parsed.data;
  const issue = toldMistake(parsed.error.issues);
  const path = issue?.path ?? [];
  const place = path.map((part) => harmlessText(String(part))).join('.');
  const line = placeOf(path)?.line;
  const message = harmlessText(issue?.message ?? 'is not understood');
  throw new PolicyError(
    `${line === undefined ? '' : `line ${line}: `}${place === '' ? '' : `${place} `}${message}`,
  );
}

function readText(text: string): YamlText {
  try {
    return readYaml(text);
  } catch (cause) {
    if (!(cause instanceof YamlTextError)) throw cause;
    const { kind, message, place } = cause;
    const told = kind === 'repeated-key' ? `the key ${message} stands twice` : message;
    const line = place === null ? '' : `line ${place.line}: `;
    throw new PolicyError(`${line}no YAML: ${told}`, { cause });
  }
}
