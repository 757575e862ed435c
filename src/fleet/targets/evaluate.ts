import { fitsPattern } from '../../lab/estate/name-pattern';
import type { Expression, Operator, Step } from './expression';
import { ExpressionError } from './expression-error';
import { NameSet } from './name-set';
import { expandPattern, sizeOfPattern } from './ranges';

/** The names and groups that an expression may speak of. */
export interface KnownTargets {
  /** The name as it is known, or null where nobody knows it. */
  readonly find: (name: string) => string | null;
  /** All names that a glob is held against. */
  readonly names: () => Iterable<string>;
  /** What `@all` means, each name once. */
  readonly everything: () => Iterable<string>;
  /** The members of a group; null where there is none of that name. */
  readonly group: (name: string) => Iterable<string> | null;
  /** A name close to one that nobody knows, for the message. */
  readonly nearest?: (name: string) => string | null;
  /** A group close to one that there is not, for the message. */
  readonly nearestGroup?: (name: string) => string | null;
}

/** Most names that one expression may make. */
export const mostTargets = 1_000_000;

/** How many unknown names a message gives. */
const namesInMessage = 3;

/**
 * The names that an expression means, in the order in which it names them. Operators work from left to right. Only
 * what is left at the end has to be known, so that `web[01-50]!web13` may leave out a machine that is gone.
 * @throws ExpressionError where a name or a group is unknown, a glob or the whole finds nothing, or the expression
 *     would make more than {@link mostTargets} names; nothing that large is made
 */
export function evaluate(expression: Expression, known: KnownTargets): readonly string[] {
  const [only, ...others] = expression.steps;
  // All that is known is known, each once: hundreds of thousands of names need no second look.
  if (only?.term.kind === 'everything' && others.length === 0) {
    const names = namesOf(only, expression, known);
    if (names.length > mostTargets) throw tooMany(only, expression);
    return names;
  }
  const said: Said[] = [];
  const found = new NameSet();
  for (const step of expression.steps) {
    const names = namesOf(step, expression, known);
    if (step.operator === ',' && (step.term.kind === 'names' || step.term.kind === 'group')) {
      said.push({ step, names });
    }
    apply(step.operator, names, found);
    if (found.size > mostTargets) throw tooMany(step, expression);
  }
  if (found.size === 0) throw new ExpressionError('No machine is left.', expression.text, 0);
  return asKnown(found, said, { expression, known });
}

/** Names as they were written, and the step that wrote them. */
interface Said {
  readonly step: Step;
  readonly names: readonly string[];
}

interface Meaning {
  readonly expression: Expression;
  readonly known: KnownTargets;
}

/** Names in the spelling by which they are known. */
function asKnown(found: NameSet, said: readonly Said[], meaning: Meaning): readonly string[] {
  const unknown: string[] = [];
  const names: string[] = [];
  for (const name of found) {
    const spelling = meaning.known.find(name);
    if (spelling === null) unknown.push(name);
    names.push(spelling ?? name);
  }
  if (unknown.length > 0) refuseUnknown(unknown, said, meaning);
  return names;
}

function apply(operator: Operator, names: readonly string[], found: NameSet): void {
  switch (operator) {
    case ',':
      for (const name of names) found.add(name);
      return;
    case '!':
      for (const name of names) found.delete(name);
      return;
    case '&': {
      const kept = new NameSet(names);
      for (const name of [...found]) if (!kept.has(name)) found.delete(name);
    }
  }
}

function tooMany(step: Step, expression: Expression): ExpressionError {
  return new ExpressionError(`That is more than ${mostTargets} machines.`, expression.text, step.at);
}

function namesOf(step: Step, expression: Expression, known: KnownTargets): readonly string[] {
  const { term } = step;
  const fail = (message: string): never => {
    throw new ExpressionError(message, expression.text, step.at);
  };
  switch (term.kind) {
    case 'names':
      if (sizeOfPattern(term.pieces) > mostTargets) throw tooMany(step, expression);
      return expandPattern(term.pieces);
    case 'url':
      return [term.url];
    case 'glob': {
      const names = [...known.names()].filter((name) => fitsPattern(name, term.pattern));
      // What is taken away may be absent already.
      if (names.length === 0 && step.operator === ',') fail(`No known machine fits ${term.pattern}.`);
      return names;
    }
    case 'group':
      return [...(known.group(term.name) ?? fail(noGroup(term.name, known)))];
    case 'everything': {
      const names = [...known.everything()];
      if (names.length === 0 && step.operator === ',') fail('@all is nobody: no machine is known.');
      return names;
    }
  }
}

function noGroup(name: string, known: KnownTargets): string {
  const near = known.nearestGroup?.(name) ?? null;
  return `There is no group @${name}.${near === null ? '' : ` Did you mean @${near}?`}`;
}

/** Names that were written have to be known; URLs and what patterns found need not. */
function refuseUnknown(
  names: readonly string[],
  said: readonly Said[],
  { expression, known }: Meaning,
): void {
  const placeOf = new Map<string, Step>();
  for (const { step, names: own } of said) for (const name of own) placeOf.set(name.toLowerCase(), step);
  const unknown = names.filter((name) => placeOf.has(name.toLowerCase()));
  const [first] = unknown;
  if (first === undefined) return;
  const shown = unknown.slice(0, namesInMessage).join(', ');
  const more = unknown.length > namesInMessage ? ` and ${unknown.length - namesInMessage} more` : '';
  const near = known.nearest?.(first) ?? null;
  const hint = near === null ? '' : ` Did you mean ${near}?`;
  const verb = unknown.length === 1 ? 'is' : 'are';
  throw new ExpressionError(
    `${shown}${more} ${verb} not known here.${hint}`,
    expression.text,
    placeOf.get(first.toLowerCase())?.at ?? 0,
  );
}
