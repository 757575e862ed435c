import { plainText } from './bind';
import { type Block, type Element, type Expression, type Statement } from './syntax';

/** Calls something for every statement and expression of a script, those within others included. */
interface Visitor {
  readonly statement?: (statement: Statement) => void;
  readonly expression?: (expression: Expression) => void;
  readonly command?: (element: Extract<Element, { kind: 'command' }>) => void;
}

function statements(body: readonly Statement[], visitor: Visitor): void {
  for (const each of body) statement(each, visitor);
}

function statement(each: Statement, visitor: Visitor): void {
  visitor.statement?.(each);
  switch (each.kind) {
    case 'pipeline':
      for (const element of each.elements) elementIn(element, visitor);
      return;
    case 'assign':
      statement(each.value, visitor);
      return;
    case 'exit':
    case 'throw':
    case 'return':
      if (each.value !== null) statement(each.value, visitor);
      return;
    case 'break':
    case 'continue':
      return;
    default:
      for (const body of bodiesOf(each)) statements(body, visitor);
  }
}

/** The statements that stand directly within one. */
function bodiesOf(
  each: Extract<Statement, { kind: 'if' | 'foreach' | 'loop' | 'switch' | 'try' | 'function' }>,
): readonly (readonly Statement[])[] {
  switch (each.kind) {
    case 'if':
      return [...each.clauses.flatMap(({ condition, body }) => [[condition], body]), each.otherwise];
    case 'foreach':
      return [[each.items], each.body];
    case 'loop':
      return [[each.initial, each.condition, each.step].filter((part) => part !== null), each.body];
    case 'switch':
      return [[each.value], ...each.clauses.map(({ body }) => body)];
    case 'try':
      return [each.body, each.handler ?? [], each.last];
    case 'function':
      return [each.block.body];
  }
}

function elementIn(element: Element, visitor: Visitor): void {
  if (element.kind === 'expression') {
    expression(element.value, visitor);
    return;
  }
  visitor.command?.(element);
  if (element.block !== null) statements(element.block.body, visitor);
  for (const word of element.words) expression(word.value, visitor);
}

function expression(each: Expression, visitor: Visitor): void {
  visitor.expression?.(each);
  for (const part of partsOf(each)) expression(part, visitor);
  for (const body of bodiesIn(each)) statements(body, visitor);
}

/** The statements that stand directly within an expression. */
function bodiesIn(each: Expression): readonly (readonly Statement[])[] {
  if (each.kind === 'statements') return [each.body];
  if (each.kind === 'block') return [each.block.body];
  if (each.kind === 'table') return [each.entries.map(({ value }) => value)];
  if (each.kind !== 'string') return [];
  return each.parts.flatMap((part) => (part.kind === 'statements' ? [part.body] : []));
}

function partsOf(each: Expression): readonly Expression[] {
  switch (each.kind) {
    case 'list':
      return each.items;
    case 'not':
    case 'minus':
    case 'cast':
      return [each.operand];
    case 'member':
      return [each.of];
    case 'method':
      return [each.of, ...each.arguments];
    case 'index':
      return [each.of, each.index];
    case 'static':
      return each.arguments ?? [];
    case 'table':
      return each.entries.map(({ key }) => key);
    case 'binary':
      return [each.left, each.right];
    default:
      return [];
  }
}

/** Variables that statements assign, in lower case. */
export function assignedIn(body: readonly Statement[]): readonly string[] {
  const found: string[] = [];
  statements(body, {
    statement: (each) => {
      if (each.kind === 'assign' && each.target.kind === 'variable') found.push(each.target.name);
      if (each.kind === 'foreach') found.push(each.name);
    },
  });
  return found.filter((name) => !/^(?:true|false|null|_)$/.test(name));
}

/** The functions of a script by name in lower case. */
export function functionsIn(body: readonly Statement[]): ReadonlyMap<string, Block> {
  const found = new Map<string, Block>();
  statements(body, {
    statement: (each) => {
      if (each.kind === 'function') found.set(each.name.toLowerCase(), each.block);
    },
  });
  return found;
}

/** Names that a script gives to members: keys of hashtables, names of calculated properties and groups of patterns. */
export function keysIn(body: readonly Statement[]): ReadonlySet<string> {
  const found = new Set<string>();
  const note = (each: Expression): void => {
    const text = plainText(each);
    if (text !== null) found.add(text.toLowerCase());
  };
  statements(body, {
    statement: (each) => {
      if (each.kind !== 'assign') return;
      if (each.target.kind === 'member') found.add(each.target.name.toLowerCase());
      else if (each.target.kind === 'index') note(each.target.index);
    },
    expression: (each) => {
      if (each.kind === 'table')
        for (const { key, value } of each.entries) {
          note(key);
          const only = value.kind === 'pipeline' ? value.elements[0] : undefined;
          if (only?.kind === 'expression') note(only.value);
        }
      if (each.kind === 'string')
        for (const [, name = ''] of (plainText(each) ?? '').matchAll(/\(\?<(\w+)>/g))
          found.add(name.toLowerCase());
    },
    command: ({ name, words }) => {
      if (/^add-member$/i.test(plainText(name) ?? '')) for (const { value } of words) note(value);
    },
  });
  return found;
}

/** Whether a script reads values of the registry, whose names may be any. */
export function usesRegistry(body: readonly Statement[]): boolean {
  let found = false;
  statements(body, {
    command: ({ name }) => {
      if (/^(?:get-itemproperty|gp)$/i.test(plainText(name) ?? '')) found = true;
    },
  });
  return found;
}
