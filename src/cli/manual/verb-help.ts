import { verbGroups, verbs, type Verb, type VerbGroup } from '../../verbs/table';
import { parameterWords } from '../../verbs/usage';
import type { Command, Example } from '../framework/command';
import {
  everywhereSection,
  optionSection,
  optionSections,
  reachSection,
  withoutWay,
} from '../framework/help';
import type { HelpPage, HelpSection } from '../framework/help-page';
import { optionNames } from '../options';
import { parameterMeaning, verbExamples } from './verb-texts';

/** The options of slmgr's verbs, those of the way to a machine left out. */
export const verbOptionSection: HelpSection = optionSection(
  'Options of verbs',
  withoutWay(optionNames(['verbs'])),
);

/** A verb with its words: "/ipk <Product Key>". */
export function verbWords(verb: Verb): string {
  const words = parameterWords(verb);
  return `/${verb.name}${words === '' ? '' : ` ${words}`}`;
}

/** Help of one verb. */
export function verbPage(verb: Verb): HelpPage {
  const { parameters, usage, name } = verb;
  return {
    usage: [`slmgr [Machine [User Password]] ${verbWords(verb)} [options]`],
    about: [usage.endsWith('.') ? usage : `${usage}.`],
    sections: [
      { title: 'Arguments', rows: parameters.map((each) => [each.usage, parameterMeaning(each)]) },
      ...optionSections(optionNames(['verbs'])),
    ],
    examples: verbExamples(name),
  };
}

/** Lines that show what the program is for. */
export const mainExamples: readonly Example[] = [
  { line: 'slmgr /dlv', does: 'the local machine' },
  { line: 'slmgr PC-001 /dli --json', does: 'a lab machine, as JSON' },
  { line: 'slmgr ssh://admin@server01.example /ato', does: 'a real machine, over SSH' },
  { line: 'slmgr explain 0xC004F074', does: 'what an error means, and what to do' },
  { line: 'slmgr lab demo', does: 'the whole story in half a minute' },
];

/** Help of the program: verbs as slmgr's usage text groups them, commands, options. */
export function mainPage(commands: readonly Command[]): HelpPage {
  return {
    usage: ['slmgr [Machine [User Password]] /verb [argument ...] [options]', 'slmgr COMMAND ...'],
    about: [
      'Manages Windows volume activation. Machine is a lab machine, a target, ssh://USER@HOST or winrm://USER@HOST; ' +
        'without one it is this machine. Options may stand anywhere on the line.',
    ],
    sections: [
      ...verbSections(),
      commandSection(commands),
      verbOptionSection,
      reachSection,
      everywhereSection,
    ],
    examples: mainExamples,
    more: '"slmgr help TOPIC" shows more on a verb, a command or a group of commands.',
  };
}

/** The verbs by group, in the order of the usage text. */
export function verbSections(): readonly HelpSection[] {
  return (Object.keys(verbGroups) as VerbGroup[]).map((group) => ({
    title: groupTitle(group),
    rows: verbs.filter((verb) => verb.group === group).map((verb) => [verbWords(verb), verb.usage]),
  }));
}

/** Heading of a group of verbs. */
export function groupTitle(group: VerbGroup): string {
  return verbGroups[group]?.replace(/:$/, '') ?? 'Activation by telephone';
}

/** A row for each command of one word and one for each group, in the order of the table. */
function commandSection(commands: readonly Command[]): HelpSection {
  const rows = new Map<string, string>();
  for (const { name, summary } of commands) {
    const [group = '', ...further] = name.split(' ');
    if (further.length === 0) rows.set(`slmgr ${group}`, summary);
    else rows.set(`slmgr ${group} ...`, `"slmgr help ${group}" lists its commands`);
  }
  return { title: 'Commands', rows: [...rows] };
}
