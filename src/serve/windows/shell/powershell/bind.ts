import { NotSimulated } from '../not-simulated';
import { type Expression, type Word } from './syntax';

/** What a cmdlet may be given: names of parameters, in lower case. */
export interface Parameters {
  /** Those with a value, in the order in which they stand without a name. */
  readonly positional: readonly string[];
  /** Those with a value that are always named. */
  readonly named?: readonly string[];
  readonly switches?: readonly string[];
  /** The one that takes all further words. */
  readonly rest?: string;
  /** Those whose lists are one value. */
  readonly whole?: readonly string[];
  /** Values that are read before the line runs, so that they have to be written out. */
  readonly constant?: readonly string[];
}

/** The words of a cmdlet by parameter. */
export interface Bound {
  readonly values: ReadonlyMap<string, readonly Expression[]>;
  readonly switches: ReadonlySet<string>;
}

const common = ['erroraction', 'warningaction', 'informationaction'];
const aliases: Readonly<Record<string, string>> = { ea: 'erroraction', wa: 'warningaction' };

/**
 * Binds words to parameters, by whole names and by beginnings of names.
 * @throws NotSimulated for a parameter that is not known
 */
export function bind(cmdlet: string, words: readonly Word[], parameters: Parameters): Bound {
  const binder = new Binder(cmdlet, parameters);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === undefined) break;
    const given = parameterName(word);
    if (given === null) binder.free(word);
    else if (binder.named(given, words[at + 1])) at += 1;
  }
  return binder;
}

class Binder implements Bound {
  readonly values = new Map<string, Expression[]>();
  readonly switches = new Set<string>();
  readonly #cmdlet: string;
  readonly #parameters: Parameters;

  constructor(cmdlet: string, parameters: Parameters) {
    this.#cmdlet = cmdlet;
    this.#parameters = parameters;
  }

  /** Takes a word without a parameter's name in front. */
  free(word: Word): void {
    const { positional, rest } = this.#parameters;
    const name = positional.find((each) => !this.values.has(each)) ?? rest;
    if (name === undefined) throw new NotSimulated(`so many words behind ${this.#cmdlet}`);
    this.#put(name, word.value);
  }

  /** Takes a parameter's name; whether it took the word behind it, too. */
  named(given: string, next: Word | undefined): boolean {
    const { positional, named = [], switches = [] } = this.#parameters;
    const [name, isSwitch] = known(this.#cmdlet, given, [...positional, ...named, ...common], switches);
    if (isSwitch) {
      this.switches.add(name);
      return false;
    }
    if (next === undefined) throw new NotSimulated(`${this.#cmdlet} -${given} without a value`);
    this.#put(name, next.value);
    return true;
  }

  #put(name: string, value: Expression): void {
    this.values.set(name, [...(this.values.get(name) ?? []), value]);
  }
}

function known(
  cmdlet: string,
  given: string,
  names: readonly string[],
  switches: readonly string[],
): readonly [name: string, isSwitch: boolean] {
  const whole = aliases[given] ?? given;
  const fitting = [...switches, ...names].filter((name) => name === whole || name.startsWith(whole));
  const name = fitting.find((each) => each === whole) ?? (fitting.length === 1 ? fitting[0] : undefined);
  if (name === undefined) throw new NotSimulated(`${cmdlet} -${given}`);
  return [name, switches.includes(name)];
}

function parameterName(word: Word): string | null {
  if (!word.isBare || word.value.kind !== 'string') return null;
  const [text, second] = [plainText(word.value), word.value.parts[0]?.kind];
  const [, name] = second === 'text' ? (/^-([a-z]\w*:?.*)$/i.exec(text ?? '') ?? []) : [];
  return name === undefined ? null : name.toLowerCase();
}

/** The text of an expression without variables; null for another. */
export function plainText(expression: Expression): string | null {
  if (expression.kind === 'number') return String(expression.value);
  if (expression.kind !== 'string') return null;
  const texts = expression.parts.map((part) => (part.kind === 'text' ? part.text : null));
  return texts.includes(null) ? null : texts.join('');
}
