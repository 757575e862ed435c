import { isOptionName, optionSpec, type OptionName } from '../options';

/** Options by name: `true` for a switch, the words of one that takes a value in their order. */
export type OptionValues = Readonly<Partial<Record<OptionName, true | readonly string[]>>>;

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
  const words: string[] = [];
  const options = new Map<OptionName, true | string[]>();
  let rest: readonly string[] | null = null;
  let problem: string | null = null;
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--') {
      rest = argv.slice(at + 1);
      break;
    }
    const option = readOption(word);
    if (option === null) {
      words.push(word);
      continue;
    }
    const spec = optionSpec(option.name);
    if (spec.value === null) {
      if (option.inline !== null) problem ??= `Option --${option.name} takes no value.`;
      options.set(option.name, true);
      continue;
    }
    const value = option.inline ?? argv[(at += 1)];
    if (value === undefined) {
      problem ??= `Option --${option.name} needs a value: ${spec.value}.`;
      continue;
    }
    const earlier = options.get(option.name);
    if (earlier !== undefined && spec.repeatable !== true)
      problem ??= `Option --${option.name} stands twice.`;
    options.set(option.name, Array.isArray(earlier) ? [...earlier, value] : [value]);
  }
  return { words, rest, options: Object.fromEntries(options), problem };
}

function readOption(word: string): { readonly name: OptionName; readonly inline: string | null } | null {
  if (!word.startsWith('--')) return null;
  const equals = word.indexOf('=');
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
  if (!isOptionName(name)) return null;
  return { name, inline: equals < 0 ? null : word.slice(equals + 1) };
}

/** The one value of an option that may stand once, or undefined. */
export function optionValue(options: OptionValues, name: OptionName): string | undefined {
  const value = options[name];
  return value === undefined || value === true ? undefined : value[0];
}
