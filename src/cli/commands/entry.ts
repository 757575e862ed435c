import { catalogue } from '../../licensing/catalogue/catalogue';
import { findVerb, verbs } from '../../verbs/table';
import { parameterWords, usageLines } from '../../verbs/usage';
import { complete } from '../completion/complete';
import type { Console } from '../console';
import { refused } from '../exit-status';
import { optionNames, optionSpec } from '../options';
import type { CommandLine, RunProgram, Surroundings } from '../parts';
import { columns } from '../framework/help';
import { findCommand, runCommand } from '../framework/run-command';
import { wrapText } from '../output/wrap';
import { commands } from './index';

export { explainShortly } from './explain';
export { runScriptHost } from '../script-host/run-script-host';

/** Runs a subcommand; the status that the process ends with. */
export function runSubcommand(
  line: CommandLine,
  around: Surroundings & { readonly run: RunProgram },
): Promise<number> {
  return runCommand(commands, line, around);
}

/** The status of wrong words of the subcommand that words name: 1, for a monitoring plugin 3. */
export function usageStatus(words: readonly string[]): number {
  return findCommand(commands, words)?.usageStatus ?? refused;
}

/** `slmgr --help`, `slmgr /ipk --help`: help for the verbs, the subcommands and the options. */
export function showHelp(words: readonly string[], console: Console): number {
  const width = columns(console);
  const verb = words.map((word) => (/^[/-]./.test(word) ? findVerb(word.slice(1)) : undefined)).find(Boolean);
  if (verb !== undefined) {
    const words = parameterWords(verb);
    const text = [
      `slmgr [Machine [User Password]] /${verb.name}${words === '' ? '' : ` ${words}`} [options]`,
      '',
      wrapText(verb.usage, width),
      '',
      'Options:',
      ...optionLines(['everywhere', 'verbs'], width),
      '',
      'Examples:',
      ...verbExamples(verb.name, verb.parameters.length > 0 ? ` ${words}` : ''),
    ];
    console.out(`${text.join('\n')}\n`);
    return 0;
  }
  const text = [
    ...usageLines().map((line) => wrapText(line, width, 4)),
    '',
    'Beside these, in this program:',
    ...commandLines(width),
    '',
    'Options, anywhere on the line:',
    ...optionLines(['everywhere', 'verbs'], width),
    '',
    'Examples:',
    '  slmgr /dlv                              the local machine',
    '  slmgr PC-001 /dli --json                a lab machine, as JSON',
    '  slmgr lab demo                          the whole story in half a minute',
    '  slmgr lab --help                        the commands of the laboratory',
  ];
  console.out(`${text.join('\n')}\n`);
  return 0;
}

function verbExamples(name: string, words: string): readonly string[] {
  return [`  slmgr /${name}${words}`, `  slmgr PC-001 /${name}${words} --json`];
}

/** A line for each command of one word and one for each group, in the order of the table. */
function commandLines(width: number): readonly string[] {
  const lines = commands.map(({ name, summary }) => {
    const [group = '', ...further] = name.split(' ');
    return further.length === 0
      ? `  slmgr ${name.padEnd(18)} ${summary}`
      : `  slmgr ${`${group} ...`.padEnd(18)} "slmgr ${group} --help" lists its commands`;
  });
  return [...new Set(lines)].map((line) => wrapText(line, width, 27));
}

function optionLines(scopes: Parameters<typeof optionNames>[0], width: number): readonly string[] {
  return optionNames(scopes).map((name) => {
    const { value, summary } = optionSpec(name);
    const line = `  ${`--${name}${value === null ? '' : ` ${value}`}`.padEnd(28)} ${summary}`;
    return wrapText(line, width, 31);
  });
}

/** Prints completion candidates, one a line. Never complains: a shell is listening. */
export function printCompletions(words: readonly string[], around: Surroundings): number {
  const found = complete(words, {
    commands,
    verbs: verbs.map(({ name }) => name),
    machines: () => around.parts.lab().machineNames(around),
    products: () => catalogue().editions.map(({ friendlyName }) => friendlyName),
  });
  around.console.out(found.map((candidate) => `${candidate}\n`).join(''));
  return 0;
}
