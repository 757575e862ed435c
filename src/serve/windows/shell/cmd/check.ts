import { NotSimulated } from '../not-simulated';
import { type Action, type Reading } from '../process';
import { changes } from './built-ins';
import { hasDelayed, refuseDelayed } from './delayed';
import { variablesOf } from './for-file';
import { planSimple, splitName, takesOpenWords, withVariables } from './simple';
import { unknown, type CmdNode } from './syntax';

type Input = NonNullable<Action['input']>;

/** Most commands of a line, those of loops counted as often as they run. */
const mostCommands = 2000;

/**
 * Understands every command of a line before one of them runs; what standard input the line takes.
 * @throws NotSimulated
 */
export function checkCmd(
  node: CmdNode,
  reading: Reading,
  { delayed }: { readonly delayed: boolean },
): Input | null {
  return new Check(reading, delayed).of(node, true, node.kind === 'simple');
}

class Check {
  readonly #reading: Reading;
  readonly #delayed: boolean;
  readonly #open: Set<string>;
  #commands = 0;

  constructor(reading: Reading, delayed: boolean) {
    this.#reading = reading;
    this.#delayed = delayed;
    this.#open = new Set(reading.open);
  }

  /** `isFirst`: its standard input is the line's own. `isAlone`: there is nothing else in the line. */
  of(node: CmdNode, isFirst: boolean, isAlone = false): Input | null {
    switch (node.kind) {
      case 'nothing':
        return null;
      case 'both':
      case 'and':
      case 'or':
        return either(this.of(node.left, isFirst), this.of(node.right, isFirst));
      case 'pipe':
        return either(this.of(node.left, isFirst), this.of(node.right, false));
      case 'block':
        return this.of(node.body, isFirst);
      case 'if':
        return this.#branches(node, isFirst);
      case 'for':
        return this.#loop(node, isFirst);
      case 'lines':
        return this.#lines(node);
      case 'simple':
        return this.#leaf(node, isFirst, isAlone);
    }
  }

  #loop({ items, variable, body }: Extract<CmdNode, { kind: 'for' }>, isFirst: boolean): Input | null {
    if (this.#delayed) refuseDelayed(items);
    return items
      .map((item) => this.of(withVariables(body, new Map([[variable, item]])), isFirst))
      .reduce(either, null);
  }

  /** What a turn's variables are only the run will tell. */
  #lines({ variable, options, source, body }: Extract<CmdNode, { kind: 'lines' }>): Input | null {
    if (source.kind === 'command' && this.of(source.node, false) !== null)
      throw new NotSimulated('for /f of a command that reads standard input');
    const values = variablesOf(variable, options).map((name) => [name, unknown] as const);
    return this.of(withVariables(body, new Map(values)), false);
  }

  #branches(
    { condition, then, otherwise }: Extract<CmdNode, { kind: 'if' }>,
    isFirst: boolean,
  ): Input | null {
    if (this.#delayed && condition.kind === 'compare') hasDelayed(condition.left + condition.right);
    return either(this.of(then, isFirst), otherwise === null ? null : this.of(otherwise, isFirst));
  }

  #leaf(
    { text, redirects }: Extract<CmdNode, { kind: 'simple' }>,
    isFirst: boolean,
    isAlone: boolean,
  ): Input | null {
    this.#commands += 1;
    if (this.#commands > mostCommands) throw new NotSimulated(`a line of more than ${mostCommands} commands`);
    const input = this.#simple(text);
    if (input === 'agent' && !(isAlone && redirects.length === 0))
      throw new NotSimulated('the agent among other commands: it needs a connection of its own');
    if (input === 'bridge' && !isFirst) throw new NotSimulated('the licensing script behind a pipe');
    const hasFile = redirects.some(({ kind }) => kind === 'input');
    return input === 'text' && (hasFile || !isFirst) ? null : input;
  }

  /** Whether only the run will tell what a command's words are. */
  #isOpen(text: string, calls: boolean): boolean {
    if (text.includes(unknown)) return true;
    return (this.#delayed && hasDelayed(text)) || (calls && /%[^%]+%/.test(text));
  }

  #simple(text: string): Input | null {
    if (text.trim() === '') return null;
    const calls = /^\s*call\s/i.test(text);
    const isOpen = this.#isOpen(text, calls);
    const { name } = splitName(calls ? text.trim().slice(4).trim() : text.replace(/^[\s,;=]+/, ''));
    if (isOpen && (/[!%\uE000]/.test(name) || !takesOpenWords(programNameOf(name))))
      throw new NotSimulated(`words of ${name} that only the run will tell`);
    const planned = planSimple(text, { ...this.#reading, open: this.#open }, (same) => same);
    if (planned.kind === 'unknown') return null;
    for (const variable of changes(planned.name, planned.tail)) this.#open.add(variable);
    return planned.action.input ?? null;
  }
}

function programNameOf(word: string): string {
  return (word.split(/[\\/]/).at(-1) ?? '').toLowerCase().replace(/\.(?:exe|vbs)$/, '');
}

/** The stronger of two needs. */
function either(a: Input | null, b: Input | null): Input | null {
  if (a === 'agent' || b === 'agent') return 'agent';
  if (a === 'bridge' || b === 'bridge') return 'bridge';
  return a ?? b;
}
