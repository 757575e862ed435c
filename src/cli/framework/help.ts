import { optionMeaning, optionWords } from '../option-texts';
import { optionNames, type OptionName } from '../options';
import { remoteOptionNames } from '../targets/remote-options';
import type { Command, Positional } from './command';
import type { HelpPage, HelpSection } from './help-page';
import { usageLine } from './parse-words';

/** Options with what they mean, as a section of help. */
export function optionSection(title: string, names: readonly OptionName[]): HelpSection {
  return { title, rows: names.map((name) => [optionWords(name), optionMeaning(name)]) };
}

/** The options that every command line takes. */
export const everywhereSection: HelpSection = optionSection(
  'Options everywhere',
  optionNames(['everywhere']),
);

/** The options of every command that opens a machine. */
export const reachSection: HelpSection = optionSection('Options of the way to a machine', remoteOptionNames);

const ofTheWay: ReadonlySet<OptionName> = new Set(remoteOptionNames);

/** The options in sections: those of the command, those of the way to a machine where it takes them all, and the rest. */
export function optionSections(names: readonly OptionName[]): readonly HelpSection[] {
  const opens = remoteOptionNames.every((name) => names.includes(name));
  return [
    optionSection('Options', opens ? withoutWay(names) : names),
    ...(opens ? [reachSection] : []),
    everywhereSection,
  ];
}

/** The options that are none of the way to a machine. */
export function withoutWay(names: readonly OptionName[]): readonly OptionName[] {
  return names.filter((name) => !ofTheWay.has(name));
}

/** Help of one command: usage, what it does, words, options, examples. */
export function commandPage(command: Command): HelpPage {
  const { summary, description, positionals, options, examples } = command;
  return {
    usage: [`slmgr ${usageLine(command)}`],
    about: [`${summary}.`, ...(description === undefined ? [] : [description])],
    sections: [
      { title: 'Arguments', rows: positionals.map((word) => [word.name, meaningOf(word)]) },
      ...optionSections(options),
    ],
    examples,
  };
}

function meaningOf({ summary, choices }: Positional): string {
  return choices === undefined ? summary : `${summary}: ${choices.join(', ')}`;
}

/** Help of a group ("lab", "lab clock"): its commands with their summaries. */
export function groupPage(commands: readonly Command[], group: string): HelpPage {
  const below = commands.filter(({ name }) => name.startsWith(`${group} `));
  return {
    usage: [`slmgr ${group} COMMAND ...`],
    about: [],
    sections: [
      {
        title: 'Commands',
        rows: below.map(({ name, summary }) => [`slmgr ${name}`, summary]),
      },
    ],
    examples: [],
    more: `"slmgr help ${group} COMMAND" shows a command's arguments, options and examples.`,
  };
}
