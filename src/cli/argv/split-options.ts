import { findVerb } from '../../verbs/table';
import { type OptionValues } from './option-values';
import { isOptionName, optionSpec, shortOption, type OptionName } from '../options';

/** A command line with its long options taken out. */
export interface SplitCommandLine {
  /** The words in front of `--` that are no option and no option's value, unknown long options among them. */
  readonly words: readonly string[];
  /** What stands behind `--`, or null where there is no `--`. */
  readonly rest: readonly string[] | null;
  readonly options: OptionValues;
  /** What is wrong with an option, in words for the user; the first only. */
  readonly problem: string | null;
}

/**
 * Takes GNU long options and their values out of a command line, wherever they stand: `--json`, `--key FILE`,
 * `--key=FILE`. `--` ends options. A long option that the table lacks stays a word, so that each grammar complains
 * about it in its own way.
 */
export function splitOptions(argv: readonly string[]): SplitCommandLine {
  const end = endOfOptions(argv);
  const rest = end === argv.length ? null : argv.slice(end + 1);
  const words: string[] = [];
  const found = new FoundOptions();
  for (let at = 0; at < end; at += 1) {
    const word = argv[at] ?? '';
    const option = readOption(word, words);
    if (option === null) words.push(word);
    else if (optionSpec(option.name).value === null) found.addSwitch(option);
    else if (option.inline !== null) found.addValue(option.name, option.inline);
    else found.takeValue(option.name, at + 1 < argv.length ? argv[(at += 1)] : undefined);
  }
  const problem = found.problem ?? swallowedVerb(words, found);
  return { words, rest, options: found.options(), problem };
}

/** `--snapshot /dli`: the line has no verb, because the option whose value was forgotten took it. */
function swallowedVerb(words: readonly string[], { taken }: FoundOptions): string | null {
  if (words.some((word) => /^[/-]./.test(word))) return null;
  const option = taken.find(({ value }) => /^[/-]./.test(value) && findVerb(value.slice(1)) !== undefined);
  if (option === undefined) return null;
  const { name, value } = option;
  const wanted = optionSpec(name).value ?? '';
  return `Option --${name} needs a value, ${wanted}, in front of ${value} (--${name}=${value} if that is the value).`;
}

/** Where `--` stands as a word of its own and not as an option's value. */
function endOfOptions(argv: readonly string[]): number {
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--') return at;
    const option = readOption(word);
    if (option?.inline === null && optionSpec(option.name).value !== null) at += 1;
  }
  return argv.length;
}

class FoundOptions {
  /** What is wrong; the first only. */
  problem: string | null = null;
  /** Values that were words of their own. */
  readonly taken: { readonly name: OptionName; readonly value: string }[] = [];
  readonly #values = new Map<OptionName, true | readonly string[]>();

  addSwitch({ name, inline }: { readonly name: OptionName; readonly inline: string | null }): void {
    if (inline !== null) this.problem ??= `Option --${name} takes no value.`;
    this.#values.set(name, true);
  }

  /** The value is the next word of the line, where there is one. */
  takeValue(name: OptionName, value: string | undefined): void {
    if (value !== undefined) this.taken.push({ name, value });
    this.addValue(name, value);
  }

  addValue(name: OptionName, value: string | undefined): void {
    const { value: wanted, repeatable } = optionSpec(name);
    const earlier = this.#values.get(name);
    if (value === undefined) this.problem ??= `Option --${name} needs a value: ${wanted ?? ''}.`;
    else if (earlier !== undefined && repeatable !== true) this.problem ??= `Option --${name} stands twice.`;
    else
      this.#values.set(name, Array.isArray(earlier) ? [...(earlier as readonly string[]), value] : [value]);
  }

  options(): OptionValues {
    return Object.fromEntries(this.#values);
  }
}

function readOption(
  word: string,
  before: readonly string[] = [],
): { readonly name: OptionName; readonly inline: string | null } | null {
  if (!word.startsWith('--')) {
    const short = shortOption(word, before);
    return short === null ? null : { name: short, inline: null };
  }
  const equals = word.indexOf('=');
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
  if (!isOptionName(name)) return null;
  return { name, inline: equals < 0 ? null : word.slice(equals + 1) };
}
