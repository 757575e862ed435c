import yargs, { type Argv } from 'yargs';
import type { OptionValues } from '../argv/option-values';
import { commandNames } from '../command-names';
import { isOptionName, optionNames, optionSpec, type OptionName } from '../options';
import { nearest } from '../../licensing/nearest';
import { UsageError, type Command, type Positional, type RawInput } from './command';

/** Goes in front of every word on its way through yargs, which would take `-1073418124` for options. */
const mark = '\u0001';

/** Names of the options that every command takes. */
const everywhereOptions = optionNames(['everywhere']);

/** A command's words as help shows them: `lab add <name>`, `lab exec <name> -- <command> [args...]`. */
export function usageLine(command: Command): string {
  const words = [command.name, ...command.positionals.map(positionalText)];
  if (command.options.length > 0) words.push('[options]');
  if (command.rest !== undefined) words.push('--', command.rest);
  return words.join(' ');
}

function positionalText({ name, optional, many }: Positional): string {
  const inner = many === true ? `${name}..` : name;
  return optional === true ? `[${inner}]` : `<${inner}>`;
}

/** yargs for one command: its words and options, strict, without anything that yargs would do by itself. */
function yargsFor(command: Command): Argv {
  const words = command.positionals.map(positionalText).join(' ');
  const parser = yargs()
    .scriptName('slmgr')
    .parserConfiguration({
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'camel-case-expansion': false,
      'boolean-negation': false,
      'dot-notation': false,
      'short-option-groups': false,
    })
    .locale('en')
    .exitProcess(false)
    .help(false)
    .version(false)
    .strict()
    .command(`$0 ${words}`.trim(), false, (inner) => {
      for (const { name, optional, many } of command.positionals) {
        inner.positional(name, { type: 'string', array: many === true, demandOption: optional !== true });
      }
      return inner;
    });
  for (const name of [...command.options, ...everywhereOptions]) {
    const spec = optionSpec(name);
    parser.option(name, {
      type: spec.value === null ? 'boolean' : 'string',
      array: spec.repeatable === true,
      requiresArg: spec.value !== null,
    });
  }
  return parser;
}

/**
 * Reads a command's words and options; `operands` stood behind `--`, and no option is looked for among them.
 * @throws UsageError in the user's words: what is missing, unknown or too much.
 */
export function parseWords(
  command: Command,
  before: readonly string[],
  options: OptionValues,
  operands: readonly string[] = [],
): RawInput {
  const words = [...before, ...operands];
  refuseStray(command, before);
  refuseMistakes(command, words, options);
  const flags: string[] = [];
  for (const [name, value] of Object.entries(options)) {
    if (value === true) flags.push(`--${name}`);
    else flags.push(...value.map((one) => `--${name}=${one}`));
  }
  const problems: string[] = [];
  const parsed = yargsFor(command)
    .fail((message, error) => {
      problems.push((message || error.message).replaceAll(mark, ''));
    })
    .parseSync([...words.map((word) => `${mark}${word}`), ...flags]) as Record<string, unknown>;
  if (problems[0] !== undefined) throw new UsageError(problems[0]);
  const known = [...command.positionals.map(({ name }) => name), ...command.options, 'json'];
  const raw: Record<string, string | true | readonly string[] | undefined> = {};
  for (const name of known) {
    const value = options[name as OptionName] ?? unmarked(parsed[name]);
    if (value !== undefined) raw[name] = value;
  }
  return raw;
}

/** Complains in our own words, before yargs does in its. */
function refuseStray(command: Command, words: readonly string[]): void {
  const stray = words.find((word) => /^--[a-z]/i.test(word));
  if (stray !== undefined) throw new UsageError(`Unknown option ${stray}${suggestion(stray, command)}`);
}

function refuseMistakes(command: Command, words: readonly string[], options: OptionValues): void {
  const foreign = Object.keys(options).find((name) => !belongs(command, name as OptionName));
  if (foreign !== undefined)
    throw new UsageError(`Option --${foreign} does not belong to "slmgr ${command.name}".`);
  if (options.tsv === true && options.json === true)
    throw new UsageError('--tsv and --json do not go together: choose one.');
  const surplus = surplusOf(command, words);
  if (surplus !== undefined) throw new UsageError(surplusMessage(surplus, command, words, options));
  const missing = command.positionals.filter(({ optional }) => optional !== true)[words.length];
  if (missing !== undefined) throw new UsageError(`<${missing.name}> is missing: ${missing.summary}.`);
}

/** The first word that the command has no place for. */
function surplusOf({ positionals }: Command, words: readonly string[]): string | undefined {
  return positionals.at(-1)?.many === true ? undefined : words[positionals.length];
}

/** What was probably meant by a word too many: a command below, an option, a value that lacks its quotes. */
function surplusMessage(
  word: string,
  command: Command,
  words: readonly string[],
  options: OptionValues,
): string {
  const below = commandNames[command.name.split(' ')[0] ?? '']?.includes(word.toLowerCase()) ?? false;
  if (below)
    return `"${word}" is a command by itself; it stands behind "${command.name.split(' ')[0] ?? ''}".`;
  const bare = word.replace(/^[/-]+/, '').toLowerCase();
  if (bare !== word.toLowerCase() && isOptionName(bare))
    return `"${word}" is one word too many; did you mean --${bare}?`;
  const value = valueWithBlanks(words.slice(command.positionals.length), options);
  if (value !== null) return `"${word}" is one word too many; a value with blanks is quoted: ${value}`;
  const wants = command.positionals.length === 0 ? 'takes no words' : `takes ${usageLine(command)}`;
  return `"${word}" is one word too many: the command ${wants}`;
}

/** `--product Windows 7 Enterprise`: the first word is the value, the others were left over. */
function valueWithBlanks(further: readonly string[], options: OptionValues): string | null {
  for (const [name, value] of Object.entries(options)) {
    const [first] = Array.isArray(value) ? (value as readonly string[]) : [];
    if (first !== undefined && (name === 'product' || name === 'for') && !first.includes(' '))
      return `--${name} "${[first, ...further].join(' ')}"`;
  }
  return null;
}

function unmarked(value: unknown): string | readonly string[] | undefined {
  if (typeof value === 'string') return value.slice(mark.length);
  return Array.isArray(value) ? value.map((one) => String(one).slice(mark.length)) : undefined;
}

function belongs(command: Command, name: OptionName): boolean {
  return optionSpec(name).scope === 'everywhere' || command.options.includes(name);
}

/** ", did you mean --product?" where an option of the command is one or two letters away. */
function suggestion(stray: string, command: Command): string {
  const name = stray.replace(/^--|=.*$/g, '');
  const near = nearest(name, [...command.options, ...everywhereOptions]);
  return near === null ? '' : `; did you mean --${near}?`;
}
