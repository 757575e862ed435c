import { splitOptions } from '../argv/split-options';
import { findCommand } from '../framework/run-command';
import type { Command } from '../framework/command';
import { optionTexts } from '../option-texts';
import { isOptionName, optionSpec, optionTable, type OptionName } from '../options';

/** What the completion knows; machines and products are asked for only where they may stand. */
export interface CompletionFacts {
  readonly commands: readonly Command[];
  /** slmgr's verbs without the slash. */
  readonly verbs: readonly string[];
  readonly machines: () => readonly string[];
  readonly products: () => readonly string[];
}

/** Words of a command where a machine's name stands. */
const machineWords: ReadonlySet<string> = new Set(['name', 'names', 'target', 'machines']);

/**
 * Candidates for the last of the words, which may be empty. All begin with it; none where a file name or free text
 * is wanted, so that the shell completes files.
 */
export function complete(words: readonly string[], facts: CompletionFacts): readonly string[] {
  const last = words.at(-1) ?? '';
  const current = last === emptyWord ? '' : last;
  const before = words.slice(0, -1);
  const inline = /^(--[a-z-]+)=/.exec(current);
  if (inline?.[1] !== undefined) {
    const [start, option] = inline;
    return complete([...before, option, current.slice(start.length)], facts).map((value) => start + value);
  }
  // bash breaks a line at "=": `--product=Win` are three words there.
  if (before.at(-1) === '=' && before.at(-2)?.startsWith('--')) before.pop();
  const begins = (candidate: string): boolean => candidate.toLowerCase().startsWith(current.toLowerCase());
  return [...candidates(before, current, facts)].filter(begins);
}

/** Stands for an empty last word: Windows PowerShell cannot hand an empty word to a program. */
export const emptyWord = '@';

function candidates(before: readonly string[], current: string, facts: CompletionFacts): readonly string[] {
  const previous = before.at(-1) ?? '';
  const asked = previous.startsWith('--') ? previous.slice(2) : '';
  if (isOptionName(asked) && optionSpec(asked).value !== null) return optionValues(asked, facts);
  const line = splitOptions(before);
  const command = findCommand(facts.commands, line.words);
  if (line.rest !== null) return operands(command, [...line.words, ...line.rest], facts);
  if (current.startsWith('--')) return optionNames(command);
  if (current.startsWith('/') || current.startsWith('-')) {
    return facts.verbs.map((verb) => `${current[0] ?? '/'}${verb}`);
  }
  const next = nextWords(line.words, facts.commands);
  if (line.words.length === 0) return [...next, ...facts.machines()];
  if (next.length > 0) return next;
  return command === null ? [] : positional(command, line.words, facts);
}

/** Behind `--` stand a command's words, unless it has its own meaning for what stands there. */
function operands(
  command: Command | null,
  words: readonly string[],
  facts: CompletionFacts,
): readonly string[] {
  return command === null || command.rest !== undefined ? [] : positional(command, words, facts);
}

function optionNames(command: Command | null): readonly string[] {
  const fits = (name: OptionName): boolean =>
    optionSpec(name).scope === 'everywhere' ||
    (command === null ? optionSpec(name).scope === 'verbs' : command.options.includes(name));
  return (Object.keys(optionTable) as OptionName[]).filter(fits).map((name) => `--${name}`);
}

function optionValues(name: OptionName, facts: CompletionFacts): readonly string[] {
  const { value } = optionTexts[name];
  switch (value?.kind) {
    case 'words':
      return value.words;
    case 'product':
      return facts.products();
    case 'machine':
      return facts.machines();
    default:
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

function positional(command: Command, words: readonly string[], facts: CompletionFacts): readonly string[] {
  const at = words.length - command.name.split(' ').length;
  const word = command.positionals[at] ?? command.positionals.at(-1);
  if (word === undefined || (at >= command.positionals.length && word.many !== true)) return [];
  if (word.choices !== undefined) return word.choices;
  return machineWords.has(word.name) ? facts.machines() : [];
}
