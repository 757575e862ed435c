import { optionMeaning, optionWords } from '../option-texts';
import { optionTextOf } from '../option-texts-of-commands';
import { optionNames, type OptionName } from '../options';
import { remoteOptionNames } from '../targets/remote-options';
import type { Command, Positional } from './command';
import type { HelpPage, HelpSection } from './help-page';
import { usageLine } from './parse-words';

/** Options with what they mean where a command takes them, as a section of help. */
export function optionSection(
  title: string,
  names: readonly OptionName[],
  command: string | null = null,
): HelpSection {
  const meaning = (name: OptionName): string => optionMeaning(name, optionTextOf(name, command));
  return { title, rows: names.map((name) => [optionWords(name), meaning(name)]) };
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
export function optionSections(
  names: readonly OptionName[],
  command: string | null = null,
): readonly HelpSection[] {
  const way = remoteOptionNames.filter((name) => names.includes(name));
  const opens = remoteOptionNames.every((name) => name === 'targets' || way.includes(name));
  return [
    optionSection('Options', opens ? withoutWay(names) : names, command),
    ...(opens ? [way.length === remoteOptionNames.length ? reachSection : wayWithoutTargets] : []),
    everywhereSection,
  ];
}

/** The options of the way, for a command that takes its machines from elsewhere than from targets files. */
const wayWithoutTargets: HelpSection = optionSection(
  reachSection.title,
  remoteOptionNames.filter((name) => name !== 'targets'),
);

/** The sections of a command's own, and how it stands to the options of the way, which are told of once. */
export function ownSections(sections: readonly HelpSection[]): {
  readonly own: readonly HelpSection[];
  readonly way: 'all' | 'without targets' | 'none';
} {
  const shared = [everywhereSection, reachSection, wayWithoutTargets];
  const way = sections.includes(wayWithoutTargets) ? 'without targets' : 'none';
  return {
    own: sections.filter((section) => !shared.includes(section)),
    way: sections.includes(reachSection) ? 'all' : way,
  };
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
      ...optionSections(options, command.name),
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
