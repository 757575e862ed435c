import type * as z from 'zod';
import { nearest } from './nearest';

/** What a mistake is called on its way through the schema library; it knows the schema, which the mistake as told does not. */
type Raw = z.core.$ZodRawIssue;

/** Names that are listed where none is near; more would be a wall of words. */
const listedNames = 12;

/**
 * What a schema says of a wrong value, in words of people; goes to `safeParse` as `error`. The words follow a place
 * ("targets.a has no ..."). Sentences that a schema has for itself go before.
 */
export function schemaMistake(issue: Raw): string | undefined {
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownNames(issue.keys, namesOf(issue.inst));
    case 'invalid_type':
      return wrongKind(issue.expected, issue.input);
    case 'invalid_value':
      return notAmong(issue.values.map(String), issue.input);
    case 'invalid_union':
    case 'invalid_format':
      return 'is not of the form that is expected';
    case 'too_small':
      return `must be at least ${String(issue.minimum)}${unitOf(issue.origin)}`;
    case 'too_big':
      return `must be at most ${String(issue.maximum)}${unitOf(issue.origin)}`;
    default:
      return undefined;
  }
}

/** The mistake to tell of several: a name that nobody knows goes before the missing one beside it, which it was meant to be. */
export function toldMistake(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  const [first] = issues;
  const parent = first?.path.slice(0, -1) ?? [];
  const misspelt = issues.find(
    ({ code, path }) =>
      code === 'unrecognized_keys' &&
      path.length === parent.length &&
      path.every((part, at) => part === parent[at]),
  );
  return misspelt ?? first;
}

function unknownNames(names: readonly string[], known: readonly string[]): string {
  const [first = ''] = names;
  const near = nearest(first, known);
  const several = known.length > 0 && known.length <= listedNames ? `; it takes ${known.join(', ')}` : '';
  const hint = near === null ? several : `; did you mean ${near}?`;
  return `has no ${names.map((name) => `"${name}"`).join(', ')}${hint}`;
}

/** The names of the object that a mistake was found in. */
function namesOf(schema: Raw['inst']): readonly string[] {
  const definition = schema?._zod.def;
  if (definition === undefined || !('shape' in definition)) return [];
  return Object.keys(definition.shape as object);
}

function wrongKind(expected: string, input: unknown): string {
  if (input === undefined) return 'is missing';
  const wanted = kinds[expected] ?? expected;
  if (input === null) return `is empty: it must be ${wanted}`;
  const isNumber = typeof input === 'number' && (expected === 'int' || expected === 'number');
  return `must be ${wanted}, not ${isNumber ? String(input) : kindOf(input)}`;
}

const kinds: Readonly<Record<string, string>> = {
  object: 'a mapping (name: value)',
  record: 'a mapping (name: value)',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  null: 'null',
};

function kindOf(input: unknown): string {
  if (Array.isArray(input)) return 'a list';
  return kinds[typeof input] ?? 'that';
}

function notAmong(values: readonly string[], input: unknown): string {
  const wanted = values.length === 1 ? `must be ${values.join('')}` : `must be one of ${values.join(', ')}`;
  const near = typeof input === 'string' ? nearest(input, values) : null;
  return input === undefined
    ? `is missing: it ${wanted}`
    : `${wanted}${near === null ? '' : `; did you mean ${near}?`}`;
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters long';
  return origin === 'array' ? ' items long' : '';
}
