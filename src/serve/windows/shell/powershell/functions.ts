import { NotSimulated } from '../not-simulated';
import { failure } from './failure';
import { castTo } from './types';
import { plainText } from './bind';
import { type Expression, type Parameter, type Word } from './syntax';
import { isList, type Value } from './values';

type Work = (expression: Expression) => Promise<Value>;

/** The name of a parameter that a word gives; null for a value. */
function nameIn(word: Word | undefined): string | null {
  if (word?.isBare !== true) return null;
  const [, name] = /^-([a-z_]\w*)$/i.exec(plainText(word.value) ?? '') ?? [];
  return name?.toLowerCase() ?? null;
}

/**
 * The variables of a function's call: its parameters by name and in order, what is left in `$args`.
 * @throws NotSimulated for a name that the function does not have
 */
export async function bindFunction(
  parameters: readonly Parameter[],
  words: readonly Word[],
  work: Work,
): Promise<ReadonlyMap<string, Value>> {
  const given = new Map<string, Value>();
  const free: Value[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === undefined) break;
    const name = nameIn(word);
    const parameter = name === null ? undefined : parameterNamed(parameters, name);
    if (parameter === undefined) {
      free.push(await work(word.value));
      continue;
    }
    if (parameter.type === 'switch') given.set(parameter.name, true);
    else {
      at += 1;
      const next = words[at];
      if (next === undefined) throw failure(`Missing an argument for parameter '${parameter.name}'.`);
      given.set(parameter.name, await work(next.value));
    }
  }
  for (const parameter of parameters)
    if (!given.has(parameter.name) && parameter.type !== 'switch' && free.length > 0)
      given.set(parameter.name, free.shift() ?? null);
  return await completed(parameters, given, free, work);
}

async function completed(
  parameters: readonly Parameter[],
  given: ReadonlyMap<string, Value>,
  free: readonly Value[],
  work: Work,
): Promise<ReadonlyMap<string, Value>> {
  const variables = new Map<string, Value>([['args', free]]);
  for (const { name, type, initial } of parameters) {
    const value = given.has(name)
      ? (given.get(name) ?? null)
      : initial === null
        ? unset(type)
        : await work(initial);
    variables.set(name, type === null || (value === null && !given.has(name)) ? value : castTo(type, value));
  }
  return variables;
}

function unset(type: string | null): Value {
  switch (type) {
    case 'switch':
    case 'bool':
      return false;
    case 'string':
      return '';
    case 'int':
    case 'int32':
      return 0;
    default:
      return null;
  }
}

function parameterNamed(parameters: readonly Parameter[], name: string): Parameter {
  const fitting = parameters.filter((each) => each.name.startsWith(name));
  const found = fitting.find((each) => each.name === name) ?? (fitting.length === 1 ? fitting[0] : undefined);
  if (found === undefined)
    throw new NotSimulated(`the parameter -${name} of a function that does not name it`);
  return found;
}

/** Looks at a call of a function before the line runs. */
export function checkCall(parameters: readonly Parameter[], words: readonly Word[]): void {
  for (const word of words) {
    const name = nameIn(word);
    if (name !== null) parameterNamed(parameters, name);
  }
}

/** Items of a value for a loop: nothing has none. */
export function loopItems(value: Value): readonly Value[] {
  if (isList(value)) return value;
  return value === null ? [] : [value];
}
