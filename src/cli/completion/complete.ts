import { findVerb } from '../../verbs/table';
import type { Parameter } from '../../verbs/parameters';
import { splitOptions, type SplitCommandLine } from '../argv/split-options';
import type { Command, Positional } from '../framework/command';
import { findCommand } from '../framework/run-command';
import type { OptionText } from '../option-texts';
import { optionTextOf } from '../option-texts-of-commands';
import { isOptionName, optionSpec, optionTable, type OptionName } from '../options';

/** What the completion knows; machines and products are asked for only where they may stand. */
export interface CompletionFacts {
  readonly commands: readonly Command[];
  /** slmgr's verbs without the slash. */
  readonly verbs: readonly string[];
  readonly machines: () => readonly string[];
  readonly products: () => readonly string[];
}

/** What may stand under the cursor: candidates that begin with what is there, or `files`, which the shell knows. */
export type Completion = readonly string[] | typeof files;

/** Names of files fit, and nothing else does. */
export const files = 'files';

/** What may stand under the cursor after the words in front of it; the last word may be empty. */
export function complete(words: readonly string[], facts: CompletionFacts): Completion {
  const last = words.at(-1) ?? '';
  const current = last === emptyWord ? '' : last;
  const before = words.slice(0, -1);
  const inline = /^(--[a-z-]+)=/.exec(current);
  if (inline?.[1] !== undefined) {
    const [start, option] = inline;
    const found = complete([...before, option, current.slice(start.length)], facts);
    return found === files ? files : found.map((value) => start + value);
  }
  // bash breaks a line at "=": `--product=Win` are three words there.
  if (before.at(-1) === '=' && before.at(-2)?.startsWith('--')) before.pop();
  const found = candidates(before, current, facts);
  if (found === files) return files;
  return found.filter((candidate) => candidate.toLowerCase().startsWith(current.toLowerCase()));
}

/** Stands for an empty last word: Windows PowerShell cannot hand an empty word to a program. */
export const emptyWord = '@';

/** The option whose value stands behind a word; null where none does. */
function askedOption(word: string): OptionName | null {
  const name = word.startsWith('--') ? word.slice(2) : '';
  return isOptionName(name) && optionSpec(name).value !== null ? name : null;
}

function candidates(before: readonly string[], current: string, facts: CompletionFacts): Completion {
  const line = splitOptions(before);
  const command = findCommand(facts.commands, line.words);
  const asked = askedOption(before.at(-1) ?? '');
  if (asked !== null) return optionValues(optionTextOf(asked, command?.name ?? null), facts);
  const verb = line.words.findIndex((word) => /^[/-]./.test(word));
  if (line.rest === null && current.startsWith('--')) return optionNames(command, line);
  if (verb >= 0 && (command === null || isVerb(line.words[verb]))) return verbWord(line.words.slice(verb));
  return command === null
    ? beforeVerb(line.words, current, facts)
    : wordOfCommand(command, line, current, facts);
}

function isVerb(word: string | undefined): boolean {
  return word !== undefined && findVerb(word.slice(1)) !== undefined;
}

/** A word behind a verb. */
function verbWord([verb = '', ...given]: readonly string[]): Completion {
  const word: Parameter | undefined = findVerb(verb.slice(1))?.parameters[given.length];
  return word?.holds === 'file' ? files : (word?.choices ?? []);
}

/** A line without a verb and without a whole command: commands, machines, and verbs where they may stand. */
function beforeVerb(words: readonly string[], current: string, facts: CompletionFacts): readonly string[] {
  if (/^[/-]/.test(current)) {
    const options = current.startsWith('-') ? optionNames(null, splitOptions([])) : [];
    return [...verbWords(facts, current[0] ?? '/'), ...options];
  }
  const next = nextWords(words, facts.commands);
  if (words.length === 0) return [...next, ...facts.machines()];
  if (next.length > 0) return next;
  // Behind a machine stands its verb or a user, behind a user the password.
  return words.length === 2 ? [] : verbWords(facts, '/');
}

function verbWords({ verbs }: CompletionFacts, sign: string): readonly string[] {
  return verbs.map((verb) => `${sign}${verb}`);
}

function wordOfCommand(
  command: Command,
  line: SplitCommandLine,
  current: string,
  facts: CompletionFacts,
): Completion {
  // Behind `--` stand a command's words, unless it has its own meaning for what stands there.
  if (line.rest !== null && command.rest !== undefined) return files;
  if (line.rest === null && current.startsWith('-')) return optionNames(command, line);
  const words = [...line.words, ...(line.rest ?? [])].slice(command.name.split(' ').length);
  const deeper = line.rest === null ? nextWords(line.words, facts.commands) : [];
  if (deeper.length > 0) return deeper;
  const word = command.positionals[words.length] ?? command.positionals.at(-1);
  if (word === undefined || (words.length >= command.positionals.length && word.many !== true)) return [];
  return positional(word, words, facts);
}

function positional(word: Positional, given: readonly string[], facts: CompletionFacts): Completion {
  const { holds } = word;
  if (holds === undefined) return word.choices ?? word.suggestions ?? [];
  switch (holds) {
    case 'machine':
      return facts.machines().filter((name) => !given.includes(name));
    case 'product':
      return given.length === 0 ? facts.products() : [];
    case 'topic':
      return [...nextWords(given, facts.commands), ...(given.length === 0 ? facts.verbs : [])];
    case 'file':
      return files;
  }
}

/** Options of the command, or of slmgr's verbs; one that is given and stands only once is left out. */
function optionNames(command: Command | null, { options }: SplitCommandLine): readonly string[] {
  const fits = (name: OptionName): boolean =>
    optionSpec(name).scope === 'everywhere' ||
    (command === null ? optionSpec(name).scope === 'verbs' : command.options.includes(name));
  const isFree = (name: OptionName): boolean =>
    options[name] === undefined || optionSpec(name).repeatable === true;
  const names = Object.keys(optionTable) as OptionName[];
  return names.filter((name) => fits(name) && isFree(name)).map((name) => `--${name}`);
}

function optionValues({ value }: OptionText, facts: CompletionFacts): Completion {
  switch (value?.kind) {
    case 'words':
      return value.words;
    case 'product':
      return facts.products();
    case 'machine':
      return facts.machines();
    case 'file':
      return files;
    case 'number':
    case 'duration':
    case 'text':
    case undefined:
      return [];
  }
}

/** Words that may follow in the commands' names. */
function nextWords(words: readonly string[], commands: readonly Command[]): readonly string[] {
  const found = new Set<string>();
  for (const { name } of commands) {
    const parts = name.split(' ');
    const next = parts[words.length];
    if (next !== undefined && words.every((word, at) => parts[at] === word.toLowerCase())) found.add(next);
  }
  return [...found].sort();
}
