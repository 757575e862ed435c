import type { Command } from '../framework/command';
import { usageLine } from '../framework/parse-words';
import { optionTable, type OptionSpec } from '../options';

/** A verb as the manual shows it. */
export interface ManualVerb {
  readonly name: string;
  /** Parameters as slmgr's usage writes them: "<Product Key>". */
  readonly parameters: string;
  readonly summary: string;
}

export interface ManualFacts {
  readonly version: string;
  readonly verbs: readonly ManualVerb[];
  readonly commands: readonly Command[];
}

/** The manual page slmgr(1) in man(7) macros. */
export function manPage({ version, verbs, commands }: ManualFacts): string {
  const lines = [
    `.TH SLMGR 1 "" "slmgr ${version}" "User commands"`,
    '.SH NAME',
    'slmgr \\- manage Windows volume activation from anywhere',
    '.SH SYNOPSIS',
    '.B slmgr',
    '[\\fIMachine\\fR [\\fIUser Password\\fR]] /\\fIverb\\fR [\\fIargument\\fR ...] [\\fIoptions\\fR]',
    '.br',
    '.B slmgr',
    '\\fIcommand\\fR [\\fIargument\\fR ...] [\\fIoptions\\fR]',
    '.SH DESCRIPTION',
    "slmgr speaks the command line of Windows' own slmgr.vbs, prints its text and ends as it does. Without a machine",
    'it manages a simulated local machine where the system is not Windows. Long options may stand anywhere.',
    '.SH VERBS',
    ...verbs.flatMap((verb) => ['.TP', bold(`/${verb.name}`, verb.parameters), escape(verb.summary)]),
    '.SH COMMANDS',
    ...commands.flatMap((command) => [
      '.TP',
      bold('slmgr', usageLine(command)),
      `${escape(command.summary)}.`,
    ]),
    '.SH OPTIONS',
    ...Object.entries<OptionSpec>(optionTable).flatMap(([name, spec]) => [
      '.TP',
      bold(`--${name}`, spec.value ?? ''),
      `${escape(spec.summary)}.`,
    ]),
    '.SH EXIT STATUS',
    '0 where slmgr ends with 0; 1 for a usage error; after an error its low byte (1 where that is 0), on Windows the',
    'whole number. With \\fB\\-\\-strict\\fR every printed error ends non\\-zero.',
    '.SH ENVIRONMENT',
    '.TP',
    '.B SLMGR_HOME',
    'Folder of the store.',
    '.TP',
    '.B NO_COLOR',
    'No colour.',
    '.SH SEE ALSO',
    'docs/guide.md, docs/reference/verbs.md and docs/exit\\-codes.md of the package.',
  ];
  return `${lines.join('\n')}\n`;
}

function bold(word: string, rest: string): string {
  return `\\fB${escape(word)}\\fR${rest === '' ? '' : ` ${escape(rest)}`}`;
}

function escape(text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
