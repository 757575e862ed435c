import { meaningsOfStatus } from '../exit-status-meanings';
import type { Command, Example } from '../framework/command';
import { commandPage, everywhereSection, ownSections, reachSection } from '../framework/help';
import type { HelpPage, HelpSection } from '../framework/help-page';
import { manualEnvironment, manualFiles } from './surroundings';
import { wrapText } from '../output/wrap';
import { mainExamples, mainPage, verbOptionSection, verbSections } from './verb-help';

type Row = readonly [term: string, meaning: string];

/** The manual page slmgr(1) in man(7) macros. */
export function manPage(version: string, commands: readonly Command[]): string {
  const lines = [
    `.TH SLMGR 1 "" "slmgr ${version}" "User commands"`,
    '.SH NAME',
    'slmgr \\- manage Windows volume activation from anywhere',
    '.SH SYNOPSIS',
    '.B slmgr',
    '[\\fIMachine\\fR [\\fIUser Password\\fR]] /\\fIverb\\fR',
    '[\\fIargument\\fR ...] [\\fIoptions\\fR]',
    '.br',
    '.B slmgr',
    '\\fIcommand\\fR [\\fIargument\\fR ...] [\\fIoptions\\fR]',
    '.SH DESCRIPTION',
    ...sentences([
      "slmgr speaks the command line of Windows' own slmgr.vbs, prints its text and ends as it does.",
      ...mainPage(commands).about,
      'Where the system is not Windows, this machine is a simulated one.',
    ]),
    '.SH VERBS',
    'A verb begins with / or \\-, in any case.',
    ...verbSections().flatMap(subsection),
    ...subsection(verbOptionSection),
    '.SH COMMANDS',
    ...commands.flatMap((command) => commandLines(commandPage(command))),
    '.SH OPTIONS',
    'Every verb and every command takes these.',
    ...everywhereSection.rows.flatMap(paragraph),
    ...subsection(reachSection),
    '.SH EXAMPLES',
    ...exampleLines(mainExamples).slice(1),
    '.SH FILES',
    ...manualFiles.flatMap(paragraph),
    '.SH ENVIRONMENT',
    ...manualEnvironment.flatMap(paragraph),
    '.SH EXIT STATUS',
    ...sentences([
      'After an error the status is the low byte of its number (1 where that is 0), on Windows the whole number.',
    ]),
    ...meaningsOfStatus()
      .map(([status, meaning]): Row => [String(status), meaning])
      .flatMap(paragraph),
    '.SH SEE ALSO',
    'docs/guide.md, docs/reference/ and docs/exit\\-codes.md of the project.',
  ];
  return `${lines.join('\n')}\n`;
}

/** A command: its usage as a heading, what it does, arguments and options of its own, examples. */
function commandLines({ usage, about, sections, examples }: HelpPage): readonly string[] {
  const { own, way } = ownSections(sections);
  return [
    ...usage.map((line) => `.SS ${quoted(line)}`),
    ...about.flatMap((text, at) => (at === 0 ? sentences([text]) : ['.PP', ...sentences([text])])),
    ...own.flatMap(({ rows }) => rows.flatMap(paragraph)),
    ...(way === 'none' ? [] : ['.PP', ...sentences([wayToo[way]])]),
    ...exampleLines(examples),
  ];
}

const wayToo = {
  all: 'The options of the way to a machine, in OPTIONS, hold as well.',
  'without targets': 'The options of the way to a machine, in OPTIONS, hold as well, but for --targets.',
} as const;

function subsection({ title, rows }: HelpSection): readonly string[] {
  return [`.SS ${quoted(title)}`, ...rows.flatMap(paragraph)];
}

function paragraph([term, meaning]: Row): readonly string[] {
  const [, first = '', rest = ''] = /^(\S+)(.*)$/s.exec(term) ?? [];
  return ['.TP', `\\fB${escape(first)}\\fR${escape(rest)}`, ...sentences([meaning])];
}

function exampleLines(examples: readonly Example[]): readonly string[] {
  return examples.flatMap(({ line, does }) => [
    '.PP',
    escape(`${does}:`),
    '.PP',
    '.nf',
    `    ${escape(line)}`,
    '.fi',
  ]);
}

/** Each sentence begins a line, and no line is long, as man pages are written. */
function sentences(texts: readonly string[]): readonly string[] {
  return texts
    .flatMap((text) => text.split(/(?<=[.:;]) (?=[A-Z])/))
    .flatMap((sentence) => wrapText(sentence, lineWidth).split('\n'))
    .map(escape);
}

/** Escapes make lines longer; 80 bytes is what tools complain of. */
const lineWidth = 72;

function quoted(text: string): string {
  return `"${escape(text).replaceAll('"', '\\(dq')}"`;
}

function escape(text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
